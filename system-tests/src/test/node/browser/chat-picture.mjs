// Takes docs/images/chat.png of a running server with the demo agent, opened by its ready link:
//   SLUICE_HAIP_AGENT=demo ./sluice serve
//   node system-tests/src/test/node/browser/chat-picture.mjs 'http://127.0.0.1:8080/#token=…'
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { launch } from './chromium.mjs';
import { shows } from './visit.mjs';

const MOST_BYTES = 150_000;
const PICTURE = fileURLToPath(new URL('../../../../../docs/images/chat.png', import.meta.url));
const SLOW = '4';

const link = process.argv[2];
if (!link?.includes('#token=')) {
  console.error('the ready link is missing');
  process.exit(2);
}
const browser = await launch();
const page = await browser.newPage({ viewport: { width: 1000, height: 860 }, reducedMotion: 'reduce' });
await page.goto(link);
const chat = page.locator('.chat');
const send = chat.getByRole('button', { name: 'Send' });
await chat.and(page.locator('[data-state=connected]')).waitFor();
await chat.getByLabel('To the agent').fill('What is 2 and 3?');
await send.click();
await shows(chat.locator('.agent:not(.speaking)'), /Together/);
await chat.getByLabel('Reads').fill(SLOW);
await chat.getByLabel('To the agent').fill('How does water run through a sluice while the gate is moved up and down, and down, and up?');
await send.click();
await shows(chat.locator('.agent.speaking'), /gate/);
await page.evaluate(() => document.activeElement.blur());
await page.mouse.move(500, 5);
await chat.screenshot({ path: PICTURE });
await browser.close();
const { size } = statSync(PICTURE);
console.log(`${PICTURE}, ${size} bytes`);
if (size > MOST_BYTES) process.exit(1);
