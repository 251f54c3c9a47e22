// The way over HTTP where no WebSocket gets through, and the way back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from '../client.js';
import { Nexus } from './nexus.mjs';
import { World, rejection, settle } from './world.mjs';

/** A client that reads `a` from the start, and what it saw. */
function reader(world, options, credits) {
  const client = world.client(options);
  const seen = [];
  const sub = client.subscribe('a', { credits }, ({ data }) => void seen.push(data));
  client.connect();
  return { client, seen, sub };
}

function blocked(seed = 1) {
  const world = new World(seed);
  const nexus = new Nexus(world);
  nexus.mood = 'blocked';
  return { world, nexus };
}

test('after two sockets in a row that failed though HTTP works, the stream is taken', async () => {
  const { world, nexus } = blocked();
  const { client, seen } = reader(world);
  assert.equal(client.transport, 'websocket');
  await world.clock.pass(500);
  assert.deepEqual([client.state, client.transport, nexus.requests], ['waiting', 'websocket', 0]);
  await world.clock.pass(5_000);
  assert.deepEqual([client.state, client.transport], ['connected', 'stream']);
  assert.equal(world.sockets.length, 2);
  const published = [1, 2, 3].map((n) => client.publish('a', n));
  await world.clock.pass(100);
  assert.deepEqual((await Promise.all(published)).map(({ offset }) => offset), [1, 2, 3]);
  assert.deepEqual(seen, [1, 2, 3]);
  const asked = client.history('a');
  await world.clock.pass(100);
  assert.equal((await asked).publications.length, 3);
});

for (const [what, mood] of [['opens and says nothing', 'mute'], ['never opens', 'deaf']]) {
  test(`a socket that ${what} counts as blocked`, async () => {
    const { world, nexus } = blocked();
    nexus.mood = mood;
    const { client } = reader(world);
    await world.clock.pass(24_000);
    assert.deepEqual([client.state, client.transport], ['connected', 'stream']);
  });
}

test('where HTTP does not work either, sockets are tried on and nothing else', async () => {
  const { world, nexus } = blocked();
  nexus.http = 'down';
  const { client } = reader(world);
  await world.clock.pass(60_000);
  assert.equal(client.transport, 'websocket');
  assert.equal(nexus.requests, 0);
});

test('a stream that fails is followed by a socket, and that by a stream', async () => {
  const { world, nexus } = blocked();
  const { client } = reader(world);
  world.post = () => World.answer(502, '{}');
  await world.clock.pass(5_000);
  const before = world.sockets.length;
  assert.ok(before >= 2);
  await world.clock.pass(30_000);
  assert.ok(world.sockets.length > before);
  const again = new Nexus(world);
  again.mood = nexus.mood;
  await world.clock.pass(90_000);
  assert.deepEqual([client.state, client.transport], ['connected', 'stream']);
});

test('a WebSocket that stands in the background takes over: nothing lost, nothing doubled', async () => {
  const { world, nexus } = blocked();
  const { client, seen } = reader(world);
  await world.clock.pass(5_000);
  assert.equal(client.transport, 'stream');
  nexus.mood = 'healthy';
  const published = [];
  for (let n = 0; n < 700; n++) {
    published.push(client.publish('a', n));
    await world.clock.pass(100);
  }
  assert.deepEqual([client.state, client.transport], ['connected', 'websocket']);
  await Promise.all(published);
  assert.deepEqual(seen, [...Array(700).keys()]);
  assert.deepEqual(
    world.states.map(([state]) => state).slice(-3),
    ['connected', 'connecting', 'connected'],
  );
  const { requests } = nexus;
  await world.clock.pass(120_000);
  assert.equal(nexus.requests, requests);
});

test('one that is still blocked is tried once a minute, and disturbs nobody', async () => {
  const { world } = blocked();
  const { client } = reader(world, { returnMs: 10_000 });
  await world.clock.pass(5_000);
  const states = world.states.length;
  const sockets = world.sockets.length;
  await world.clock.pass(60_000);
  assert.ok(world.sockets.length - sockets >= 4);
  assert.equal(world.states.length, states);
  assert.equal(client.transport, 'stream');
});

test('credit is kept: no more comes than the reader has room for, and all of it in the end', async () => {
  const { world, nexus } = blocked(3);
  const { client, sub } = reader(world, { transports: ['stream'] }, { messages: 2 });
  await world.clock.pass(100);
  const held = [];
  sub.on('message', () => new Promise((resolve) => held.push(resolve)));
  for (let n = 0; n < 9; n++) client.publish('a', n);
  await world.clock.pass(100);
  assert.equal(held.length, 2);
  await world.clock.pass(40_000);
  assert.equal(held.length, 2);
  for (let n = 0; n < 9; n++) {
    held[n]();
    await world.clock.pass(100);
  }
  assert.equal(held.length, 9);
  assert.deepEqual(nexus.broken, []);
});

test('one channel whose credit is spent does not wait for another that is quiet', async () => {
  const { world } = blocked();
  const { client, seen } = reader(world, { transports: ['stream'] }, { messages: 1 });
  client.subscribe('quiet', { credits: null });
  await world.clock.pass(100);
  for (let n = 0; n < 5; n++) client.publish('a', n);
  await world.clock.pass(1_000);
  assert.deepEqual(seen, [0, 1, 2, 3, 4]);
});

test('a subscription that ended is asked for no more', async () => {
  const { world, nexus } = blocked();
  const { client, seen, sub } = reader(world, { transports: ['stream'] });
  await world.clock.pass(100);
  await Promise.all([sub.unsubscribe(), world.clock.pass(10)]);
  client.publish('a', 1);
  await world.clock.pass(1_000);
  assert.deepEqual(seen, []);
  const { requests } = nexus;
  await world.clock.pass(20_000);
  assert.equal(nexus.requests, requests);
});

test('a response that breaks is asked for again behind what came', async () => {
  const { world, nexus } = blocked();
  const { client, seen } = reader(world, { transports: ['stream'] });
  await world.clock.pass(100);
  client.publish('a', 1);
  await world.clock.pass(100);
  nexus.cut(1006);
  client.publish('a', 2);
  await world.clock.pass(5_000);
  assert.deepEqual(seen, [1, 2]);
  assert.equal(client.state, 'connected');
});

test('a token is refreshed over requests, and the next ones carry it', async () => {
  const { world } = blocked();
  let count = 0;
  const tokens = new Set();
  const { client } = reader(world, { transports: ['stream'], token: () => `t.t.${++count}` });
  const post = world.post;
  world.post = (url, init) => {
    tokens.add(init.headers.Authorization);
    return post(url, init);
  };
  await world.clock.pass(58_000);
  client.publish('a', 1);
  await world.clock.pass(1_000);
  assert.deepEqual([...tokens], ['Bearer t.t.1', 'Bearer t.t.2']);
});

test('a refused token is refused over the stream too', async () => {
  const { world } = blocked();
  world.post = () => World.answer(403, '{"error":{"code":"bad_token","message":"no"}}');
  const { client } = reader(world, { transports: ['stream'] });
  await world.clock.pass(100);
  assert.equal(client.state, 'refused');
  assert.equal(world.errors.at(-1).code, 'bad_token');
});

test('one transport alone is kept to', async () => {
  const { world, nexus } = blocked();
  const { client } = reader(world, { transports: ['websocket'] });
  await world.clock.pass(100_000);
  assert.deepEqual([client.transport, nexus.requests], ['websocket', 0]);
  const other = blocked();
  const streaming = reader(other.world, { transports: ['stream'] });
  other.nexus.mood = 'healthy';
  await other.world.clock.pass(200_000);
  assert.deepEqual([streaming.client.transport, other.world.sockets.length], ['stream', 0]);
});

test('nonsense among the transports is told at once, and a stream needs no WebSocket', () => {
  for (const transports of [[], ['carrier pigeon'], ['stream', 'websocket', 'x'], 'both']) {
    assert.throws(() => new Client('ws://x', { transports, WebSocket: class {} }), { code: 'invalid_option' });
  }
  new Client('ws://x', { transports: ['stream'], WebSocket: null });
});

test('close says what waits, and then no more', async () => {
  const { world, nexus } = blocked();
  const { client } = reader(world, { transports: ['stream'] });
  await world.clock.pass(100);
  client.publish('a', 1, { ack: false });
  const closed = client.close();
  await world.clock.pass(100);
  await closed;
  assert.equal(nexus.channel('a').log.length, 1);
  assert.equal(client.state, 'closed');
  assert.equal((await rejection(client.publish('a', 2))).code, 'closed');
  await settle();
});
