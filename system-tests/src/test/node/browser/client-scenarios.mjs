// The JavaScript client in a browser, as a page of one's own would use it.
import { strict as assert } from 'node:assert';
import { Peer } from './peer.mjs';
import { visit } from './visit.mjs';

const COUNT = 40;

export const CLIENT = {
  async clientGoesOnWithoutWebSocketAndReturns(browser, where) {
    await visit(browser, where, async ({ page, forgive }) => {
      forgive(/426|WebSocket connection to/);
      await page.goto(where.base);
      const seen = await page.evaluate(async ({ token, count }) => {
        const { Client } = await import('/client.js');
        const Real = window.WebSocket;
        let blocked = true;
        window.WebSocket = class {
          constructor(url, protocols) {
            // What a proxy that knows no upgrade makes of it.
            return blocked ? new Real(url.replace('/ws', '/nothing'), protocols) : new Real(url, protocols);
          }
        };
        const client = new Client('/ws', { token, retryMs: 50, returnMs: 300 });
        const transports = [];
        client.on('state', (state) => state === 'connected' && transports.push(client.transport));
        await client.connect();
        const read = [];
        client.subscribe('tasks', { credits: { messages: 4 } }, ({ data }) => void read.push(data.i));
        for (let i = 0; i < count; i++) await client.publish('tasks', { i });
        blocked = false;
        for (let i = count; client.transport === 'stream' || read.length < i; ) {
          if (client.transport === 'stream') await client.publish('tasks', { i: i++ });
          else await client.ping();
        }
        await client.close();
        return { transports, read };
      }, { token: where.token, count: COUNT });
      assert.deepEqual(seen.transports, ['stream', 'websocket']);
      assert.deepEqual(seen.read, seen.read.map((_, i) => i));
      assert.ok(seen.read.length >= COUNT);
    });
  },

  async eventSourceReadsAndResumes(browser, where) {
    const bob = await Peer.connect(where.base, where.other);
    await visit(browser, where, async ({ page }) => {
      await page.goto(where.base);
      await page.exposeFunction('bobPublishes', (n) => bob.publish('tasks', { n }));
      const seen = await page.evaluate(async ({ token }) => {
        // Two at a time: the browser comes back by itself for the next two.
        const source = new EventSource(`/sse?channel=tasks&messages=2&token=${token}`);
        const read = [];
        const types = new Set();
        for (const type of ['connected', 'subscribed', 'closed']) {
          source.addEventListener(type, () => types.add(type));
        }
        const begun = new Promise((resolve) => source.addEventListener('subscribed', resolve));
        const five = new Promise((resolve) => {
          source.onmessage = ({ data, lastEventId }) => {
            const { offset } = JSON.parse(data);
            if (read.push([offset, lastEventId.endsWith(`:${offset}`)]) === 5) resolve();
          };
        });
        await begun;
        for (let n = 1; n <= 5; n++) await window.bobPublishes(n);
        await five;
        source.close();
        return { read, types: [...types] };
      }, { token: where.token });
      assert.deepEqual(seen.read, [1, 2, 3, 4, 5].map((offset) => [offset, true]));
      assert.deepEqual(seen.types, ['connected', 'subscribed', 'closed']);
    });
    await bob.close();
  },

  async clientReadsByCreditInALoop(browser, where) {
    await visit(browser, where, async ({ page }) => {
      await page.goto(where.base);
      const seen = await page.evaluate(async ({ token, count }) => {
        const { Client } = await import('/client.js');
        const client = new Client('/ws', { token });
        const { userId } = await client.connect();
        const tasks = client.subscribe('tasks', { credits: { messages: 4, bytes: 4_096 } });
        await tasks.ready;
        const receipts = [];
        for (let i = 0; i < count; i++) receipts.push(client.publish('tasks', { i }));
        const offsets = (await Promise.all(receipts)).map(({ offset }) => offset);
        const read = [];
        let most = 0;
        for await (const message of tasks) {
          read.push(message.data.i);
          most = Math.max(most, tasks.credit.messages);
          if (read.length === count) break;
        }
        const position = tasks.position.offset;
        await client.close();
        return { userId, offsets, read, most, position, state: client.state };
      }, { token: where.token, count: COUNT });
      const numbers = Array.from({ length: COUNT }, (_, i) => i);
      assert.deepEqual(seen.read, numbers);
      assert.deepEqual(seen.offsets, numbers.map((i) => i + 1));
      assert.ok(seen.most <= 4, `${seen.most} of 4 messages of credit`);
      assert.deepEqual([seen.userId, seen.position, seen.state], ['ada', COUNT, 'closed']);
    });
  },

  async clientComesBackAfterACut(browser, where) {
    const bob = await Peer.connect(where.base, where.other);
    await visit(browser, where, async ({ page }) => {
      await page.goto(where.base);
      await page.exposeFunction('bobPublishes', (n) => bob.publish('tasks', { n }));
      const seen = await page.evaluate(async ({ token }) => {
        const { Client } = await import('/client.js');
        const states = [];
        const client = new Client('/ws', { token, retryMs: 50 });
        client.on('state', (state) => states.push(state));
        const { connectionId } = await client.connect();
        const tasks = client.subscribe('tasks');
        const read = [];
        const three = new Promise((resolve) => {
          tasks.on('message', ({ offset }) => read.push(offset) === 3 && resolve());
        });
        await tasks.ready;
        await window.bobPublishes(1);
        const lost = new Promise((resolve) => {
          client.on('state', (state) => state === 'waiting' && resolve());
        });
        const cut = await fetch('/api/v1/disconnect', {
          method: 'POST',
          headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
          body: JSON.stringify({ connectionId, reset: true }),
        });
        const { disconnected } = await cut.json();
        await lost;
        const queued = client.publish('tasks', { n: 'queued' });
        await window.bobPublishes(2);
        await three;
        const { offset } = await queued;
        await client.close();
        return { disconnected, states, read, own: [2, 3].includes(offset) };
      }, { token: where.token });
      assert.equal(seen.disconnected, 1);
      assert.deepEqual(seen.read, [1, 2, 3], 'in order and no hole');
      assert.ok(seen.own, 'what was queued is there, once');
      assert.deepEqual(seen.states.slice(0, 5), [
        'connecting', 'connected', 'waiting', 'connecting', 'connected',
      ]);
    });
    await bob.close();
  },

  async clientSaysWhyItWasRefused(browser, where) {
    await visit(browser, where, async ({ page, forgive }) => {
      forgive(/401|403|WebSocket connection to/);
      await page.goto(where.base);
      const seen = await page.evaluate(async () => {
        const { Client, SluiceError } = await import('/client.js');
        const outcome = async (token) => {
          const client = new Client('/ws', { token });
          const error = await client.connect().catch((thrown) => thrown);
          return [client.state, error instanceof SluiceError, error.code, error.status];
        };
        return [await outcome(undefined), await outcome('a.bad.token')];
      });
      assert.deepEqual(seen, [
        ['refused', true, 'no_token', 401],
        ['refused', true, 'bad_token', 403],
      ]);
    });
  },
};
