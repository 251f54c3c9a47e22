// One visit of the page: a browser context that keeps a list of everything that went wrong.
import { strict as assert } from 'node:assert';

const PATIENCE_MS = 20_000;

/**
 * What the server told this page, and what the page did, beyond what a scenario expects.
 *
 * @typedef {object} Visit
 * @property {import('playwright-core').Page} page
 * @property {import('playwright-core').BrowserContext} context
 * @property {(pattern: RegExp) => void} forgive a console message that belongs to the scenario
 */

/**
 * @param {import('playwright-core').Browser} browser
 * @param {{base: string, options?: object}} where
 * @param {(visit: Visit) => Promise<void>} scenario
 */
export async function visit(browser, { base, options = {} }, scenario) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  context.setDefaultTimeout(PATIENCE_MS);
  const wrong = [];
  const forgiven = [];
  const { host } = new URL(base);
  context.on('request', (request) => {
    const url = new URL(request.url());
    if (url.host !== host) wrong.push(`asked elsewhere: ${url.origin}`);
  });
  const page = await context.newPage();
  page.on('websocket', (socket) => {
    if (new URL(socket.url()).host !== host) wrong.push('a socket to elsewhere');
  });
  page.on('pageerror', (error) => wrong.push(`threw: ${error.stack}`));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') wrong.push(message.text());
  });
  try {
    await scenario({ page, context, forgive: (pattern) => forgiven.push(pattern) });
    const left = wrong.filter((text) => !forgiven.some((pattern) => pattern.test(text)));
    assert.deepEqual(left, [], 'the page complained');
  } finally {
    await context.close();
  }
}

/** @param {import('playwright-core').Page} page @param {string} which @returns a reader's card */
export function reader(page, which) {
  return page.locator('.reader').filter({ has: page.getByRole('heading', { name: `Reader ${which}` }) });
}

/** @param {import('playwright-core').Locator} place @param {string | RegExp} text waits for it */
export async function shows(place, text) {
  await place.filter({ hasText: text }).first().waitFor();
}

/**
 * Opens the ready link and waits until the readers read.
 *
 * @param {import('playwright-core').Page} page
 * @param {{base: string, token: string}} where
 * @param {number} readers
 */
export async function open(page, { base, token }, readers = 2) {
  await page.goto(`${base}/#token=${token}`);
  await page.locator('.writer[data-state=connected]').waitFor();
  for (const which of ['one', 'two'].slice(0, readers)) {
    await shows(reader(page, which).locator('.timeline'), /Reading playground from offset/);
  }
}

/** @param {import('playwright-core').Locator} card @returns {Promise<number[]>} newest first */
export async function offsetsOf(card) {
  const texts = await card.locator('.rows .message .offset').allTextContents();
  return texts.map((text) => Number(text.replaceAll(',', '')));
}

/** @param {import('playwright-core').Page} page @param {string} json */
export async function publish(page, json) {
  await page.getByLabel('Data, as JSON').fill(json);
  await page.getByRole('button', { name: 'Publish', exact: true }).click();
}
