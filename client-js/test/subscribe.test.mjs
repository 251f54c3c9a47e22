import assert from 'node:assert/strict';
import { test } from 'node:test';
import { utf8Length } from '../client.js';
import { World, message, rejection, settle, subscribed } from './world.mjs';

/** A connected client with a live subscription to `tasks`. */
async function live(options, listener, clientOptions) {
  const world = new World();
  const client = await world.connected(clientOptions);
  const sub = client.subscribe('tasks', options, listener);
  subscribed(world.socket);
  await settle();
  return { world, client, sub };
}

const cost = (m) => utf8Length(JSON.stringify(m));

test('a subscription says where it begins and hands messages to its listener', async () => {
  const got = [];
  const world = new World();
  const client = await world.connected();
  const sub = client.subscribe('tasks', { filters: { a: [1, null] } }, (m) => got.push(m));
  const [ask] = world.socket.sent;
  assert.deepEqual(ask, {
    id: 1,
    action: 'subscribe',
    channel: 'tasks',
    filters: { a: [1, null] },
    credits: { messages: 1024, bytes: 1048576 },
    recoverable: true,
  });
  assert.deepEqual([sub.position, sub.live, sub.channel], [null, false, 'tasks']);
  subscribed(world.socket, 41);
  const stood = { epoch: 'e1', offset: 41, recovered: false, policy: 'lossless', holds: false };
  assert.deepEqual(await sub.ready, stood);
  assert.equal(sub.live, true);
  world.socket.say(message(42, { a: 1 }));
  world.socket.say({ ...message(44), type: 'broadcast', from: undefined });
  const timestamp = '2026-01-01T00:00:00.000Z';
  assert.deepEqual(got, [
    { channel: 'tasks', from: 'bob', data: { a: 1 }, timestamp, offset: 42, broadcast: false },
    { channel: 'tasks', data: 44, timestamp, offset: 44, broadcast: true },
  ]);
  assert.deepEqual(sub.position, { epoch: 'e1', offset: 44 });
});

test('one subscription per channel and client, until it is given up', async () => {
  const { client, sub, world } = await live();
  assert.throws(() => client.subscribe('tasks'), { code: 'already_subscribed', channel: 'tasks' });
  const gone = sub.unsubscribe();
  const second = client.subscribe('tasks');
  const [id] = world.socket.asked('unsubscribe').map(({ id }) => id);
  assert.deepEqual(world.socket.sent.map(({ action }) => action), ['subscribe', 'unsubscribe', 'subscribe']);
  const got = [];
  second.on('message', ({ data }) => got.push(data));
  world.socket.say(message(1, 'for the first'));
  world.socket.say({ type: 'unsubscribed', channel: 'tasks', id });
  await gone;
  await sub.unsubscribe();
  subscribed(world.socket, 1);
  world.socket.say(message(2, 'for the second'));
  assert.deepEqual(got, ['for the second']);
});

test('an answer to a subscription that was given up is not the next one\'s', async () => {
  const world = new World();
  const client = await world.connected();
  client.subscribe('tasks').unsubscribe().catch(() => {});
  const sub = client.subscribe('tasks');
  const [first, second] = world.socket.asked('subscribe');
  const answer = { type: 'subscribed', channel: 'tasks', epoch: 'e1', recovered: false };
  world.socket.say({ ...answer, id: first.id, offset: 1 });
  assert.equal(sub.live, false);
  world.socket.say({ ...answer, id: second.id, offset: 2 });
  assert.deepEqual([sub.live, sub.position.offset], [true, 2]);
});

test('what cannot be asked is thrown at once', async () => {
  const client = new World().client();
  for (const [channel, options, code] of [
    ['', {}, 'invalid_channel'],
    ['x'.repeat(129), {}, 'invalid_channel'],
    [undefined, {}, 'invalid_channel'],
    ['c', { filters: 'a' }, 'invalid_filter'],
    ['c', { filters: [] }, 'invalid_filter'],
    ['c', { filters: [{ a: 1 }, null] }, 'invalid_filter'],
    ['c', { credits: { messages: 0 } }, 'invalid_credit'],
    ['c', { credits: { bytes: 0.5 } }, 'invalid_credit'],
    ['c', { credits: { messages: 2 ** 53 } }, 'invalid_credit'],
    ['c', { since: { epoch: 'e' } }, 'invalid_position'],
    ['c', { since: { epoch: 'e', offset: -1 } }, 'invalid_position'],
  ]) {
    assert.throws(() => client.subscribe(channel, options), { code }, JSON.stringify([channel, options]));
  }
  client.subscribe('x'.repeat(128));
});

test('several filters are asked for while the server stands still', async () => {
  const world = new World();
  const client = await world.connected();
  const since = { epoch: 'e1', offset: 3 };
  const sub = client.subscribe('tasks', { filters: [{ a: 1 }, { b: 2 }, {}], since });
  const [first, second, third, credit] = world.socket.sent;
  assert.deepEqual(first.credits, { messages: 0, bytes: 1048576 });
  assert.deepEqual([first.filters, first.since], [{ a: 1 }, since]);
  assert.deepEqual(second, { id: 2, action: 'subscribe', channel: 'tasks', filters: { b: 2 } });
  assert.deepEqual(third.filters, {});
  assert.deepEqual(credit, { action: 'credit', channel: 'tasks', credits: { messages: 1024, bytes: 0 } });
  subscribed(world.socket, 3, 'e1', true);
  assert.equal((await sub.ready).offset, 3);
  const unmetered = client.subscribe('free', { filters: [{ a: 1 }, { b: 2 }], credits: null });
  const [, , grant] = world.socket.sent.slice(4);
  assert.deepEqual(grant.credits, { messages: Number.MAX_SAFE_INTEGER, bytes: 0 });
  assert.equal(unmetered.credit, null);
});

test('a filter that is refused takes the whole subscription back', async () => {
  const world = new World();
  const client = await world.connected();
  const sub = client.subscribe('tasks', { filters: [{ a: 1 }, { b: 2 }] });
  const [{ id, channel }, second] = world.socket.asked('subscribe');
  world.socket.say({ type: 'subscribed', channel, id, epoch: 'e', offset: 0, recovered: false });
  world.socket.say({ type: 'error', id: second.id, code: 'invalid_filter', message: 'No' });
  assert.equal((await rejection(sub.ready)).code, 'invalid_filter');
  assert.equal(world.socket.asked('unsubscribe').length, 1);
  client.subscribe('tasks');
});

test('credit comes back in halves of the window as listeners return', async () => {
  const { world, sub } = await live({ credits: { messages: 4, bytes: 100_000 } }, () => {});
  assert.deepEqual(sub.credit, { messages: 4, bytes: 100_000 });
  world.socket.say(message(1));
  assert.equal(world.socket.asked('credit').length, 0);
  assert.deepEqual(sub.credit, { messages: 3, bytes: 100_000 - cost(message(1)) });
  world.socket.say(message(2));
  const [{ channel, credits }] = world.socket.asked('credit');
  assert.deepEqual([channel, credits], ['tasks', { messages: 2, bytes: cost(message(1)) + cost(message(2)) }]);
  assert.deepEqual(sub.credit, { messages: 4, bytes: 100_000 });
});

test('credit in bytes counts the message in UTF-8', async () => {
  const m = message(1, 'é€😀');
  const { world } = await live({ credits: { bytes: cost(m) * 2 } }, () => {});
  world.socket.say(m);
  assert.deepEqual(world.socket.asked('credit')[0].credits, { messages: 1, bytes: Buffer.byteLength(JSON.stringify(m)) });
});

test('without credit nothing is given back', async () => {
  const { world } = await live({ credits: null }, () => {});
  assert.equal(world.socket.sent[0].credits, undefined);
  for (let i = 1; i < 5_000; i++) world.socket.say(message(i));
  assert.equal(world.socket.asked('credit').length, 0);
});

test('a listener that returns a promise is done when that settles, and position and credit wait for it', async () => {
  const doing = [];
  const listener = () => new Promise((resolve, reject) => doing.push({ resolve, reject }));
  const { world, sub } = await live({ credits: { messages: 2 } }, listener);
  world.socket.say(message(1)).say(message(2));
  doing[1].resolve();
  await settle();
  assert.deepEqual([sub.position.offset, sub.credit.messages], [0, 0]);
  doing[0].reject(new Error('mine'));
  await settle();
  assert.deepEqual([sub.position.offset, sub.credit.messages], [2, 2]);
  assert.deepEqual(world.reported.map((error) => error.message), ['mine']);
});

test('a loop asks for more as its body is done', async () => {
  const { world, sub } = await live({ credits: { messages: 2 } });
  world.socket.say(message(1)).say(message(2));
  assert.equal(sub.credit.messages, 0);
  const seen = [];
  const loop = (async () => {
    for await (const { data } of sub) seen.push([data, sub.position.offset, sub.credit?.messages]);
  })();
  await settle();
  assert.deepEqual(seen, [[1, 0, 0], [2, 1, 1]]);
  world.socket.say(message(3));
  await settle();
  assert.deepEqual(seen[2], [3, 2, 1]);
  await Promise.all([sub.unsubscribe().catch(() => {}), world.clock.pass(30_000)]);
  await loop;
});

test('a loop reads what waits before it ends, and ends with what ended the subscription', async () => {
  const { world, sub, client } = await live();
  world.socket.say(message(1)).say(message(2));
  world.socket.say({ type: 'unsubscribed', channel: 'tasks', code: 'forbidden' });
  const seen = [];
  const error = await rejection((async () => {
    for await (const { data } of sub) seen.push(data);
  })());
  assert.deepEqual([seen, error.code], [[1, 2], 'forbidden']);
  const other = client.subscribe('other');
  const waiting = other[Symbol.asyncIterator]().next();
  await settle();
  client.close();
  assert.deepEqual(await waiting, { value: undefined, done: true });
  assert.deepEqual(await other[Symbol.asyncIterator]().next(), { value: undefined, done: true });
});

test('after a loop was left, the next goes on where it stopped', async () => {
  const { world, sub } = await live();
  for (let i = 1; i <= 4; i++) world.socket.say(message(i));
  for await (const { data } of sub) if (data === 2) break;
  assert.equal(sub.position.offset, 2);
  for await (const { data } of sub) {
    assert.equal(data, 3);
    break;
  }
});

test('listeners and a loop both get everything', async () => {
  const heard = [];
  const { world, sub } = await live({ credits: { messages: 2 } }, ({ data }) => void heard.push(data));
  const loop = sub[Symbol.asyncIterator]();
  world.socket.say(message(1)).say(message(2));
  assert.deepEqual(heard, [1, 2]);
  assert.equal(sub.credit.messages, 0, 'the slower one counts');
  assert.equal((await loop.next()).value.data, 1);
  await loop.return();
  assert.deepEqual([sub.credit.messages, sub.position.offset], [2, 2]);
  world.socket.say(message(3));
  assert.deepEqual(sub.position.offset, 3);
});

test('what nobody listened to waits for the first listener', async () => {
  const { world, sub } = await live();
  world.socket.say(message(1)).say(message(2));
  assert.equal(sub.position.offset, 0);
  const got = [];
  sub.on('message', ({ data }) => got.push(data));
  world.socket.say(message(3));
  assert.deepEqual([got, sub.position.offset], [[1, 2, 3], 3]);
});

test('two calls of next at once get two messages', async () => {
  const { world, sub } = await live();
  const loop = sub[Symbol.asyncIterator]();
  const both = Promise.all([loop.next(), loop.next()]);
  await settle();
  world.socket.say(message(1)).say(message(2));
  assert.deepEqual((await both).map(({ value }) => value.data), [1, 2]);
  await loop.return();
  assert.equal(sub.position.offset, 2);
});

test('no more waits than the credit allows, on a new connection neither', async () => {
  const { world, sub } = await live({ credits: { messages: 4, bytes: 10_000 } });
  world.socket.say(message(1)).say(message(2)).say(message(3));
  world.socket.shut();
  const socket = await world.again();
  const spent = cost(message(1)) * 3;
  assert.deepEqual(socket.sent[0].credits, { messages: 1, bytes: 10_000 - spent });
  assert.deepEqual(socket.sent[0].since, { epoch: 'e1', offset: 3 }, 'what waits is not asked for again');
  subscribed(socket, 3, 'e1', true);
  socket.say(message(4));
  const seen = [];
  for await (const { data } of sub) {
    seen.push(data);
    if (data === 4) break;
  }
  assert.deepEqual(seen, [1, 2, 3, 4]);
  assert.equal(sub.credit.messages, 4);
});

for (const [what, options, most] of [
  ['the credit', { credits: { messages: 3 } }, 3],
  ['the buffer without credit', { credits: null }, 5],
]) {
  test(`a server that sends more than ${what} ends the subscription`, async () => {
    const { world, sub, client } = await live(options, undefined, { bufferMessages: 5 });
    const errors = [];
    sub.on('error', ({ code }) => errors.push(code));
    for (let i = 1; i <= most; i++) world.socket.say(message(i));
    assert.deepEqual(errors, []);
    world.socket.say(message(most + 1));
    assert.deepEqual(errors, ['overflow']);
    assert.equal(world.socket.asked('unsubscribe').length, 1);
    const seen = [];
    const error = await rejection((async () => {
      for await (const { data } of sub) seen.push(data);
    })());
    assert.deepEqual([seen.length, error.code], [most, 'overflow']);
    client.subscribe('tasks');
  });
}

test('a new connection goes on where the old one broke, with the filters', async () => {
  const { world, sub } = await live({ filters: { a: 1 } }, () => {});
  world.socket.say(message(7));
  world.socket.shut();
  assert.equal(sub.live, false);
  const socket = await world.again();
  const [{ filters, since, recoverable }] = socket.sent;
  assert.deepEqual([filters, since, recoverable], [{ a: 1 }, { epoch: 'e1', offset: 7 }, true]);
});

test('who is not recoverable begins at the head each time', async () => {
  const { world } = await live({ recoverable: false }, () => {});
  world.socket.say(message(7));
  world.socket.shut();
  const socket = await world.again();
  assert.deepEqual([socket.sent[0].since, socket.sent[0].recoverable], [undefined, false]);
});

test('repeated messages are dropped by their offset, and their credit given back', async () => {
  const got = [];
  const { world, sub } = await live({ credits: { messages: 4 } }, ({ offset }) => got.push(offset));
  for (const offset of [1, 2, 2, 1, 3]) world.socket.say(message(offset));
  assert.deepEqual(got, [1, 2, 3]);
  assert.equal(sub.credit.messages, 3);
});

test('a new epoch is told, and counts from its own beginning', async () => {
  const epochs = [];
  const got = [];
  const { world, sub } = await live({}, ({ offset }) => got.push(offset));
  sub.on('epoch', (change) => epochs.push(change));
  world.socket.say(message(9));
  world.socket.shut();
  const socket = await world.again();
  subscribed(socket, 2, 'e2');
  socket.say(message(3));
  assert.deepEqual(epochs, [{ previous: 'e1', epoch: 'e2', offset: 2 }]);
  assert.deepEqual(got, [9, 3]);
  assert.deepEqual(sub.position, { epoch: 'e2', offset: 3 });
});

test('a new epoch may also come without being asked for', async () => {
  const told = [];
  const got = [];
  const { world, sub } = await live({}, ({ offset }) => got.push(offset));
  sub.on('epoch', ({ epoch }) => told.push(epoch));
  sub.on('subscribed', ({ epoch }) => told.push(epoch));
  world.socket.say(message(9));
  const renewal = { type: 'subscribed', channel: 'tasks', epoch: 'e2', offset: 0, recovered: false };
  world.socket.say(renewal).say(message(1)).say(renewal).say(message(2));
  assert.deepEqual([got, told], [[9, 1, 2], ['e2', 'e2']]);
  assert.deepEqual(sub.position, { epoch: 'e2', offset: 2 });
});

test('gap and position move the position, behind what still waits', async () => {
  const { world, sub } = await live();
  const told = [];
  sub.on('gap', (gap) => told.push(gap));
  sub.on('position', (position) => told.push(position));
  world.socket.say(message(1));
  const gap = { epoch: 'e1', firstOffset: 2, lastOffset: 9, reason: 'evicted' };
  world.socket.say({ type: 'gap', channel: 'tasks', ...gap, detail: 'later' });
  world.socket.say({ type: 'position', channel: 'tasks', epoch: 'e1', offset: 12 });
  assert.deepEqual(told, [gap, { epoch: 'e1', offset: 12, conflated: 0 }]);
  assert.equal(sub.position.offset, 0, 'message 1 was not read yet');
  for await (const { data } of sub) {
    assert.equal(data, 1);
    break;
  }
  assert.equal(sub.position.offset, 12);
  world.socket.shut();
  assert.equal((await world.again()).sent[0].since.offset, 12);
});

test('presence, joins and leaves come to the subscription that asked', async () => {
  const { world, sub } = await live({ presence: true });
  assert.equal(world.socket.sent[0].presence, true);
  const told = [];
  for (const event of ['presence', 'join', 'leave']) sub.on(event, (what) => told.push(what));
  const users = [{ userId: 'ada', connections: 1 }];
  world.socket.say({ type: 'presence', channel: 'tasks', id: 1, users, total: 1 });
  world.socket.say({ type: 'join', channel: 'tasks', userId: 'bob', timestamp: 't1' });
  world.socket.say({ type: 'leave', channel: 'tasks', userId: 'bob', timestamp: 't2' });
  assert.deepEqual(told, [
    { channel: 'tasks', users, total: 1 },
    { channel: 'tasks', userId: 'bob', timestamp: 't1' },
    { channel: 'tasks', userId: 'bob', timestamp: 't2' },
  ]);
});

test('what may pass is tried again, later each time, and what may not ends the subscription', async () => {
  const world = new World();
  const client = await world.connected();
  const sub = client.subscribe('tasks');
  const errors = [];
  sub.on('error', ({ code }) => errors.push(code));
  const refuse = (code) => world.socket.say({ type: 'error', id: world.socket.sent.at(-1).id, code, message: 'No' });
  refuse('busy');
  await world.clock.pass(1_100);
  assert.equal(world.socket.sent.length, 2);
  refuse('broker_unavailable');
  await world.clock.pass(1_700);
  assert.equal(world.socket.sent.length, 2);
  await world.clock.pass(500);
  assert.equal(world.socket.sent.length, 3);
  refuse('forbidden');
  assert.deepEqual(errors, ['busy', 'broker_unavailable', 'forbidden']);
  assert.equal((await rejection(sub.ready)).code, 'forbidden');
  world.socket.shut();
  assert.deepEqual((await world.again()).sent, []);
});

test('a subscription that waits for its next try is asked for on a new connection', async () => {
  const world = new World();
  const client = await world.connected();
  client.subscribe('tasks');
  world.socket.say({ type: 'error', id: 1, code: 'busy', message: 'No' });
  world.socket.shut();
  const socket = await world.again();
  await world.clock.pass(5_000);
  assert.equal(socket.asked('subscribe').length, 1);
});

test('a subscribe that is not answered leads to a new connection', async () => {
  const world = new World();
  const client = await world.connected();
  client.subscribe('tasks');
  for (let i = 0; i < 3; i++) {
    await world.clock.pass(10_000);
    world.socket.say({ type: 'pong' });
  }
  assert.deepEqual([client.state, world.errors[0].code], ['waiting', 'timeout']);
  subscribed(await world.again());
  await world.clock.pass(0);
  assert.equal(client.state, 'connected');
});

test('unsubscribe without a connection is done at once', async () => {
  const world = new World();
  const client = await world.connected();
  const sub = client.subscribe('tasks');
  world.socket.shut();
  await sub.unsubscribe();
  assert.deepEqual((await world.again()).sent, []);
  const other = client.subscribe('tasks');
  const gone = other.unsubscribe();
  world.socket.shut();
  await gone;
});

test('listeners may subscribe, unsubscribe and close while they are called', async () => {
  const { world, sub, client } = await live();
  const got = [];
  sub.on('message', ({ data }) => {
    got.push(data);
    if (data === 1) client.subscribe('more');
    if (data === 2) sub.unsubscribe().catch(() => {});
    if (data === 3) throw new Error('never');
  });
  world.socket.say(message(1)).say(message(2)).say(message(3));
  assert.deepEqual(got, [1, 2]);
  client.close();
  world.socket.say(message(4));
  assert.deepEqual(got, [1, 2]);
});

/** A storage like `localStorage`. */
function shelf(entries = {}) {
  const map = new Map(Object.entries(entries));
  return { map, writes: 0, getItem: (k) => map.get(k) ?? null, setItem(k, v) { this.writes++; map.set(k, v); } };
}

const KEY = 'sluice:ws://sluice.test/ws:tasks';

test('positions are stored after a while and at the end, and gone on from', async () => {
  const storage = shelf();
  const { world, client } = await live({}, () => {}, { storage });
  for (let i = 1; i <= 1_000; i++) world.socket.say(message(i));
  assert.equal(storage.writes, 0);
  await world.clock.pass(1_000);
  assert.deepEqual([storage.map.get(KEY), storage.writes], ['{"epoch":"e1","offset":1000}', 1]);
  world.socket.say(message(1_001));
  client.close();
  assert.equal(storage.map.get(KEY), '{"epoch":"e1","offset":1001}');
  const later = new World();
  const next = await later.connected({ storage });
  next.subscribe('tasks');
  assert.deepEqual(later.socket.sent[0].since, { epoch: 'e1', offset: 1_001 });
});

test('what a storage has counts only where it can be read and nothing else was asked', async () => {
  for (const [stored, options, since] of [
    ['{"epoch":"e","offset":4}', { since: { epoch: 'f', offset: 5 } }, { epoch: 'f', offset: 5 }],
    ['{"epoch":"e","offset":4}', { recoverable: false }, undefined],
    ['{"epoch":"e","offset":-4}', {}, undefined],
    ['{"epoch":7}', {}, undefined],
    ['null', {}, undefined],
    ['what', {}, undefined],
  ]) {
    const world = new World();
    const client = await world.connected({ storage: shelf({ [KEY]: stored }) });
    client.subscribe('tasks', options);
    assert.deepEqual(world.socket.sent[0].since, since, stored);
  }
});

test('a storage that is full or forbidden is said once, and stops no message', async () => {
  const fail = () => {
    throw new Error('full');
  };
  const got = [];
  const storage = { getItem: fail, setItem: fail };
  const { world, client } = await live({}, ({ data }) => got.push(data), { storage });
  for (let i = 1; i <= 3; i++) {
    world.socket.say(message(i));
    await world.clock.pass(2_000);
  }
  client.subscribe('other');
  assert.deepEqual(got, [1, 2, 3]);
  assert.deepEqual(world.errors.map(({ code, cause }) => [code, cause.message]), [['storage_failed', 'full']]);
});
