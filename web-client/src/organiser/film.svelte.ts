import { Replay } from '@atelier/sdk';
import { SvelteMap } from 'svelte/reactivity';
import { ReadText } from '../reading/read_text';
import { Entities } from '../shell/live.svelte';
import { readStory, textsOf, type Story } from './story';

export const speeds = [1, 10, 60] as const;
export type Speed = (typeof speeds)[number];

const frameMs = 100;

/** A meeting that is played back: the moment that is wanted, the moment that is shown, and what was there. */
export class Film {
  story = $state.raw<Story>();
  failed = $state(false);
  /** Where the slider stands, in milliseconds of meeting time. */
  atMs = $state(0);
  /** Everything of this moment is on the page. */
  shownMs = $state(-1);
  /** Record time of the moment that is shown, for countdowns. */
  recordMs = $state(0);
  playing = $state(false);
  speed = $state<Speed>(10);
  readonly entities: Entities;
  readonly texts = new SvelteMap<string, ReadText>();

  private readonly replay: Replay;
  private asked: number | undefined;
  private beat: ReturnType<typeof setInterval> | undefined;

  constructor(private readonly seat: string) {
    const address = new URL(`/s/${seat}/replay`, location.href);
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    this.replay = new Replay(() => new WebSocket(address), {
      arrived: (_seq, timeMs) => this.arrived(timeMs),
      text: (update) => {
        const text = this.text(update.text);
        if (update.state) text.replace(update.update);
        else text.update(update);
      },
      // A new connection is asked for the wanted moment again by the SDK.
      state: (open) => {
        if (!open) this.asked = undefined;
      },
    });
    this.entities = new Entities(this.replay.store);
  }

  get endMs(): number {
    return this.story?.end_ms ?? 0;
  }

  /** Reads what happened and shows the moment `atMs` (undefined: the end). */
  async start(atMs: number | undefined): Promise<void> {
    this.replay.start();
    await this.read();
    this.seek(atMs ?? this.endMs);
  }
  async read(): Promise<void> {
    try {
      this.story = await readStory(this.seat);
      this.failed = false;
    } catch {
      this.failed = true;
    }
  }
  stop(): void {
    this.pause();
    this.replay.stop();
  }

  seek(atMs: number): void {
    this.atMs = Math.min(Math.max(0, atMs), Math.max(0, this.endMs));
    this.ask();
  }
  play(): void {
    if (this.playing) return;
    if (this.atMs >= this.endMs) this.seek(0);
    this.playing = true;
    let before = performance.now();
    this.beat = setInterval(() => {
      const now = performance.now();
      this.seek(this.atMs + (now - before) * this.speed);
      before = now;
      if (this.atMs >= this.endMs) this.pause();
    }, frameMs);
  }
  pause(): void {
    clearInterval(this.beat);
    this.playing = false;
  }

  private text(id: string): ReadText {
    let text = this.texts.get(id);
    if (!text) {
      text = new ReadText(id);
      this.texts.set(id, text);
    }
    return text;
  }
  /** One moment is asked for at a time; what the slider did meanwhile is asked for after it. */
  private ask(): void {
    if (this.asked !== undefined || !this.story) return;
    this.asked = this.atMs;
    this.replay.seek(this.asked, textsOf(this.story));
  }
  private arrived(recordMs: number): void {
    this.shownMs = this.asked ?? this.atMs;
    this.recordMs = recordMs;
    this.asked = undefined;
    if (this.shownMs !== this.atMs) this.ask();
  }
}
