// The facilitator's console and the projector of one meeting, beside people who vote and write.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { encode } from 'uqr';
import { accessibilityFaults } from './lib/axe.mjs';
import { isLive, laptopAt, openBrowser, until, wall } from './lib/pages.mjs';
import { Server } from './lib/server.mjs';

let server, browser, access, facilitator, projector;

before(async () => {
  [server, browser] = await Promise.all([Server.start(), openBrowser()]);
  access = await server.openMeeting();
  facilitator = await laptopAt(browser, access.links.facilitator);
  projector = await laptopAt(browser, access.links.projector, { viewport: wall });
  await isLive(facilitator);
});
after(async () => {
  await browser?.close();
  const ended = await server?.stop();
  assert.equal(ended?.code, 0, 'the server drains and ends with 0');
});

/** Lets people of the roster do something, through the public protocol. */
async function people(...events) {
  const file = join(server.data, `people-${Date.now()}.jsonl`);
  await writeFile(file, events.map((event, index) => JSON.stringify({ t: index, ...event })).join('\n') + '\n');
  await server.play(access.file, 'max', [file]);
}
const text = (page, selector) => page.locator(selector).first().innerText();
const vote = '[data-vote="V1"]';

test('the projector shows code, QR, the open question and no result', async () => {
  await projector.getByRole('heading', { name: 'Can you name three leaders of other networks?' }).waitFor();
  const code = (await text(projector, '.code')).replace(/\s/g, '');
  assert.equal(code, access.join_code);
  const { data } = encode(`${server.url}/j#${access.join_code}`, { border: 2, ecc: 'M' });
  const dark = data.flat().filter(Boolean).length;
  const drawn = await projector.locator('.corner path').getAttribute('d');
  assert.equal(drawn.split('M').length - 1, dark, 'the QR code is the join link’s');
  assert.equal(await projector.locator('.bars').count(), 0);
});

test('turnout moves on the console while people vote', async () => {
  await people(
    { by: 'P18', do: 'join', net: 'N03', role: 'coordinator', lang: 'es', table: 'T8', mode: 'room' },
    { by: 'P04', do: 'join', net: 'N01', role: 'coordinator', lang: 'nl', table: 'T4', mode: 'room' },
    { by: 'P18', do: 'vote_cast', vote: 'V1', choice: 'yes' },
    { by: 'P04', do: 'vote_cast', vote: 'V1', choice: 'nearly' },
  );
  await facilitator.locator(`${vote} .turnout`, { hasText: /^2 of \d+ have voted/ }).waitFor();
  await facilitator.getByText('2 joined').first().waitFor();
});

test('a closed vote is shown to the room only after its reveal, with its question', async () => {
  await facilitator.keyboard.press('c');
  await projector.getByText('The vote is closed. The result comes in a moment.').waitFor();
  assert.equal(await projector.locator('.bars').count(), 0);
  await facilitator.keyboard.press('r');
  await projector.locator('.bars tbody tr').first().waitFor();
  const rows = await projector.locator('.bars tbody tr').allInnerTexts();
  assert.deepEqual(rows.map((row) => row.replace(/\s+/g, ' ').trim()), ['yes 1', 'no 0', 'nearly 1']);
  await projector.getByRole('heading', { name: 'Can you name three leaders of other networks?' }).waitFor();
});

test('Next moves everybody on, and can be taken back for ten seconds', async () => {
  const now = facilitator.locator('main .item');
  const first = await now.innerText();
  await facilitator.locator('[data-action="next"]').click();
  await until('another item', async () => (await now.innerText()) !== first);
  await facilitator.locator('[role="timer"]').first().waitFor();
  await facilitator.getByRole('button', { name: 'Undo' }).click();
  await until('the first item again', async () => (await now.innerText()) === first);
});

test('a text is frozen by its row and let go again', async () => {
  const row = facilitator.locator('[data-text="A1"]');
  await row.getByRole('button', { name: /Freeze/ }).click();
  await row.getByRole('button', { name: /Unfreeze/ }).waitFor();
  assert.equal((await server.entities(access))['text/A1'].text.frozen, true);
  await row.getByRole('button', { name: /Unfreeze/ }).click();
  await row.getByRole('button', { name: /^Freeze/ }).waitFor();
});

test('every action can be found and done from the keyboard', async () => {
  await facilitator.keyboard.press('Control+k');
  await facilitator.getByRole('combobox').fill('freeze all');
  await facilitator.keyboard.press('Enter');
  await facilitator.getByText('All input is frozen', { exact: true }).waitFor();
  await projector.getByText('Input is frozen for a moment').waitFor();
  await facilitator.keyboard.press('f');
  await facilitator.getByText('All input is frozen', { exact: true }).waitFor({ state: 'detached' });
});

test('keys typed into a field are letters', async () => {
  await facilitator.keyboard.press('v');
  const question = facilitator.getByLabel('Question');
  await question.pressSequentially('never confirm');
  assert.equal(await question.inputValue(), 'never confirm');
  await facilitator.keyboard.press('Escape');
  await facilitator.getByRole('dialog').waitFor({ state: 'detached' });
});

test('a vote with dots is opened with its rules in plain words', async () => {
  await facilitator.keyboard.press('v');
  const dialog = facilitator.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Open the vote now' }).click();
  await dialog.getByText('Write the question.').waitFor();
  await dialog.getByLabel('Dots', { exact: true }).check();
  await dialog.getByLabel('Question').fill('Where should our effort go?');
  await dialog.getByLabel('the texts').check();
  await dialog.getByText('Everybody has 4 dots, at most 2 on one option.').waitFor();
  await dialog.getByRole('button', { name: 'Open the vote now' }).click();
  await dialog.waitFor({ state: 'detached' });
  await projector.getByRole('heading', { name: 'Where should our effort go?' }).waitFor();
  await facilitator.keyboard.press('c');
  await facilitator.locator('[data-action="reveal"]').waitFor();
});

test('a note is hidden with a reason, and the room hears of no name', async () => {
  await people({ by: 'P18', do: 'note_add', id: 'K900', board: 'A1', kind: 'remark', lang: 'en', text: 'Ask Maria about this' });
  const note = facilitator.locator('[data-note="K900"]');
  await note.getByRole('button', { name: /Hide/ }).click();
  await note.getByLabel(/Why is it hidden/).fill('names a person');
  await note.getByRole('button', { name: 'Hide the note' }).click();
  await note.getByText('hidden: names a person').waitFor();
  const seen = await projector.locator('body').innerText();
  assert.ok(!/P18|P04|Maria/.test(seen), seen);
});

test('the projector shows what the facilitator puts there next, and follows the meeting again', async () => {
  const heading = projector.locator('.body h1');
  const before = await heading.innerText();
  await facilitator.keyboard.press('s');
  await until('another slide', async () => (await heading.innerText()) !== before);
  await facilitator.keyboard.press('a');
  await until('the meeting’s own slide', async () => (await heading.innerText()) === before);
});

test('both faces hold WCAG 2.2 AA as far as axe can tell, and no page complained', async () => {
  assert.deepEqual(await accessibilityFaults(facilitator), []);
  assert.deepEqual(await accessibilityFaults(projector), []);
  assert.deepEqual([...facilitator.complaints, ...projector.complaints], []);
});
