import type { Entity } from './gen/atelier/v1/view_pb';

/** The kinds of entity that a view knows: 'meeting', 'person', 'vote'… */
export type Kind = Exclude<Entity['kind']['case'], undefined>;
type Views = { [E in Entity['kind'] as E['case'] extends string ? E['case'] : never]: E['value'] };
/** The message that an entity of kind K carries. */
export type ViewOf<K extends Kind> = Views[K];

type Listener = () => void;

/** key = kind "/" id with dashes ("my-ballot/V3"); a kind that stands alone has no id ("meeting"). */
const keyPrefixes: Partial<Record<Kind, string>> = { myBallot: 'my-ballot', matrixRow: 'matrix' };

/**
 * What the server lets this person see: one message per key. Listeners are called once per applied server message,
 * not once per entity, so that a burst is one render.
 */
export class EntityStore {
  private readonly byKey = new Map<string, Entity>();
  private readonly byKind = new Map<Kind, Map<string, Entity>>();
  private readonly sorted = new Map<Kind, readonly unknown[]>();
  private readonly listeners = new Map<Kind, Set<Listener>>();
  private readonly dirty = new Set<Kind>();
  private stale = new Set<string>();
  private depth = 0;

  /** The entity under `key`, if it is of that kind. */
  get<K extends Kind>(kind: K, id?: string): ViewOf<K> | undefined {
    const prefix = keyPrefixes[kind] ?? kind;
    const entity =
      this.byKey.get(id === undefined ? prefix : `${prefix}/${id}`) ?? (id === undefined ? this.only(kind) : this.find(kind, id));
    return entity?.kind.case === kind ? (entity.kind.value as unknown as ViewOf<K>) : undefined;
  }

  /** All entities of a kind, by key; the same array until one of them changes. */
  all<K extends Kind>(kind: K): readonly ViewOf<K>[] {
    let list = this.sorted.get(kind);
    if (!list) {
      const entities = [...(this.byKind.get(kind)?.values() ?? [])];
      entities.sort((a, b) => (a.key < b.key ? -1 : 1));
      list = entities.map((entity) => entity.kind.value);
      this.sorted.set(kind, list);
    }
    return list as readonly ViewOf<K>[];
  }

  /** Calls `listener` after entities of that kind changed. Returns what ends it. */
  subscribe(kind: Kind, listener: Listener): () => void {
    const set = this.listeners.get(kind) ?? new Set();
    this.listeners.set(kind, set);
    set.add(listener);
    return () => set.delete(listener);
  }

  /** Applies changes; listeners hear of them when `changes` has returned. */
  batch(changes: () => void): void {
    this.depth += 1;
    try {
      changes();
    } finally {
      this.depth -= 1;
      if (this.depth === 0) this.flush();
    }
  }

  apply(entity: Entity): void {
    this.batch(() => {
      this.stale.delete(entity.key);
      const before = this.byKey.get(entity.key);
      if (before) this.drop(before);
      const kind = entity.kind.case;
      if (entity.removed || !kind) return;
      this.byKey.set(entity.key, entity);
      const group = this.byKind.get(kind) ?? new Map<string, Entity>();
      this.byKind.set(kind, group);
      group.set(entity.key, entity);
      this.touch(kind);
    });
  }

  /**
   * Everything is sent anew now: what is known stays in sight until `endLoad`, and then goes unless it came again. Nothing
   * that somebody is looking at or filling in disappears for a moment.
   */
  beginLoad(): void {
    this.stale = new Set(this.byKey.keys());
  }
  endLoad(): void {
    this.batch(() => {
      for (const key of this.stale) {
        const entity = this.byKey.get(key);
        if (entity) this.drop(entity);
      }
      this.stale.clear();
    });
  }

  clear(): void {
    this.beginLoad();
    this.endLoad();
  }

  /** Every entity as it came. */
  entities(): Entity[] {
    return [...this.byKey.values()];
  }

  get size(): number {
    return this.byKey.size;
  }

  private only(kind: Kind): Entity | undefined {
    const group = this.byKind.get(kind);
    return group?.size === 1 ? [...group.values()][0] : undefined;
  }
  private find(kind: Kind, id: string): Entity | undefined {
    for (const [key, entity] of this.byKind.get(kind) ?? []) if (key.slice(key.indexOf('/') + 1) === id) return entity;
    return undefined;
  }
  private drop(entity: Entity): void {
    this.byKey.delete(entity.key);
    const kind = entity.kind.case;
    if (!kind) return;
    this.byKind.get(kind)?.delete(entity.key);
    this.touch(kind);
  }
  private touch(kind: Kind): void {
    this.sorted.delete(kind);
    this.dirty.add(kind);
  }
  private flush(): void {
    const kinds = [...this.dirty];
    this.dirty.clear();
    const called = new Set<Listener>();
    for (const kind of kinds) for (const listener of this.listeners.get(kind) ?? []) called.add(listener);
    for (const listener of called) listener();
  }
}
