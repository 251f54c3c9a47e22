import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HaipServer } from './haip.mjs';
import { Nexus } from './nexus.mjs';
import { examples, runExamples } from './readme.mjs';
import { GraphLine } from './visionflow.mjs';
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

test('every example of HAIP does what it says', { timeout: 20_000 }, async () => {
  const world = { clock: { ...clock, now: () => performance.now() }, random: Math.random };
  const server = new HaipServer(world);
  const told = new Set();
  server.agent = ({ type, payload: { message_id, call_id, tool, text } = {}, channel }) => {
    const begins = !told.size && told.add('greeted');
    const greets = [
      ['RUN_STARTED', { run_id: 'r1' }],
      ['TOOL_CALL', { call_id: 'c1', tool: 'where', params: {} }],
      ['AUDIO_CHUNK', { message_id: 'a1', mime: 'audio/opus' }, { channel: 'AUDIO_OUT', binary: new Uint8Array(7) }],
      ['RUN_FINISHED', { run_id: 'r1', status: 'OK' }],
    ];
    if (type === 'TOOL_CALL' && tool === 'add') {
      const updates = [25, 75].map((progress) => ['TOOL_UPDATE', { call_id, status: 'RUNNING', progress }]);
      return [...greets, ...updates, ['TOOL_DONE', { call_id, result: { sum: 3 } }]];
    }
    if (type === 'TOOL_LIST') return [[type, { tools: [{ name: 'add' }] }]];
    if (type === 'TOOL_SCHEMA') return [[type, { tool, schema: { required: ['a', 'b'] } }]];
    if (type === 'TOOL_CANCEL') return [['TOOL_DONE', { call_id, status: 'CANCELLED' }]];
    if (type !== 'MESSAGE_START' || channel !== 'USER' || !begins) return [];
    return [
      ['MESSAGE_START', { message_id, author: 'agent' }],
      ['MESSAGE_PART', { message_id, text: 'you said: ' }],
      ['MESSAGE_PART', { message_id, text }],
      ['MESSAGE_END', { message_id }],
    ];
  };
  const saved = globalThis.WebSocket;
  globalThis.WebSocket = class extends FakeSocket {
    constructor(url, protocols) {
      super(url, protocols);
      world.onsocket(this);
    }
  };
  try {
    const printed = await runExamples('ws://sluice.test/haip/websocket', async () => 'a.b.c', 'js haip');
    assert.deepEqual(server.broken, []);
    const all = printed.join('\n');
    for (const line of [
      'session false null 0',
      'AGENT you said: ',
      'AGENT Hello, agent',
      'went',
      'run r1 OK',
      'AUDIO_OUT audio/opus 7',
      'add a,b',
      '75 %',
      '3',
      'CANCELLED',
      'granted USER',
      'true false',
    ]) {
      assert.ok(all.includes(line), `${line} is not in\n${all}`);
    }
    assert.deepEqual(server.of('TOOL_DONE').map(({ payload }) => payload.result), [{ city: 'Berlin' }]);
  } finally {
    globalThis.WebSocket = saved;
  }
});

test('every example of VisionFlow does what it says', { timeout: 20_000 }, async () => {
  const saved = globalThis.WebSocket;
  let graphs;
  globalThis.WebSocket = class extends FakeSocket {
    constructor(url, protocols) {
      super(url, protocols);
      const isVoice = new URL(url).pathname === '/ws/voice';
      setImmediate(() => (isVoice ? this.#room() : this.#graph()));
    }

    #room() {
      this.open().say({ type: 'room', room: 'tea', speaker: 2, speakers: [{ speaker: 1, name: 'ada' }] });
      this.say({ type: 'join', speaker: 3, name: 'bob' });
      this.onsend = (packet) => {
        if (packet instanceof Uint8Array) this.onmessage({ data: Uint8Array.of(3, 0, 0, 0, ...packet.subarray(2)).buffer });
      };
      this.onleave = () => this.shut(1000);
    }

    #graph() {
      graphs = new GraphLine(this);
      this.onsend = ({ type, data }) => {
        if (type !== 'subscribe_position_updates') return;
        this.say({ type: 'subscription_confirmed', subscription: 'position_updates', interval: data.interval, binary: true });
      };
      this.onleave = () => this.shut(1000);
      graphs.all([{ id: 5, at: [0.5, 0, 0], dist: 0 }, { id: 7, at: [1.5, 0, 0], dist: 2.5, parent: 5 }], { names: { 5: 'Ada' } });
    }
  };
  try {
    const printed = await runExamples('ws://sluice.test/ws/positions', async () => 'a.b.c', 'js visionflow', 'ws://sluice.test/ws/voice');
    const all = printed.join('\n');
    for (const line of ['Ada 0.5 distance 0 from -1', '7 1.5 distance 2.5 from 5', 'on its way', 'agreed on 1000 ms', 'I am 2 beside ada', 'bob came as 3', 'bob 0 3']) {
      assert.ok(all.includes(line), `${line} is not in\n${all}`);
    }
    assert.deepEqual(graphs.said('subscribe_position_updates').map(({ data }) => data.interval), [33, 1_000]);
  } finally {
    globalThis.WebSocket = saved;
  }
});

test('the page has its examples', () => {
  assert.ok(examples().length >= 5);
  assert.ok(examples('js haip').length >= 4);
  assert.ok(examples('js visionflow').length >= 3);
});
