import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World, message, settle, subscribed } from './world.mjs';

const GARBAGE = [
  'hello',
  '',
  '{',
  'null',
  '7',
  '"connected"',
  '[]',
  '[{"type":"message"}]',
  '{}',
  '{"type":7}',
  '{"type":"message","channel":"tasks","data":1}',
  '{"type":"message","channel":"tasks","offset":1}',
  '{"type":"message","channel":"tasks","data":1,"offset":"1"}',
  '{"type":"broadcast","channel":"tasks","data":1,"offset":-1}',
  '{"type":"message","channel":"tasks","data":1,"offset":1.5}',
  '{"type":"message","channel":"tasks","data":1,"offset":9007199254740993}',
  '{"type":"subscribed","channel":"tasks","id":1}',
  '{"type":"published","id":1,"channel":"tasks","epoch":"e"}',
  '{"type":"gap","channel":"tasks"}',
  '{"type":"position","channel":"tasks","offset":1}',
  '{"type":"history","id":1,"epoch":"e","offset":1}',
  '{"type":"presence","channel":"tasks"}',
  '{"type":"message","channel":"tasks","data":1,"offset":1}}',
  '{"__proto__":{"type":"connected"}}',
];

for (const garbage of GARBAGE) {
  for (const greeted of [false, true]) {
    test(`${garbage || 'nothing'} ${greeted ? 'after' : 'before'} the greeting: dropped, told, healed`, async () => {
      const world = new World();
      const client = world.client();
      const got = [];
      client.subscribe('tasks', ({ data }) => got.push(data));
      client.connect();
      world.socket.open();
      if (greeted) {
        world.socket.greet();
        subscribed(world.socket);
      }
      world.socket.say(garbage);
      assert.deepEqual([client.state, world.errors[0].code], ['waiting', 'bad_message']);
      subscribed(await world.again());
      world.socket.say(message(1));
      assert.deepEqual([client.state, got], ['connected', [1]]);
      assert.deepEqual(world.reported, []);
    });
  }
}

test('a binary message is as bad as garbage', async () => {
  const world = new World();
  const client = await world.connected();
  world.socket.onmessage({ data: new ArrayBuffer(3) });
  assert.deepEqual([client.state, world.errors[0].code], ['waiting', 'bad_message']);
});

test('types and fields of a later server are read past', async () => {
  const world = new World();
  const client = await world.connected();
  const got = [];
  client.subscribe('tasks', ({ data }) => got.push(data));
  subscribed(world.socket);
  for (const line of [
    { type: 'weather', channel: 'tasks', readers: 2 },
    { type: 'toString' },
    { type: 'constructor', id: 1 },
    { ...message(1), food: { epoch: 'f', offset: 1 } },
    message(1, 'nobody asked', { channel: 'other' }),
    { type: 'unsubscribed', channel: 'other', code: 'forbidden' },
    { type: 'gap', channel: 'other', epoch: 'e', firstOffset: 1, lastOffset: 2, reason: 'evicted' },
    { type: 'published', id: 77, channel: 'tasks', epoch: 'e', offset: 1 },
    { type: 'published', channel: 'tasks', epoch: 'e', offset: 1 },
    { type: 'subscribed', id: 77, channel: 'tasks', epoch: 'e9', offset: 1 },
    { type: 'history', id: 77, epoch: 'e', offset: 1, publications: [] },
    { type: 'refreshed', id: 77 },
    { type: 'connected', userId: 'eve' },
    { type: 'pong' },
    { type: 'presence', channel: 'other', users: [], total: 0 },
  ]) {
    world.socket.say(line);
  }
  await settle();
  assert.deepEqual([client.state, got, world.errors, client.connection.userId], ['connected', [1], [], 'ada']);
});

test('a message that is too large drops the connection', async () => {
  const world = new World();
  const client = await world.connected({ messageBytes: 300 });
  client.subscribe('tasks', () => {});
  subscribed(world.socket);
  world.socket.say(message(1, 'x'.repeat(100)));
  assert.equal(client.state, 'connected');
  world.socket.say(message(2, 'x'.repeat(300)));
  assert.deepEqual([client.state, world.errors[0].code], ['waiting', 'message_too_big']);
});

const CODES = [1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1011, 1012, 1013, 3000, 4001, 4401, 4999];

for (const [step, reach] of [
  ['before it opened', () => {}],
  ['before it greeted', ({ socket }) => socket.open()],
  ['after it greeted', ({ socket }) => socket.greet()],
  ['after it subscribed', ({ socket }) => subscribed(socket.greet())],
]) {
  test(`a server that closes ${step}, with whatever code, is come back to`, async () => {
    for (const code of CODES) {
      const world = new World(code);
      const client = world.client({ transports: ['websocket'] });
      const got = [];
      client.subscribe('tasks', ({ data }) => got.push(data));
      const published = client.publish('tasks', 1).catch(({ code }) => code);
      client.connect();
      for (let i = 0; i < 3; i++) {
        reach(world);
        world.socket.shut(code, 'because');
        await settle();
        assert.equal(client.state, 'waiting');
        assert.equal(world.errors.at(-1).closeCode, code);
        await world.clock.pass(world.states.at(-1)[1].retryMs);
      }
      world.socket.greet();
      subscribed(world.socket);
      const [{ id } = {}] = world.socket.asked('publish');
      world.socket.say({ type: 'published', id, channel: 'tasks', epoch: 'e1', offset: 1 });
      world.socket.say(message(1));
      const given = await published;
      if (code === 1009 && step.startsWith('after')) assert.equal(given, 'too_big');
      else assert.equal(given.offset, 1);
      assert.deepEqual([client.state, got], ['connected', [1]]);
    }
  });
}
