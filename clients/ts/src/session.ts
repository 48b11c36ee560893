import { create, toBinary, type MessageInitShape } from './codec';
import { Connection, type OpenSocket } from './connection';
import { CommandSchema, type Command } from './gen/atelier/v1/command_pb';
import type { Role } from './gen/atelier/v1/content_pb';
import { Refusal } from './gen/atelier/v1/refusal_pb';
import {
  Notice_Kind,
  PresenceSchema,
  type Ack,
  type Notice,
  type PresenceOf,
  type ServerMessage,
  type TextUpdate,
  type Welcome,
} from './gen/atelier/v1/wire_pb';
import { joinDraftsMs, presenceBytesMax } from './limits';
import { Outbox, type Locks, type Settled, type Waiting } from './outbox';
import { Seen } from './seen';
import { statusOf, type Status } from './status';
import type { Draft, Storage } from './storage';
import { EntityStore } from './store';

export type CommandCase = Exclude<Command['kind']['case'], undefined>;
type CommandInit = NonNullable<MessageInitShape<typeof CommandSchema>['kind']>;
type Commands = { [E in Command['kind'] as E['case'] extends string ? E['case'] : never]: E['value'] };
export type CommandOf<C extends CommandCase> = Commands[C];
export type CommandFields<C extends CommandCase> = Extract<CommandInit, { case: C }>['value'];

/** What became of a command. */
export interface Outcome {
  accepted: boolean;
  /** Its place in the log; 0n: refused before the log. */
  seq: bigint;
  refusal: Refusal;
  /** One English sentence of the server for a refusal. */
  reason: string;
  /** The receipt of a ballot in a sealed vote. */
  receipt: Uint8Array;
}

/** What a text needs of the session; the Yjs provider is one. */
export interface TextFollower {
  readonly text: string;
  /** Empty: send everything. */
  stateVector(): Uint8Array;
  update(update: TextUpdate): void;
  presence(presence: PresenceOf): void;
  settled(settled: Settled): void;
  adopted(waiting: readonly Waiting[]): void;
  connected(connected: boolean): void;
  /** The log is another one (restored from a backup): forget everything; the whole state is asked for again. */
  restart(): void;
}

export interface SessionOptions {
  seat: string;
  storage: Storage;
  openSocket: OpenSocket;
  locks?: Locks | undefined;
  /** 64 random bits; tests give their own. */
  instance?: bigint;
}

export type SessionEvent = 'status' | 'welcome' | 'refused' | 'drafts' | 'notice';

/** One person's live meeting: entities in, commands out, and the truth about both. */
export class Session {
  readonly store = new EntityStore();
  readonly outbox: Outbox;
  readonly storage: Storage;
  readonly seat: string;
  welcome: Welcome | undefined;
  /** What is known to have been refused on this page, newest last; the interface shows and dismisses them. */
  refused: readonly Settled[] = [];
  drafts: readonly Draft[] = [];
  status: Status;

  private readonly connection: Connection;
  private readonly instance: bigint;
  private readonly followers = new Map<string, TextFollower>();
  private readonly answers = new Map<string, (outcome: Outcome) => void>();
  private readonly listeners = new Map<SessionEvent, Set<() => void>>();
  private readonly unwritten = new Set<string>();
  private readonly seen: Seen;
  /** Of an earlier page load, until the server answers. */
  private remembered: Welcome | undefined;
  private synced = false;
  private everSynced = false;
  private readOnly = false;
  private seq = 0n;
  private clockOffsetMs = 0;
  private wake: ReturnType<typeof setTimeout> | undefined;
  private adoption: ReturnType<typeof setInterval> | undefined;

  constructor(options: SessionOptions) {
    this.seat = options.seat;
    this.storage = options.storage;
    this.instance = options.instance ?? randomInstance();
    this.seen = new Seen(options.storage, this.store, () => this.welcome);
    this.outbox = new Outbox(options.seat, this.instance.toString(), options.storage, options.locks);
    this.outbox.onReady = () => this.pump();
    this.outbox.onChange = () => this.refresh();
    this.outbox.onAdopted = (waiting) => this.followers.forEach((follower) => follower.adopted(waiting));
    this.connection = new Connection(options.openSocket, {
      opened: () => this.hello(),
      message: (message) => this.received(message),
      state: (state) => {
        if (state !== 'open') this.disconnected();
        this.refresh();
      },
    });
    this.status = this.computeStatus();
  }

  /** Adopts what an earlier page load left, then connects. */
  async start(): Promise<void> {
    this.drafts = await this.storage.drafts().catch(() => []);
    this.remembered = await this.seen.load();
    if (this.remembered) this.clockOffsetMs = Number(this.remembered.nowMs) - Date.now();
    await this.outbox.open();
    this.connection.start();
    this.adoption = setInterval(() => void this.outbox.adopt(), 5_000);
    setTimeout(() => void this.outbox.adopt(), 600); // the page before this one may still have been letting go
    this.refresh();
  }

  stop(): void {
    clearInterval(this.adoption);
    clearTimeout(this.wake);
    this.seen.stop();
    this.connection.stop();
    this.outbox.close();
  }

  /** The network is back or the page is looked at: do not wait for the next attempt. */
  hurry(): void {
    this.connection.hurry();
  }

  /** The browser says that there is no network: what is sent now would only seem to be on its way. */
  offline(): void {
    this.connection.restart();
  }

  get role(): Role | undefined {
    return (this.welcome ?? this.remembered)?.role;
  }
  get person(): string {
    return (this.welcome ?? this.remembered)?.person ?? '';
  }
  /** Of the log that this page follows; empty before the first Welcome. */
  get epoch(): Uint8Array {
    return this.welcome?.epoch ?? new Uint8Array();
  }
  /** The meeting's clock (record time) in milliseconds, as the server's Welcome set it. */
  nowMs(): number {
    return Date.now() + this.clockOffsetMs;
  }

  /** Asks for something. Written to the outbox first; resolves when the server has said what became of it. */
  ask<C extends CommandCase>(kind: C, fields: CommandFields<C>): Promise<Outcome> {
    const command = create(CommandSchema, { kind: { case: kind, value: fields } as CommandInit });
    return this.submit(command).outcome;
  }

  /** As `ask`, for a command that is made already; tells its place in the outbox too. */
  submit(command: Command): { waiting: Waiting; outcome: Promise<Outcome> } {
    const { waiting } = this.outbox.add(command);
    const outcome = new Promise<Outcome>((resolve) => this.answers.set(keyOf(waiting), resolve));
    return { waiting, outcome };
  }

  /** What waits for an acknowledgement, of one kind. */
  waiting<C extends CommandCase>(kind: C): CommandOf<C>[] {
    return this.outbox
      .pending()
      .filter((waiting) => waiting.command.kind.case === kind)
      .map((waiting) => waiting.command.kind.value as unknown as CommandOf<C>);
  }

  follow(follower: TextFollower): () => void {
    this.followers.set(follower.text, follower);
    this.refollow(follower);
    return () => {
      if (this.followers.get(follower.text) !== follower) return;
      this.followers.delete(follower.text);
      this.connection.send({ case: 'textUnfollow', value: { text: follower.text } });
    };
  }

  /** Asks for the text's state against the follower's state vector (again). */
  refollow(follower: TextFollower): boolean {
    if (this.connection.state !== 'open') return false;
    return this.connection.send({
      case: 'textFollow',
      value: { text: follower.text, stateVector: follower.stateVector() },
    });
  }

  /** A text holds letters that are not in the outbox yet: the status must not say Live. */
  setUnwritten(text: string, unwritten: boolean): void {
    if (unwritten) this.unwritten.add(text);
    else this.unwritten.delete(text);
    this.refresh();
  }

  /** Best effort: where the caret is. Too large a state is left out. */
  presence(text: string, state: Uint8Array): void {
    const presence = create(PresenceSchema, { text, state });
    if (toBinary(PresenceSchema, presence).length > presenceBytesMax) return;
    this.connection.send({ case: 'presence', value: presence });
  }

  /** Keeps refused letters. What was typed in one go may be refused in several answers: it is one draft. */
  async keepDraft(draft: Omit<Draft, 'seat'>): Promise<void> {
    const last = this.drafts.at(-1);
    const joins = last?.text === draft.text && last.reason === draft.reason && draft.atMs - last.atMs < joinDraftsMs;
    const kept = { ...draft, seat: this.seat };
    if (last && joins) Object.assign(kept, { id: last.id, plain: last.plain + draft.plain });
    this.drafts = [...this.drafts.filter((other) => other.id !== kept.id), kept];
    this.emit('drafts');
    await this.storage.putDraft(kept).catch(() => undefined);
  }

  async dropDraft(id: string): Promise<void> {
    this.drafts = this.drafts.filter((draft) => draft.id !== id);
    this.emit('drafts');
    await this.storage.dropDraft(id).catch(() => undefined);
  }

  dismissRefused(settled: Settled): void {
    this.refused = this.refused.filter((other) => other !== settled);
    this.emit('refused');
  }

  on(event: SessionEvent, listener: () => void): () => void {
    const set = this.listeners.get(event) ?? new Set();
    this.listeners.set(event, set);
    set.add(listener);
    return () => set.delete(listener);
  }

  private hello(): void {
    this.synced = false;
    const texts = [...this.followers.values()].map((follower) => ({
      text: follower.text,
      stateVector: follower.stateVector(),
    }));
    this.connection.send({ case: 'hello', value: { instance: this.instance, epoch: this.epoch, seq: this.seq, texts } });
    this.pump();
  }

  private received(message: ServerMessage): void {
    this.store.batch(() => {
      for (const welcome of message.welcome) this.welcomed(welcome);
      for (const entity of message.entity) this.store.apply(entity);
      for (const update of message.textUpdate) this.followers.get(update.text)?.update(update);
      for (const ack of message.ack) this.acknowledged(ack);
    });
    for (const presence of message.presence) {
      if (presence.gone && !presence.text) this.followers.forEach((follower) => follower.presence(presence));
      else this.followers.get(presence.text)?.presence(presence);
    }
    for (const notice of message.notice) this.noticed(notice);
    for (const synced of message.synced) {
      if (synced.seq > this.seq) this.seq = synced.seq;
      if (!this.synced) this.nowSynced();
    }
    if (this.synced && message.entity.length > 0) this.seen.changed();
    this.refresh();
  }

  private welcomed(welcome: Welcome): void {
    if (welcome.full || !this.welcome) {
      this.store.beginLoad();
      this.seq = 0n;
    }
    const { epoch } = this;
    this.welcome = welcome;
    if (epoch.length > 0 && !sameBytes(epoch, welcome.epoch)) {
      for (const follower of this.followers.values()) {
        follower.restart();
        this.refollow(follower);
      }
    }
    this.clockOffsetMs = Number(welcome.nowMs) - Date.now();
    this.outbox.welcomed(welcome.lastCounter);
    this.readOnly = false;
    this.connection.healthy();
    this.emit('welcome');
  }

  private nowSynced(): void {
    this.synced = this.everSynced = true;
    this.store.endLoad();
    this.seen.keep();
    for (const follower of this.followers.values()) follower.connected(true);
    this.pump();
  }

  private noticed(notice: Notice): void {
    if (notice.kind === Notice_Kind.DRAINING) this.connection.holdOff(notice.retryMs);
    if (notice.kind === Notice_Kind.READ_ONLY) this.readOnly = true;
    if (notice.kind === Notice_Kind.RESYNC) this.synced = false;
    this.emit('notice');
  }

  private acknowledged(ack: Ack): void {
    const settled = this.outbox.acknowledged(ack);
    if (!settled) {
      if (this.outbox.stuck) this.connection.restart();
      else this.pump();
      return;
    }
    if (ack.seq > 0n) this.readOnly = false;
    const accepted = ack.refusal === Refusal.OK && ack.seq > 0n;
    this.followers.forEach((follower) => follower.settled(settled));
    const answer = this.answers.get(keyOf(settled));
    this.answers.delete(keyOf(settled));
    const { kind } = settled.command;
    if (!accepted && kind.case === 'textEdit') {
      void this.storage.dropText(kind.value.text).catch(() => undefined); // it may hold the refused letters
      if (!this.followers.has(kind.value.text)) void this.keepRefusedLetters(kind.value, ack.reason);
    } else if (!accepted) {
      this.refused = [...this.refused, settled];
      this.emit('refused');
    }
    answer?.({ accepted, seq: ack.seq, refusal: ack.refusal, reason: ack.reason, receipt: ack.receipt });
    this.pump();
  }

  /** An edit of an earlier page load was refused and nobody shows its text: its letters are kept all the same. */
  private async keepRefusedLetters({ text, update }: CommandOf<'textEdit'>, reason: string): Promise<void> {
    const { lettersOf } = await import('./text/carry');
    await this.keepDraft({ id: newId('draft'), text, plain: lettersOf([update]), reason, atMs: Date.now() });
  }

  /** Sends what may be sent; nothing before this connection's Hello. */
  private pump(): void {
    if (this.connection.state !== 'open') return;
    for (const item of this.outbox.take()) {
      this.connection.send({
        case: 'submit',
        value: {
          counter: BigInt(item.counter),
          previous: BigInt(item.previous),
          command: this.outbox.commandOf(item.instance, item.counter),
          instance: item.instance === this.outbox.instance ? 0n : BigInt(item.instance),
        },
      });
    }
    clearTimeout(this.wake);
    const at = this.outbox.wakeAtMs();
    if (at !== undefined) this.wake = setTimeout(() => this.pump(), Math.max(1, at - Date.now()));
  }

  private disconnected(): void {
    this.synced = false;
    this.outbox.disconnected();
    for (const follower of this.followers.values()) follower.connected(false);
  }

  private computeStatus(): Status {
    return statusOf({
      open: this.connection.state === 'open',
      synced: this.synced,
      ended: this.connection.state === 'ended',
      everSynced: this.everSynced,
      waiting: this.outbox.waiting + this.unwritten.size,
      durable: this.outbox.durable,
      readOnly: this.readOnly,
      reason: this.connection.endedBecause,
    });
  }

  private refresh(): void {
    const next = this.computeStatus();
    const same = (Object.keys(next) as (keyof Status)[]).every((key) => next[key] === this.status[key]);
    if (same) return;
    this.status = next;
    this.emit('status');
  }

  private emit(event: SessionEvent): void {
    for (const listener of this.listeners.get(event) ?? []) listener();
  }
}

function keyOf(waiting: Waiting): string {
  return `${waiting.instance}/${waiting.counter}`;
}

/** A new id of a card, a question, a pledge: made here, never twice. */
export function newId(prefix: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(9));
  return `${prefix}-${[...bytes].map((byte) => byte.toString(36).padStart(2, '0')).join('')}`;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

function randomInstance(): bigint {
  const words = crypto.getRandomValues(new BigUint64Array(1));
  return words[0] || 1n;
}
