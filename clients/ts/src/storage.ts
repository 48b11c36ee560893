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
  /** The epoch of the log that this state belongs to. */
  epoch: Uint8Array;
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
  text(text: string): Promise<StoredText | undefined>;
  putText(text: StoredText): Promise<void>;
  dropText(text: string): Promise<void>;
  /** What was seen last, as one ServerMessage: shown after a reload until the server answers. */
  seen(): Promise<Uint8Array | undefined>;
  putSeen(message: Uint8Array): Promise<void>;
}

/** IndexedDB where there is one, else memory: the meeting goes on, only a reload loses what was not sent. */
export async function openStorage(seat: string): Promise<Storage> {
  try {
    const opening = indexedDB.open('atelier', 1);
    opening.onupgradeneeded = () => {
      const made = opening.result;
      made.createObjectStore('entries', { keyPath: ['seat', 'instance', 'counter'] }).createIndex('seat', 'seat');
      made.createObjectStore('instances', { keyPath: ['seat', 'instance'] }).createIndex('seat', 'seat');
      made.createObjectStore('drafts', { keyPath: ['seat', 'id'] }).createIndex('seat', 'seat');
      made.createObjectStore('texts', { keyPath: ['seat', 'text'] });
      made.createObjectStore('seen', { keyPath: 'seat' });
    };
    return new DatabaseStorage(seat, await answered(opening));
  } catch {
    return new MemoryStorage(seat);
  }
}

function answered<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB refused'));
  });
}

type Stores = 'entries' | 'instances' | 'drafts' | 'texts' | 'seen';

class DatabaseStorage implements Storage {
  readonly durable = true;
  constructor(
    private readonly seat: string,
    private readonly database: IDBDatabase,
  ) {}
  entries() {
    return this.all<StoredEntry>('entries');
  }
  instances() {
    return this.all<StoredInstance>('instances');
  }
  put(entry: StoredEntry) {
    return this.change(['entries'], (stores) => stores('entries').put(entry));
  }
  settle(instance: string, counter: number, lastInLog: number) {
    return this.change(['entries', 'instances'], (stores) => {
      stores('entries').delete([this.seat, instance, counter]);
      stores('instances').put({ seat: this.seat, instance, lastInLog });
    });
  }
  forget(instance: string) {
    return this.change(['instances'], (stores) => stores('instances').delete([this.seat, instance]));
  }
  drafts() {
    return this.all<Draft>('drafts');
  }
  putDraft(draft: Draft) {
    return this.change(['drafts'], (stores) => stores('drafts').put(draft));
  }
  dropDraft(id: string) {
    return this.change(['drafts'], (stores) => stores('drafts').delete([this.seat, id]));
  }
  text(text: string) {
    const store = this.database.transaction('texts').objectStore('texts');
    return answered<StoredText | undefined>(store.get([this.seat, text]));
  }
  putText(text: StoredText) {
    return this.change(['texts'], (stores) => stores('texts').put(text));
  }
  dropText(text: string) {
    return this.change(['texts'], (stores) => stores('texts').delete([this.seat, text]));
  }
  async seen() {
    const store = this.database.transaction('seen').objectStore('seen');
    return (await answered<{ message: Uint8Array } | undefined>(store.get(this.seat)))?.message;
  }
  putSeen(message: Uint8Array) {
    return this.change(['seen'], (stores) => stores('seen').put({ seat: this.seat, message }));
  }

  private all<T>(name: Stores): Promise<T[]> {
    return answered<T[]>(this.database.transaction(name).objectStore(name).index('seat').getAll(this.seat));
  }
  /** One transaction: all of it is stored, or nothing and an error. */
  private change(names: Stores[], changes: (stores: (name: Stores) => IDBObjectStore) => void): Promise<void> {
    return new Promise((resolve, reject) => {
      const transaction = this.database.transaction(names, 'readwrite');
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB aborted'));
      changes((name) => transaction.objectStore(name));
    });
  }
}

/** For browsers without IndexedDB, for replays, and for tests. */
export class MemoryStorage implements Storage {
  readonly durable = false;
  private readonly stored = new Map<string, StoredEntry>();
  private readonly known = new Map<string, StoredInstance>();
  private readonly kept = new Map<string, Draft>();
  private readonly states = new Map<string, StoredText>();
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
  async putText(text: StoredText) {
    this.states.set(text.text, text);
  }
  async dropText(text: string) {
    this.states.delete(text);
  }
  async seen() {
    return undefined; // memory ends with the page: nobody will ask
  }
  async putSeen() {}
}
