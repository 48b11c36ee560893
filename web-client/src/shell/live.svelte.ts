import {
  EntityStore,
  Session,
  openStorage,
  type Draft,
  type Kind,
  type MeetingContent,
  type SessionEvent,
  type Settled,
  type Status,
  type ViewOf,
} from '@atelier/sdk';
import { createSubscriber } from 'svelte/reactivity';

/**
 * Entities as Svelte reads them: a component that reads a kind is run again when that kind changes, and only then.
 * Live and replayed meetings give the same, so a component does not know which one it shows.
 */
export class Entities {
  private readonly tracks = new Map<Kind, () => void>();
  constructor(readonly store: EntityStore) {}

  get<K extends Kind>(kind: K, id?: string): ViewOf<K> | undefined {
    this.track(kind);
    return this.store.get(kind, id);
  }
  all<K extends Kind>(kind: K): readonly ViewOf<K>[] {
    this.track(kind);
    return this.store.all(kind);
  }
  get meeting(): ViewOf<'meeting'> | undefined {
    return this.get('meeting');
  }
  get content(): MeetingContent | undefined {
    return this.get('content')?.content;
  }
  get me(): ViewOf<'me'> | undefined {
    return this.get('me');
  }
  /** The agenda in its order. */
  get phases(): ViewOf<'phase'>[] {
    return [...this.all('phase')].sort((a, b) => a.order - b.order);
  }
  get phase(): ViewOf<'phase'> | undefined {
    const running = this.meeting?.phase;
    return running ? this.get('phase', running) : undefined;
  }
  person(id: string): ViewOf<'person'> | undefined {
    return this.get('person', id);
  }
  networkName(id: string): string {
    return this.content?.networks.find((network) => network.id === id)?.name ?? id;
  }
  organisationName(id: string): string {
    return this.content?.organisations.find((organisation) => organisation.id === id)?.name ?? id;
  }

  private track(kind: Kind): void {
    let subscribe = this.tracks.get(kind);
    if (!subscribe) {
      subscribe = createSubscriber((update) => this.store.subscribe(kind, update));
      this.tracks.set(kind, subscribe);
    }
    subscribe();
  }
}

/** The live meeting of one seat. Commands: `live.session.ask('noteAdd', { … })`. */
export class Live extends Entities {
  private readonly events = new Map<SessionEvent, () => void>();
  constructor(readonly session: Session) {
    super(session.store);
  }

  static async open(seat: string): Promise<Live> {
    const address = new URL(`/s/${seat}/ws`, location.href);
    address.protocol = location.protocol === 'https:' ? 'wss:' : 'ws:';
    const session = new Session({
      seat,
      storage: await openStorage(seat),
      openSocket: () => new WebSocket(address),
      locks: navigator.locks as LockManager | undefined,
    });
    await session.start();
    return new Live(session);
  }

  get status(): Status {
    this.hear('status');
    return this.session.status;
  }
  get role() {
    this.hear('welcome');
    return this.session.role;
  }
  get personId(): string {
    this.hear('welcome');
    return this.session.person;
  }
  get refused(): readonly Settled[] {
    this.hear('refused');
    return this.session.refused;
  }
  get drafts(): readonly Draft[] {
    this.hear('drafts');
    return this.session.drafts;
  }

  private hear(event: SessionEvent): void {
    let subscribe = this.events.get(event);
    if (!subscribe) {
      subscribe = createSubscriber((update) => this.session.on(event, update));
      this.events.set(event, subscribe);
    }
    subscribe();
  }
}
