// What a participant does with a page, in the words of the page.
import { until } from './pages.mjs';

/** Joins by the code as somebody new and waits for the running item. */
export async function join(page, { name, organisation = 'Not in the list', network = undefined }) {
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Organisation', { exact: true }).selectOption({ label: organisation });
  if (network) await page.getByLabel('Network', { exact: true }).selectOption({ label: network });
  await page.getByRole('button', { name: 'Join the meeting' }).click();
  await page.locator('[data-status="live"]').waitFor();
}

/** The editor of the text that is shown, ready to be typed into. */
export async function editor(page, text) {
  const picked = page.getByRole('combobox', { name: /^Text/ });
  await picked.waitFor();
  await picked.selectOption(text);
  const place = page.locator(`[data-text="${text}"] .ProseMirror`);
  await place.waitFor();
  return place;
}

/** The letters of an editor, without the flags of other people's carets. */
export async function letters(place) {
  return place.evaluate((element) => {
    const copy = element.cloneNode(true);
    copy.querySelectorAll('.caret').forEach((caret) => caret.remove());
    return [...copy.querySelectorAll('p, h3')].map((block) => block.textContent.replace(/\u2060/g, '')).join('\n');
  });
}

/** Types at the end of the text. */
export async function typeAtEnd(place, words, delay = 15) {
  await place.focus();
  await place.press('Control+End');
  await place.pressSequentially(words, { delay });
}

export const shows = (place, words) => until(`the text with “${words}”`, async () => (await letters(place)).includes(words));
