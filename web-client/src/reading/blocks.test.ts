import { describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { blocksOf, richTextRoot } from './blocks';

function paragraph(doc: Y.Doc, text: string): Y.XmlText {
  const element = new Y.XmlElement('paragraph');
  const letters = new Y.XmlText();
  element.insert(0, [letters]);
  doc.getXmlFragment(richTextRoot).push([element]);
  letters.insert(0, text);
  return letters;
}

describe('a rich text for reading', () => {
  it('is runs of one author and one look', () => {
    const doc = new Y.Doc();
    doc.clientID = 1;
    const letters = paragraph(doc, 'plain bold');
    letters.format(6, 4, { strong: true });
    const other = new Y.Doc();
    other.clientID = 2;
    Y.applyUpdate(other, Y.encodeStateAsUpdate(doc));
    const element = other.getXmlFragment(richTextRoot).get(0) as Y.XmlElement;
    (element.get(0) as Y.XmlText).insert(5, 'er');
    expect(blocksOf(other)).toEqual([
      {
        kind: 'paragraph',
        runs: [
          { text: 'plain', strong: false, em: false, client: 1 },
          { text: 'er', strong: false, em: false, client: 2 },
          { text: ' ', strong: false, em: false, client: 1 },
          { text: 'bold', strong: true, em: false, client: 1 },
        ],
      },
    ]);
  });
  it('does not show what was deleted', () => {
    const doc = new Y.Doc();
    paragraph(doc, 'abcdef').delete(1, 3);
    expect(blocksOf(doc)[0]?.runs.map((run) => run.text).join('')).toBe('aef');
  });
  it('knows items of lists', () => {
    const doc = new Y.Doc();
    const list = new Y.XmlElement('ordered_list');
    const item = new Y.XmlElement('list_item');
    const inner = new Y.XmlElement('paragraph');
    const letters = new Y.XmlText();
    inner.insert(0, [letters]);
    item.insert(0, [inner]);
    list.insert(0, [item]);
    doc.getXmlFragment(richTextRoot).push([list]);
    letters.insert(0, 'first');
    expect(blocksOf(doc).map((block) => block.kind)).toEqual(['numbered']);
  });
});
