// What a person does with the playground's chat, and sees.
import { strict as assert } from 'node:assert';
import { open, shows, visit } from './visit.mjs';

const WORDS = Array.from({ length: 40 }, (_, n) => `w${n}-a`).join(' ');
/** How the demo agent ends its answer: it adds the first two numbers. */
const ANSWER = /Together that is 1\.$/;
const STOPPED = '0';
const SLOW = '4';
const FULL_SPEED = '7';

/** @param {import('playwright-core').Page} page */
async function say(page, text) {
  const chat = page.locator('.chat');
  await chat.and(page.locator('[data-state=connected]')).waitFor();
  await chat.getByLabel('To the agent').fill(text);
  await chat.getByRole('button', { name: 'Send' }).click();
  return chat;
}

/** Waits for the end of the agent's answer, and looks at all of it. */
async function assertWhole(chat) {
  await shows(chat.locator('.agent'), ANSWER);
  const said = await chat.locator('.agent').allTextContents();
  assert.equal(said.length, 1);
  assert.equal(said[0].replace(ANSWER, ''), `You said: ${WORDS} `);
}

/** @param {import('playwright-core').Locator} chat how much the agent may send */
async function credit(chat) {
  return Number(await chat.locator('[data-part=credit-AGENT]').textContent());
}

/** Waits until the agent may send so much. */
async function creditIs(chat, pattern) {
  await shows(chat.locator('[data-part=credit-AGENT]'), pattern);
}

export const CHAT = {
  async streamsTheAnswer(browser, where) {
    await visit(browser, where, async ({ page }) => {
      await open(page, where);
      const chat = await say(page, 'what is 2 and 3');
      await shows(chat.locator('.mine'), 'what is 2 and 3');
      await shows(chat.locator('.agent.speaking'), /^You said: what is/);
      await shows(chat.locator('.tool'), 'add {"a":2,"b":3} → {"result":5}');
      await shows(chat.locator('.agent:not(.speaking)'), 'You said: what is 2 and 3 Together that is 5.');
      await say(page, '<img src=x onerror=alert(1)>');
      await shows(chat.locator('.agent'), '<img src=x onerror=alert(1)>');
      assert.equal(await page.locator('main img, main script').count(), 0);
    });
  },

  async comesOutWholeAfterACut(browser, where) {
    await visit(browser, where, async ({ page }) => {
      await open(page, where);
      const chat = await say(page, WORDS);
      await shows(chat.locator('.agent'), 'w9-a');
      await chat.getByRole('button', { name: 'Cut the line' }).click();
      await chat.and(page.locator('[data-state=waiting]')).waitFor();
      await shows(chat.locator('.status'), /Line lost\. Trying again in [01]\.\d s/);
      await shows(chat.locator('.status'), /Back after [\d.]+ s, in the same session: nothing is missing\./);
      await assertWhole(chat);
    });
  },

  async creditFallsAndIsRenewed(browser, where) {
    await visit(browser, where, async ({ page }) => {
      await open(page, where);
      const chat = page.locator('.chat');
      await chat.getByLabel('Reads').fill(STOPPED);
      await say(page, WORDS);
      await creditIs(chat, /^0$/);
      const gauge = chat.locator('[data-part=gauge-AGENT]');
      assert.match(await gauge.getAttribute('style'), /scaleX\(0\)/);
      await chat.getByLabel('Reads').fill(SLOW);
      await creditIs(chat, /^[1-9]/);
      await chat.getByLabel('Reads').fill(FULL_SPEED);
      await assertWhole(chat);
      const row = (name) => chat.locator(`[data-part=metrics] [data-channel=${name}]`);
      // Credit, window, sent, queued, latency, pressure.
      await shows(row('USER'), /^USER\d+(16|–)[1-9]0[\d.]+ m?s\d+$/);
      await shows(row('AGENT'), /^AGENT\d+1600[\d.]+ m?s\d+$/);
      assert.equal(await row('AUDIO_IN').count(), 0);
      await creditIs(chat, /^1\d$/);
      assert.ok((await credit(chat)) <= 16);
    });
  },

  async pauseStopsAndResumes(browser, where) {
    await visit(browser, where, async ({ page }) => {
      await open(page, where);
      const chat = await say(page, WORDS);
      await shows(chat.locator('.agent'), 'w5-a');
      const pause = chat.getByRole('button', { name: 'Pause the agent' });
      await pause.click();
      assert.equal(await pause.getAttribute('aria-pressed'), 'true');
      // What was under way still comes; then, for longer than a dozen words take, nothing does.
      let stood = '';
      for (let now = await chat.locator('.agent').textContent(); now !== stood; ) {
        stood = now;
        await page.waitForTimeout(600);
        now = await chat.locator('.agent').textContent();
      }
      assert.ok(!stood.includes('w39-a'), stood);
      await pause.click();
      assert.equal(await pause.getAttribute('aria-pressed'), 'false');
      await assertWhole(chat);
    });
  },
};
