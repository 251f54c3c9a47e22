// Runs scenarios in one browser: a line `{"name", "base", "token", "other"}` in, `over NAME passed`
// or `over NAME failed` out, behind what went wrong. The line `end` ends it.
import { createInterface } from 'node:readline';
import { launch } from './chromium.mjs';
import { CHAT } from './chat-scenarios.mjs';
import { CLIENT } from './client-scenarios.mjs';
import { DEMO } from './demo-scenarios.mjs';
import { LOOK } from './look-scenarios.mjs';
import { PAGE } from './page-scenarios.mjs';

const SCENARIOS = { ...PAGE, ...LOOK, ...CHAT, ...CLIENT, ...DEMO };

const browser = await launch();
console.log(`ready Chromium ${browser.version()}`);
for await (const line of createInterface({ input: process.stdin })) {
  if (line === 'end') break;
  const { name, ...where } = JSON.parse(line);
  try {
    await SCENARIOS[name](browser, where);
    console.log(`over ${name} passed`);
  } catch (error) {
    console.log(String(error.stack));
    console.log(`over ${name} failed`);
  }
}
await browser.close();
// A scenario that failed may have left a socket open.
process.exit();
