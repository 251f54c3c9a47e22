// People and agents over HAIP, as the JavaScript client sees them of a real server.
import assert from 'node:assert/strict';
import { setTimeout } from 'node:timers/promises';
import WebSocket from 'ws';
import { HaipClient } from '../../../../client-js/client-haip.js';
import { over, play, tap, tokens, url } from './stage.mjs';

const WAYS = { seed: { dialect: 'seed' }, sse: { transport: 'sse' } };
const way = over ? WAYS[over] : {};
/** The demo agent's answer, in which the time stands or a sum. */
const SUM = 'You said: what is 2 and 3 Together that is 5.';
const WORDS = Array.from({ length: 60 }, (_, n) => `w${n}`).join('-a ');

/** A client, and everything it has told that must not be or is worth knowing. */
function talk(to, options = {}) {
  const client = new HaipClient(to, { token: tokens[0], WebSocket, retryMs: 50, ...way, ...options });
  const seen = { sessions: [], gaps: [], errors: [], numbers: [] };
  client.on('session', (session) => void seen.sessions.push(session));
  client.on('gap', (gap) => void seen.gaps.push(gap));
  client.on('error', (error) => void seen.errors.push(error));
  return { client, seen };
}

function assertNothingWrong({ gaps, errors }, codes = []) {
  assert.deepEqual(gaps, []);
  assert.deepEqual([...new Set(errors.map(({ code }) => code))], codes);
}

/** The next message that begins, and its text piece by piece as it comes. */
function answerOf(client, each = () => {}) {
  return new Promise((resolve, reject) => {
    const off = client.on('message', async (message) => {
      off();
      const parts = [];
      try {
        for await (const part of message) {
          parts.push(part);
          await each(parts.length);
        }
        resolve(parts);
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** Every text as it came: asks for so many. */
function texted(client) {
  const all = [];
  let told = () => {};
  client.on('text', ({ channel, text }) => {
    all.push([channel, text]);
    told();
  });
  return async (count) => {
    while (all.length < count) await new Promise((resolve) => (told = resolve));
    return all;
  };
}

/** What the demo agent does for one message: its text's parts, its run, the tool it used. */
async function ask(client, text, each) {
  const run = new Promise((resolve) => {
    const off = client.on('run', (begun) => {
      off();
      resolve(begun);
    });
  });
  const parts = answerOf(client, each);
  await client.send(text);
  const { status } = await (await run).finished;
  assert.equal(status, 'OK');
  return parts;
}

/** Cuts the line in the middle of an answer, `cuts` times. */
async function askUnderCuts(client, seen, line, cuts) {
  const at = new Set(Array.from({ length: cuts }, (_, i) => 10 * (i + 1)));
  const parts = await ask(client, WORDS, (count) => {
    if (at.has(count)) line.cut();
  });
  assertNothingWrong(seen, ['lost']);
  const text = parts.join('');
  assert.match(text, /^You said: /);
  assert.equal(text.replace(/It is \S+\.$|Together that is \S+\.$/, ''), `You said: ${WORDS} `);
  return parts;
}

const scenarios = {
  /** The echo agent says everything back, in order, whatever the credit. */
  async echo() {
    const { client, seen } = talk(url);
    // Each message is a request of its own where there is no socket.
    const count = over === 'sse' ? 60 : 300;
    const texts = Array.from({ length: count }, (_, n) => `${n} é€😀\u2028 ${'x'.repeat(n % 90)}`);
    const back = texted(client);
    await client.connect();
    assert.ok(await client.ping() >= 0);
    await Promise.all(texts.map((text) => client.send(text)));
    assert.deepEqual(await back(count), texts.map((text) => ['AGENT', text]));
    assert.equal(client.getPendingCount(), 0);
    assertNothingWrong(seen);
    await client.disconnect();
  },

  /** What is sent in parts comes back in parts, and a text larger than any window in one. */
  async parts() {
    const { client, seen } = talk(url);
    const back = texted(client);
    await client.connect();
    const parts = Array.from({ length: 40 }, (_, n) => `part ${n};`);
    const echoed = answerOf(client);
    await client.send(parts);
    assert.deepEqual(await echoed, parts);
    const large = 'x'.repeat(400_000);
    await client.send(large);
    const later = async (n) => (await back(n)).slice(parts.length).map(([, text]) => text).join('');
    // The agent says it in as many pieces as its own bounds ask for.
    for (let n = parts.length; (await later(n)).length < large.length; n++);
    assert.equal(await later(0) === large, true);
    assertNothingWrong(seen);
    await client.disconnect();
  },

  /** The demo agent's answer comes whole, in a run, with a call of a tool in it. */
  async demo() {
    const { client, seen } = talk(url);
    const types = [];
    client.on('event', ({ type }) => void types.push(type));
    await client.connect();
    const parts = await ask(client, 'what is 2 and 3');
    assert.equal(parts.join(''), SUM);
    assert.ok(parts.length > 5, 'word by word');
    const calls = types.filter((type) => type.startsWith('TOOL_') && type !== 'TOOL_LIST');
    assert.deepEqual([calls[0], calls.at(-1)], ['TOOL_CALL', 'TOOL_DONE']);
    assertNothingWrong(seen);
    await client.disconnect();
  },

  /** The line is cut while the agent speaks: the text comes out whole, and once. */
  async cut() {
    const line = await tap();
    const { client, seen } = talk(line.url);
    await client.connect();
    await askUnderCuts(client, seen, line, 3);
    assert.deepEqual(seen.sessions.map(({ resumed }) => resumed), [false, true, true, true]);
    assert.equal(new Set(seen.sessions.map(({ id }) => id)).size, 1);
    assert.equal((await ask(client, 'what is 2 and 3')).join(''), SUM);
    await client.disconnect();
    line.close();
  },

  /** Whoever reads slowly gets everything, and the agent waits for it. */
  async slow() {
    const { client, seen } = talk(url, { initialCreditMessages: 2, mostMessages: 2, initialCreditBytes: 2_000 });
    await client.connect();
    let most = 0;
    const parts = await ask(client, WORDS, () => {
      most = Math.max(most, client.getPerformanceMetrics('AGENT').unhandled.messages);
      return setTimeout(20);
    });
    assert.ok(parts.join('').startsWith(`You said: ${WORDS} `));
    if (!over) assert.ok(most <= 2, `${most} at once`);
    assertNothingWrong(seen);
    await client.disconnect();
  },

  /** A paused channel brings nothing until it is resumed, and then the rest. */
  async pause() {
    const { client, seen } = talk(url);
    await client.connect();
    const back = texted(client);
    const parts = ask(client, WORDS);
    await back(10);
    client.pauseChannel('AGENT');
    assert.equal(client.isChannelPaused('AGENT'), true);
    // What was under way when the server heard of it is before its answer.
    await client.ping();
    const stood = (await back(0)).length;
    // So long the agent would have said a dozen words more.
    await setTimeout(500);
    assert.equal((await back(0)).length, stood, 'nothing comes through a pause');
    client.resumeChannel('AGENT');
    assert.ok((await parts).join('').startsWith(`You said: ${WORDS} `));
    assertNothingWrong(seen);
    await client.disconnect();
  },

  /** Tools of the agent are called, and what does not fit their schema is refused. */
  async tools() {
    const { client, seen } = talk(url);
    await client.connect();
    const { status, result } = await client.call('add', { a: 1.5, b: 2 }).done;
    assert.deepEqual([status, result], ['OK', { result: 3.5 }]);
    const told = new Promise((resolve) => client.on('error', resolve));
    const refused = await client.call('add', { a: 'one' }).done;
    assert.equal(refused.status, 'ERROR');
    assert.equal((await told).code, 'INVALID_PAYLOAD');
    assertNothingWrong(seen, ['INVALID_PAYLOAD']);
    await client.disconnect();
  },
};

await play(scenarios);
