// What a person does with the live graph, and sees.
import { strict as assert } from 'node:assert';
import WebSocket from 'ws';
import { GraphClient } from '../../../../../client-js/client-visionflow.js';
import { shows, visit } from './visit.mjs';

const PATIENCE_MS = 20_000;
/** A picture that is looked at makes the graphics wait, which they tell. */
const LOOKED_AT = /GL Driver Message/;

/** Asks until this holds. */
async function until(what, ask, holds) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await ask();
    if (holds(seen)) return seen;
    assert.ok(Date.now() < end, `${what}: ${JSON.stringify(seen).slice(0, 300)}`);
  }
}

/** @returns what is on the canvas: how many pixels are no ground, of which hues, and a sum of all */
function picture(page) {
  return page.evaluate(
    () =>
      new Promise((resolve) => {
        // Behind the page's own frame, while its picture is there.
        requestAnimationFrame(() => {
          const canvas = document.querySelector('#canvas');
          const small = document.createElement('canvas');
          [small.width, small.height] = [canvas.width, canvas.height];
          const pen = small.getContext('2d', { willReadFrequently: true });
          pen.drawImage(canvas, 0, 0);
          const { data } = pen.getImageData(0, 0, small.width, small.height);
          const hues = new Array(12).fill(0);
          let drawn = 0;
          let sum = 0;
          for (let i = 0; i < data.length; i += 4) {
            const [red, green, blue] = [data[i], data[i + 1], data[i + 2]];
            const [most, least] = [Math.max(red, green, blue), Math.min(red, green, blue)];
            if (Math.abs(red - data[0]) + Math.abs(green - data[1]) + Math.abs(blue - data[2]) < 40) continue;
            drawn++;
            sum = (31 * sum + i + red) % 2_147_483_647;
            if (most - least < 60) continue;
            const part = most === red ? (green - blue) / (most - least) : most === green ? 2 + (blue - red) / (most - least) : 4 + (red - green) / (most - least);
            hues[Math.floor(((part + 6) % 6) * 2)]++;
          }
          resolve({ drawn, sum, hues });
        });
      }),
  );
}

const coloured = ({ hues }) => hues.filter((count) => count > 40).length;

/** Opens the page, and counts what comes over its socket. */
async function watch(page, { base, token }, query = '') {
  const line = { messages: [] };
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => {
      if (typeof payload !== 'string') line.messages.push({ at: performance.now(), nodes: (payload.length - 1) / 36 });
    });
  });
  await page.goto(`${base}/demo${query}#token=${token}`);
  await page.locator('.live[data-state=connected]').waitFor();
  assert.equal(new URL(page.url()).hash, '');
  await shows(page.locator('#what'), /3,000 nodes, [56],\d\d\d links, drawn with/);
  return line;
}

/** The milliseconds from one message to the next, of so many from now on. */
async function pace(line, page, count) {
  const first = line.messages.length;
  await until('messages', () => page.evaluate(() => 0).then(() => line.messages.length), (now) => now > first + count);
  const { messages } = line;
  return (messages[first + count].at - messages[first].at) / count;
}

/** A figure of the page as a number of milliseconds. */
async function age(page) {
  const text = await page.locator('[data-part=age]').textContent();
  return Number.parseFloat(text) * (text.endsWith('ms') ? 1 : 1_000);
}

export const DEMO = {
  async drawsTheLiveGraph(browser, where) {
    // Small, for there may be no graphics card.
    const small = { viewport: { width: 800, height: 560 } };
    await visit(browser, { ...where, options: small }, async ({ page, forgive }) => {
      forgive(LOOKED_AT);
      await watch(page, where);
      assert.equal(await page.locator('.live').getAttribute('data-painter'), 'WebGL2');
      const first = await until('a tree in its colours', () => picture(page), (seen) => seen.drawn > 5_000 && coloured(seen) >= 3);
      await until('another picture', () => picture(page), ({ sum }) => sum !== first.sum);
      const figures = ['messages', 'nodes', 'bytes', 'frames', 'latency', 'age', 'behind'];
      const read = () => Promise.all(figures.map((name) => page.locator(`[data-part=${name}]`).textContent()));
      const before = await until('figures', read, (texts) => texts.every((text) => /^[1-9]|^0\.[1-9]/.test(text)));
      await until('other figures', read, (texts) => texts.filter((text, i) => text !== before[i]).length >= 4);
    });
  },

  async drawsAgainWhenTheGraphicsComeBack(browser, where) {
    await visit(browser, where, async ({ page, forgive }) => {
      forgive(LOOKED_AT);
      forgive(/CONTEXT_LOST_WEBGL/);
      await watch(page, where);
      await until('a tree in its colours', () => picture(page), (seen) => seen.drawn > 5_000 && coloured(seen) >= 3);
      const lose = await page.evaluateHandle(() => document.querySelector('#canvas').getContext('webgl2').getExtension('WEBGL_lose_context'));
      await lose.evaluate((extension) => extension.loseContext());
      await shows(page.locator('#broken'), /taken the graphics away/);
      const messages = () => page.locator('[data-part=messages]').textContent();
      await until('no picture', () => page.locator('[data-part=frames]').textContent(), (text) => text === '0');
      const before = await messages();
      await until('figures that go on', messages, (text) => text !== before && Number(text) > 0);
      // By keyboard, as the picture is black.
      await page.locator('#canvas').focus();
      await page.keyboard.press('n');
      await shows(page.locator('#chosen'), /Distance/);
      await lose.evaluate((extension) => extension.restoreContext());
      await page.locator('#broken').waitFor({ state: 'hidden' });
      await until('the tree again', () => picture(page), (seen) => seen.drawn > 5_000 && coloured(seen) >= 3);
    });
  },

  async drawsWithoutWebgl(browser, where) {
    const phone = { viewport: { width: 390, height: 780 }, reducedMotion: 'reduce', colorScheme: 'light' };
    await visit(browser, { ...where, options: phone }, async ({ page }) => {
      await watch(page, where, '?flat');
      await until('a tree in its colours', () => picture(page), (seen) => seen.drawn > 2_000 && coloured(seen) >= 3);
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing is beside the page');
      // By keyboard: the farthest node, and from there to the source.
      await page.locator('#canvas').focus();
      const distance = async () => Number(/Distance ([\d.]+)/.exec(await page.locator('#chosen').textContent())?.[1] ?? 0);
      await page.keyboard.press('n');
      const far = await until('the farthest', distance, (far) => far > 0);
      await page.keyboard.press('n');
      await until('one that is nearer', distance, (near) => near > 0 && near < far);
      await page.keyboard.press('Escape');
      await shows(page.locator('#chosen'), /Click a node/);
      await page.getByLabel('Number or name').fill('nobody');
      await page.getByRole('button', { name: 'Choose' }).click();
      await shows(page.locator('#chosen'), 'There is no node nobody.');
    });
  },

  async slowsAndRecovers(browser, where) {
    await visit(browser, where, async ({ page }) => {
      const line = await watch(page, where, '?flat');
      const fast = await pace(line, page, 10);
      const slow = page.getByRole('button', { name: 'Slow this client' });
      await slow.click();
      assert.equal(await slow.getAttribute('aria-pressed'), 'true');
      await page.locator('.live[data-interval="1000"]').waitFor();
      const slowed = await pace(line, page, 1);
      assert.ok(slowed > 4 * fast && slowed > 500, `${fast} ms, and slowed ${slowed} ms`);
      assert.ok(line.messages.at(-1).nodes > 0);
      await until('a state that is fresh', () => age(page), (ms) => ms < 500);
      await shows(page.locator('#told'), /newest state/);
      await slow.click();
      assert.equal(await slow.getAttribute('aria-pressed'), 'false');
      await page.locator('.live[data-interval="33"]').waitFor();
      const again = await pace(line, page, 10);
      assert.ok(again < slowed / 4, `${slowed} ms, and then ${again} ms`);
      await until('a state that is fresh', () => age(page), (ms) => ms < 500);
    });
  },

  async pullsANodeThatOthersSee(browser, where) {
    const { base, other } = where;
    const witness = new GraphClient(`${base}/ws/positions`, { token: other, WebSocket, graph: 'demo', interval: 33, maxAttempts: 3 });
    const scene = await witness.connect();
    try {
      await visit(browser, { ...where, options: { reducedMotion: 'reduce' } }, async ({ page }) => {
        await watch(page, where, '?flat');
        const box = await page.locator('#canvas').boundingBox();
        let tag;
        // It moves, and may be elsewhere when the hand closes.
        const grasp = async () => {
          await page.mouse.up();
          await page.getByLabel('Number or name').fill('agent 1');
          await page.getByRole('button', { name: 'Choose' }).click();
          await shows(page.locator('#chosen'), /^agent 1, number \d+, an agent\./);
          // From the next picture on.
          await page.locator('#tag').waitFor();
          tag = await page.locator('#tag').boundingBox();
          // The tag stands a little to the right of its node and above it.
          await page.mouse.move(tag.x - 10, tag.y + 14);
          await page.mouse.down();
          return page.locator('#canvas').getAttribute('data-held');
        };
        const id = Number(await until('a node in the hand', grasp, (held) => held !== null));
        const at = () => [...scene.positions.slice(3 * scene.rowOf(id), 3 * scene.rowOf(id) + 3)];
        const before = at();
        const right = tag.x < box.x + box.width / 2 ? 1 : -1;
        await page.mouse.move(tag.x - 10 + right * 260, tag.y + 14, { steps: 8 });
        const away = () => Math.hypot(...at().map((each, axis) => each - before[axis]));
        // It stays there as long as it is held.
        await until('the node elsewhere', () => page.evaluate(() => 0).then(away), (far) => far > 60);
        await page.mouse.up();
      });
    } finally {
      await witness.close();
    }
  },

  async keepsATokenThatIsGoodElsewhere(browser, where) {
    await visit(browser, where, async ({ page }) => {
      const kept = () => page.evaluate(() => sessionStorage.getItem('sluice:token'));
      await page.goto(`${where.base}/demo#token=${where.token}`);
      await shows(page.locator('#why'), /forbidden/);
      assert.equal(await page.locator('#live').isVisible(), false);
      assert.equal(await kept(), where.token);
      await page.goto(`${where.base}/`);
      await page.locator('.writer[data-state=connected]').waitFor();
    });
  },

  async saysHowToStartTheLiveGraph(browser, where) {
    await visit(browser, where, async ({ page, forgive }) => {
      await page.goto(`${where.base}/demo#token=${where.token}`);
      await shows(page.locator('#absent'), /There is no live graph here.*\.\/sluice serve --demo/s);
      assert.equal(await page.locator('#live').isVisible(), false);
      forgive(/WebSocket connection to .* failed|status of 40[13]/);
      await page.goto(`${where.base}/`);
      await page.goto(`${where.base}/demo#token=a.b.c`);
      await shows(page.locator('#why'), /bad_token/);
      assert.equal(await page.evaluate(() => sessionStorage.getItem('sluice:token')), null);
    });
  },
};
