import 'fake-indexeddb/auto';
import { create } from './codec';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Refusal } from './gen/atelier/v1/refusal_pb';
import { EntitySchema } from './gen/atelier/v1/view_pb';
import { Session, newId } from './session';
import { openStorage, type Storage } from './storage';
import { eventually } from './testing/eventually';
import { FakeLocks } from './testing/fake_locks';
import { FakeServer } from './testing/fake_server';

const seat = 'abcdefgh12345678';
let server: FakeServer;
let browser: FakeLocks;
let pages: { session: Session; leave(): void }[];

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  server = new FakeServer();
  browser = new FakeLocks();
  pages = [];
});
afterEach(() => pages.forEach((page) => page.leave()));

/** A page load of the seat; `leave` is a reload or a crash: nothing is said, the locks are free. */
async function load(storage?: Storage) {
  const { locks, crash } = browser.page();
  const session = new Session({ seat, storage: storage ?? (await openStorage(seat)), openSocket: server.open, locks });
  const page = {
    session,
    leave() {
      session.stop();
      crash();
    },
  };
  pages.push(page);
  await session.start();
  return page;
}
async function loadLive() {
  const page = await load();
  await eventually(() => expect(page.session.status.kind).toBe('live'));
  return page;
}
const note = (session: Session, text: string) => session.ask('noteAdd', { id: newId('K'), board: 'B', text });
const notes = () => server.commands('noteAdd').map((value) => (value as { text: string }).text);

describe('a session', () => {
  it('is not live before everything has arrived', async () => {
    const { session } = await load();
    expect(session.status.kind).toBe('local');
    await eventually(() => expect(session.status.kind).toBe('live'));
    expect(session.person).toBe('P01');
  });

  it('says saving while a command waits, and live when the server has it', async () => {
    const { session } = await loadLive();
    server.muted = true;
    const asked = note(session, 'one');
    expect(session.status).toMatchObject({ kind: 'saving', waiting: 1 });
    await eventually(() => expect(notes()).toEqual(['one']));
    expect(session.status.kind).toBe('saving');
    server.muted = false;
    server.cut();
    expect((await asked).accepted).toBe(true);
    await eventually(() => expect(session.status.kind).toBe('live'));
    expect(notes()).toEqual(['one']);
  });

  it('keeps the order of commands and names the one before', async () => {
    const { session } = await loadLive();
    await Promise.all(['a', 'b', 'c', 'd'].map((text) => note(session, text)));
    expect(notes()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('sends again what was not acknowledged, once applied', async () => {
    const { session } = await loadLive();
    server.cut(true);
    const asked = ['x', 'y', 'z'].map((text) => note(session, text));
    expect(session.status).toMatchObject({ kind: 'local', waiting: 3 });
    server.up = true;
    const outcomes = await Promise.all(asked);
    expect(outcomes.every((outcome) => outcome.accepted)).toBe(true);
    expect(notes()).toEqual(['x', 'y', 'z']);
  });

  it('goes on behind a command that was refused before the log', async () => {
    const { session } = await loadLive();
    server.refuseBeforeLog = (submit) =>
      submit.command?.kind.case === 'noteAdd' && submit.command.kind.value.text === 'bad' ? Refusal.BAD_COMMAND : Refusal.OK;
    const outcomes = await Promise.all(['ok', 'bad', 'after', 'last'].map((text) => note(session, text)));
    expect(outcomes.map((outcome) => outcome.accepted)).toEqual([true, false, true, true]);
    expect(notes()).toEqual(['ok', 'after', 'last']);
    expect(session.refused).toHaveLength(1);
  });

  it('does not give up what the server cannot store now', async () => {
    const { session } = await loadLive();
    let full = true;
    server.refuseBeforeLog = () => (full ? Refusal.STORAGE : Refusal.OK);
    const asked = note(session, 'later');
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(session.status).toMatchObject({ kind: 'saving', waiting: 1 });
    full = false;
    expect((await asked).accepted).toBe(true);
  });

  it('drops what it holds when the server says that the load is full', async () => {
    const entity = create(EntitySchema, { key: 'note/K1', kind: { case: 'note', value: { id: 'K1' } } });
    server.entities.set('note/K1', entity);
    const { session } = await loadLive();
    expect(session.store.get('note', 'K1')).toBeDefined();
    server.entities.clear();
    server.epoch = new Uint8Array([2]);
    server.cut();
    await eventually(() => expect(session.status.kind).toBe('live'));
    expect(session.store.get('note', 'K1')).toBeUndefined();
  });

  it('ends for good when the seat is gone', async () => {
    const { session } = await loadLive();
    for (const socket of [...server.sockets]) socket.lose(4401);
    expect(session.status.kind).toBe('ended');
  });
});

describe('a reload without the server', () => {
  it('shows what was seen last, as what is not live', async () => {
    server.entities.set('note/K1', create(EntitySchema, { key: 'note/K1', kind: { case: 'note', value: { id: 'K1', text: 'seen' } } }));
    const first = await loadLive();
    await eventually(async () => expect(await first.session.storage.seen()).toBeDefined());
    first.leave();
    server.up = false;
    server.entities.clear();
    const second = await load();
    expect(second.session.person).toBe('P01');
    expect(second.session.store.get('note', 'K1')?.text).toBe('seen');
    expect(second.session.status).toMatchObject({ kind: 'local', starting: true });
    server.up = true;
    await eventually(() => expect(second.session.status.kind).toBe('live'));
    expect(second.session.store.get('note', 'K1')).toBeUndefined();
  });
});

describe('the outbox', () => {
  it('delivers after a reload what was asked offline, in order and once', async () => {
    const first = await loadLive();
    server.cut(true);
    void note(first.session, 'one');
    void note(first.session, 'two');
    await eventually(async () => expect(await first.session.storage.entries()).toHaveLength(2));
    first.leave();
    server.up = true;
    const second = await load();
    expect(second.session.status).toMatchObject({ kind: 'local', waiting: 2 });
    await eventually(() => expect(second.session.status.kind).toBe('live'));
    expect(notes()).toEqual(['one', 'two']);
    expect(await second.session.storage.entries()).toEqual([]);
  });

  it('does not apply twice what was accepted but not acknowledged before the reload', async () => {
    const first = await loadLive();
    await note(first.session, 'zero');
    server.muted = true;
    void note(first.session, 'one');
    await eventually(() => expect(notes()).toEqual(['zero', 'one']));
    first.leave();
    server.muted = false;
    await loadLive();
    expect(notes()).toEqual(['zero', 'one']);
  });

  it('leaves the entries of a living tab alone', async () => {
    const first = await loadLive();
    server.cut(true);
    void note(first.session, 'mine');
    await eventually(async () => expect(await first.session.storage.entries()).toHaveLength(1));
    const second = await load();
    expect(second.session.outbox.waiting).toBe(0);
    first.leave();
    await second.session.outbox.adopt();
    expect(second.session.outbox.waiting).toBe(1);
  });

  it('never extends the counters of an adopted instance', async () => {
    const first = await loadLive();
    server.cut(true);
    void note(first.session, 'old');
    await eventually(async () => expect(await first.session.storage.entries()).toHaveLength(1));
    first.leave();
    const second = await load();
    void note(second.session, 'new');
    server.up = true;
    await eventually(() => expect(second.session.status.kind).toBe('live'));
    const [old, fresh] = ['old', 'new'].map((text) =>
      server.log.find(({ command }) => command.kind.case === 'noteAdd' && command.kind.value.text === text),
    );
    expect(old?.instance).not.toBe(fresh?.instance);
    expect([old?.counter, fresh?.counter]).toEqual([1n, 1n]);
  });

  it('works without IndexedDB and says that nothing would survive', async () => {
    globalThis.indexedDB = { open: () => { throw new Error('no'); } } as unknown as IDBFactory;
    const { session } = await load();
    await eventually(() => expect(session.status.kind).toBe('live'));
    expect(session.status.durable).toBe(false);
    expect((await note(session, 'kept in memory')).accepted).toBe(true);
  });
});
