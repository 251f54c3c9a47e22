// What a subscription asks for beside filters and credit, and what it is told of it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { World, message, subscribed } from './world.mjs';

const answer = (socket, more = {}) => {
  const { id, channel } = socket.asked('subscribe').at(-1);
  socket.say({ type: 'subscribed', channel, id, epoch: 'e1', offset: 0, recovered: false, ...more });
};

test('policy, conflateBy and hold are asked for on every connection, and what is answered is seen', async () => {
  const world = new World();
  const client = await world.connected();
  const terms = { policy: 'latest', conflateBy: '$key', hold: false };
  const sub = client.subscribe('c', terms);
  assert.deepEqual([sub.policy, sub.holds], [null, false]);
  const asked = ({ policy, conflateBy, hold }) => ({ policy, conflateBy, hold });
  assert.deepEqual(asked(world.socket.sent[0]), terms);
  answer(world.socket, { policy: 'latest' });
  assert.deepEqual([sub.policy, sub.holds], ['latest', false]);
  const { policy, holds } = await sub.ready;
  assert.deepEqual([policy, holds], ['latest', false]);
  world.socket.shut();
  await world.again();
  assert.deepEqual(asked(world.socket.sent[0]), terms);
  answer(world.socket, { hold: true });
  assert.deepEqual([sub.policy, sub.holds], ['lossless', true]);
});

test('of several filters the first says how it is to be, and the others nothing', async () => {
  const world = new World();
  const client = await world.connected();
  client.subscribe('c', { filters: [{ a: 1 }, { a: 2 }], policy: 'drop-oldest' });
  assert.deepEqual(world.socket.asked('subscribe').map(({ policy }) => policy), ['drop-oldest', undefined]);
});

test('a policy that is not allowed ends the subscription', async () => {
  const world = new World();
  const client = await world.connected();
  const sub = client.subscribe('c', { policy: 'disconnect' });
  const { id } = world.socket.sent[0];
  world.socket.say({ type: 'error', id, channel: 'c', code: 'policy_not_allowed', message: 'No' });
  await assert.rejects(sub.ready, { code: 'policy_not_allowed' });
});

test('gaps of every reason are told, and counted with what was left out', async () => {
  const world = new World();
  const client = await world.connected();
  const sub = client.subscribe('c', { policy: 'latest' });
  answer(world.socket, { policy: 'latest' });
  const told = [];
  sub.on('gap', ({ reason }) => told.push(reason));
  sub.on('position', ({ conflated }) => told.push(conflated));
  let offset = 0;
  for (const reason of ['evicted', 'dropped', 'keys', 'a later one']) {
    world.socket.say({ type: 'gap', channel: 'c', epoch: 'e1', firstOffset: ++offset, lastOffset: offset, reason });
  }
  for (const conflated of [3, 4, undefined]) {
    world.socket.say({ type: 'position', channel: 'c', epoch: 'e1', offset: ++offset, conflated });
  }
  assert.deepEqual(told, ['evicted', 'dropped', 'keys', 'a later one', 3, 4, 0]);
  assert.deepEqual(sub.counters, { gaps: 4, conflated: 7, repeats: 0 });
});

test('a reader that loses its hold is warned, and goes on', async () => {
  const world = new World();
  const client = await world.connected();
  const told = [];
  const sub = client.subscribe('tasks', { hold: true }, ({ offset }) => told.push(offset));
  sub.on('warning', ({ code }) => told.push(code));
  sub.on('error', ({ code }) => told.push(`error ${code}`));
  answer(world.socket, { hold: true });
  assert.equal(sub.holds, true);
  world.socket.say({ type: 'error', channel: 'tasks', code: 'hold_lost', message: 'Too slow' });
  assert.deepEqual([sub.holds, sub.live], [false, true]);
  world.socket.say(message(1));
  assert.deepEqual([told, world.errors], [['hold_lost', 1], []]);
  world.socket.say({ type: 'error', channel: 'other', code: 'hold_lost', message: 'Too slow' });
  world.socket.say({ type: 'error', channel: 'tasks', code: 'not_subscribed', message: 'As before' });
  assert.deepEqual(world.errors.map(({ code }) => code), ['hold_lost', 'not_subscribed']);
});

test('a channel that is full is tried again', async () => {
  const world = new World();
  const client = await world.connected();
  const sub = client.subscribe('c');
  const { id } = world.socket.sent[0];
  world.socket.say({ type: 'error', id, channel: 'c', code: 'channel_full', message: 'Later' });
  await world.clock.pass(1_100);
  subscribed(world.socket);
  assert.equal(sub.live, true);
});

const fed = (channel, offset, at, pattern = 'task.*') =>
  message(offset, offset, { channel, epoch: 'x', feed: { epoch: 'f', offset: at }, pattern });

test('a pattern pays for its own, and goes on from its place in the feed', async () => {
  const world = new World();
  const client = await world.connected();
  const one = client.subscribe('task.*', { credits: { messages: 4 } }, () => {});
  const all = client.subscribe('task.>', { credits: { messages: 4 } });
  subscribed(world.socket, 10, 'f');
  world.socket.say(fed('task.a', 3, 11)).say(fed('task.a', 3, 11, 'task.>'));
  world.socket.say(fed('task.b', 9, 12));
  assert.deepEqual(world.socket.asked('credit').map(({ channel, credits }) => [channel, credits.messages]), [['task.*', 2]]);
  assert.deepEqual([one.credit.messages, all.credit.messages], [4, 3]);
  assert.deepEqual([one.position, all.position], [{ epoch: 'f', offset: 12 }, { epoch: 'f', offset: 10 }]);
  world.socket.shut();
  await world.again();
  assert.deepEqual(world.socket.sent.map(({ channel, since }) => [channel, since.epoch, since.offset]), [
    ['task.*', 'f', 12],
    ['task.>', 'f', 11],
  ]);
});

test('gap and position of a pattern are its feed\'s, and its place is stored under the pattern', async () => {
  const stored = new Map();
  const storage = { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => stored.set(key, value) };
  const world = new World();
  const client = await world.connected({ storage });
  const sub = client.subscribe('task.*', {});
  subscribed(world.socket, 10, 'f');
  world.socket.say({ type: 'gap', channel: 'task.*', epoch: 'f', firstOffset: 11, lastOffset: 20, reason: 'evicted' });
  world.socket.say({ type: 'position', channel: 'task.*', epoch: 'f', offset: 30 });
  assert.deepEqual(sub.position, { epoch: 'f', offset: 30 });
  client.close();
  assert.deepEqual([...stored], [['sluice:ws://sluice.test/ws:task.*', '{"epoch":"f","offset":30}']]);
});

test('a pattern knows 1,000 channels by their last message, and forgets who spoke longest ago', async () => {
  const world = new World();
  const client = await world.connected();
  const sub = client.subscribe('task.*', { credits: null }, () => {});
  subscribed(world.socket, 0, 'f');
  let at = 0;
  for (let i = 0; i <= 1_000; i++) world.socket.say(fed(`task.${i}`, 1, ++at));
  world.socket.say(fed('task.1', 1, ++at));
  assert.equal(sub.counters.repeats, 1);
  world.socket.say(fed('task.0', 1, ++at));
  assert.equal(sub.counters.repeats, 1, 'it was forgotten');
  assert.deepEqual(sub.position, { epoch: 'f', offset: at });
});
