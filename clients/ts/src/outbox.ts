import { fromBinary, toBinary } from './codec';
import { CommandSchema, type Command } from './gen/atelier/v1/command_pb';
import type { Ack } from './gen/atelier/v1/wire_pb';
import { Lane, type Fate, type ToSend } from './lane';
import { abandonedAfterMs } from './limits';
import type { Storage, StoredEntry } from './storage';

/** The few calls of the Web Locks API that are used; undefined where the page is no secure context. */
export type Locks = Pick<LockManager, 'request'>;

/** A command that waits for its acknowledgement. */
export interface Waiting {
  readonly instance: string;
  readonly counter: number;
  readonly command: Command;
}
export interface Settled extends Waiting {
  readonly ack: Ack;
}
export interface Outgoing extends ToSend {
  instance: string;
}

/**
 * Durable intent: a command is written to the storage before it is sent, and stays there until the server says that it is
 * durable or refused. What an earlier page load of the same seat left behind is adopted: sent again under its own
 * instance and counters, never extended.
 */
export class Outbox {
  private readonly lanes = new Map<string, Lane>();
  private readonly commands = new Map<string, Command>();
  private writing: Promise<void> = Promise.resolve();
  private releases: (() => void)[] = [];
  private closed = false;
  /** Called when something may be sent. */
  onReady: () => void = () => {};
  /** Called when the number of waiting commands changed. */
  onChange: () => void = () => {};
  /** Called with what an earlier page load had not delivered. */
  onAdopted: (waiting: readonly Waiting[]) => void = () => {};
  /** False once a write failed: what waits would not survive a reload. */
  durable: boolean;

  constructor(
    private readonly seat: string,
    readonly instance: string,
    private readonly storage: Storage,
    private readonly locks: Locks | undefined,
  ) {
    this.durable = storage.durable;
    this.lanes.set(instance, new Lane(instance, 0));
  }

  /** Holds this instance's lock for the life of the page, then adopts what lies there. */
  async open(): Promise<void> {
    if (this.locks) await this.hold(this.instance);
    await this.adopt();
  }

  close(): void {
    this.closed = true;
    for (const release of this.releases) release();
    this.releases = [];
  }

  get waiting(): number {
    let sum = 0;
    for (const lane of this.lanes.values()) sum += lane.entries.length;
    return sum;
  }

  /** Everything that waits, in the order in which it is sent. */
  pending(): Waiting[] {
    return [...this.lanes.values()].flatMap((lane) => lane.entries.map((entry) => this.waitingOf(lane, entry.counter)));
  }

  /** Takes a command. Its counter is given at once; it is sent when it has been written. */
  add(command: Command): { waiting: Waiting; written: Promise<void> } {
    const lane = this.own();
    const bytes = toBinary(CommandSchema, command);
    const entry = lane.add(lane.nextCounter, bytes, false);
    this.commands.set(`${lane.instance}/${entry.counter}`, command);
    const stored: StoredEntry = {
      seat: this.seat,
      instance: lane.instance,
      counter: entry.counter,
      command: bytes,
      atMs: Date.now(),
    };
    const written = this.write(() => this.storage.put(stored)).then(() => {
      entry.stored = true;
      this.onReady();
    });
    this.onChange();
    return { waiting: { instance: lane.instance, counter: entry.counter, command }, written };
  }

  /** What is to be sent now, each lane in its order. */
  take(nowMs = Date.now()): Outgoing[] {
    return [...this.lanes.values()].flatMap((lane) => lane.take(nowMs).map((item) => ({ ...item, instance: lane.instance })));
  }

  wakeAtMs(nowMs = Date.now()): number | undefined {
    const times = [...this.lanes.values()].map((lane) => lane.wakeAtMs(nowMs)).filter((time) => time !== undefined);
    return times.length > 0 ? Math.min(...times) : undefined;
  }

  /** Settles the entry that `ack` is about; undefined when it waits on, or is not ours. */
  acknowledged(ack: Ack, nowMs = Date.now()): Settled | undefined {
    const lane = this.lanes.get(ack.instance === 0n ? this.instance : ack.instance.toString());
    if (!lane) return undefined;
    const counter = Number(ack.counter);
    const waiting = this.commands.has(`${lane.instance}/${counter}`) ? this.waitingOf(lane, counter) : undefined;
    const fate: Fate = lane.acknowledged(ack, nowMs);
    if (fate === 'again' && lane.outOfOrder > 3 && lane.instance !== this.instance) this.takeOver(lane);
    if (fate !== 'settled' || !waiting) return undefined;
    this.commands.delete(`${lane.instance}/${counter}`);
    void this.write(() => this.storage.settle(lane.instance, counter, lane.lastInLog));
    if (lane.entries.length === 0 && lane.instance !== this.instance) this.finish(lane);
    this.onChange();
    return { ...waiting, ack };
  }

  /** The server keeps calling the own first entry out of order: a new Welcome tells what its log holds. */
  get stuck(): boolean {
    return this.own().outOfOrder > 3;
  }

  disconnected(): void {
    for (const lane of this.lanes.values()) lane.disconnected();
  }

  welcomed(lastCounter: bigint): void {
    this.own().welcomed(Number(lastCounter));
  }

  /** Looks for entries whose page is gone. With Web Locks that is known; without, they must have lain there for a while. */
  async adopt(): Promise<void> {
    const [entries, instances] = await Promise.all([this.storage.entries(), this.storage.instances()]).catch(
      () => [[], []] as [StoredEntry[], { instance: string; lastInLog: number }[]],
    );
    const groups = new Map<string, StoredEntry[]>();
    for (const entry of entries) {
      if (this.lanes.has(entry.instance)) continue;
      groups.set(entry.instance, [...(groups.get(entry.instance) ?? []), entry]);
    }
    for (const [instance, group] of groups) {
      const free = this.locks
        ? await this.hold(instance, { ifAvailable: true })
        : group.every((entry) => Date.now() - entry.atMs > abandonedAfterMs);
      if (!free || this.closed) continue;
      const current = this.locks ? (await this.storage.entries()).filter((entry) => entry.instance === instance) : group;
      this.join(instance, current, instances.find((known) => known.instance === instance)?.lastInLog ?? 0);
    }
    if (this.locks) await this.forgetFinished(instances.filter((known) => !groups.has(known.instance)));
  }

  /** Instances without entries whose page is gone need not be remembered. */
  private async forgetFinished(instances: readonly { instance: string }[]): Promise<void> {
    for (const { instance } of instances) {
      if (this.lanes.has(instance) || !(await this.hold(instance, { ifAvailable: true }))) continue;
      await this.write(() => this.storage.forget(instance));
    }
  }

  private join(instance: string, entries: StoredEntry[], lastInLog: number): void {
    if (entries.length === 0 || this.lanes.has(instance)) return;
    const lane = new Lane(instance, lastInLog);
    entries.sort((a, b) => a.counter - b.counter);
    for (const entry of entries) {
      lane.add(entry.counter, entry.command, true);
      this.commands.set(`${instance}/${entry.counter}`, fromBinary(CommandSchema, entry.command));
    }
    this.lanes.set(instance, lane);
    this.onAdopted(lane.entries.map((entry) => this.waitingOf(lane, entry.counter)));
    this.onChange();
    this.onReady();
  }

  /**
   * The log has lost what an adopted instance names as previous (restored from a backup), so its entries can never follow.
   * They are not in the log either: asked again as this instance's own.
   */
  private takeOver(lane: Lane): void {
    const left = lane.entries.map((entry) => this.waitingOf(lane, entry.counter));
    this.lanes.delete(lane.instance);
    for (const waiting of left) {
      const { written } = this.add(waiting.command);
      this.commands.delete(`${waiting.instance}/${waiting.counter}`);
      void written.then(() => this.storage.settle(waiting.instance, waiting.counter, lane.lastInLog));
    }
  }

  private finish(lane: Lane): void {
    this.lanes.delete(lane.instance);
    void this.write(() => this.storage.forget(lane.instance));
  }

  private own(): Lane {
    const lane = this.lanes.get(this.instance);
    if (!lane) throw new Error('outbox: its own lane is never removed');
    return lane;
  }

  private waitingOf(lane: Lane, counter: number): Waiting {
    return { instance: lane.instance, counter, command: this.commandOf(lane.instance, counter) };
  }

  commandOf(instance: string, counter: number): Command {
    const command = this.commands.get(`${instance}/${counter}`);
    if (!command) throw new Error('outbox: every entry of a lane has its command');
    return command;
  }

  /** One write after the other, in order. A failed one is not fatal: the command is sent all the same. */
  private write(change: () => Promise<void>): Promise<void> {
    this.writing = this.writing.then(change).catch(() => {
      this.durable = false;
      this.onChange();
    });
    return this.writing;
  }

  /** True when the lock of `instance` is ours; it stays ours until close(). */
  private hold(instance: string, options: { ifAvailable?: boolean } = {}): Promise<boolean> {
    const locks = this.locks;
    if (!locks) return Promise.resolve(true);
    return new Promise((resolve) => {
      locks
        .request(`atelier-outbox-${instance}`, options, (lock) => {
          resolve(lock !== null);
          if (!lock) return undefined;
          return new Promise<void>((release) => this.releases.push(release));
        })
        .catch(() => resolve(false));
    });
  }
}
