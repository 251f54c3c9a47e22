import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Nexus } from './nexus.mjs';
import { examples, runExamples } from './readme.mjs';
import { FakeSocket } from './world.mjs';

/** The clock on the wall: examples do not bring their own. */
const clock = { wall: Date.now, setTimeout: (task, ms) => setTimeout(task, ms) };

test('every example of the page does what it says', { timeout: 20_000 }, async () => {
  const world = { clock, random: Math.random };
  const nexus = new Nexus(world);
  const saved = globalThis.WebSocket;
  const savedFetch = globalThis.fetch;
  globalThis.fetch = async (url, init) => world.post(url, init);
  globalThis.WebSocket = class extends FakeSocket {
    constructor(url, protocols) {
      super(url, protocols);
      world.onsocket(this);
    }
  };
  try {
    const printed = await runExamples('ws://sluice.test/ws', async () => 'a.b.c');
    assert.deepEqual(nexus.broken, []);
    const all = printed.join('\n');
    for (const line of [
      '1 ada [object Object]',
      'appended as number 1',
      'cpu 0.7 [object Object]',
      'disk 0.5 [object Object]',
      'true',
      'Water the plants',
      'ada ×1',
      'here [object Object]',
      'stream',
    ]) {
      assert.ok(all.includes(line), `${line} is not in\n${all}`);
    }
    assert.ok(!all.includes('0.9'), 'what no filter lets through');
    assert.match(all, /there and back \d/);
  } finally {
    globalThis.WebSocket = saved;
    globalThis.fetch = savedFetch;
  }
});

test('the page has its examples', () => {
  assert.ok(examples().length >= 5);
});
