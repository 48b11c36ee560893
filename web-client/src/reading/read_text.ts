import type { Session, TextFollower } from '@atelier/sdk';
import * as Y from 'yjs';
import { blocksOf, type Block } from './blocks';

/** A text that is only looked at: follows what others type, writes nothing. */
export class ReadText implements TextFollower {
  private doc = new Y.Doc();
  private cached: Block[] | undefined;
  private readonly listeners = new Set<() => void>();

  constructor(readonly text: string) {}

  get blocks(): Block[] {
    this.cached ??= blocksOf(this.doc);
    return this.cached;
  }
  /** Calls `listener` after each change. Returns what ends it. */
  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }
  get watched(): boolean {
    return this.listeners.size > 0;
  }

  stateVector(): Uint8Array {
    return Y.encodeStateVector(this.doc);
  }
  update(update: Parameters<TextFollower['update']>[0]): void {
    Y.applyUpdate(this.doc, update.update);
    this.changed();
  }
  /** As it was at another moment: nothing of what was shown stays. */
  replace(update: Uint8Array): void {
    this.doc.destroy();
    this.doc = new Y.Doc();
    Y.applyUpdate(this.doc, update);
    this.changed();
  }
  presence(): void {}
  settled(): void {}
  adopted(): void {}
  connected(): void {}
  restart(): void {
    this.doc.destroy();
    this.doc = new Y.Doc();
    this.changed();
  }

  private changed(): void {
    this.cached = undefined;
    for (const listener of this.listeners) listener();
  }
}

const followed = new WeakMap<Session, Map<string, { text: ReadText; users: number; end: () => void }>>();

/** Follows `id` on a live session; several users share one. Returns it and what ends this use. */
export function followText(session: Session, id: string): { text: ReadText; release: () => void } {
  const texts = followed.get(session) ?? new Map();
  followed.set(session, texts);
  let entry = texts.get(id);
  if (!entry) {
    const text = new ReadText(id);
    entry = { text, users: 0, end: session.follow(text) };
    texts.set(id, entry);
  }
  entry.users += 1;
  const mine = entry;
  let released = false;
  const release = () => {
    if (released) return;
    released = true;
    mine.users -= 1;
    if (mine.users > 0) return;
    mine.end();
    texts.delete(id);
  };
  return { text: mine.text, release };
}
