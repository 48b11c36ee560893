import { Connection, type OpenSocket } from './connection';
import type { ServerMessage, TextUpdate, Welcome } from './gen/atelier/v1/wire_pb';
import { EntityStore } from './store';

export interface ReplayEvents {
  /** Everything of the moment that was asked for last has arrived. */
  arrived(seq: bigint, timeMs: number): void;
  /** A text as it was then; `state` first, whole. */
  text(update: TextUpdate): void;
  state(open: boolean): void;
}

/** A meeting at a moment of its past. The same entities and components as live; nothing can be asked for but another moment. */
export class Replay {
  readonly store = new EntityStore();
  welcome: Welcome | undefined;
  private readonly connection: Connection;
  private wanted: { atMs: number; texts: readonly string[] } | undefined;

  constructor(
    openSocket: OpenSocket,
    private readonly events: ReplayEvents,
  ) {
    this.connection = new Connection(openSocket, {
      opened: () => {
        this.connection.healthy();
        if (this.wanted) this.seek(this.wanted.atMs, this.wanted.texts);
      },
      message: (message) => this.received(message),
      state: (state) => events.state(state === 'open'),
    });
  }

  start(): void {
    this.connection.start();
  }
  stop(): void {
    this.connection.stop();
  }

  /** Milliseconds of meeting time; -1 the end. Texts named here are sent as they were then. */
  seek(atMs: number, texts: readonly string[]): void {
    this.wanted = { atMs, texts };
    this.connection.send({ case: 'seek', value: { atMs: BigInt(Math.round(atMs)), texts: [...texts] } });
  }

  private received(message: ServerMessage): void {
    this.store.batch(() => {
      for (const welcome of message.welcome) {
        this.welcome = welcome;
        if (welcome.full) this.store.clear();
      }
      for (const entity of message.entity) this.store.apply(entity);
    });
    for (const update of message.textUpdate) this.events.text(update);
    for (const synced of message.synced) this.events.arrived(synced.seq, Number(synced.timeMs));
  }
}
