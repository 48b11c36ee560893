import { openDB, type DBSchema, type IDBPDatabase } from 'idb';

/** One command that the server has not acknowledged yet. `instance` is decimal text: a 64-bit number is no key in IndexedDB. */
export interface StoredEntry {
  seat: string;
  instance: string;
  counter: number;
  /** A serialized Command. */
  command: Uint8Array;
  atMs: number;
}
/** What is remembered of an instance while it has entries. */
export interface StoredInstance {
  seat: string;
  instance: string;
  /** The last counter that stands in the log; what the next entry names as `previous`. */
  lastInLog: number;
}
/** Letters that the server did not accept, kept until their author throws them away. */
export interface Draft {
  seat: string;
  id: string;
  text: string;
  plain: string;
  reason: string;
  atMs: number;
}
/** The last known state of a text, so that it can be shown and edited before the server answers. */
export interface StoredText {
  seat: string;
  text: string;
  state: Uint8Array;
}

/** Where the outbox keeps what must survive a reload. One seat sees only its own. */
export interface Storage {
  readonly durable: boolean;
  entries(): Promise<StoredEntry[]>;
  instances(): Promise<StoredInstance[]>;
  put(entry: StoredEntry): Promise<void>;
  /** Removes one entry and remembers how far its instance has come, in one transaction. */
  settle(instance: string, counter: number, lastInLog: number): Promise<void>;
  forget(instance: string): Promise<void>;
  drafts(): Promise<Draft[]>;
  putDraft(draft: Draft): Promise<void>;
  dropDraft(id: string): Promise<void>;
  text(text: string): Promise<Uint8Array | undefined>;
  putText(text: string, state: Uint8Array): Promise<void>;
}

interface Schema extends DBSchema {
  entries: { key: [string, string, number]; value: StoredEntry; indexes: { seat: string } };
  instances: { key: [string, string]; value: StoredInstance; indexes: { seat: string } };
  drafts: { key: [string, string]; value: Draft; indexes: { seat: string } };
  texts: { key: [string, string]; value: StoredText };
}

/** IndexedDB where there is one, else memory: the meeting goes on, only a reload loses what was not sent. */
export async function openStorage(seat: string): Promise<Storage> {
  try {
    const database = await openDB<Schema>('atelier', 1, {
      upgrade(made) {
        made.createObjectStore('entries', { keyPath: ['seat', 'instance', 'counter'] }).createIndex('seat', 'seat');
        made.createObjectStore('instances', { keyPath: ['seat', 'instance'] }).createIndex('seat', 'seat');
        made.createObjectStore('drafts', { keyPath: ['seat', 'id'] }).createIndex('seat', 'seat');
        made.createObjectStore('texts', { keyPath: ['seat', 'text'] });
      },
    });
    return new DatabaseStorage(seat, database);
  } catch {
    return new MemoryStorage(seat);
  }
}

class DatabaseStorage implements Storage {
  readonly durable = true;
  constructor(
    private readonly seat: string,
    private readonly database: IDBPDatabase<Schema>,
  ) {}
  entries() {
    return this.database.getAllFromIndex('entries', 'seat', this.seat);
  }
  instances() {
    return this.database.getAllFromIndex('instances', 'seat', this.seat);
  }
  async put(entry: StoredEntry) {
    await this.database.put('entries', entry);
  }
  async settle(instance: string, counter: number, lastInLog: number) {
    const change = this.database.transaction(['entries', 'instances'], 'readwrite');
    await Promise.all([
      change.objectStore('entries').delete([this.seat, instance, counter]),
      change.objectStore('instances').put({ seat: this.seat, instance, lastInLog }),
      change.done,
    ]);
  }
  async forget(instance: string) {
    await this.database.delete('instances', [this.seat, instance]);
  }
  drafts() {
    return this.database.getAllFromIndex('drafts', 'seat', this.seat);
  }
  async putDraft(draft: Draft) {
    await this.database.put('drafts', draft);
  }
  async dropDraft(id: string) {
    await this.database.delete('drafts', [this.seat, id]);
  }
  async text(text: string) {
    return (await this.database.get('texts', [this.seat, text]))?.state;
  }
  async putText(text: string, state: Uint8Array) {
    await this.database.put('texts', { seat: this.seat, text, state });
  }
}

/** For browsers without IndexedDB, for replays, and for tests. */
export class MemoryStorage implements Storage {
  readonly durable = false;
  private readonly stored = new Map<string, StoredEntry>();
  private readonly known = new Map<string, StoredInstance>();
  private readonly kept = new Map<string, Draft>();
  private readonly states = new Map<string, Uint8Array>();
  constructor(private readonly seat: string) {}
  async entries() {
    return [...this.stored.values()];
  }
  async instances() {
    return [...this.known.values()];
  }
  async put(entry: StoredEntry) {
    this.stored.set(`${entry.instance}/${entry.counter}`, entry);
  }
  async settle(instance: string, counter: number, lastInLog: number) {
    this.stored.delete(`${instance}/${counter}`);
    this.known.set(instance, { seat: this.seat, instance, lastInLog });
  }
  async forget(instance: string) {
    this.known.delete(instance);
  }
  async drafts() {
    return [...this.kept.values()];
  }
  async putDraft(draft: Draft) {
    this.kept.set(draft.id, draft);
  }
  async dropDraft(id: string) {
    this.kept.delete(id);
  }
  async text(text: string) {
    return this.states.get(text);
  }
  async putText(text: string, state: Uint8Array) {
    this.states.set(text, state);
  }
}
