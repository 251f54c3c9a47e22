import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World, rejection, settle, subscribed } from './world.mjs';

const receipt = (socket, i, offset = i + 1) =>
  socket.say({ type: 'published', channel: 'tasks', id: socket.asked('publish')[i].id, epoch: 'e1', offset });

/** So that a rejection that comes before it is looked at stops no test. */
const quiet = (promise) => {
  promise.catch(() => {});
  return promise;
};

test('a publication is answered with its place', async () => {
  const world = new World();
  const client = await world.connected();
  const published = client.publish('tasks', { n: 1 }, { key: 'k' });
  const [{ idempotencyKey, ...rest }] = world.socket.sent;
  assert.deepEqual(rest, { id: 1, action: 'publish', channel: 'tasks', ack: true, key: 'k', payload: { n: 1 } });
  assert.match(idempotencyKey, /^[0-9a-z]+-1$/);
  assert.ok(world.socket.frames[0].startsWith('{"id":1,'), 'an answer to bad JSON needs the id first');
  receipt(world.socket, 0, 43);
  assert.deepEqual(await published, { channel: 'tasks', epoch: 'e1', offset: 43 });
});

test('the payload is read when it is published', async () => {
  const world = new World();
  const client = world.client();
  const payload = { n: 1 };
  quiet(client.publish('tasks', payload));
  payload.n = 2;
  client.connect();
  world.socket.greet();
  assert.deepEqual(world.socket.sent[0].payload, { n: 1 });
});

test('subscriptions, then what was in flight, then what waited: in order', async () => {
  const world = new World();
  const client = await world.connected();
  client.subscribe('tasks', { filters: { a: 1 } });
  const all = ['a', 'b', 'c'].map((payload) => quiet(client.publish('tasks', payload)));
  receipt(world.socket, 0);
  const [, first] = world.socket.asked('publish');
  world.socket.shut();
  all.push(quiet(client.publish('tasks', 'd')));
  const socket = await world.again();
  assert.deepEqual(socket.sent.map(({ action, payload }) => payload ?? action), ['subscribe', 'b', 'c', 'd']);
  assert.deepEqual(socket.sent[1], first, 'the very same, with its key');
  for (const i of [0, 1, 2]) receipt(socket, i, i + 2);
  assert.deepEqual((await Promise.all(all)).map(({ offset }) => offset), [1, 2, 3, 4]);
});

test('an answer from an earlier connection answers nothing', async () => {
  const world = new World();
  const client = await world.connected();
  const published = client.publish('tasks', 1);
  const old = world.socket;
  old.shut();
  const socket = await world.again();
  receipt(old, 0, 99);
  receipt(socket, 0, 1);
  assert.equal((await published).offset, 1);
});

test('what was sent too long ago to be recognised is not repeated but uncertain', async () => {
  const world = new World();
  const client = await world.connected({ retryMaxMs: 300_000, retryMs: 300_000 });
  const sent = rejection(client.publish('tasks', 1));
  world.socket.shut();
  const waited = quiet(client.publish('tasks', 2));
  await world.again();
  assert.equal((await sent).code, 'uncertain');
  assert.deepEqual(world.socket.asked('publish').map(({ payload }) => payload), [2]);
  receipt(world.socket, 0);
  await waited;
});

test('a full queue rejects the new, by count and by bytes, and keeps the old', async () => {
  const world = new World();
  const client = world.client({ queueMessages: 2 });
  const kept = [client.publish('tasks', 1), client.publish('tasks', 2)];
  assert.equal((await rejection(client.publish('tasks', 3))).code, 'queue_full');
  client.connect();
  world.socket.greet();
  receipt(world.socket, 0);
  receipt(world.socket, 1);
  await Promise.all(kept);
  const small = new World().client({ queueBytes: 1_000 });
  quiet(small.publish('tasks', 'x'.repeat(700)));
  assert.equal((await rejection(small.publish('tasks', 'x'.repeat(300)))).code, 'queue_full');
  quiet(small.publish('tasks', 'x'));
});

test('the queue makes room again as it is sent', async () => {
  const world = new World();
  const client = world.client({ queueMessages: 1, queueBytes: 200 });
  const first = client.publish('tasks', 1);
  client.connect();
  world.socket.greet();
  receipt(world.socket, 0);
  await first;
  world.socket.shut();
  quiet(client.publish('tasks', 2));
  assert.equal((await rejection(client.publish('tasks', 3))).code, 'queue_full');
});

test('a publication that is too large or no JSON is rejected unsent', async () => {
  const world = new World();
  const client = await world.connected({ publishBytes: 200 });
  const loop = {};
  loop.loop = loop;
  for (const [payload, code] of [
    ['é'.repeat(100), 'too_big'],
    [undefined, 'invalid_payload'],
    [() => {}, 'invalid_payload'],
    [10n, 'invalid_payload'],
    [loop, 'invalid_payload'],
  ]) {
    const error = await rejection(client.publish('tasks', payload));
    assert.deepEqual([error.code, error.channel], [code, 'tasks']);
  }
  assert.equal((await rejection(client.publish('no channel', 1))).code, 'invalid_channel');
  assert.equal(world.socket.sent.length, 0);
});

test('no more are in flight than the server takes; receipts let the next go', async () => {
  const world = new World();
  const client = await world.connected({ inFlightMessages: 3 });
  for (let i = 0; i < 5; i++) quiet(client.publish('tasks', i));
  assert.equal(world.socket.sent.length, 3);
  receipt(world.socket, 1);
  assert.equal(world.socket.sent.length, 4);
  const bytes = await world.connected({ inFlightBytes: 300 });
  quiet(bytes.publish('tasks', 'x'.repeat(1_000)));
  assert.equal(world.socket.sent.length, 1, 'one alone always goes');
  quiet(bytes.publish('tasks', 1));
  assert.equal(world.socket.sent.length, 1);
  receipt(world.socket, 0);
  assert.equal(world.socket.sent.length, 2);
});

test('while the socket is full, publications wait, and it is looked at again', async () => {
  const world = new World();
  const client = await world.connected({ socketBytes: 100 });
  world.socket.bufferedAmount = 101;
  const published = client.publish('tasks', 1, { ack: false });
  await world.clock.pass(100);
  assert.equal(world.socket.sent.length, 0);
  world.socket.bufferedAmount = 100;
  await world.clock.pass(20);
  assert.equal(world.socket.sent.length, 1);
  assert.equal(await published, undefined);
  const [{ ack, idempotencyKey }] = world.socket.sent;
  assert.deepEqual([ack, idempotencyKey], [false, undefined]);
});

test('a publication keeps the key it was given', async () => {
  const world = new World();
  const client = await world.connected();
  quiet(client.publish('tasks', 1, { idempotencyKey: 'job-9' }));
  assert.equal(world.socket.sent[0].idempotencyKey, 'job-9');
});

test('what the server says is what the promise is rejected with', async () => {
  const world = new World();
  const client = await world.connected();
  const published = rejection(client.publish('tasks', 1));
  world.socket.say({ type: 'error', id: 1, code: 'forbidden', message: 'Not allowed', channel: 'tasks' });
  const error = await published;
  assert.deepEqual([error.code, error.message, error.channel], ['forbidden', 'Not allowed', 'tasks']);
  assert.equal(error.url, 'docs/errors.md#forbidden');
  assert.equal(world.errors.length, 0);
});

test('an error that answers nothing we know is an event', async () => {
  const world = new World();
  const client = await world.connected();
  await client.publish('tasks', 1, { ack: false });
  world.socket.say({ type: 'error', id: 1, code: 'busy', message: 'Busy', channel: 'tasks' });
  world.socket.say({ type: 'error' });
  assert.deepEqual(world.errors.map(({ code }) => code), ['busy', 'internal']);
  assert.equal(client.state, 'connected');
});

test('a receipt that never comes is a timeout, and the next one goes', async () => {
  const world = new World();
  const client = await world.connected({ inFlightMessages: 1 });
  const late = rejection(client.publish('tasks', 1));
  quiet(client.publish('tasks', 2));
  for (let i = 0; i < 3; i++) {
    await world.clock.pass(10_000);
    world.socket.say({ type: 'pong' });
  }
  assert.equal((await late).code, 'timeout');
  assert.equal(world.socket.sent.length, 2);
  assert.equal(client.state, 'connected');
});

test('a server that closes at what is too big is not sent the same for ever', async () => {
  const world = new World();
  const client = await world.connected();
  const small = quiet(client.publish('tasks', 1));
  const large = rejection(client.publish('tasks', 'x'.repeat(1_000)));
  world.socket.shut(1009, 'too_big');
  assert.equal((await large).code, 'too_big');
  const socket = await world.again();
  assert.deepEqual(socket.asked('publish').map(({ payload }) => payload), [1]);
  receipt(socket, 0);
  await small;
  socket.shut(1009);
  await world.again();
  assert.equal(client.state, 'connected');
});

test('history and presence are asked, again after a broken line, and read', async () => {
  const world = new World();
  const client = world.client();
  const since = { epoch: 'e1', offset: 4 };
  const history = client.history('tasks', { since, limit: 10 });
  client.connect();
  world.socket.greet();
  assert.deepEqual(world.socket.sent, [{ id: 1, action: 'history', channel: 'tasks', since, limit: 10 }]);
  world.socket.shut();
  const presence = client.presence('tasks');
  const socket = await world.again();
  assert.deepEqual(socket.sent.map(({ action }) => action), ['history', 'presence']);
  const publications = [
    { type: 'broadcast', channel: 'tasks', data: 1, timestamp: 't', offset: 5 },
    { type: 'message', channel: 'tasks', from: 'u', data: 2, timestamp: 't', offset: 6 },
  ];
  const answer = { channel: 'tasks', epoch: 'e1', offset: 9, recovered: true, more: true };
  socket.say({ type: 'history', id: 1, ...answer, publications, later: 1 });
  assert.deepEqual(await history, {
    ...answer,
    publications: [
      { channel: 'tasks', data: 1, timestamp: 't', offset: 5, broadcast: true },
      { channel: 'tasks', from: 'u', data: 2, timestamp: 't', offset: 6, broadcast: false },
    ],
  });
  const who = { channel: 'tasks', users: [{ userId: 'ada', connections: 2 }], total: 1 };
  socket.say({ type: 'presence', id: 2, ...who });
  assert.deepEqual(await presence, who);
});

test('questions are refused, late and bounded', async () => {
  const world = new World();
  const client = await world.connected({ requests: 2 });
  const refused = rejection(client.history('tasks'));
  const late = rejection(client.presence('tasks'));
  assert.equal((await rejection(client.history('tasks'))).code, 'queue_full');
  assert.equal((await rejection(client.history('no channel'))).code, 'invalid_channel');
  world.socket.say({ type: 'error', id: 1, code: 'busy', message: 'Later' });
  assert.equal((await refused).code, 'busy');
  world.socket.say({ type: 'history', id: 2, epoch: 'e', offset: 1, publications: [] });
  await world.clock.pass(20_000);
  world.socket.say({ type: 'pong' });
  await world.clock.pass(10_000);
  assert.equal((await late).code, 'timeout');
});

test('no more is inquired at once than the server takes; answers let the next go', async () => {
  const world = new World();
  const client = await world.connected({ inquiries: 2 });
  const asked = Array.from({ length: 5 }, (_, i) => (i % 2 ? client.presence('c') : client.history('c')));
  const sent = () => world.socket.sent.map(({ id }) => id);
  assert.deepEqual(sent(), [1, 2]);
  quiet(client.ping());
  assert.deepEqual(sent(), [1, 2, 6], 'a ping is no inquiry');
  world.socket.say({ type: 'presence', id: 2, channel: 'c', users: [], total: 0 });
  assert.deepEqual(sent(), [1, 2, 6, 3]);
  const refused = rejection(asked[0]);
  world.socket.say({ type: 'error', id: 1, code: 'forbidden', message: 'No' });
  assert.equal((await refused).code, 'forbidden');
  assert.deepEqual(sent(), [1, 2, 6, 3, 4]);
  for (const one of asked) quiet(one);
  world.socket.shut();
  await world.again();
  assert.deepEqual(sent(), [3, 4, 6], 'on a new connection the count begins anew');
  world.socket.say({ type: 'history', id: 3, channel: 'c', epoch: 'e', offset: 0, publications: [] });
  assert.deepEqual(sent(), [3, 4, 6, 5]);
  await asked[2];
  await world.clock.pass(15_000);
  world.socket.say({ type: 'pong' });
  await world.clock.pass(15_000);
  assert.equal((await rejection(asked[4])).code, 'timeout');
});

test('own publications come to a subscription that was made before', async () => {
  const world = new World();
  const client = world.client();
  const got = [];
  client.subscribe('tasks', ({ data }) => got.push(data));
  const published = client.publish('tasks', 'mine');
  client.connect();
  world.socket.greet();
  assert.deepEqual(world.socket.sent.map(({ action }) => action), ['subscribe', 'publish']);
  subscribed(world.socket);
  world.socket.say({ type: 'message', channel: 'tasks', from: 'ada', data: 'mine', timestamp: 't', offset: 1 });
  receipt(world.socket, 0);
  await published;
  await settle();
  assert.deepEqual(got, ['mine']);
});
