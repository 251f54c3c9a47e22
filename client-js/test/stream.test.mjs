// The way over HTTP where no WebSocket gets through, and the way back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client } from '../client.js';
import { Nexus } from './nexus.mjs';
import { FakeResponse, World, rejection, settle } from './world.mjs';

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

test('a reader that was closed for being slow is told so here as well', async () => {
  const { world } = blocked();
  reader(world);
  await world.clock.pass(5_000);
  world.post = (url, init) => {
    const response = new FakeResponse(world.random, init.signal);
    response.write(`${JSON.stringify({ type: 'closed', code: 1008, reason: 'slow' })}\n`);
    response.end();
    return response;
  };
  await world.clock.pass(90_000);
  const errors = world.states.flatMap(([, { error }]) => (error?.closeCode === 1008 ? error : []));
  assert.ok(errors.length > 1);
  assert.deepEqual([...new Set(errors.map(({ code }) => code))], ['slow']);
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

/** A stream on which a publisher is told of holds, and what it was told. */
async function publisher(options) {
  const { world, nexus } = blocked();
  const client = world.client({ transports: ['stream'], ...options });
  const told = [];
  const landed = [];
  client.on('held', ({ channel }) => told.push(`held ${channel}`));
  client.on('released', ({ channel }) => told.push(`released ${channel}`));
  const publish = (channel, data) =>
    client.publish(channel, data).then(({ offset }) => landed.push(`${channel} ${data} at ${offset}`));
  client.connect();
  await world.clock.pass(100);
  return { world, nexus, client, told, landed, publish };
}

const logged = (nexus, channel) => nexus.channel(channel).log.map(({ data }) => data);

test('a publication that is held is answered when it is released, and others go on meanwhile', async () => {
  const { world, nexus, client, told, landed, publish } = await publisher({ answerMs: 5_000 });
  nexus.slow.add('a');
  publish('a', 1);
  await world.clock.pass(100);
  assert.deepEqual([told, client.heldChannels], [['held a'], ['a']]);
  const { requests } = nexus;
  publish('b', 2);
  publish('a', 3);
  const pinged = client.ping();
  await world.clock.pass(100);
  assert.ok((await pinged) >= 0);
  assert.deepEqual([landed, nexus.requests], [['b 2 at 1'], requests + 1]);
  // Heartbeats alone are heard of it, and no clock of ours ends it.
  await world.clock.pass(600_000);
  assert.deepEqual([client.state, world.errors, landed.length], ['connected', [], 1]);
  nexus.release('a');
  await world.clock.pass(100);
  assert.deepEqual(landed, ['b 2 at 1', 'a 1 at 1', 'a 3 at 2']);
  assert.deepEqual([told, client.heldChannels], [['held a', 'released a'], []]);
  assert.deepEqual(world.states.map(([state]) => state), ['connecting', 'connected']);
});

test('what was sent to a channel before it was known to be held waits here, in its order', async () => {
  const { world, nexus, told, landed, publish } = await publisher();
  nexus.slow.add('a');
  const said = [];
  const post = world.post;
  world.post = (url, init) => {
    const frames = init.body ? init.body.split('\n').map((line) => JSON.parse(line)) : [];
    said.push(frames.map(({ channel, payload }) => `${channel} ${payload}`));
    return post(url, init);
  };
  publish('a', 1);
  await settle();
  for (const [channel, data] of [['a', 2], ['b', 3], ['a', 4]]) publish(channel, data);
  await world.clock.pass(1_000);
  assert.deepEqual(said, [['a 1'], ['b 3']]);
  nexus.release('a');
  publish('a', 5);
  await world.clock.pass(100);
  assert.deepEqual(said.flat(), ['a 1', 'b 3', 'a 2', 'a 4', 'a 5']);
  assert.deepEqual(logged(nexus, 'a'), [1, 2, 4, 5]);
  assert.deepEqual(told, ['held a', 'released a']);
  assert.equal(landed.length, 5);
});

test('what waits for a held channel takes no room from others', async () => {
  const { world, nexus, landed, publish } = await publisher({ socketBytes: 1_000 });
  nexus.slow.add('a');
  publish('a', 1);
  await settle();
  for (const filler of ['x', 'y']) publish('a', filler.repeat(600));
  await world.clock.pass(100);
  publish('b', 2);
  await world.clock.pass(100);
  assert.deepEqual(landed, ['b 2 at 1']);
  nexus.release('a');
  await world.clock.pass(100);
  assert.equal(landed.length, 4);
});

test('close says what waits for a held channel all the same', async () => {
  const { world, nexus, client } = await publisher();
  nexus.slow.add('a');
  for (let n = 1; n <= 3; n++) client.publish('a', n, { ack: false });
  await settle();
  client.publish('a', 4, { ack: false });
  await world.clock.pass(100);
  assert.deepEqual(client.heldChannels, ['a']);
  const closed = client.close();
  await world.clock.pass(1_000);
  nexus.release('a');
  await world.clock.pass(2_000);
  await closed;
  assert.deepEqual(logged(nexus, 'a'), [1, 2, 3, 4]);
});

test('a response that was held and ends while close says the rest does not cut it short', async () => {
  const { world, nexus, client } = await publisher();
  nexus.slow.add('a');
  client.publish('a', 1, { ack: false });
  await settle();
  client.publish('b', 2, { ack: false });
  const post = world.post;
  world.post = (url, init) => {
    nexus.release('a');
    return post(url, init);
  };
  const closed = client.close();
  await world.clock.pass(2_000);
  await closed;
  assert.deepEqual([logged(nexus, 'a'), logged(nexus, 'b')], [[1], [2]]);
});

test('a request that was told of two channels holds each until it is released', async () => {
  const { world, nexus, client, told, landed, publish } = await publisher();
  nexus.slow.add('a').add('b');
  publish('a', 1);
  publish('b', 2);
  await world.clock.pass(100);
  nexus.release('a');
  await world.clock.pass(100);
  assert.deepEqual([landed, client.heldChannels], [['a 1 at 1'], ['b']]);
  publish('a', 3);
  await world.clock.pass(60_000);
  nexus.release('b');
  await world.clock.pass(100);
  assert.deepEqual(landed, ['a 1 at 1', 'a 3 at 2', 'b 2 at 1']);
  assert.deepEqual(told, ['held a', 'held b', 'released a', 'released b']);
});

test('two requests that are told of the same channel are one hold, until both are released', async () => {
  const { world, client, told, publish } = await publisher();
  const lines = [];
  world.post = (url, init) => {
    const response = new FakeResponse(world.random, init.signal);
    lines.push((message) => response.write(`${JSON.stringify(message)}\n`));
    return response;
  };
  // A server that is still busy with the first one when the second comes.
  const hold = { type: 'held', channel: 'a', readers: 1, bytes: 9 };
  publish('b', 1).catch(() => {});
  await settle();
  lines[0]({ ...hold, channel: 'b' });
  await settle();
  publish('a', 2).catch(() => {});
  await settle();
  lines[1](hold);
  await settle();
  lines[0](hold);
  await settle();
  lines[1]({ type: 'released', channel: 'a' });
  await settle();
  assert.deepEqual(client.heldChannels, ['b', 'a']);
  lines[0]({ type: 'released', channel: 'a' });
  await settle();
  assert.deepEqual(client.heldChannels, ['b']);
  assert.deepEqual(told.filter((one) => one.startsWith('released')), ['released a']);
});

for (const [how, code] of [['breaks', 1006], ['falls silent', 0], ['ends with the server', 1012],
  ['says it is done', 1000], ['ends with its token', 4401]]) {
  test(`a line that ${how} while something is held tells released, and repeats it`, async () => {
    const { world, nexus, client, told, landed, publish } = await publisher();
    nexus.slow.add('a');
    publish('a', 1);
    publish('a', 2);
    await world.clock.pass(100);
    publish('a', 3);
    publish('b', 4);
    await world.clock.pass(100);
    assert.deepEqual([told, landed], [['held a'], ['b 4 at 1']]);
    if (code) nexus.cut(code);
    else nexus.silence();
    await world.clock.pass(code ? 10 : 46_000);
    assert.deepEqual(told.slice(0, 2), ['held a', 'released a']);
    await world.clock.pass(5_000);
    // The first ones wait there on, and so do these.
    assert.deepEqual([told, client.heldChannels], [['held a', 'released a', 'held a'], ['a']]);
    nexus.release('a');
    await world.clock.pass(1_000);
    assert.deepEqual(logged(nexus, 'a'), [1, 2, 3], 'each once, and in order');
    assert.deepEqual(landed, ['b 4 at 1', 'a 1 at 1', 'a 2 at 2', 'a 3 at 3']);
    assert.deepEqual([told.length, told.at(-1), client.heldChannels], [4, 'released a', []]);
  });
}

test('a response that says it is done before it has answered breaks the line, and order is kept', async () => {
  const { world, nexus, told, landed, publish } = await publisher();
  publish('a', 1);
  await settle();
  nexus.cut(1000);
  await settle();
  publish('a', 2);
  await world.clock.pass(5_000);
  assert.deepEqual([landed, told], [['a 1 at 1', 'a 2 at 2'], []]);
  assert.deepEqual(logged(nexus, 'a'), [1, 2]);
});

test('a held response that ends with a token that was replaced since breaks the line too', async () => {
  let count = 0;
  const { world, nexus, client, told, landed, publish } = await publisher({ token: () => `t.t.${++count}` });
  nexus.slow.add('a');
  publish('a', 1);
  await world.clock.pass(58_000);
  assert.deepEqual([count, nexus.sockets.size], [2, 1]);
  nexus.cut(4401);
  await world.clock.pass(5_000);
  nexus.release('a');
  await world.clock.pass(1_000);
  assert.deepEqual([landed, client.heldChannels], [['a 1 at 1'], []]);
  assert.deepEqual(told, ['held a', 'released a', 'held a', 'released a']);
});

test('a pattern goes on from its place in the feed, whatever channel a message came by', async () => {
  const { world, nexus } = blocked();
  const client = world.client({ transports: ['stream'] });
  const asked = [];
  const post = world.post;
  world.post = (url, init) => {
    for (const line of init.body ? init.body.split('\n') : []) {
      const { action, channel, since } = JSON.parse(line);
      if (action === 'subscribe') asked.push([channel, since]);
    }
    return post(url, init);
  };
  const seen = [];
  const sub = client.subscribe('>', ({ channel, offset, feed }) => seen.push([channel, offset, feed.offset]));
  const one = [];
  client.subscribe('b', ({ offset }) => one.push(offset));
  client.connect();
  await world.clock.pass(100);
  for (const channel of ['a', 'a', 'b']) client.publish(channel, 'x');
  await world.clock.pass(100);
  assert.deepEqual(seen, [['a', 1, 1], ['a', 2, 2], ['b', 1, 3]]);
  assert.deepEqual(sub.position, { epoch: 'f1', offset: 3 });
  asked.length = 0;
  // The request that reads is replaced, for it has to ask for one more.
  client.subscribe('c');
  client.publish('b', 'y');
  await world.clock.pass(100);
  assert.deepEqual(asked.slice(0, 2), [['>', { epoch: 'f1', offset: 3 }], ['b', { epoch: 'e1', offset: 1 }]]);
  asked.length = 0;
  await world.clock.pass(46_000);
  assert.deepEqual(asked[0], ['>', { epoch: 'f1', offset: 4 }], 'as it has after a silence');
  client.publish('a', 'z');
  await world.clock.pass(100);
  assert.deepEqual(seen.slice(3), [['b', 2, 4], ['a', 3, 5]]);
  assert.deepEqual([one, nexus.broken], [[1, 2], []]);
});

test('credit of a pattern is its own, though what comes has the names of channels', async () => {
  const { world, nexus } = blocked();
  const client = world.client({ transports: ['stream'] });
  const seen = [];
  client.subscribe('>', { credits: { messages: 2 } }, ({ data }) => seen.push(data));
  client.connect();
  await world.clock.pass(100);
  for (let n = 0; n < 9; n++) client.publish(n % 2 ? 'a' : 'b', n);
  await world.clock.pass(1_000);
  assert.deepEqual([seen, nexus.broken], [[...Array(9).keys()], []]);
});

test('a reader that lost its hold is warned, and its response goes on', async () => {
  const { world, nexus } = blocked();
  const { client, seen, sub } = reader(world, { transports: ['stream'] });
  const warned = [];
  sub.on('warning', ({ code }) => warned.push(code));
  await world.clock.pass(100);
  const { requests } = nexus;
  nexus.say({ type: 'error', channel: 'a', code: 'hold_lost', message: 'Too slow' });
  client.publish('a', 1);
  await world.clock.pass(1_000);
  assert.deepEqual([warned, seen, world.errors], [['hold_lost'], [1], []]);
  // That of the publication, and none beside.
  assert.deepEqual([client.state, nexus.requests], ['connected', requests + 1]);
});
