import { create } from './codec';
import { describe, expect, it, vi } from 'vitest';
import { EntitySchema, type Entity } from './gen/atelier/v1/view_pb';
import { EntityStore } from './store';

function note(id: string, text: string): Entity {
  return create(EntitySchema, { key: `note/${id}`, seq: 1n, kind: { case: 'note', value: { id, text } } });
}

describe('the entity store', () => {
  it('replaces an entity of the same key', () => {
    const store = new EntityStore();
    store.apply(note('K1', 'first'));
    store.apply(note('K1', 'second'));
    expect(store.get('note', 'K1')?.text).toBe('second');
    expect(store.all('note')).toHaveLength(1);
  });
  it('drops a removed key', () => {
    const store = new EntityStore();
    store.apply(note('K1', 'here'));
    store.apply(create(EntitySchema, { key: 'note/K1', seq: 2n, removed: true }));
    expect(store.get('note', 'K1')).toBeUndefined();
    expect(store.all('note')).toEqual([]);
  });
  it('gives the same list until something of that kind changes', () => {
    const store = new EntityStore();
    store.apply(note('K1', 'one'));
    const before = store.all('note');
    store.apply(create(EntitySchema, { key: 'meeting', kind: { case: 'meeting', value: { title: 'T' } } }));
    expect(store.all('note')).toBe(before);
    store.apply(note('K2', 'two'));
    expect(store.all('note')).not.toBe(before);
  });
  it('tells a listener once for a whole message, and only of its kind', () => {
    const store = new EntityStore();
    const heard = vi.fn();
    const other = vi.fn();
    store.subscribe('note', heard);
    store.subscribe('vote', other);
    store.batch(() => ['K1', 'K2', 'K3'].forEach((id) => store.apply(note(id, id))));
    expect(heard).toHaveBeenCalledTimes(1);
    expect(other).not.toHaveBeenCalled();
  });
  it('keeps everything in sight while all is sent anew, then drops what did not come again', () => {
    const store = new EntityStore();
    store.apply(note('K1', 'old'));
    store.apply(note('K2', 'gone'));
    store.beginLoad();
    expect(store.all('note')).toHaveLength(2);
    store.apply(note('K1', 'new'));
    expect(store.get('note', 'K2')?.text).toBe('gone');
    store.endLoad();
    expect(store.all('note').map(({ text }) => text)).toEqual(['new']);
  });
  it('knows a single entity by its kind alone', () => {
    const store = new EntityStore();
    store.apply(create(EntitySchema, { key: 'meeting', kind: { case: 'meeting', value: { title: 'Half-day' } } }));
    expect(store.get('meeting')?.title).toBe('Half-day');
  });
  it('finds a private ballot by the id of its vote', () => {
    const store = new EntityStore();
    store.apply(create(EntitySchema, { key: 'my-ballot/V3', kind: { case: 'myBallot', value: { vote: 'V3', castSeq: 7n } } }));
    expect(store.get('myBallot', 'V3')?.castSeq).toBe(7n);
  });
});
