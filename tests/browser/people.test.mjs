// People who join, vote, post, and sit in several tabs.
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join as path } from 'node:path';
import { after, before, test } from 'node:test';
import { accessibilityFaults } from './lib/axe.mjs';
import { isLive, laptopAt, openBrowser, phone, tabAt, until, wall } from './lib/pages.mjs';
import { join } from './lib/people.mjs';
import { Server } from './lib/server.mjs';

let server, browser, access, ana, ben;

before(async () => {
  [server, browser] = await Promise.all([Server.start(), openBrowser()]);
  access = await server.openMeeting();
  ana = await laptopAt(browser, access.links.participant);
  ben = await laptopAt(browser, access.links.participant, { viewport: phone });
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

async function people(...events) {
  const file = path(server.data, `people-${Date.now()}.jsonl`);
  await writeFile(file, events.map((event, index) => JSON.stringify({ t: index, ...event })).join('\n') + '\n');
  await server.play(access.file, 'max', [file]);
}

test('the join form holds WCAG 2.2 AA as far as axe can tell', async () => {
  await ana.getByLabel('Your name').waitFor();
  assert.deepEqual(await accessibilityFaults(ana), []);
});

test('a code and a name lead into the running item, on a laptop and on a phone', async () => {
  await join(ana, { name: 'Ana Ruiz', network: 'Red Cantera FP' });
  await join(ben, { name: 'Ben Aalto', network: 'Järvikaari-verkosto' });
  for (const page of [ana, ben]) await page.getByRole('heading', { name: 'Can you name three leaders of other networks?' }).waitFor();
  assert.equal(new URL(ana.url()).hash, '', 'no secret stays in the address');
});

test('a vote is in, also after a reload, and counts once', async () => {
  await ana.getByLabel('yes', { exact: true }).check();
  await ana.getByRole('button', { name: 'Send my vote' }).click();
  await ana.locator('[data-vote="V1"] [data-in="yes"]', { hasText: 'Your vote is in' }).waitFor();
  await ana.reload();
  await ana.locator('[data-vote="V1"] [data-in="yes"]', { hasText: 'Your vote is in' }).waitFor();
  assert.equal((await server.entities(access))['vote/V1'].vote.voted, 1);
});

test('a half-filled ballot is not disturbed by the votes of others', async () => {
  await people(
    { by: 'F1', do: 'vote_open', vote: 'V30', kind: 'fist_to_five', options: ['A1', 'A2', 'A3', 'A4'], electorate: 'participants', secret: false },
    { by: 'P18', do: 'join', net: 'N03', role: 'coordinator', lang: 'es', table: 'T8', mode: 'room' },
  );
  const ballot = ana.locator('[data-vote="V30"]');
  const choose = (line, grade) => ballot.locator('fieldset').nth(line).getByRole('radio').nth(grade);
  await choose(0, 4).check({ force: true });
  await choose(1, 2).check({ force: true });
  const reason = ballot.getByLabel(/What would have to change/);
  await reason.fill('half a sen');
  await people({ by: 'P18', do: 'vote_cast', vote: 'V30', values: { A1: 5, A2: 5, A3: 5, A4: 5 } });
  await ballot.getByText(/^1 of \d+ have voted/).waitFor();
  await reason.pressSequentially('tence');
  assert.equal(await reason.inputValue(), 'half a sentence');
  assert.ok(await choose(0, 4).isChecked());
  assert.ok(await choose(1, 2).isChecked());
  assert.ok(await ballot.getByRole('button', { name: 'Send my vote' }).isDisabled(), 'two lines are still open');
});

test('a practice that one posts is read by the other', async () => {
  await people({ by: 'F1', do: 'vote_close', vote: 'V30' }, { by: 'F1', do: 'vote_close', vote: 'V1' }, { by: 'F1', do: 'phase_start', phase: 'network_model', minutes: 40 });
  await ana.getByRole('heading', { name: 'Network model', level: 1 }).waitFor();
  const part = (page) => page.getByRole('navigation', { name: 'Parts of this item' }).or(page.getByRole('group', { name: 'Parts of this item' })).or(page.getByRole('tablist', { name: 'Parts of this item' })).getByText('Practices');
  await part(ana).first().click();
  await ana.getByRole('button', { name: 'Post a good practice' }).click();
  await ana.getByLabel('Title').fill('Two silent minutes');
  await ana.getByLabel('Institution').fill('A college');
  await ana.getByLabel('Location').fill('Bilbao');
  await ana.getByLabel('What do you do?').fill('We write before we speak.');
  await ana.getByLabel('How do you know that it works?').fill('More people take part.');
  await ana.getByLabel('What would others need to do it too?').fill('A clock.');
  await ana.getByRole('button', { name: 'Post', exact: true }).click();
  await part(ben).first().click();
  await ben.getByText('Two silent minutes').first().waitFor();
});

test('four links in four tabs of one browser stay four people', async () => {
  const first = await laptopAt(browser, access.links.facilitator, { viewport: wall });
  const context = first.context();
  const projector = await tabAt(context, access.links.projector);
  const organiser = await tabAt(context, access.links.organiser);
  const participant = await tabAt(context, access.links.participant);
  await join(participant, { name: 'Cleo Four', network: 'Red Cantera FP' });
  const look = async () => {
    await first.getByRole('heading', { name: 'Run sheet' }).waitFor();
    await projector.locator('.corner .code').waitFor();
    await organiser.getByRole('slider').waitFor();
    await participant.getByRole('button', { name: /Cleo Four/ }).waitFor();
  };
  await look();
  for (const page of [first, projector, organiser, participant]) await page.reload();
  await look();
  await first.keyboard.press('f');
  await participant.getByText('The facilitator has paused all input.').waitFor();
  await first.keyboard.press('f');
  await participant.getByText('The facilitator has paused all input.').waitFor({ state: 'detached' });
  assert.deepEqual([first, projector, organiser, participant].flatMap((page) => page.complaints), []);
  await context.close();
});

test('the participant’s screen holds WCAG 2.2 AA as far as axe can tell, and no page complained', async () => {
  await isLive(ana);
  for (const page of [ana, ben]) assert.deepEqual(await accessibilityFaults(page), []);
  assert.deepEqual([...ana.complaints, ...ben.complaints], []);
});

test('a strange code and a strange link say so', async () => {
  const page = await laptopAt(browser, `${server.url}/j#NOSUCHCODE`);
  await page.getByRole('alert').waitFor();
  const link = await laptopAt(browser, `${server.url}/m/${access.meeting}#t=wrong`);
  await link.getByRole('alert').waitFor();
  await until('both are readable', async () => (await link.getByRole('alert').innerText()).length > 10);
});
