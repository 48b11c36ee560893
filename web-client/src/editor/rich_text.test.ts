import type { TextProvider } from '@atelier/sdk/text';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Awareness } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { RichText, type Tool } from './rich_text';
import { countWords } from './schema';

/** What the editor needs of a provider; `reset` plays a start over from the server's state. */
class FakeProvider {
  doc = new Y.Doc();
  awareness = new Awareness(this.doc);
  private resets: (() => void)[] = [];
  on(event: string, listener: () => void) {
    if (event === 'reset') this.resets.push(listener);
    return () => {};
  }
  reset(doc: Y.Doc) {
    this.doc = doc;
    this.awareness = new Awareness(doc);
    this.resets.forEach((listener) => listener());
  }
}
function docOf(...paragraphs: string[]): Y.Doc {
  const doc = new Y.Doc();
  const nodes = paragraphs.map((words) => {
    const node = new Y.XmlElement('paragraph');
    node.insert(0, [new Y.XmlText(words)]);
    return node;
  });
  doc.getXmlFragment('prosemirror').insert(0, nodes);
  return doc;
}

// jsdom lays nothing out; ProseMirror asks where the cursor is before it scrolls.
const nowhere = new DOMRect(0, 0, 0, 0);
Range.prototype.getClientRects = () => [nowhere] as unknown as DOMRectList;
Range.prototype.getBoundingClientRect = () => nowhere;

let place: HTMLElement;
let provider: FakeProvider;
let rich: RichText;
let editable = true;
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));
const shown = () => [...place.querySelectorAll('p, h3')].map((node) => node.textContent);

beforeEach(async () => {
  editable = true;
  place = document.body.appendChild(document.createElement('div'));
  provider = new FakeProvider();
  provider.doc = docOf('Networks learn.');
  provider.awareness = new Awareness(provider.doc);
  rich = new RichText({
    provider: provider as unknown as TextProvider,
    place,
    attributes: { role: 'textbox', 'aria-multiline': 'true', 'aria-label': 'A1' },
    editable: () => editable,
    caretOf: () => ({ name: 'Ana', mark: 1 }),
    changed: () => {},
  });
  await settle();
});
afterEach(() => {
  rich.destroy();
  place.remove();
});

describe('the editor', () => {
  it('shows the text as a labelled multiline textbox', () => {
    const box = place.querySelector('[role=textbox]');
    expect(box?.getAttribute('aria-multiline')).toBe('true');
    expect(box?.getAttribute('aria-label')).toBe('A1');
    expect(shown()).toEqual(['Networks learn.']);
  });

  it('changes nothing when it is asked what could be done', () => {
    rich.append('Always.');
    const before = provider.doc.getXmlFragment('prosemirror').toString();
    const tools: Tool[] = ['strong', 'em', 'heading', 'bullets', 'numbers', 'undo', 'redo'];
    for (const tool of tools) rich.can(tool);
    expect(provider.doc.getXmlFragment('prosemirror').toString()).toBe(before);
  });

  it('undoes and redoes the author’s own change', async () => {
    rich.append('Always.');
    expect(shown()).toEqual(['Networks learn.', 'Always.']);
    expect(rich.can('undo')).toBe(true);
    rich.run('undo');
    await settle();
    expect(shown()).toEqual(['Networks learn.']);
    rich.run('redo');
    await settle();
    expect(shown()).toEqual(['Networks learn.', 'Always.']);
  });

  it('writes only what the server’s gate knows', () => {
    rich.run('heading');
    rich.append('one\ntwo');
    const xml = provider.doc.getXmlFragment('prosemirror').toString();
    expect(xml).toBe('<heading>Networks learn.</heading><paragraph>one</paragraph><paragraph>two</paragraph>');
  });

  it('goes on in the fresh document after a start over', async () => {
    provider.reset(docOf('Networks learn together.', 'From the server.'));
    await settle();
    expect(shown()).toEqual(['Networks learn together.', 'From the server.']);
    rich.append('And I go on.');
    expect(provider.doc.getXmlFragment('prosemirror').toString()).toContain('And I go on.');
  });

  it('can do nothing while the text may not be changed', () => {
    editable = false;
    rich.refresh();
    expect(rich.can('strong')).toBe(false);
    expect(place.querySelector('[role=textbox]')?.getAttribute('contenteditable')).toBe('false');
  });
});

describe('the word counter', () => {
  it('counts runs between white space', () => {
    expect(countWords('  one two\nthree — four ')).toBe(5);
    expect(countWords('')).toBe(0);
  });
});
