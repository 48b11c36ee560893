import { create, fromBinary, toBinary } from './codec';
import { ServerMessageSchema, type Welcome } from './gen/atelier/v1/wire_pb';
import { seenEveryMs } from './limits';
import type { Storage } from './storage';
import type { EntityStore } from './store';

/**
 * Keeps what this seat saw last, so that a reload without the server shows the meeting as it was. Only shown: the next
 * connection starts from nothing, so a stale or half-written copy can never mix with what the server says.
 */
export class Seen {
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly storage: Storage,
    private readonly store: EntityStore,
    private readonly welcome: () => Welcome | undefined,
  ) {}

  /** Fills the empty store. Returns the Welcome of then; undefined when nothing is kept. */
  async load(): Promise<Welcome | undefined> {
    try {
      const kept = await this.storage.seen();
      if (!kept) return undefined;
      const message = fromBinary(ServerMessageSchema, kept);
      this.store.batch(() => message.entity.forEach((entity) => this.store.apply(entity)));
      return message.welcome[0];
    } catch {
      return undefined;
    }
  }

  /** Something changed: kept within a few seconds. */
  changed(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.keep();
    }, seenEveryMs);
  }

  keep(): void {
    const welcome = this.welcome();
    if (!welcome) return;
    const message = create(ServerMessageSchema, { welcome: [welcome], entity: this.store.entities() });
    void this.storage.putSeen(toBinary(ServerMessageSchema, message)).catch(() => undefined);
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
