// How the playground looks and is worked, whatever the colours, the width and the fingers.
import { strict as assert } from 'node:assert';
import { open, publish, reader, shows, visit } from './visit.mjs';

/** @param {import('playwright-core').Page} page @returns {Promise<number>} 0 black to 255 white */
function brightness(page) {
  return page.evaluate(() => {
    const colour = getComputedStyle(document.body).backgroundColor;
    const [r, g, b] = (colour.match(/\d+/g) ?? []).map(Number);
    return (r + g + b) / 3;
  });
}

/** @param {import('playwright-core').Page} page what sticks out to the right */
function sideways(page) {
  return page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
}

/** @param {import('playwright-core').Page} page */
function focused(page) {
  return page.evaluate(() => {
    const at = document.activeElement;
    if (!at || at === document.body) return '';
    const style = getComputedStyle(at.matches('[type=radio]') ? at.nextElementSibling : at);
    if (style.outlineStyle === 'none') throw new Error(`no focus is seen on ${at.outerHTML}`);
    const label = at.getAttribute('aria-label') ?? at.labels?.[0]?.textContent ?? at.textContent;
    return label.trim().split('\n')[0];
  });
}

/** Goes on by Tab until something so called has the focus. */
async function tabTo(page, name) {
  const seen = [];
  for (let i = 0; i < 60; i++) {
    await page.keyboard.press('Tab');
    const at = await focused(page);
    if (at === name) return;
    seen.push(at);
  }
  assert.fail(`no ${name} among ${seen.join(', ')}`);
}

export const LOOK = {
  async fitsTheEyes(browser, where) {
    const dark = { ...where, options: { colorScheme: 'dark' } };
    await visit(browser, dark, async ({ page }) => {
      await open(page, where);
      assert.ok((await brightness(page)) < 60, 'dark where the system is');
      await page.getByLabel('Light').check();
      assert.ok((await brightness(page)) > 200, 'light where that is chosen');
      await page.reload();
      await page.locator('.writer').waitFor();
      assert.ok((await brightness(page)) > 200, 'and light the next time');
      await page.getByLabel('Auto').check();
      assert.ok((await brightness(page)) < 60);
      await page.emulateMedia({ colorScheme: 'light' });
      assert.ok((await brightness(page)) > 200, 'light where the system is');
    });
  },

  async restsWhereMotionIsUnwelcome(browser, where) {
    const calm = { ...where, options: { reducedMotion: 'reduce' } };
    await visit(browser, calm, async ({ page }) => {
      await open(page, where);
      assert.equal(await page.evaluate(() => document.getAnimations().length), 0);
      await page.emulateMedia({ reducedMotion: 'no-preference' });
      assert.notEqual(await page.evaluate(() => document.getAnimations().length), 0);
    });
  },

  async fitsAPhone(browser, where) {
    const phone = { ...where, options: { viewport: { width: 360, height: 740 }, hasTouch: true } };
    await visit(browser, phone, async ({ page }) => {
      await page.goto(where.base);
      await page.locator('#door').waitFor();
      assert.equal(await sideways(page), 0, 'the door');
      await open(page, where, 1);
      await publish(page, JSON.stringify({ long: 'word'.repeat(200) }));
      await reader(page, 'one').locator('.rows .message').first().waitFor();
      assert.equal(await sideways(page), 0, 'one reader');
      await page.getByRole('button', { name: 'Open a second reader' }).tap();
      await shows(reader(page, 'two').locator('.status'), 'Reading playground');
      await reader(page, 'two').getByText('Filter, credit and policy').tap();
      assert.equal(await sideways(page), 0, 'two readers');
      await reader(page, 'two').getByRole('button', { name: 'History' }).tap();
      await page.getByRole('dialog').locator('.rows li').first().waitFor();
      assert.equal(await sideways(page), 0, 'the history');
      await page.getByRole('dialog').getByRole('button', { name: 'Close' }).tap();
      await reader(page, 'two').getByRole('button', { name: 'Close' }).tap();
      await page.getByRole('button', { name: 'Open a second reader' }).waitFor();
    });
  },

  async needsNoMouse(browser, where) {
    await visit(browser, where, async ({ page }) => {
      await open(page, where);
      await tabTo(page, 'Skip to the playground');
      await page.keyboard.press('Enter');
      await tabTo(page, 'Data, as JSON');
      await page.keyboard.press('ControlOrMeta+A');
      await page.keyboard.type('{"by":"keyboard"}');
      await page.keyboard.press('Enter');
      await shows(reader(page, 'one').locator('.rows .data'), '{"by":"keyboard"}');
      await tabTo(page, 'Cut the line, reader one');
      await page.keyboard.press('Space');
      await shows(reader(page, 'one').locator('.timeline'), 'Recovered: nothing was missed, no hole.');
      assert.equal(await focused(page), 'Cut the line, reader one', 'the focus stays');
      await tabTo(page, 'History, reader one');
      await page.keyboard.press('Enter');
      await page.getByRole('dialog').waitFor();
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
      assert.equal(await focused(page), 'History, reader one', 'the focus comes back');
      await tabTo(page, 'Messages of reader two');
      await tabTo(page, 'Skip to the playground');
    });
  },

  async hasNamesForEverything(browser, where) {
    await visit(browser, where, async ({ page }) => {
      await open(page, where);
      const nameless = await page.evaluate(() =>
        [...document.querySelectorAll('button, input, select, summary, [tabindex="0"]')]
          .filter((at) => at.checkVisibility())
          .filter((at) => !(at.getAttribute('aria-label') ?? at.labels?.[0]?.textContent ?? at.textContent).trim())
          .map((at) => at.outerHTML));
      assert.deepEqual(nameless, []);
      const names = await page.getByRole('button').evaluateAll((all) =>
        all.map((at) => at.getAttribute('aria-label') ?? at.textContent.trim()));
      const twice = names.filter((name, at) => names.indexOf(name) !== at);
      assert.deepEqual(twice.filter((name) => name !== 'Subscribe anew'), [], 'no two buttons are called alike');
      assert.equal(await page.getByRole('status').count(), 4, 'the publisher, two readers and the chat say their state');
      const ids = await page.evaluate(() => [...document.querySelectorAll('[id]')].map((at) => at.id));
      assert.equal(new Set(ids).size, ids.length);
    });
  },
};
