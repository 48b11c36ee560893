import * as Y from 'yjs';

/** A set of (client, clock) ranges. */
export class Ranges {
  private readonly byClient = new Map<number, [number, number][]>();
  add(client: number, clock: number, length: number): void {
    const list = this.byClient.get(client) ?? [];
    this.byClient.set(client, list);
    list.push([clock, clock + length]);
  }
  has(client: number, clock: number): boolean {
    return (this.byClient.get(client) ?? []).some(([from, to]) => clock >= from && clock < to);
  }
}

interface DecodedStruct {
  id: { client: number; clock: number };
  length: number;
  content?: unknown;
}

/** The ids of everything that the updates insert. */
export function inserted(updates: readonly Uint8Array[]): Ranges {
  const ranges = new Ranges();
  for (const update of updates) {
    for (const struct of Y.decodeUpdate(update).structs as DecodedStruct[]) {
      if (struct.content !== undefined) ranges.add(struct.id.client, struct.id.clock, struct.length);
    }
  }
  return ranges;
}

/** The letters that the updates insert, blocks apart by line feeds: what an author gets back of a refused edit. */
export function lettersOf(updates: readonly Uint8Array[]): string {
  let letters = '';
  for (const update of updates) {
    for (const struct of Y.decodeUpdate(update).structs as DecodedStruct[]) {
      const { content } = struct;
      if (content instanceof Y.ContentString) letters += content.str;
      else if (content instanceof Y.ContentType && content.type instanceof Y.XmlElement && letters) letters += '\n';
    }
  }
  return letters.replace(/\n+/g, '\n').trim();
}

/**
 * Writes again, into `fresh` (the server's state), what the author did in `stale` after something was refused there:
 * deletions of what is still known, and the insertions of the `later` updates, each behind its nearest left neighbour that
 * the server knows. Returns the letters that found no place (they stood inside a refused element).
 */
export function carryOver(stale: Y.Doc, fresh: Y.Doc, root: string, later: readonly Uint8Array[]): string {
  const carry = new Carry(fresh, inserted(later));
  fresh.transact((transaction) => {
    for (const update of later) {
      Y.iterateDeletedStructs(transaction, known(Y.decodeUpdate(update).ds, fresh), (struct) => {
        if (struct instanceof Y.Item && !struct.deleted) struct.delete(transaction);
      });
    }
    carry.children(stale.getXmlFragment(root), fresh.getXmlFragment(root));
  });
  return carry.leftover;
}

type DeleteSet = ReturnType<typeof Y.decodeUpdate>['ds'];

/** The part of a delete set that `doc` knows: deleting beyond its clocks would be an error. */
function known(set: DeleteSet, doc: Y.Doc): DeleteSet {
  for (const [client, items] of set.clients) {
    const state = Y.getState(doc.store, client);
    const cut = items.filter((item) => item.clock < state);
    for (const item of cut) {
      if (item.clock + item.len > state) (item as { len: number }).len = state - item.clock;
    }
    if (cut.length > 0) set.clients.set(client, cut);
    else set.clients.delete(client);
  }
  return set;
}

type Attributes = Record<string, unknown>;
type Parent = Y.XmlFragment | Y.XmlText;

class Carry {
  leftover = '';
  constructor(
    private readonly fresh: Y.Doc,
    private readonly later: Ranges,
  ) {}

  /** Walks one type of the stale document from left to right beside the same type of the fresh one. */
  children(stale: Parent, fresh: Parent): void {
    let at = 0;
    const attributes: Attributes = {};
    for (let item = stale._start; item; item = item.right) {
      const { content } = item;
      if (content instanceof Y.ContentFormat && !item.deleted) attributes[content.key] = content.value;
      const { client, clock } = item.id;
      const last = Math.min(Y.getState(this.fresh.store, client), clock + item.length) - 1;
      if (last >= clock) at = this.behind(client, last, fresh) ?? at;
      if (item.deleted) continue;
      if (content instanceof Y.ContentString && fresh instanceof Y.XmlText) {
        const letters = this.letters(client, clock, content.str);
        if (letters) fresh.insert(at, letters, present(attributes));
        at += letters.length;
      } else if (content instanceof Y.ContentType) {
        at += this.type(item, content.type, fresh, at);
      }
    }
  }

  /** A nested type: known to the server, the author's own later one, or refused. Returns how many children were added. */
  private type(item: Y.Item, stale: Y.AbstractType<unknown>, fresh: Parent, at: number): number {
    const { client, clock } = item.id;
    if (clock < Y.getState(this.fresh.store, client)) {
      const same = Y.getItem(this.fresh.store, item.id);
      if (same instanceof Y.Item && !same.deleted && same.content instanceof Y.ContentType) {
        const type = same.content.type;
        if (isParent(stale) && isParent(type)) this.children(stale, type);
      } else {
        this.leftover += this.lettersIn(stale);
      }
      return 0;
    }
    if (this.later.has(client, clock) && fresh instanceof Y.XmlFragment) {
      const made = stale instanceof Y.XmlElement ? new Y.XmlElement(stale.nodeName) : new Y.XmlText();
      fresh.insert(at, [made]);
      if (stale instanceof Y.XmlElement && made instanceof Y.XmlElement) {
        for (const [key, value] of Object.entries(stale.getAttributes())) if (value !== undefined) made.setAttribute(key, value);
      }
      if (isParent(stale)) this.children(stale, made);
      return 1;
    }
    this.leftover += this.lettersIn(stale);
    return 0;
  }

  private letters(client: number, clock: number, text: string): string {
    const state = Y.getState(this.fresh.store, client);
    let letters = '';
    for (let index = 0; index < text.length; index += 1) {
      if (clock + index >= state && this.later.has(client, clock + index)) letters += text[index];
    }
    return letters;
  }

  private lettersIn(stale: Y.AbstractType<unknown>): string {
    let letters = '';
    for (let item = stale._start; item; item = item.right) {
      if (item.deleted) continue;
      if (item.content instanceof Y.ContentString) letters += this.letters(item.id.client, item.id.clock, item.content.str);
      if (item.content instanceof Y.ContentType) letters += this.lettersIn(item.content.type);
    }
    return letters;
  }

  /** The index in `parent` right behind the unit (client, clock); undefined when it stands somewhere else. */
  private behind(client: number, clock: number, parent: Parent): number | undefined {
    const position = Y.createAbsolutePositionFromRelativePosition(
      new Y.RelativePosition(null, null, Y.createID(client, clock), -1),
      this.fresh,
    );
    return position?.type === parent ? position.index : undefined;
  }
}

function isParent(type: unknown): type is Parent {
  return type instanceof Y.XmlFragment || type instanceof Y.XmlText;
}
function present(attributes: Attributes): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== null));
}
