// Takes docs/images/demo.png of a running server with the live graph, opened by its ready link:
//   ./sluice serve --demo
//   node system-tests/src/test/node/browser/demo-picture.mjs 'http://127.0.0.1:8080/#token=…'
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from './chromium.mjs';
import { shows } from './visit.mjs';

const MOST_BYTES = 300_000;
const PICTURE = fileURLToPath(new URL('../../../../../docs/images/demo.png', import.meta.url));

const link = process.argv[2];
if (!link?.includes('#token=')) {
  console.error('the ready link is missing');
  process.exit(2);
}
const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1200, height: 720 }, reducedMotion: 'reduce', colorScheme: 'dark' });
// A plain canvas draws all of it where graphics are slow.
await page.goto(link.replace('/#', '/demo?flat#'));
await page.locator('.live[data-state=connected]').waitFor();
await page.locator('.live[data-interval="33"]').waitFor();
// Until it has unfolded.
await page.waitForTimeout(10_000);
await page.getByRole('button', { name: 'Slow this client' }).click();
await page.waitForTimeout(4_000);
await page.getByRole('button', { name: 'Slow this client' }).click();
await page.locator('#canvas').focus();
await page.keyboard.press('n');
await shows(page.locator('#chosen'), /Distance/);
await page.waitForTimeout(1_500);
await page.evaluate(() => document.activeElement.blur());
await page.screenshot({ path: PICTURE });
await browser.close();
const { size } = statSync(PICTURE);
console.log(`${PICTURE}, ${size} bytes`);
if (size > MOST_BYTES) process.exit(1);
