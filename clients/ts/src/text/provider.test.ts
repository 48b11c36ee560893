import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import * as Y from 'yjs';
import { Refusal } from '../gen/atelier/v1/refusal_pb';
import { Session } from '../session';
import { openStorage } from '../storage';
import { eventually } from '../testing/eventually';
import { FakeLocks } from '../testing/fake_locks';
import { FakeServer } from '../testing/fake_server';
import { openText, rootName, type TextProvider } from './provider';

const seat = 'abcdefgh12345678';
let server: FakeServer;
let browser: FakeLocks;
let pages: { leave(): void }[];

beforeEach(() => {
  globalThis.indexedDB = new IDBFactory();
  server = new FakeServer();
  browser = new FakeLocks();
  pages = [];
  const seed = new Y.Doc();
  write(seed, 0, 'Networks learn together.');
  server.write('A1', Y.encodeStateAsUpdate(seed));
});
afterEach(() => pages.forEach((page) => page.leave()));

async function load() {
  const { locks, crash } = browser.page();
  const session = new Session({ seat, storage: await openStorage(seat), openSocket: server.open, locks });
  const page = {
    session,
    leave() {
      session.stop();
      crash();
    },
  };
  pages.push(page);
  await session.start();
  const { provider } = openText(session, 'A1');
  return { ...page, provider };
}
async function loadLive() {
  const page = await load();
  await eventually(() => expect(page.provider.synced).toBe(true));
  return page;
}

/** A new paragraph with these letters at `index`. */
function write(doc: Y.Doc, index: number, letters: string): void {
  doc.transact(() => {
    const paragraph = new Y.XmlElement('paragraph');
    paragraph.insert(0, [new Y.XmlText(letters)]);
    doc.getXmlFragment(rootName).insert(index, [paragraph]);
  });
}
function paragraph(doc: Y.Doc, index: number): Y.XmlText {
  return (doc.getXmlFragment(rootName).get(index) as Y.XmlElement).get(0) as Y.XmlText;
}
/** Types at a place of the first paragraph, a letter at a time. */
function type(provider: TextProvider, at: number, letters: string): void {
  [...letters].forEach((letter, index) => paragraph(provider.doc, 0).insert(at + index, letter));
}
const plain = (doc: Y.Doc) =>
  doc
    .getXmlFragment(rootName)
    .toArray()
    .map((node) => ((node as Y.XmlElement).get(0) as Y.XmlText | undefined)?.toString() ?? '')
    .join('\n');
const serverText = () => plain(server.doc('A1'));
const edits = () => server.log.filter((record) => record.command.kind.case === 'textEdit');

describe('a text', () => {
  it('shows the server’s state and uses a client id above the reserved ones', async () => {
    const { provider } = await loadLive();
    expect(plain(provider.doc)).toBe('Networks learn together.');
    expect(provider.doc.clientID).toBeGreaterThan(65_535);
  });

  it('gathers what is typed into few commands', async () => {
    const { provider, session } = await loadLive();
    type(provider, 0, 'Our ');
    expect(session.status.kind).toBe('saving');
    await eventually(() => expect(session.status.kind).toBe('live'));
    expect(serverText()).toBe('Our Networks learn together.');
    expect(edits()).toHaveLength(1);
  });

  it('follows what others write while one types', async () => {
    const [one, two] = [await loadLive(), await loadLive()];
    type(one.provider, 0, 'All ');
    type(two.provider, 24, ' Always.');
    await eventually(() => expect(plain(one.provider.doc)).toBe('All Networks learn together. Always.'));
    await eventually(() => expect(plain(two.provider.doc)).toBe(serverText()));
  });

  it('keeps what is typed offline through a reload and shows it before the server answers', async () => {
    const first = await loadLive();
    await eventually(async () => expect(await first.session.storage.text('A1')).toBeDefined());
    server.cut(true);
    type(first.provider, 8, ' (all)');
    await eventually(async () => expect(await first.session.storage.entries()).toHaveLength(1));
    first.leave();
    const second = await load();
    await eventually(() => expect(plain(second.provider.doc)).toBe('Networks (all) learn together.'));
    expect(second.provider.synced).toBe(false);
    server.up = true;
    await eventually(() => expect(second.session.status.kind).toBe('live'));
    expect(serverText()).toBe('Networks (all) learn together.');
    expect(plain(second.provider.doc)).toBe(serverText());
  });

  it('survives a server that is cut off again and again', async () => {
    const { provider, session } = await loadLive();
    for (const letters of ['a', 'b', 'c', 'd']) {
      type(provider, 0, letters);
      await new Promise((resolve) => setTimeout(resolve, 40));
      server.cut();
    }
    await eventually(() => expect(session.status.kind).toBe('live'));
    expect(serverText()).toBe('dcbaNetworks learn together.');
  });
});

describe('a refused edit', () => {
  it('of a frozen text becomes a draft, and the page shows the server’s text', async () => {
    const { provider, session } = await loadLive();
    const client = provider.doc.clientID;
    server.frozen.add('A1');
    type(provider, 0, 'Too late. ');
    await eventually(() => expect(session.drafts).toHaveLength(1));
    expect(session.drafts[0]).toMatchObject({ text: 'A1', plain: 'Too late.', reason: 'TEXT_FROZEN' });
    expect(plain(provider.doc)).toBe('Networks learn together.');
    expect(provider.doc.clientID).not.toBe(client);
    server.frozen.clear();
    type(provider, 0, 'Now. ');
    await eventually(() => expect(serverText()).toBe('Now. Networks learn together.'));
    await eventually(() => expect(session.status.kind).toBe('live'));
  });

  it('takes what was typed behind it along to the fresh document', async () => {
    const { provider, session } = await loadLive();
    let refuse = true;
    server.refuseInLog = (command) => {
      if (command.kind.case !== 'textEdit' || !refuse) return Refusal.OK;
      refuse = false;
      return Refusal.UPDATE_OVER_LIMIT;
    };
    type(provider, 8, 'XXX');
    provider.flush();
    type(provider, 24 + 3, ' Yes.');
    paragraph(provider.doc, 0).delete(0, 1);
    provider.flush();
    await eventually(() => expect(session.drafts).toHaveLength(1));
    await eventually(() => expect(session.status.kind).toBe('live'));
    expect(session.drafts[0]?.plain).toBe('XXX');
    expect(serverText()).toBe('etworks learn together. Yes.');
    expect(plain(provider.doc)).toBe(serverText());
  });

  it('keeps new paragraphs that were written behind it', async () => {
    const { provider, session } = await loadLive();
    let refuse = true;
    server.refuseInLog = (command) => {
      if (command.kind.case !== 'textEdit' || !refuse) return Refusal.OK;
      refuse = false;
      return Refusal.UPDATE_NOT_ALLOWED;
    };
    write(provider.doc, 1, 'refused paragraph');
    provider.flush();
    write(provider.doc, 2, 'kept paragraph');
    paragraph(provider.doc, 1).insert(0, 'homeless ');
    provider.flush();
    await eventually(() => expect(session.drafts).toHaveLength(1));
    await eventually(() => expect(serverText()).toBe('Networks learn together.\nkept paragraph'));
    expect(session.drafts[0]?.plain).toBe('refused paragraph\nhomeless');
  });

  it('is remembered as a draft after a reload', async () => {
    const first = await loadLive();
    server.frozen.add('A1');
    type(first.provider, 0, 'Lost? ');
    await eventually(() => expect(first.session.drafts).toHaveLength(1));
    first.leave();
    const second = await loadLive();
    expect(second.session.drafts.map((draft) => draft.plain)).toEqual(['Lost?']);
    await second.session.dropDraft(second.session.drafts[0]?.id ?? '');
    expect(await second.session.storage.drafts()).toEqual([]);
  });

  it('of an offline edit that arrives after a freeze is told on return', async () => {
    const first = await loadLive();
    server.cut(true);
    type(first.provider, 0, 'Offline. ');
    await eventually(async () => expect(await first.session.storage.entries()).toHaveLength(1));
    first.leave();
    server.frozen.add('A1');
    server.up = true;
    const second = await load();
    await eventually(() => expect(second.session.drafts).toHaveLength(1));
    expect(second.session.drafts[0]?.plain).toBe('Offline.');
    await eventually(() => expect(plain(second.provider.doc)).toBe('Networks learn together.'));
    await eventually(() => expect(second.session.status.kind).toBe('live'));
  });
});

describe('a log restored from a backup', () => {
  it('takes away what nobody has any more and keeps what is typed now', async () => {
    const { provider, session } = await loadLive();
    type(provider, 0, 'Gone. ');
    await eventually(() => expect(serverText()).toBe('Gone. Networks learn together.'));
    const backup = new Y.Doc();
    write(backup, 0, 'Networks learn.');
    server.texts.set('A1', backup);
    server.log.length = 0;
    server.epoch = new Uint8Array([9]);
    server.cut();
    await eventually(() => expect(plain(provider.doc)).toBe('Networks learn.'));
    type(provider, 0, 'Again: ');
    await eventually(() => expect(serverText()).toBe('Again: Networks learn.'));
    await eventually(() => expect(session.status.kind).toBe('live'));
  });
});

describe('an edit left behind by an earlier page load', () => {
  it('is kept as a draft when it is refused while nobody shows its text', async () => {
    const first = await loadLive();
    server.cut(true);
    type(first.provider, 0, 'Unseen. ');
    await eventually(async () => expect(await first.session.storage.entries()).toHaveLength(1));
    first.leave();
    server.frozen.add('A1');
    server.up = true;
    const session = new Session({ seat, storage: await openStorage(seat), openSocket: server.open, locks: browser.page().locks });
    pages.push({ leave: () => session.stop() });
    await session.start();
    await eventually(() => expect(session.drafts.map((draft) => draft.plain)).toEqual(['Unseen.']));
  });
});

describe('presence', () => {
  it('tells who has a caret where, and forgets who is gone', async () => {
    const [one, two] = [await loadLive(), await loadLive()];
    one.provider.awareness.setLocalStateField('cursor', { at: 3 });
    await eventually(() => expect(two.provider.awareness.getStates().get(one.provider.doc.clientID)).toMatchObject({ cursor: { at: 3 } }));
    expect(two.provider.personOf(one.provider.doc.clientID)).toBe('P01');
  });
});
