import * as Y from 'yjs';

/** Letters of one author with one look. */
export interface Run {
  text: string;
  strong: boolean;
  em: boolean;
  /** Yjs client id of who typed it. */
  client: number;
}
export interface Block {
  kind: 'paragraph' | 'heading' | 'bullet' | 'numbered';
  runs: Run[];
}

/** The root that y-prosemirror binds in our texts (crdt/rich_text.hpp). */
export const richTextRoot = 'prosemirror';

interface Look {
  strong: boolean;
  em: boolean;
}

function runsOf(text: Y.XmlText): Run[] {
  const runs: Run[] = [];
  const look: Look = { strong: false, em: false };
  for (let item = text._start; item; item = item.right) {
    if (item.deleted) continue;
    if (item.content instanceof Y.ContentFormat) {
      const name = String(item.content.key).split('--')[0];
      if (name === 'strong' || name === 'em') look[name] = item.content.value !== null;
    } else if (item.content instanceof Y.ContentString) {
      const last = runs.at(-1);
      const client = item.id.client;
      if (last && last.client === client && last.strong === look.strong && last.em === look.em) last.text += item.content.str;
      else runs.push({ text: item.content.str, client, ...look });
    }
  }
  return runs;
}

function kindOf(element: Y.XmlElement, inside: Block['kind'] | undefined): Block['kind'] {
  if (/heading|^h\d$/.test(element.nodeName)) return 'heading';
  return inside ?? 'paragraph';
}

function walk(parent: Y.XmlFragment | Y.XmlElement, inside: Block['kind'] | undefined, blocks: Block[]): void {
  for (const child of parent.toArray()) {
    if (child instanceof Y.XmlText) {
      const kind = parent instanceof Y.XmlElement ? kindOf(parent, inside) : 'paragraph';
      blocks.push({ kind, runs: runsOf(child) });
    } else if (child instanceof Y.XmlElement) {
      const list = /ordered/.test(child.nodeName) ? 'numbered' : /list$/.test(child.nodeName) ? 'bullet' : inside;
      walk(child, list, blocks);
    }
  }
}

/** A rich text as blocks of runs, for showing; nothing is bound, nothing can be edited. */
export function blocksOf(doc: Y.Doc): Block[] {
  const blocks: Block[] = [];
  walk(doc.getXmlFragment(richTextRoot), undefined, blocks);
  return blocks.filter((block, index) => block.runs.length > 0 || index > 0);
}
