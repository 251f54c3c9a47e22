import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World, settle } from './world.mjs';

/** A connected client whose token ends after `ms`; the callback gives t1, t2, … */
async function expiring(ms, { skew = 0, token } = {}) {
  const world = new World();
  world.clock.skew = skew;
  let calls = 0;
  const callback = () => (++calls > 1 && token ? token(calls) : `t${calls}`);
  const serverNow = () => world.clock.wall() - skew;
  const client = world.client({ token: callback, silenceMs: 1e9 });
  client.connect();
  await settle();
  world.onsend = null;
  world.socket.greet({ expiresAt: serverNow() + ms });
  await settle();
  return { world, client, serverNow, calls: () => calls, refreshes: () => world.socket.asked('refresh') };
}

test('at 80 % of its time a fresh token goes over the same connection, and so on', async () => {
  const { world, client, serverNow, refreshes } = await expiring(100_000);
  await world.clock.pass(79_999);
  assert.equal(refreshes().length, 0);
  await world.clock.pass(1);
  assert.deepEqual(refreshes(), [{ id: refreshes()[0].id, action: 'refresh', token: 't2' }]);
  const expiresAt = serverNow() + 50_000;
  world.socket.say({ type: 'refreshed', id: refreshes()[0].id, expiresAt });
  await settle();
  assert.equal(client.connection.expiresAt, expiresAt);
  await world.clock.pass(39_999);
  assert.equal(refreshes().length, 1);
  await world.clock.pass(1);
  assert.equal(refreshes().length, 2);
  assert.equal(world.sockets.length, 1);
});

for (const skew of [-3_600_000, 3_600_000]) {
  test(`a clock that is wrong by ${skew} ms is set right by the server's`, async () => {
    const { world, serverNow, refreshes } = await expiring(100_000, { skew });
    assert.equal(world.socket.asked('ping').length, 1);
    world.socket.say({ type: 'pong', timestamp: serverNow() });
    await world.clock.pass(79_999);
    assert.equal(refreshes().length, 0);
    await world.clock.pass(1);
    assert.equal(refreshes().length, 1);
  });
}

for (const [what, token, code] of [
  ['throws', () => { throw new Error('no'); }, 'token_failed'],
  ['hangs', () => new Promise(() => {}), 'token_timeout'],
]) {
  test(`a callback that ${what} is asked again before the old token ends`, async () => {
    const { world, client, refreshes } = await expiring(1_000_000, {
      token: (calls) => (calls === 2 ? token() : `t${calls}`),
    });
    await world.clock.pass(800_000);
    await world.clock.pass(10_000);
    assert.deepEqual(world.errors.map((error) => error.code), [code]);
    await world.clock.pass(160_000);
    assert.equal(refreshes()[0].token, 't3');
    assert.equal(client.state, 'connected');
  });
}

test('an expired token is refused by the server, and another fetched; at last 4401 leads on', async () => {
  const { world, client, calls, refreshes } = await expiring(100_000);
  world.socket.onsend = ({ action, id }) => {
    if (action === 'refresh') world.socket.say({ type: 'error', id, code: 'invalid_token', message: 'Expired' });
  };
  await world.clock.pass(99_999);
  assert.ok(refreshes().length >= 3 && refreshes().length < 10, String(refreshes().length));
  assert.ok(world.errors.every(({ code }) => code === 'invalid_token'));
  const asked = calls();
  world.socket.shut(4401, 'expired');
  await world.again();
  assert.equal(calls(), asked + 1);
  assert.equal(client.state, 'connected');
});

test('a refresh belongs to its connection: a broken line ends it', async () => {
  let give;
  const { world, refreshes } = await expiring(100_000, {
    token: () => new Promise((resolve) => (give = resolve)),
  });
  await world.clock.pass(80_000);
  const old = give;
  world.socket.shut();
  await world.clock.pass(1_200);
  give('new');
  await settle();
  world.socket.greet();
  old('old');
  await settle();
  assert.deepEqual(refreshes(), []);
});

test('a token that is text, never ends or has ended is not refreshed', async () => {
  const world = new World();
  await world.connected();
  world.socket.shut();
  await world.again({ expiresAt: world.clock.wall() + 10_000 });
  await world.clock.pass(20_000);
  assert.deepEqual(world.socket.asked('refresh'), []);
  const ended = await expiring(-5);
  await ended.world.clock.pass(100_000);
  assert.deepEqual(ended.refreshes(), []);
  const never = await expiring(NaN);
  await never.world.clock.pass(100_000);
  assert.deepEqual(never.refreshes(), []);
});

test('a token of many years is no overflowing timer', async () => {
  const { world, refreshes } = await expiring(1e12);
  await world.clock.pass(1_000);
  assert.deepEqual(refreshes(), []);
});
