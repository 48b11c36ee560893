import { Refusal } from './gen/atelier/v1/refusal_pb';
import type { Ack } from './gen/atelier/v1/wire_pb';
import { retryRefusedMs } from './limits';

/** One command on its way. */
export interface LaneEntry {
  readonly counter: number;
  readonly command: Uint8Array;
  /** Written to the storage: it may be sent. */
  stored: boolean;
  /** Sent on the present connection and not answered yet. */
  inFlight: boolean;
}
export interface ToSend {
  counter: number;
  previous: number;
  command: Uint8Array;
}
/** What an acknowledgement means for its entry. */
export type Fate = 'unknown' | 'settled' | 'again';

const triedAgain: ReadonlySet<Refusal> = new Set([Refusal.OUT_OF_ORDER, Refusal.RATE, Refusal.STORAGE]);

/**
 * The commands of one client instance, in order, until each is settled. Knows the rule of `previous` (wire.proto): every
 * entry names the one before it, the first the last that stands in the log. When the server did not take one, what
 * was sent behind it comes back out of order; the lane then waits until nothing is in flight and sends again from the first.
 */
export class Lane {
  private list: LaneEntry[] = [];
  private blockedUntilMs = 0;
  private stalled = false;
  /** How often the first entry was refused as out of order without anything in between. */
  outOfOrder = 0;

  constructor(
    readonly instance: string,
    public lastInLog: number,
  ) {}

  get entries(): readonly LaneEntry[] {
    return this.list;
  }
  get nextCounter(): number {
    return (this.list.at(-1)?.counter ?? this.last) + 1;
  }
  private last = 0;

  add(counter: number, command: Uint8Array, stored: boolean): LaneEntry {
    const entry = { counter, command, stored, inFlight: false };
    this.list.push(entry);
    this.last = Math.max(this.last, counter);
    return entry;
  }

  /** What is to be sent now; it counts as sent. */
  take(nowMs: number): ToSend[] {
    const inFlight = this.list.some((entry) => entry.inFlight);
    if (nowMs < this.blockedUntilMs || (this.stalled && inFlight)) return [];
    this.stalled = false;
    const sent: ToSend[] = [];
    let previous = this.lastInLog;
    for (const entry of this.list) {
      if (!entry.stored) break;
      if (!entry.inFlight) {
        entry.inFlight = true;
        sent.push({ counter: entry.counter, previous, command: entry.command });
      }
      previous = entry.counter;
    }
    return sent;
  }

  /** When to call take() again although nothing arrives; undefined: no need. */
  wakeAtMs(nowMs: number): number | undefined {
    return this.blockedUntilMs > nowMs && this.list.length > 0 ? this.blockedUntilMs : undefined;
  }

  acknowledged(ack: Ack, nowMs: number): Fate {
    const counter = Number(ack.counter);
    const index = this.list.findIndex((entry) => entry.counter === counter);
    const entry = this.list[index];
    if (!entry) return 'unknown';
    if (ack.seq === 0n && triedAgain.has(ack.refusal)) {
      entry.inFlight = false;
      this.stalled = true;
      if (ack.refusal !== Refusal.OUT_OF_ORDER) this.blockedUntilMs = nowMs + retryRefusedMs;
      else if (index === 0) {
        this.outOfOrder += 1;
        this.blockedUntilMs = nowMs + (this.outOfOrder > 1 ? retryRefusedMs : 0);
      }
      return 'again';
    }
    this.outOfOrder = 0;
    this.list.splice(index, 1);
    if (ack.seq > 0n) this.lastInLog = Math.max(this.lastInLog, counter);
    else this.stalled = true;
    return 'settled';
  }

  /** The connection is gone: everything is to be sent again. */
  disconnected(): void {
    for (const entry of this.list) entry.inFlight = false;
    this.stalled = false;
    this.blockedUntilMs = 0;
  }

  /** What the server's log holds of this instance. Less than we know: the log was restored from a backup. */
  welcomed(lastCounter: number): void {
    this.lastInLog = Math.min(this.lastInLog, lastCounter);
  }
}
