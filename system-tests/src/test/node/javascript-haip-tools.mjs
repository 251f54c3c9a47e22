// What the JavaScript client of HAIP asks agents of a real server, and how it ends what it says.
import assert from 'node:assert/strict';
import WebSocket from 'ws';
import { HaipClient } from '../../../../client-js/client-haip.js';
import { over, play, tokens, url } from './stage.mjs';

const WAYS = { seed: { dialect: 'seed' }, sse: { transport: 'sse' } };
const way = over ? WAYS[over] : {};

/** How many requests have been made, where there is no socket. */
let posts = 0;
const fetch = (where, init) => {
  if (init.method === 'POST') posts++;
  return globalThis.fetch(where, init);
};

async function talk() {
  const errors = [];
  const client = new HaipClient(url, { token: tokens[0], WebSocket, fetch, ...way });
  client.on('error', (error) => void errors.push(error));
  await client.connect();
  return { client, errors };
}

const scenarios = {
  /** Nobody tells of tools unasked. */
  async tools() {
    const { client, errors } = await talk();
    assert.deepEqual(client.tools, []);
    const names = (await client.listTools()).map(({ name }) => name);
    assert.deepEqual(names, ['add', 'clock', 'echo']);
    assert.deepEqual((await client.describeTool('add')).required, ['a', 'b']);
    assert.deepEqual(client.tools.find(({ name }) => name === 'add').schema.required, ['a', 'b']);
    await assert.rejects(client.describeTool('sing'), { code: 'TOOL_NOT_FOUND' });
    assert.deepEqual(errors, []);
    await client.disconnect();
  },

  /** A loop over the echo ends, for what was said has an end. */
  async ends() {
    const { client, errors } = await talk();
    const whole = new Promise((resolve) => client.on('message', async (message) => resolve(await message.whole())));
    await client.send('Hello');
    assert.equal(await whole, 'Hello');
    assert.deepEqual(errors, []);
    await client.disconnect();
  },

  /** Every figure of a channel is there. */
  async figures() {
    const { client } = await talk();
    const heard = new Promise((resolve) => client.on('text', resolve));
    await Promise.all(Array.from({ length: 100 }, (_, n) => client.send(`number ${n}`)));
    await heard;
    const all = client.getPerformanceMetrics('USER');
    assert.equal(all.messagesSent, 200);
    assert.ok(all.messagesQueued > 0 && all.averageLatency >= 0 && all.backPressureEvents >= 0);
    assert.ok(all.credit.units !== Infinity && all.window.units > 0 && all.pending === 0);
    assert.ok(client.getPerformanceMetrics('AGENT').messagesReceived > 0);
    await client.disconnect();
  },

  /** What waits for a request goes with the next. */
  async burst() {
    const { client, errors } = await talk();
    const count = 200;
    const back = [];
    let told;
    client.on('text', ({ text }) => {
      back.push(text);
      if (back.length === count) told();
    });
    const done = new Promise((resolve) => (told = resolve));
    const before = posts;
    const texts = Array.from({ length: count }, (_, n) => `number ${n}`);
    await Promise.all(texts.map((text) => client.send(text)));
    await done;
    assert.deepEqual(back, texts);
    assert.ok(posts - before < count, `${posts - before} requests`);
    assert.deepEqual(errors, []);
    await client.disconnect();
  },
};

await play(scenarios);
