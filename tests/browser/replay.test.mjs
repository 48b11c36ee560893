// The organiser looks back at the whole half-day.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { accessibilityFaults } from './lib/axe.mjs';
import { laptopAt, openBrowser, until } from './lib/pages.mjs';
import { Server } from './lib/server.mjs';

let server, browser, access, organiser;

before(async () => {
  [server, browser] = await Promise.all([Server.start(), openBrowser()]);
  access = await server.playHalfDay();
  organiser = await laptopAt(browser, access.links.organiser);
  await organiser.getByRole('slider').waitFor();
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** Goes to a second of the meeting by its address, as a link in a mail would. */
async function go(seconds, view) {
  await organiser.evaluate(([at, name]) => (location.hash = `at=${at}&view=${name}`), [seconds, view]);
  await until(`the moment ${seconds}`, async () => (await organiser.locator('.moment').getAttribute('data-shown-ms')) === String(seconds * 1000));
}
const words = async (selector) => (await organiser.locator(selector).first().innerText()).replace(/\s+/g, ' ');

test('the texts are as they were, with who wrote what', async () => {
  await go(2650, 'texts');
  assert.match(await words('[data-text="A1"]'), /Young people and adults choose/);
  assert.equal(await organiser.locator('[data-text="A1"] .by').count(), 0, 'the seed is nobody’s');
  await go(2705, 'texts');
  const marked = organiser.locator('[data-text="A1"] .by');
  await until('marks of two authors', async () => (await marked.count()) >= 2);
  const titles = await marked.evaluateAll((spans) => spans.map((span) => [span.title, span.className.match(/mark-\d/)[0]]));
  assert.ok(titles.some(([title]) => title.includes('P21')) && titles.some(([title]) => title.includes('P60')), JSON.stringify(titles));
  assert.equal(new Set(titles.map(([, mark]) => mark)).size, new Set(titles.map(([title]) => title)).size, 'one pattern each');
  assert.match(await words('[data-text="A1"]'), /skilled work/);
  await go(2650, 'texts');
  assert.doesNotMatch(await words('[data-text="A1"]'), /skilled work/);
});

test('a vote is open, then counted, as the room saw it', async () => {
  await go(300, 'votes');
  await organiser.locator('[data-vote="V1"]', { hasText: 'open' }).waitFor();
  await go(570, 'votes');
  await organiser.locator('[data-vote="V1"] .turnout', { hasText: '59 of' }).waitFor();
  assert.ok((await organiser.locator('[data-vote="V1"] .bars tbody tr').count()) === 3);
});

test('the slider, the keys and the list of events go to the same moments', async () => {
  await go(0, 'room');
  const slider = organiser.getByRole('slider');
  await slider.focus();
  await organiser.keyboard.press('End');
  await until('the end', async () => (await organiser.locator('.moment').getAttribute('data-shown-ms')) === String(Number(await slider.getAttribute('max')) * 1000) || undefined);
  await organiser.getByLabel('Show').selectOption('refused');
  const refused = organiser.locator('aside li');
  assert.equal(await refused.count(), 11);
  const frozen = refused.filter({ hasText: /frozen/i }).first();
  await frozen.getByRole('button').click();
  await until('the address carries the moment', () => new URL(organiser.url()).hash.includes('at=5046'));
});

test('a step leaves a moment, playing moves it on and can be stopped', async () => {
  await go(2402, 'agenda');
  await organiser.getByRole('button', { name: 'Next event' }).click();
  await until('the next event', async () => Number(await organiser.getByRole('slider').inputValue()) > 2402);
  await organiser.getByLabel('×60').check();
  await organiser.getByRole('button', { name: 'Play' }).click();
  await until('a minute later', async () => Number(await organiser.getByRole('slider').inputValue()) > 2470);
  await organiser.getByRole('button', { name: 'Pause' }).click();
  const at = await organiser.getByRole('slider').inputValue();
  await until('it stands', async () => (await organiser.locator('.moment').getAttribute('data-shown-ms')) !== null && (await organiser.getByRole('slider').inputValue()) === at);
});

test('the replay holds WCAG 2.2 AA as far as axe can tell, and the page did not complain', async () => {
  for (const view of ['room', 'texts', 'votes', 'wall', 'plan', 'people', 'agenda']) {
    await go(9000, view);
    assert.deepEqual(await accessibilityFaults(organiser), [], view);
  }
  assert.deepEqual(organiser.complaints, []);
});
