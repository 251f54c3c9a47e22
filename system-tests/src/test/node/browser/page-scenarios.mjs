// What a person does with the playground, and sees.
import { strict as assert } from 'node:assert';
import { Peer } from './peer.mjs';
import { offsetsOf, open, publish, reader, shows, visit } from './visit.mjs';

const BURST = 5;

/** @param {import('playwright-core').Page} page */
async function secondsPass(page, ms) {
  await page.clock.runFor(ms);
}

/** Stops the page's clock, cuts reader one's line, and waits until it is noticed. */
async function cut(page) {
  // With its clock stopped the page cannot come back before the scenario is ready for it.
  await page.clock.pauseAt(await page.evaluate(() => Date.now() + 1_000));
  const one = reader(page, 'one');
  await one.getByRole('button', { name: 'Cut the line' }).click();
  await one.and(page.locator('[data-state=waiting]')).waitFor();
  return one;
}

/** Places of the slider. */
const STOPPED = '0';
const FULL_SPEED = '7';

async function readAt(one, place) {
  await one.getByLabel('Reads').fill(place);
}

/** Subscribes anew with these settings, and the others as they stand. */
async function anew(one, { filter, credit, policy, key }) {
  const settings = one.locator('.settings');
  if (!(await settings.evaluate((details) => details.open))) await settings.locator('summary').click();
  if (filter !== undefined) await one.getByLabel(/^Filter/).fill(filter);
  if (credit) await one.getByLabel('Credit, in messages').fill(credit);
  if (policy) await one.getByLabel('When it cannot take more').selectOption(policy);
  if (key) await one.getByLabel('Key, for latest').fill(key);
  await one.getByRole('button', { name: 'Subscribe anew' }).click();
}

async function comeBack(page, one) {
  await secondsPass(page, 1_500);
  await page.clock.resume();
  await one.and(page.locator('[data-recovered]')).waitFor();
}

export const PAGE = {
  async opens(browser, where) {
    await visit(browser, where, async ({ page }) => {
      await open(page, where);
      assert.equal(new URL(page.url()).hash, '', 'the token leaves the address bar');
      const kept = await page.evaluate(() => [sessionStorage.getItem('sluice:token'), localStorage.length]);
      assert.deepEqual(kept, [where.token, 0], 'the token is kept for this tab only');
      await publish(page, '{"text":"first"}');
      await shows(page.locator('.writer .status'), /Receipt: offset 1, after [\d.]+ m?s/);
      for (const which of ['one', 'two']) {
        const row = reader(page, which).locator('.rows .message.own').first();
        assert.equal(await row.locator('.offset').textContent(), '1');
        assert.equal(await row.locator('.from').textContent(), 'ada');
        assert.equal(await row.locator('.data').textContent(), '{"text":"first"}');
        assert.match(await row.locator('.took').textContent(), /^[\d.]+ m?s$/);
        await shows(reader(page, which).locator('[data-part=left]'), '255');
      }
      await page.reload();
      await page.locator('.writer[data-state=connected]').waitFor();
    });
  },

  async recovers(browser, where) {
    const bob = await Peer.connect(where.base, where.other);
    await visit(browser, where, async ({ page }) => {
      await page.clock.install();
      await open(page, where);
      await publish(page, '{"text":"before"}');
      await reader(page, 'one').locator('.rows .message').first().waitFor();
      const one = await cut(page);
      await shows(one.locator('.status'), /Line lost, closed with 1006\. Trying again in [01]\.\d s/);
      for (let i = 0; i < BURST; i++) await bob.publish('playground', { i });
      await comeBack(page, one);
      await shows(one.locator('.status'), `Recovered: ${BURST} came late, offsets 2–6, no hole.`);
      await shows(one.locator('.timeline'), /Connecting again/);
      await shows(one.locator('.timeline'), /Connected again after/);
      await bob.publish('playground', 'after');
      for (const which of ['one', 'two']) {
        await shows(reader(page, which).locator('.rows .data'), '"after"');
        assert.deepEqual(await offsetsOf(reader(page, which)), [7, 6, 5, 4, 3, 2, 1]);
      }
      assert.equal(await one.locator('.rows .late').count(), BURST);
      assert.equal(await one.locator('.tape .late').count(), BURST);
      assert.equal(await reader(page, 'two').locator('.rows .late').count(), 0);
      assert.equal(await page.locator('.rows .gap').count(), 0);
    });
    await bob.close();
  },

  async tellsGaps(browser, where) {
    const bob = await Peer.connect(where.base, where.other);
    await visit(browser, where, async ({ page }) => {
      await page.clock.install();
      await open(page, where);
      await publish(page, '{"text":"before"}');
      await reader(page, 'one').locator('.rows .message').first().waitFor();
      const one = await cut(page);
      for (let i = 0; i < BURST; i++) await bob.publish('playground', { i });
      await comeBack(page, one);
      await shows(one.locator('.rows .gap .data'), 'offsets 2–4 lost: evicted');
      await shows(one.locator('.status'), 'Recovered: 2 came late, offsets 5–6, 3 lost.');
      assert.equal(await one.locator('.tape .lost').count(), 3);
    });
    await bob.close();
  },

  async noticesAHoleByItself(browser, where) {
    const bob = await Peer.connect(where.base, where.other);
    await visit(browser, where, async ({ page }) => {
      // A server that loses the second publication and does not say so.
      await page.routeWebSocket(/\/ws$/, (socket) => {
        socket.connectToServer().onMessage((text) => {
          if (JSON.parse(String(text)).offset !== 2) socket.send(text);
        });
      });
      await open(page, where);
      for (let i = 0; i < 3; i++) await bob.publish('playground', { i });
      await shows(reader(page, 'one').locator('.rows .gap .data'), 'offset 2 never came');
      await shows(reader(page, 'one').locator('.status'), 'A gap: offset 2 never came.');
      assert.deepEqual(await offsetsOf(reader(page, 'one')), [3, 1]);
    });
    await bob.close();
  },

  async meters(browser, where) {
    const bob = await Peer.connect(where.base, where.other);
    await visit(browser, where, async ({ page }) => {
      await open(page, where);
      const one = reader(page, 'one');
      await anew(one, { filter: '{"room":"a"}', credit: '3' });
      await shows(one.locator('[data-part=left]'), /^3$/);
      await readAt(one, STOPPED);
      for (let i = 0; i < BURST; i++) {
        await bob.publish('playground', { room: 'b', i });
        await bob.publish('playground', { room: 'a', i });
      }
      await reader(page, 'two').locator('.rows .message').nth(2 * BURST - 1).waitFor();
      await shows(one.locator('[data-part=left]'), /^0$/);
      assert.deepEqual(await offsetsOf(one), [], 'what came waits for its turn');
      await shows(one.locator('[data-part=behind]'), /^10$/);
      await readAt(one, FULL_SPEED);
      await one.locator('.rows .message').nth(BURST - 1).waitFor();
      assert.deepEqual(await offsetsOf(one), [10, 8, 6, 4, 2], 'and then the rest, in order');
      assert.equal(await page.locator('.rows .gap').count(), 0, 'what a filter holds back is no gap');
      await shows(one.locator('[data-part=behind]'), /^0$/);
      await anew(one, { filter: '{"room":{}}' });
      await shows(one.locator('.status'), '(invalid_filter)');
    });
    await bob.close();
  },

  async conflates(browser, where) {
    const bob = await Peer.connect(where.base, where.other);
    await visit(browser, where, async ({ page }) => {
      await open(page, where);
      const one = reader(page, 'one');
      await anew(one, { policy: 'latest', key: 'agent', credit: '1' });
      await shows(one.locator('.timeline'), /Reading playground from offset 1 on.*Reading/s);
      await readAt(one, STOPPED);
      await bob.publish('playground', { agent: 'a' });
      // The one it has credit for, before there is a newer.
      await shows(one.locator('[data-part=behind]'), /^1$/);
      for (const agent of ['b', 'a', 'b', 'c', 'a']) await bob.publish('playground', { agent });
      await reader(page, 'two').locator('.rows .message').nth(5).waitFor();
      await shows(one.locator('[data-part=behind]'), /^6$/);
      await readAt(one, FULL_SPEED);
      await shows(one.locator('[data-part=missed]'), '2 conflated');
      assert.deepEqual(await offsetsOf(one), [6, 5, 4, 1], 'the newest of each agent');
      await shows(one.locator('.timeline'), '2 were left out for newer ones of the same key.');
      assert.equal(await page.locator('.rows .gap').count(), 0, 'what is replaced is not lost');
      assert.deepEqual(await offsetsOf(reader(page, 'two')), [6, 5, 4, 3, 2, 1]);
    });
    await bob.close();
  },

  async dropsTheOldest(browser, where) {
    const bob = await Peer.connect(where.base, where.other);
    await visit(browser, where, async ({ page }) => {
      await open(page, where);
      const one = reader(page, 'one');
      await anew(one, { policy: 'drop-oldest', credit: '1' });
      await shows(one.locator('.timeline'), /Reading playground from offset 1 on.*Reading/s);
      await readAt(one, STOPPED);
      await bob.publish('playground', { i: 0 });
      await shows(one.locator('[data-part=behind]'), /^1$/);
      for (let i = 1; i < 8; i++) await bob.publish('playground', { i });
      await reader(page, 'two').locator('.rows .message').nth(7).waitFor();
      await readAt(one, FULL_SPEED);
      await shows(one.locator('.rows .gap .data'), 'offsets 2–5 lost: dropped');
      await shows(one.locator('[data-part=missed]'), '4 lost');
      await one.locator('.rows .message').nth(3).waitFor();
      assert.deepEqual(await offsetsOf(one), [8, 7, 6, 1]);
    });
    await bob.close();
  },

  async holdsThePublisher(browser, where) {
    await visit(browser, where, async ({ page }) => {
      await open(page, where);
      await page.getByLabel('Channel').fill('playground.hold');
      await page.getByLabel('Channel').blur();
      const one = reader(page, 'one');
      await shows(one.locator('.timeline'), 'Reading playground.hold from offset 1 on.');
      await anew(one, { credit: '2' });
      await readAt(one, STOPPED);
      await page.getByLabel('Data, as JSON').fill(JSON.stringify({ text: 'x'.repeat(2_000) }));
      await page.getByLabel('and keep publishing').selectOption('100');
      const chip = page.locator('.writer .held');
      await shows(chip, 'held by a slow reader');
      const [before] = await offsetsOf(reader(page, 'two'));
      await page.getByLabel('and keep publishing').selectOption('0');
      await readAt(one, FULL_SPEED);
      await page.locator('.writer .held:empty').waitFor({ state: 'attached' });
      await shows(page.locator('.stream'), /([\d,]+) published in a row, \1 receipts$/);
      const sent = Number((await page.locator('.stream').textContent()).match(/^[\d,]+/)[0].replace(',', ''));
      await shows(one.locator('[data-part=offset]'), new RegExp(`^${sent}$`));
      assert.ok(sent > before, 'what waited has entered');
      assert.equal(await page.locator('.rows .gap').count(), 0);
    });
  },

  async knowsWhoIsHere(browser, where) {
    await visit(browser, where, async ({ page }) => {
      await open(page, where);
      const here = reader(page, 'two').locator('.here');
      await shows(here, 'ada');
      const bob = await Peer.connect(where.base, where.other);
      await bob.ask({ action: 'subscribe', channel: 'playground' });
      await shows(here.locator('.person'), 'bob');
      await shows(reader(page, 'two').locator('.timeline'), 'bob joined.');
      await bob.publish('playground', { n: 1 });
      await bob.close();
      await shows(reader(page, 'two').locator('.timeline'), 'bob left.');
      assert.deepEqual(await here.locator('.person').allTextContents(), ['ada']);
      await reader(page, 'two').getByRole('button', { name: 'History' }).click();
      const dialog = page.getByRole('dialog', { name: 'History of playground' });
      await shows(dialog.locator('.rows .data'), '{"n":1}');
      await shows(dialog, 'The newest 1 up to offset 1');
      await dialog.getByRole('button', { name: 'Close' }).click();
      await dialog.waitFor({ state: 'hidden' });
    });
  },

  async saysWhyAndAsksForAnother(browser, where) {
    await visit(browser, where, async ({ page, forgive }) => {
      forgive(/403|WebSocket connection to/);
      await page.goto(where.base);
      await shows(page.locator('#door'), './sluice token --user ada');
      await page.goto(`${where.base}/#token=not.a.token`);
      await shows(page.getByRole('alert'), '(bad_token)');
      assert.equal(await page.evaluate(() => sessionStorage.length), 0, 'a refused token is forgotten');
      await page.getByRole('textbox', { name: 'Token' }).fill(`${where.base}/#token=${where.token}`);
      await page.getByRole('button', { name: 'Connect' }).click();
      await page.locator('.writer[data-state=connected]').waitFor();
      await shows(page.locator('#who'), 'as ada');
      await page.getByRole('button', { name: 'Other token' }).click();
      await page.getByRole('textbox', { name: 'Token' }).waitFor();
    });
  },

  async takesNothingForMarkup(browser, where) {
    const bob = await Peer.connect(where.base, where.other);
    await visit(browser, where, async ({ page }) => {
      await open(page, where);
      const evil = '<img src=x onerror=alert(1)><script>alert(2)</script>';
      await bob.publish('playground', { evil });
      await shows(reader(page, 'one').locator('.rows .data'), JSON.stringify({ evil }));
      assert.equal(await page.locator('main img, main script').count(), 0);
      await bob.publish('playground', 'x'.repeat(10_000));
      await reader(page, 'one').locator('.rows .message').nth(1).waitFor();
      const shown = await reader(page, 'one').locator('.rows .data').first().textContent();
      assert.equal(shown.length, 2_001, 'a long one is cut');
      await publish(page, '{"not": json}');
      await shows(page.locator('.writer .status'), 'That is not JSON.');
    });
    await bob.close();
  },

  async staysBounded(browser, where) {
    await visit(browser, where, async ({ page }) => {
      await open(page, where);
      await page.getByLabel('and keep publishing').selectOption('1000');
      const received = reader(page, 'one').locator('[data-part=received]');
      await shows(received, /^[2-9],\d{3}$/);
      const rows = await page.locator('.reader .rows li').evaluateAll((all) => all.length);
      assert.ok(rows <= 1_000, `${rows} rows in two readers`);
      await page.getByLabel('and keep publishing').selectOption('0');
      await shows(page.locator('.stream'), /([\d,]+) published in a row, \1 receipts$/);
      const [newest] = await offsetsOf(reader(page, 'one'));
      assert.ok(newest > 2_000);
    });
  },
};
