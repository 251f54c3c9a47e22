// What a publisher does while slow readers hold its channel.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World, rejection, settle } from './world.mjs';

const payloads = (socket) => socket.asked('publish').map(({ payload }) => payload);

/** So that a rejection that comes before it is looked at stops no test. */
const quiet = (promise) => {
  promise.catch(() => {});
  return promise;
};

/** A connected client, what it was told, and what a server may say to it. */
async function publisher(options) {
  const world = new World();
  const client = await world.connected(options);
  const told = [];
  client.on('held', ({ channel, readers, bytes }) => told.push(`held ${channel} ${readers} ${bytes}`));
  client.on('released', ({ channel }) => told.push(`released ${channel}`));
  const say = (type, channel, more) => world.socket.say({ type, channel, ...more });
  const idOf = (payload) => world.socket.asked('publish').find((one) => one.payload === payload).id;
  return {
    world,
    client,
    told,
    hold: (channel = 'c') => say('held', channel, { readers: 2, bytes: 262_144 }),
    release: (channel = 'c') => say('released', channel),
    land: (payload, offset = payload, channel = 'c') =>
      say('published', channel, { id: idOf(payload), epoch: 'e', offset }),
    refuse: (payload, code) => say('error', 'c', { id: idOf(payload), code, message: code }),
  };
}

test('held and released are told, and can be asked for', async () => {
  const { client, told, hold, release } = await publisher();
  hold();
  hold('d');
  assert.deepEqual(client.heldChannels, ['c', 'd']);
  release();
  assert.deepEqual(client.heldChannels, ['d']);
  release();
  assert.deepEqual(told, ['held c 2 262144', 'held d 2 262144', 'released c'], 'once for each held');
});

test('what waits for slow readers has no deadline, and gets all of it again when they have read', async () => {
  const { world, client, hold, release, land } = await publisher({ answerMs: 1_000, silenceMs: 1e9 });
  const waits = quiet(client.publish('c', 1));
  const other = rejection(client.publish('d', 2));
  hold();
  await world.clock.pass(3_600_000);
  assert.equal((await other).code, 'timeout', 'another channel is not spared');
  release();
  await world.clock.pass(999);
  land(1);
  assert.equal((await waits).offset, 1);
  const late = rejection(client.publish('c', 3));
  hold();
  await world.clock.pass(10_000);
  release();
  await world.clock.pass(1_000);
  assert.equal((await late).code, 'timeout', 'its clock went on when the channel was released');
});

test('nothing more is sent to a channel that is held; others go on', async () => {
  const { world, client, hold, release, land } = await publisher({ inFlightMessages: 2 });
  const all = [1, 2].map((n) => quiet(client.publish('c', n)));
  hold();
  all.push(quiet(client.publish('c', 3)), quiet(client.publish('d', 4)), quiet(client.publish('c', 5)));
  all.push(quiet(client.publish('d', 6)), quiet(client.publish('c', 7, { ack: false })));
  assert.deepEqual(payloads(world.socket), [1, 2, 4, 6], 'what waits there takes no place in flight');
  land(1);
  land(2);
  release();
  assert.deepEqual(payloads(world.socket), [1, 2, 4, 6], 'no more than two in flight');
  land(4, 1, 'd');
  land(6, 2, 'd');
  assert.deepEqual(payloads(world.socket), [1, 2, 4, 6, 3, 5, 7]);
  land(3);
  land(5);
  assert.deepEqual((await Promise.all(all)).map((receipt) => receipt?.offset), [1, 2, 3, 1, 5, 2, undefined]);
});

test('a server is not left with more without answer than it takes', async () => {
  const { world, client, hold } = await publisher({ inFlightMessages: 2 });
  for (const channel of ['a', 'b', 'c']) {
    quiet(client.publish(channel, 1));
    quiet(client.publish(channel, 2));
    hold(channel);
  }
  quiet(client.publish('d', 3));
  assert.deepEqual(payloads(world.socket), [1, 2, 1, 2, 1, 2]);
  assert.equal(client.heldChannels.length, 3);
});

test('what found no room there goes again in its order, before what was published later', async () => {
  const { world, client, told, hold, release, land, refuse } = await publisher();
  const all = [1, 2, 3].map((n) => quiet(client.publish('c', n)));
  hold();
  all.push(quiet(client.publish('c', 4)));
  refuse(3, 'hold_full');
  refuse(2, 'hold_full');
  await settle();
  assert.deepEqual(payloads(world.socket), [1, 2, 3]);
  land(1);
  release();
  assert.deepEqual(payloads(world.socket), [1, 2, 3, 2, 3, 4]);
  for (const n of [2, 3, 4]) land(n);
  assert.deepEqual((await Promise.all(all)).map(({ offset }) => offset), [1, 2, 3, 4]);
  assert.deepEqual([told.length, world.errors], [2, []]);
});

test('what finds no room on a channel that is not held is told, and other refusals are', async () => {
  const { client, hold, refuse } = await publisher();
  const early = rejection(client.publish('c', 1));
  refuse(1, 'hold_full');
  assert.equal((await early).code, 'hold_full');
  const late = rejection(client.publish('c', 2));
  hold();
  refuse(2, 'memory_limit');
  assert.equal((await late).code, 'memory_limit');
});

test('what is held is bounded with what waits', async () => {
  const { client, hold, refuse } = await publisher({ queueMessages: 3 });
  for (const n of [1, 2]) quiet(client.publish('c', n));
  hold();
  refuse(2, 'hold_full');
  quiet(client.publish('c', 3));
  assert.equal((await rejection(client.publish('c', 4))).code, 'queue_full');
  assert.equal((await rejection(client.publish('d', 5))).code, 'queue_full');
});

test('a broken line releases, and everything is repeated in order, however long it had waited', async () => {
  const { world, client, told, hold, refuse } = await publisher({ answerMs: 1_000, silenceMs: 1e9 });
  const all = [1, 2, 3].map((n) => quiet(client.publish('c', n)));
  const [first] = world.socket.asked('publish');
  hold();
  refuse(2, 'hold_full');
  all.push(quiet(client.publish('c', 4)), quiet(client.publish('d', 5)));
  // Longer than a server remembers a key; but had it appended it, it would have said so.
  await world.clock.pass(900);
  world.socket.say({ type: 'published', channel: 'd', id: world.socket.asked('publish')[3].id, epoch: 'e', offset: 1 });
  await world.clock.pass(600_000);
  world.socket.shut();
  assert.deepEqual([told, client.heldChannels], [['held c 2 262144', 'released c'], []]);
  const socket = await world.again();
  assert.deepEqual(payloads(socket), [1, 2, 3, 4]);
  assert.deepEqual(socket.asked('publish')[0], first, 'with its key');
  client.close();
  for (const one of all.slice(0, 4)) assert.equal((await rejection(one)).code, 'closed');
});

test('what was released and has no receipt when the line breaks is repeated, however long it was held', async () => {
  const { world, client, hold, release, land } = await publisher({ silenceMs: 1e9 });
  const waits = quiet(client.publish('c', 1));
  hold();
  await world.clock.pass(600_000);
  release();
  world.socket.shut();
  const socket = await world.again();
  assert.deepEqual(payloads(socket), [1]);
  land(1);
  assert.equal((await waits).offset, 1);
});

test('a client that ends rejects what was held too', async () => {
  const { client, hold, refuse } = await publisher();
  const all = [1, 2, 3].map((n) => rejection(client.publish('c', n)));
  hold();
  refuse(2, 'hold_full');
  all.push(rejection(client.publish('c', 4)));
  client.close();
  assert.deepEqual((await Promise.all(all)).map(({ code }) => code), ['closed', 'closed', 'closed', 'closed']);
});

test('a publisher that waits for room is never told that there is none', async () => {
  const { world, client } = await publisher({ queueMessages: 4, inFlightMessages: 1 });
  let published = 0;
  const ends = [];
  const loop = async () => {
    for (let n = 1; n <= 20; n++) {
      await client.writable;
      ends.push(client.publish('c', n));
      published = n;
    }
  };
  const done = loop();
  for (let n = 1; n <= 20; n++) {
    await settle();
    assert.ok(published <= n + 2, 'it waits');
    const { id } = world.socket.asked('publish').at(-1);
    world.socket.say({ type: 'published', channel: 'c', id, epoch: 'e', offset: n });
  }
  await done;
  await settle();
  assert.equal(published, 20);
  while (world.socket.asked('publish').length < 20) {
    const { id } = world.socket.asked('publish').at(-1);
    world.socket.say({ type: 'published', channel: 'c', id, epoch: 'e', offset: 1 });
    await settle();
  }
});

test('room is counted in bytes too, offline it is waited for, and a client that ended has none', async () => {
  const world = new World();
  const client = world.client({ queueBytes: 1_000 });
  await client.writable;
  quiet(client.publish('c', 'x'.repeat(600)));
  let writable = false;
  const waits = client.writable.then(() => (writable = true));
  await settle();
  assert.equal(writable, false);
  client.connect();
  await settle();
  world.socket.greet();
  await waits;
  world.socket.shut();
  const gone = rejection(client.writable);
  client.close();
  assert.equal((await gone).code, 'closed');
  assert.equal((await rejection(client.writable)).code, 'closed');
});
