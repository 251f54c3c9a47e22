// Takes docs/images/playground.png of a running server, opened by its ready link:
//   node system-tests/src/test/node/browser/picture.mjs 'http://127.0.0.1:8080/#token=…'
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from './chromium.mjs';
import { reader } from './visit.mjs';

const MOST_BYTES = 300_000;
const PICTURE = fileURLToPath(new URL('../../../../../docs/images/playground.png', import.meta.url));

const link = process.argv[2];
if (!link?.includes('#token=')) {
  console.error('the ready link is missing');
  process.exit(2);
}
const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1280, height: 860 }, reducedMotion: 'reduce' });
await page.goto(link);
const one = reader(page, 'one');
await reader(page, 'two').and(page.locator('[data-state=connected]')).waitFor();
await page.getByLabel('Data, as JSON').fill('{"task":"water the plants"}');
await page.getByRole('button', { name: 'Publish', exact: true }).click();
await one.locator('.rows .message').first().waitFor();
await page.getByLabel('and keep publishing').selectOption('10');
await one.locator('.rows .message').nth(16).waitFor();
await one.getByRole('button', { name: 'Cut the line' }).click();
await one.and(page.locator('[data-recovered]')).waitFor();
await one.locator('.rows .message:not(.late)').nth(20).waitFor();
await page.getByLabel('and keep publishing').selectOption('0');
await page.evaluate(() => document.activeElement.blur());
await page.mouse.move(640, 5);
await page.screenshot({ path: PICTURE });
await browser.close();
const { size } = statSync(PICTURE);
console.log(`${PICTURE}, ${size} bytes`);
if (size > MOST_BYTES) process.exit(1);
