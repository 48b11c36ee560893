// Two laptops that write the same text, through everything that happens to laptops and servers.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import { after, before, test } from 'node:test';
import { accessibilityFaults } from './lib/axe.mjs';
import { isLive, laptop, openBrowser, tabAt, until } from './lib/pages.mjs';
import { editor, join, letters, shows, typeAtEnd } from './lib/people.mjs';
import { Server } from './lib/server.mjs';
import { cuttable } from './lib/wire.mjs';

let server, browser, access;
/** Each: page, wire, place (the editor of A1). */
const ana = {};
const ben = {};

async function people(...events) {
  const file = path(server.data, `people-${Date.now()}.jsonl`);
  await writeFile(file, events.map((event, index) => JSON.stringify({ t: index, ...event })).join('\n') + '\n');
  await server.play(access.file, 'max', [file]);
}
async function sitDown(who, name, network) {
  const context = await browser.newContext({ viewport: laptop, reducedMotion: 'reduce', locale: 'en-GB' });
  context.setDefaultTimeout(15_000);
  who.wire = await cuttable(context);
  who.page = await tabAt(context, access.links.participant);
  await join(who.page, { name, network });
  who.place = await editor(who.page, 'A1');
}
const pill = (page, words) => page.locator('[data-status]').first().filter({ hasText: words }).waitFor();
const plainOnServer = async () => {
  const response = await fetch(`${server.url}/api/meeting/${access.meeting}/entities`, { headers: { authorization: `Bearer ${access.tokens.facilitator}` } });
  return (await response.json()).texts.A1;
};

before(async () => {
  [server, browser] = await Promise.all([Server.start(), openBrowser()]);
  access = await server.openMeeting();
  await people({ by: 'F1', do: 'vote_close', vote: 'V1' }, { by: 'F1', do: 'phase_start', phase: 'strategy_cafe', minutes: 45 });
  await Promise.all([sitDown(ana, 'Ana Ruiz', 'Red Cantera FP'), sitDown(ben, 'Ben Aalto', 'Järvikaari-verkosto')]);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

test('two laptops write the same aspiration, with carets and names', async () => {
  await Promise.all([typeAtEnd(ana.place, ' And Ana adds.'), typeAtEnd(ben.place, ' Ben too.')]);
  await until('one text on both', async () => {
    const [one, other] = await Promise.all([letters(ana.place), letters(ben.place)]);
    const all = (text, words) => [...words].every((letter) => text.includes(letter));
    return one === other && one.length >= 92 + ' And Ana adds. Ben too.'.length && all(one, 'AndBen') && one;
  });
  await ben.place.locator('.caret .flag', { hasText: 'Ana Ruiz' }).first().waitFor({ state: 'attached' });
  await ana.page.getByText('Also here: Ben Aalto').waitFor();
  assert.deepEqual(await accessibilityFaults(ana.page), []);
});

test('the same person in two tabs writes one text', async () => {
  const second = await tabAt(ana.page.context(), ana.page.url());
  const place = await editor(second, 'A1');
  await Promise.all([typeAtEnd(ana.place, ' [first tab]'), typeAtEnd(place, ' [second tab]')]);
  await until('one text in both tabs and on the other laptop', async () => {
    const texts = await Promise.all([letters(ana.place), letters(place), letters(ben.place)]);
    return texts.every((text) => text === texts[0]) && texts[0].length >= 92 + 48 && texts;
  });
  await pill(second, 'Live');
  await pill(ana.page, 'Live');
  assert.deepEqual(second.complaints, []);
  await second.close();
});

test('what is typed without a connection survives a reload and arrives', async () => {
  await ana.wire.cut();
  await pill(ana.page, 'Not connected');
  await typeAtEnd(ana.place, ' offline words');
  await ana.page.waitForTimeout(300); // letters of the last tenth of a second are on their way to the storage
  await pill(ana.page, /On this laptop only, \d+ waiting/);
  await ana.page.reload();
  await pill(ana.page, /On this laptop only, \d+ waiting/);
  assert.doesNotMatch(await letters(ben.place), /offline words/);
  ana.wire.mend();
  await pill(ana.page, 'Live');
  await shows(ben.place, ' offline words');
  ana.place = await editor(ana.page, 'A1');
  await shows(ana.place, ' offline words');
  assert.equal((await plainOnServer()).split('offline words').length, 2, 'once, not twice');
});

test('a ballot that is cast without a connection says so and counts later', async () => {
  await people({ by: 'F1', do: 'vote_open', vote: 'V40', kind: 'choice', question: 'Shall we stop?', choices: ['yes', 'no'], electorate: 'participants', secret: false });
  const ballot = ben.page.locator('[data-vote="V40"]');
  await ballot.waitFor();
  await ben.wire.cut();
  await pill(ben.page, 'Not connected');
  await ballot.getByLabel('no', { exact: true }).check();
  await ballot.getByRole('button', { name: 'Send my vote' }).click();
  await ballot.getByText('Your vote is on this laptop only.').waitFor();
  assert.equal(await ballot.getByText('Your vote is in').count(), 0);
  await ben.page.reload();
  await pill(ben.page, /On this laptop only, 1 waiting/);
  ben.wire.mend();
  await ballot.locator('[data-in="yes"]').waitFor();
  assert.equal((await server.entities(access))['vote/V40'].vote.voted, 1);
  await people({ by: 'F1', do: 'vote_close', vote: 'V40' });
  ben.place = await editor(ben.page, 'A1');
});

test('an edit that arrives after a freeze is not accepted and kept, and typing goes on', async () => {
  await ben.wire.cut();
  await pill(ben.page, 'Not connected');
  await typeAtEnd(ben.place, ' too late');
  await people({ by: 'F1', do: 'doc_freeze', docs: ['A1'] });
  ben.wire.mend();
  const draft = ben.page.locator('[data-draft]');
  await draft.waitFor();
  await until('all that was typed in one draft', async () => /Not accepted.*too late/s.test(await draft.innerText()));
  await until('the truth on Ben’s screen', async () => !(await letters(ben.place)).includes('too late'));
  assert.doesNotMatch(await plainOnServer(), /too late/);
  const facilitator = await tabAt(await browser.newContext({ viewport: laptop }), access.links.facilitator);
  await isLive(facilitator);
  await facilitator.locator('[data-text="A1"]').getByRole('button', { name: /Unfreeze/ }).click();
  await until('the text can be edited again', async () => (await ben.place.getAttribute('contenteditable')) === 'true');
  await typeAtEnd(ben.place, ' on we go');
  await shows(ana.place, ' on we go');
  await draft.getByRole('button', { name: 'Put it back in' }).click();
  await shows(ana.place, 'too late');
  await facilitator.context().close();
});

test('a server that is killed under two typing laptops loses no letter', async () => {
  const typing = Promise.all([typeAtEnd(ana.place, ' <Ana goes on and on and on through it all>', 60), typeAtEnd(ben.place, ' <Ben goes on and on and on through it all>', 60)]);
  await new Promise((resolve) => setTimeout(resolve, 900));
  await server.kill();
  await pill(ana.page, /On this laptop only/);
  await server.restart();
  await typing; // into the same field, whose focus nothing has taken away
  await Promise.all([pill(ana.page, 'Live'), pill(ben.page, 'Live')]);
  const end = await until('one text everywhere', async () => {
    const texts = await Promise.all([letters(ana.place), letters(ben.place), plainOnServer()]);
    return texts.every((text) => text === texts[0]) && texts[0];
  });
  for (const words of ['<Ana goes on and on and on through it all>', '<Ben goes on and on and on through it all>']) {
    assert.ok(holdsInOrder(end, words), `${words} in ${end}`);
  }
  assert.deepEqual([...ana.page.complaints, ...ben.page.complaints], []);
});

/** Every letter of `words`, in order, though letters of others may stand between them. */
function holdsInOrder(text, words) {
  let at = -1;
  return [...words].every((letter) => (at = text.indexOf(letter, at + 1)) >= 0);
}
