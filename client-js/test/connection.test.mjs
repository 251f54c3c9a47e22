import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Client, SluiceError } from '../client.js';
import { World, rejection, settle } from './world.mjs';

test('connects with the token as a subprotocol, and says who it is', async () => {
  const world = new World();
  const client = world.client();
  assert.equal(client.state, 'idle');
  const connected = client.connect();
  assert.equal(client.state, 'connecting');
  assert.deepEqual(world.socket.protocols, ['sluice.1', 'token.a.b.c']);
  assert.equal(world.socket.url, 'ws://sluice.test/ws');
  world.socket.greet({ connectionId: 'k9', expiresAt: 5 });
  assert.deepEqual(await connected, { userId: 'ada', connectionId: 'k9', expiresAt: 5 });
  assert.equal(client.state, 'connected');
  assert.deepEqual(world.states.map(([state]) => state), ['connecting', 'connected']);
  assert.equal(await client.connect(), client.connection);
});

test('waits 1 s, doubling to 30 s, each within 10 % of it and not always the same', async () => {
  const world = new World(7);
  world.client().connect();
  const factors = [];
  for (let i = 0; i < 12; i++) {
    world.socket.shut();
    await settle();
    const [state, { retryMs }] = world.states.at(-1);
    assert.equal(state, 'waiting');
    const factor = retryMs / Math.min(1000 * 2 ** i, 30_000);
    assert.ok(factor >= 0.9 && factor <= 1.1, `${retryMs} at ${i}`);
    factors.push(factor);
    await world.clock.pass(retryMs - 1);
    assert.equal(world.sockets.length, i + 1);
    await world.clock.pass(1);
    assert.equal(world.sockets.length, i + 2);
  }
  assert.ok(Math.max(...factors) - Math.min(...factors) > 0.1, String(factors));
});

for (const [stoodMs, atMost] of [[4_999, 8_800], [5_000, 1_100]]) {
  test(`a connection that stood ${stoodMs} ms is followed by a delay up to ${atMost}`, async () => {
    const world = new World();
    world.client().connect();
    for (let i = 0; i < 3; i++) {
      world.socket.shut();
      await world.clock.pass(10_000);
    }
    world.socket.greet();
    await world.clock.pass(stoodMs);
    world.socket.shut();
    const { retryMs } = world.states.at(-1)[1];
    assert.ok(retryMs <= atMost && retryMs >= atMost * 0.8, String(retryMs));
  });
}

test('maxAttempts leads to failed, which is final and has no timer', async () => {
  const world = new World();
  const client = world.client({ maxAttempts: 3 });
  const connected = client.connect();
  const waiting = rejection(client.publish('tasks', 1));
  for (let i = 0; i < 3; i++) {
    assert.equal(world.sockets.length, i + 1);
    world.socket.shut();
    await world.clock.pass(2_200);
  }
  assert.equal((await rejection(connected)).code, 'lost');
  assert.equal((await waiting).closeCode, 1006);
  assert.equal(client.state, 'failed');
  assert.equal(world.clock.size, 0);
  assert.equal((await rejection(client.connect())).code, 'lost');
  assert.throws(() => client.subscribe('tasks'), { code: 'lost' });
});

for (const [status, body, code] of [
  [401, '{"error":{"code":"no_token","message":"No"}}', 'no_token'],
  [403, '{"error":{"code":"bad_origin","message":"No"}}', 'bad_origin'],
  [403, 'not JSON', 'bad_token'],
  [401, '', 'no_token'],
]) {
  test(`a refused upgrade is asked why: ${status} ${body || 'without body'}`, async () => {
    const world = new World();
    world.probe = () => World.answer(status, body);
    const client = world.client();
    const connected = client.connect();
    world.socket.shut();
    const error = await rejection(connected);
    assert.ok(error instanceof SluiceError);
    assert.deepEqual([error.code, error.status], [code, status]);
    assert.equal(error.url, `docs/errors.md#${code}`);
    assert.equal(client.state, 'refused');
    assert.deepEqual(world.errors, [error]);
    const [{ url, headers }] = world.probes;
    assert.equal(url, 'http://sluice.test/ws');
    assert.deepEqual(headers, { Authorization: 'Bearer a.b.c' });
    assert.equal(world.probes.length, 1);
    assert.equal(world.clock.size, 0);
  });
}

test('a server that takes the token but not the upgrade is tried again', async () => {
  for (const answer of [() => World.answer(426, '{}'), () => World.answer(200, 'hello')]) {
    const world = new World();
    world.probe = answer;
    world.client().connect();
    world.socket.shut();
    await settle();
    assert.equal(world.errors[0].code, 'lost');
    await world.clock.pass(1_200);
    assert.equal(world.sockets.length, 2);
  }
});

test('Retry-After of an overloaded server is kept, up to the longest delay', async () => {
  for (const [header, ms] of [['7', 7_000], ['9000', 30_000]]) {
    const world = new World();
    world.probe = () => World.answer(503, '{"error":{"code":"stopping"}}', { 'Retry-After': header });
    world.client().connect();
    world.socket.shut();
    await settle();
    assert.equal(world.errors[0].code, 'stopping');
    assert.equal(world.states.at(-1)[1].retryMs, ms);
  }
});

test('a probe that hangs is left after a while', async () => {
  const world = new World();
  world.probe = () => new Promise(() => {});
  const client = world.client();
  client.connect();
  world.socket.shut();
  await world.clock.pass(9_999);
  assert.equal(client.state, 'connecting');
  await world.clock.pass(1);
  assert.equal(client.state, 'waiting');
  assert.ok(world.probes[0].signal.aborted);
});

test('where there is no fetch the attempt is repeated', async () => {
  const world = new World();
  const saved = globalThis.fetch;
  globalThis.fetch = undefined;
  try {
    world.client({ fetch: undefined }).connect();
  } finally {
    globalThis.fetch = saved;
  }
  world.socket.shut();
  assert.equal(world.states.at(-1)[0], 'waiting');
});

for (const [what, reach] of [
  ['never opens', () => {}],
  ['opens and never greets', (socket) => socket.open()],
]) {
  test(`a server that ${what} is left after 10 s, and nothing of it is heard later`, async () => {
    const world = new World();
    const client = world.client();
    client.connect();
    const first = world.socket;
    reach(first);
    await world.clock.pass(9_999);
    assert.equal(client.state, 'connecting');
    await world.clock.pass(1);
    assert.equal(client.state, 'waiting');
    assert.equal(world.errors[0].code, 'connect_timeout');
    first.open().greet();
    first.shut();
    assert.equal(client.state, 'waiting');
    await world.clock.pass(1_200);
    world.socket.greet();
    assert.equal(client.state, 'connected');
  });
}

for (const [what, token, code] of [
  ['throws', () => { throw new Error('no'); }, 'token_failed'],
  ['is rejected', async () => { throw new Error('no'); }, 'token_failed'],
  ['gives nothing', () => undefined, 'token_failed'],
  ['gives an empty text', () => '', 'token_failed'],
  ['hangs', () => new Promise(() => {}), 'token_timeout'],
]) {
  test(`a token callback that ${what} is asked again`, async () => {
    const world = new World();
    let calls = 0;
    const client = world.client({ token: () => (++calls === 1 ? token() : 'd.e.f') });
    client.connect();
    await world.clock.pass(code === 'token_timeout' ? 10_000 : 0);
    assert.equal(world.errors[0].code, code);
    await world.clock.pass(1_100);
    assert.equal(calls, 2);
    assert.deepEqual(world.socket.protocols, ['sluice.1', 'token.d.e.f']);
    world.socket.greet();
    assert.equal(client.state, 'connected');
  });
}

test('a token that comes too late is not used', async () => {
  const world = new World();
  let give;
  const client = world.client({ token: () => new Promise((resolve) => (give = resolve)) });
  client.connect();
  const late = give;
  await world.clock.pass(11_100);
  late('late.late.late');
  await settle();
  assert.equal(world.sockets.length, 0);
  give('d.e.f');
  await settle();
  assert.deepEqual(world.socket.protocols[1], 'token.d.e.f');
});

test('a token that could not stand in a header is refused unsent', async () => {
  const world = new World();
  const client = world.client({ token: 'two words' });
  assert.equal((await rejection(client.connect())).code, 'bad_token');
  assert.equal(client.state, 'refused');
  assert.equal(world.sockets.length, 0);
});

test('after 4401 a fresh token is fetched; one that has expired too is refused', async () => {
  const world = new World();
  const tokens = ['a.a.a', 'b.b.b', 'c.c.c'];
  const client = world.client({ token: async () => tokens.shift() });
  client.connect();
  await settle();
  world.socket.greet();
  await world.clock.pass(6_000);
  world.socket.shut(4401, 'expired');
  assert.deepEqual([world.errors[0].code, world.errors[0].closeCode], ['expired', 4401]);
  await world.clock.pass(1_100);
  assert.equal(world.socket.protocols[1], 'token.b.b.b');
  world.socket.greet();
  world.socket.shut(4401);
  await world.clock.pass(2_200);
  world.probe = () => World.answer(403, '{"error":{"code":"bad_token"}}');
  world.socket.shut();
  await settle();
  assert.equal(client.state, 'refused');
});

test('silence leads to a ping, an answer to peace, none to a new connection', async () => {
  const world = new World();
  const client = await world.connected();
  const first = world.socket;
  await world.clock.pass(24_999);
  assert.equal(first.asked('ping').length, 0);
  await world.clock.pass(1);
  assert.equal(first.asked('ping').length, 1);
  await world.clock.pass(9_000);
  first.say({ type: 'pong', timestamp: 1 });
  await world.clock.pass(25_000);
  assert.equal(first.asked('ping').length, 2);
  await world.clock.pass(9_999);
  assert.equal(client.state, 'connected');
  await world.clock.pass(1);
  assert.equal(client.state, 'waiting');
  assert.equal(world.errors[0].code, 'silent');
  assert.equal(first.closedWith, 1000);
  await world.again();
  assert.equal(client.state, 'connected');
});

test('a line that always says something is never pinged', async () => {
  const world = new World();
  await world.connected();
  for (let i = 0; i < 20; i++) {
    await world.clock.pass(20_000);
    world.socket.say({ type: 'something new' });
  }
  assert.equal(world.socket.asked('ping').length, 0);
  assert.equal(world.sockets.length, 1);
});

test('a socket with terminate is cut, not asked to say goodbye on a dead line', async () => {
  const world = new World();
  let cut = 0;
  world.onsocket = (socket) => (socket.terminate = () => cut++);
  await world.connected();
  await world.clock.pass(35_000);
  assert.equal(cut, 1);
});

test('connect while waiting tries at once', async () => {
  const world = new World();
  const client = world.client();
  const first = client.connect();
  world.socket.shut();
  await settle();
  assert.equal(client.state, 'waiting');
  const second = client.connect();
  assert.equal(world.sockets.length, 2);
  world.socket.greet();
  assert.deepEqual(await first, await second);
  await world.clock.pass(3_000);
  assert.equal(world.sockets.length, 2);
});

test('a constructor of sockets that throws is tried again', async () => {
  const world = new World();
  world.onsocket = () => {
    throw new Error('no more descriptors');
  };
  const client = world.client();
  client.connect();
  assert.equal(world.errors[0].cause.message, 'no more descriptors');
  world.onsocket = null;
  await world.again();
  assert.equal(client.state, 'connected');
});

test('a socket that throws on sending is left', async () => {
  const world = new World();
  const client = await world.connected();
  world.socket.send = () => {
    throw new Error('broken');
  };
  const published = client.publish('tasks', 1);
  await settle();
  assert.equal(client.state, 'waiting');
  const socket = await world.again();
  const { id } = socket.asked('publish')[0];
  socket.say({ type: 'published', channel: 'tasks', id, epoch: 'e', offset: 1 });
  assert.equal((await published).offset, 1);
});

test('a socket that takes nothing after the greeting leaves nothing behind', async () => {
  const world = new World();
  const client = world.client({ token: () => 'a.b.c' });
  for (const channel of ['a', 'b']) client.subscribe(channel);
  client.connect();
  await settle();
  world.socket.send = () => {
    throw new Error('broken');
  };
  world.socket.greet({ expiresAt: world.clock.wall() + 1_000_000 });
  assert.equal(client.state, 'waiting');
  assert.deepEqual(world.states.map(([state]) => state), ['connecting', 'waiting']);
  assert.equal(world.clock.size, 1, 'the delay');
  assert.equal(client.connection, null);
  const socket = await world.again();
  assert.deepEqual(socket.sent.map(({ channel }) => channel), ['a', 'b']);
});

for (const [what, reach] of [
  ['idle', () => {}],
  ['connecting', (client) => client.connect()],
  ['waiting', (client, world) => { client.connect(); world.socket.shut(); }],
  ['connected', (client, world) => { client.connect(); world.socket.greet(); }],
]) {
  test(`close in ${what} ends everything and leaves no timer`, async () => {
    const world = new World();
    const client = world.client();
    reach(client, world);
    await settle();
    assert.equal(client.state, what);
    const sub = client.subscribe('other');
    const asked = client.history('tasks');
    const published = client.publish('tasks', 1);
    const closed = client.close();
    assert.equal(client.state, 'closed');
    const answers = [asked, published, sub.ready, client.connect()].map(rejection);
    for (const error of await Promise.all(answers)) assert.equal(error.code, 'closed');
    assert.deepEqual(world.errors.filter(({ code }) => code === 'closed'), []);
    await world.clock.pass(2_000);
    await closed;
    await client.close();
    assert.equal(world.clock.size, 0);
    await world.clock.pass(100_000);
    assert.equal(world.sockets.length, what === 'idle' ? 0 : 1);
  });
}

test('close waits for the goodbye of the other side', async () => {
  const world = new World();
  const client = await world.connected();
  let closed = false;
  client.close().then(() => (closed = true));
  await settle();
  assert.equal(world.socket.closedWith, 1000);
  assert.equal(closed, false);
  world.socket.shut(1000);
  await settle();
  assert.equal(closed, true);
  assert.equal(world.clock.size, 0);
});

test('a listener may close or connect wherever it is called', async () => {
  for (const when of ['connecting', 'connected', 'waiting']) {
    const world = new World();
    const client = world.client();
    client.on('state', (state) => state === when && client.close());
    client.connect();
    await settle();
    if (when !== 'connecting') world.socket.greet();
    if (when === 'waiting') world.socket.shut();
    await world.clock.pass(5_000);
    assert.equal(client.state, 'closed', when);
    assert.equal(world.clock.size, 0, when);
  }
  const world = new World();
  const client = world.client();
  client.on('error', () => client.connect());
  client.connect();
  for (let i = 0; i < 5; i++) {
    world.socket.shut();
    await settle();
  }
  assert.equal(world.sockets.length, 6);
  assert.equal(client.state, 'connecting');
});

test('a listener that throws stops nobody and is reported', async () => {
  const world = new World();
  const client = world.client();
  const seen = [];
  client.on('state', () => {
    throw new Error('mine');
  });
  const off = client.on('state', (state) => seen.push(state));
  client.connect();
  world.socket.greet();
  off();
  world.socket.shut();
  assert.deepEqual(seen, ['connecting', 'connected']);
  assert.deepEqual(world.reported.map((error) => error.message), ['mine', 'mine', 'mine']);
});

test('bad options are refused at once', () => {
  const fine = { WebSocket: class {} };
  for (const make of [
    () => new Client('ftp://sluice.test', fine),
    () => new Client('/ws', fine),
    () => new Client('ws://sluice.test', { ...fine, retryMs: 0 }),
    () => new Client('ws://sluice.test', { ...fine, queueBytes: 'many' }),
    () => new Client('ws://sluice.test', { ...fine, pongMs: NaN }),
    () => new Client('ws://sluice.test', fine).on('state', undefined),
  ]) {
    assert.throws(make, { name: 'SluiceError', code: 'invalid_option' });
  }
  const saved = globalThis.WebSocket;
  delete globalThis.WebSocket;
  try {
    assert.throws(() => new Client('ws://sluice.test'), { code: 'invalid_option' });
  } finally {
    if (saved) globalThis.WebSocket = saved;
  }
});

test('an address of http becomes one of ws, and what stands behind # stays at home', async () => {
  for (const [address, url] of [
    ['http://sluice.test/ws#token', 'ws://sluice.test/ws'],
    ['https://sluice.test/ws', 'wss://sluice.test/ws'],
  ]) {
    const world = new World();
    let seen;
    const Socket = function (to) {
      seen = to;
    };
    const { clock, random } = world;
    new Client(address, { WebSocket: Socket, clock, random }).connect();
    assert.equal(seen, url);
  }
});

test('pings tell how long they took', async () => {
  const world = new World();
  const client = await world.connected();
  const took = client.ping();
  await world.clock.pass(37);
  world.socket.say({ type: 'pong', timestamp: 0, id: world.socket.asked('ping')[0].id });
  assert.equal(await took, 37);
});
