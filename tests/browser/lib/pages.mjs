// Chromium and the people in front of it.
import { chromium } from 'playwright-core';

const flags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export const laptop = { width: 1280, height: 800 };
export const phone = { width: 390, height: 844 };
export const wall = { width: 1920, height: 1080 };

export async function openBrowser() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', headless: true, args: flags });
}

/** A laptop of its own (cookies and storage of its own) that opens `link`. What the page's console complains of is kept in page.complaints. */
export async function laptopAt(browser, link, { viewport = laptop, reducedMotion = 'reduce', colorScheme = 'light' } = {}) {
  const context = await browser.newContext({ viewport, reducedMotion, colorScheme, locale: 'en-GB' });
  context.setDefaultTimeout(15_000);
  return tabAt(context, link);
}

/** One more tab of the same browser profile. */
export async function tabAt(context, link) {
  const page = await context.newPage();
  page.complaints = [];
  page.on('pageerror', (error) => page.complaints.push(`${error.message}\n${error.stack ?? ''}`));
  await page.goto(link);
  return page;
}

/** Waits until `probe` gives something true; a last look at what it gave is in the error. */
export async function until(what, probe, maxMs = 15_000) {
  const end = Date.now() + maxMs;
  let seen;
  for (;;) {
    try {
      seen = await probe();
    } catch (error) {
      seen = error;
    }
    if (seen && !(seen instanceof Error)) return seen;
    if (Date.now() > end) throw new Error(`${what}: ${seen instanceof Error ? seen.message : JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The pill's state: live, saving, local or ended. */
export async function status(page) {
  return page.locator('[data-status]').first().getAttribute('data-status');
}
export async function isLive(page) {
  await page.locator('[data-status="live"]').first().waitFor();
}
