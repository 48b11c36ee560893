import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from 'y-protocols/awareness';
import * as Y from 'yjs';
import { Refusal } from '../gen/atelier/v1/refusal_pb';
import type { PresenceOf, TextUpdate } from '../gen/atelier/v1/wire_pb';
import { editBatchMs, presenceEveryMs, reservedClientIdMax } from '../limits';
import type { Settled, Waiting } from '../outbox';
import { newId, sameBytes, type Session, type TextFollower } from '../session';
import { carryOver, lettersOf } from './carry';

/** The root of every text, as y-prosemirror writes it and the server's gate allows. */
export const rootName = 'prosemirror';

/** Refusals that hold for everything that is typed into the text now: later letters become drafts too. */
const lasting: ReadonlySet<Refusal> = new Set([
  Refusal.TEXT_FROZEN,
  Refusal.INPUT_FROZEN,
  Refusal.MEETING_CLOSED,
  Refusal.MEETING_NOT_OPEN,
  Refusal.NOT_ALLOWED,
  Refusal.NOT_JOINED,
  Refusal.UNKNOWN_ID,
]);

/** Who changed the document, as the origin of a Yjs transaction: what this page types has any other origin. */
const fromServer = { name: 'server' };
const fromOutbox = { name: 'outbox' };
const fromStorage = { name: 'storage' };
const foreign: ReadonlySet<unknown> = new Set([fromServer, fromOutbox, fromStorage]);

export type TextEvent = 'reset' | 'synced' | 'presence';

/** An edit that the server refused, while a fresh document is being fetched. */
interface Recovery {
  refusal: Refusal;
  reason: string;
  refused: Uint8Array[];
  later: Uint8Array[];
}

/**
 * One text as a Yjs document that follows the server's. What is typed is gathered for a moment, written to the outbox and
 * sent; what the server refuses is taken out of the document again, by starting over from the server's state with a new
 * client id, and kept as a draft.
 */
export class TextProvider implements TextFollower {
  doc: Y.Doc;
  awareness: Awareness;
  /** The server's state has arrived on the present connection. */
  synced = false;

  private batch: Uint8Array[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private saving: ReturnType<typeof setTimeout> | undefined;
  private presenceTimer: ReturnType<typeof setTimeout> | undefined;
  private recovery: Recovery | undefined;
  private asked = 0;
  private storedEpoch: Uint8Array | undefined;
  private unfollow: () => void = () => {};
  private readonly clientsOf = new Map<string, Set<number>>();
  private readonly personOfClient = new Map<number, string>();
  private readonly listeners = new Map<TextEvent, Set<() => void>>();
  private closed = false;

  constructor(
    private readonly session: Session,
    readonly text: string,
  ) {
    this.doc = this.newDoc();
    this.awareness = this.newAwareness();
  }

  /** What is stored and what waits is shown at once; the server's state follows. */
  async open(): Promise<void> {
    const stored = await this.session.storage.text(this.text).catch(() => undefined);
    if (this.closed) return;
    if (stored) Y.applyUpdate(this.doc, stored.state, fromStorage);
    this.storedEpoch = stored?.epoch;
    this.adopted(this.session.outbox.pending());
    this.unfollow = this.session.follow(this);
  }

  close(): void {
    this.flush();
    if (this.recovery) this.keepDraft({ ...this.recovery, refused: [...this.recovery.refused, ...this.recovery.later, ...this.batch] }, '');
    this.session.setUnwritten(this.text, false);
    this.closed = true;
    clearTimeout(this.timer);
    clearTimeout(this.saving);
    clearTimeout(this.presenceTimer);
    this.unfollow();
    this.awareness.destroy();
    this.doc.destroy();
  }

  on(event: TextEvent, listener: () => void): () => void {
    const set = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, set);
    set.add(listener);
    return () => set.delete(listener);
  }

  personOf(client: number): string | undefined {
    return this.personOfClient.get(client);
  }

  /** Sends what has been gathered, now. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.batch.length === 0 || this.recovery) return;
    const update = this.batch.length === 1 ? this.batch[0] : Y.mergeUpdates(this.batch);
    this.batch = [];
    if (update) void this.session.ask('textEdit', { text: this.text, update });
    this.session.setUnwritten(this.text, false);
  }

  // What the session tells.

  stateVector(): Uint8Array {
    this.asked += 1;
    return this.recovery ? new Uint8Array() : Y.encodeStateVector(this.doc);
  }

  update(update: TextUpdate): void {
    if (update.state) {
      this.asked = Math.max(0, this.asked - 1);
      const stored = this.storedEpoch;
      this.storedEpoch = undefined;
      if (stored && !sameBytes(stored, this.session.epoch)) {
        this.restart();
        this.session.refollow(this);
        return;
      }
      if (this.recovery) {
        if (this.asked === 0 && !this.editsWaiting()) this.startOver(update.update);
        return;
      }
    }
    Y.applyUpdate(this.doc, update.update, fromServer);
    if (update.state) this.nowSynced();
    else if (this.doc.store.pendingStructs && this.asked === 0) this.session.refollow(this);
  }

  settled(settled: Settled): void {
    const { kind } = settled.command;
    if (kind.case !== 'textEdit' || kind.value.text !== this.text) return;
    if (settled.ack.refusal !== Refusal.OK) this.refused(kind.value.update, settled.ack.refusal, settled.ack.reason);
    if (this.recovery && !this.editsWaiting()) this.session.refollow(this);
  }

  adopted(waiting: readonly Waiting[]): void {
    for (const { command } of waiting) {
      if (command.kind.case === 'textEdit' && command.kind.value.text === this.text) {
        Y.applyUpdate(this.doc, command.kind.value.update, fromOutbox);
      }
    }
  }

  connected(connected: boolean): void {
    if (!connected) {
      this.asked = 0;
      this.synced = false;
      const others = [...this.awareness.getStates().keys()].filter((client) => client !== this.doc.clientID);
      removeAwarenessStates(this.awareness, others, fromServer);
      return;
    }
    this.sendPresence();
    if (this.recovery && this.asked === 0 && !this.editsWaiting()) this.session.refollow(this);
  }

  /** The log is another one (restored from a backup): this document may hold what nobody has. */
  restart(): void {
    this.recovery ??= { refusal: Refusal.OK, reason: '', refused: [], later: [] };
  }

  presence(presence: PresenceOf): void {
    if (presence.gone) {
      removeAwarenessStates(this.awareness, [...(this.clientsOf.get(presence.person) ?? [])], fromServer);
      this.clientsOf.delete(presence.person);
    } else {
      const note = ({ added, updated }: { added: number[]; updated: number[] }) => {
        for (const client of [...added, ...updated]) this.knowClient(client, presence.person);
      };
      this.awareness.on('change', note);
      try {
        applyAwarenessUpdate(this.awareness, presence.state, fromServer);
      } catch {
        // Presence is best effort: one that cannot be read is left out.
      } finally {
        this.awareness.off('change', note);
      }
    }
    this.emit('presence');
  }

  // Inside.

  private knowClient(client: number, person: string): void {
    this.personOfClient.set(client, person);
    const clients = this.clientsOf.get(person) ?? new Set();
    this.clientsOf.set(person, clients);
    clients.add(client);
  }

  private newDoc(): Y.Doc {
    const doc = new Y.Doc();
    while (doc.clientID <= reservedClientIdMax) doc.clientID = crypto.getRandomValues(new Uint32Array(1))[0] ?? 0;
    doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (doc !== this.doc) return;
      if (!foreign.has(origin)) this.typed(update);
      this.saveSoon();
    });
    return doc;
  }

  private newAwareness(): Awareness {
    const awareness = new Awareness(this.doc);
    awareness.on('update', (_change: unknown, origin: unknown) => {
      if (origin === fromServer || this.presenceTimer !== undefined) return;
      this.presenceTimer = setTimeout(() => this.sendPresence(), presenceEveryMs);
    });
    return awareness;
  }

  private sendPresence(): void {
    clearTimeout(this.presenceTimer);
    this.presenceTimer = undefined;
    if (this.closed || !this.awareness.getLocalState()) return;
    this.session.presence(this.text, encodeAwarenessUpdate(this.awareness, [this.doc.clientID]));
  }

  private typed(update: Uint8Array): void {
    this.batch.push(update);
    this.session.setUnwritten(this.text, true);
    if (this.timer === undefined && !this.recovery) this.timer = setTimeout(() => this.flush(), editBatchMs);
  }

  private nowSynced(): void {
    this.synced = true;
    this.emit('synced');
  }

  private editsWaiting(): boolean {
    return this.session.waiting('textEdit').some((edit) => edit.text === this.text);
  }

  private refused(update: Uint8Array, refusal: Refusal, reason: string): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (!this.recovery) {
      this.recovery = { refusal, reason, refused: [update], later: [] };
      return;
    }
    // What was sent behind a refused edit builds on letters that nobody has: not wrong, only homeless.
    if (refusal === Refusal.UPDATE_NOT_CAUSAL) this.recovery.later.push(update);
    else this.recovery.refused.push(update);
  }

  /** A fresh document from the server's whole state; what was typed behind the refused edit is written again. */
  private startOver(state: Uint8Array): void {
    const { recovery } = this;
    if (!recovery) return;
    const stale = this.doc;
    const user = this.awareness.getLocalState()?.user as unknown;
    const later = [...recovery.later, ...this.batch];
    this.batch = [];
    this.recovery = undefined;
    this.doc = this.newDoc();
    Y.applyUpdate(this.doc, state, fromServer);
    let leftover = '';
    if (lasting.has(recovery.refusal)) recovery.refused.push(...later);
    else if (later.length > 0) leftover = carryOver(stale, this.doc, rootName, later);
    this.session.setUnwritten(this.text, this.batch.length > 0);
    this.keepDraft(recovery, leftover);
    this.awareness.destroy();
    this.awareness = this.newAwareness();
    if (user) this.awareness.setLocalStateField('user', user);
    this.saveSoon();
    this.emit('reset');
    stale.destroy();
    this.nowSynced();
  }

  private keepDraft(recovery: Recovery, leftover: string): void {
    if (recovery.refused.length === 0) return;
    const plain = [lettersOf(recovery.refused), leftover.trim()].filter((part) => part !== '').join('\n');
    void this.session.keepDraft({
      id: newId('draft'),
      text: this.text,
      plain,
      reason: recovery.reason,
      atMs: Date.now(),
    });
  }

  private saveSoon(): void {
    if (this.saving !== undefined) return;
    this.saving = setTimeout(() => {
      this.saving = undefined;
      const { storage, seat, epoch } = this.session;
      if (this.recovery || epoch.length === 0) return;
      void storage.putText({ seat, text: this.text, state: Y.encodeStateAsUpdate(this.doc), epoch }).catch(() => undefined);
    }, 1_000);
  }

  private emit(event: TextEvent): void {
    for (const listener of this.listeners.get(event) ?? []) listener();
  }
}

const open = new WeakMap<Session, Map<string, { provider: TextProvider; users: number }>>();

/** The text's provider of this page, shared by everybody who shows it. Call `release` when done. */
export function openText(session: Session, text: string): { provider: TextProvider; release: () => void } {
  const texts = open.get(session) ?? new Map<string, { provider: TextProvider; users: number }>();
  open.set(session, texts);
  let entry = texts.get(text);
  if (!entry) {
    entry = { provider: new TextProvider(session, text), users: 0 };
    texts.set(text, entry);
    void entry.provider.open();
  }
  const held = entry;
  held.users += 1;
  let released = false;
  const release = () => {
    if (released) return;
    released = true;
    held.users -= 1;
    if (held.users > 0) return;
    texts.delete(text);
    held.provider.close();
  };
  return { provider: held.provider, release };
}
