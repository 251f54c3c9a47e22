// What the JavaScript and the Java client do alike: both run the same file.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { World, settle, subscribed } from './world.mjs';

const file = new URL('../../protocol/src/test/resources/vectors/client.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8'));
const time = (millis) => new Date(millis).toISOString();

/** A subscription and what it was told, on a connection of which 7, 8 and 9 are no ids. */
async function listening(channel, options) {
  const world = new World();
  const client = await world.connected(options);
  const got = [];
  const sub = client.subscribe(channel, { presence: true }, (message) => got.push(message));
  subscribed(world.socket);
  const told = [];
  for (const kind of ['gap', 'position', 'presence', 'join', 'leave']) {
    sub.on(kind, (what) => told.push({ ...what, answer: kind }));
  }
  return { world, client, sub, got, told };
}

/** A message with the id of what was asked last. */
function answering(world, message) {
  return { ...JSON.parse(message), id: world.socket.sent.at(-1).id };
}

const checks = {
  async garbage(message) {
    const { world, client } = await listening('c');
    world.socket.say(message);
    assert.deepEqual(world.errors.map(({ code }) => code), ['bad_message']);
    assert.equal(client.state, 'waiting');
  },

  async unknown(message) {
    const { world, client, told, got } = await listening('c');
    world.socket.say(message);
    assert.deepEqual([world.errors, told, got, client.state], [[], [], [], 'connected']);
  },

  async connected(message, { userId, connectionId, expiresAt }) {
    const world = new World();
    const connecting = world.client().connect();
    await settle();
    world.socket.open().say(message);
    assert.deepEqual(await connecting, { userId, connectionId, expiresAt });
  },

  async history(message, { answer: _, id: __, publications, ...expect }) {
    const { world, client } = await listening('other');
    const asked = client.history(expect.channel);
    world.socket.say(answering(world, message));
    const { publications: got, ...head } = await asked;
    assert.deepEqual(head, expect);
    const { channel } = expect;
    const wanted = publications.map(({ data, timestamp, ...one }) => {
      return { channel, ...one, data: JSON.parse(data), timestamp: time(timestamp) };
    });
    assert.deepEqual(got, wanted);
  },

  async presence(message, { answer, id, users: pairs, ...expect }) {
    const users = pairs.map(([userId, connections]) => ({ userId, connections }));
    const { world, client, told } = await listening(id ? 'other' : expect.channel);
    if (!id) {
      world.socket.say(message);
      assert.deepEqual(told, [{ ...expect, users, answer }]);
      return;
    }
    const asked = client.presence(expect.channel);
    world.socket.say(answering(world, message));
    assert.deepEqual(await asked, { ...expect, users });
    assert.deepEqual(told, []);
  },

  join: (message, expect) => tells(message, { ...expect, timestamp: time(expect.timestamp) }),
  leave: (message, expect) => tells(message, { ...expect, timestamp: time(expect.timestamp) }),
  position: (message, { channel: _, ...expect }) => tells(message, { conflated: 0, ...expect }),

  async refreshed(message, { expiresAt }) {
    const world = new World();
    const client = world.client({ token: async () => 'a.b.c' });
    client.connect();
    await settle();
    world.socket.greet({ expiresAt: world.clock.wall() + 10_000 });
    await world.clock.pass(8_000);
    const [{ id }] = world.socket.asked('refresh');
    world.socket.say({ ...JSON.parse(message), id });
    await settle();
    assert.equal(client.connection.expiresAt, expiresAt);
    assert.equal(client.state, 'connected');
  },

  async unsubscribed(message, { channel, code }) {
    const { world, sub } = await listening(channel);
    const errors = [];
    sub.on('error', (error) => errors.push(error.code));
    world.socket.say(message);
    assert.deepEqual(errors, [code]);
  },

  async held(message, { answer: _, ...expect }) {
    const { world, client } = await listening('other');
    const told = [];
    client.on('held', (held) => told.push(held));
    world.socket.say(message);
    assert.deepEqual([told, client.heldChannels], [[expect], [expect.channel]]);
  },

  async released(message, { channel }) {
    const { world, client } = await listening('other');
    const told = [];
    client.on('released', (released) => told.push(released));
    world.socket.say(message);
    assert.deepEqual(told, [], 'nothing was held');
    world.socket.say({ type: 'held', channel, readers: 1, bytes: 1 }).say(message);
    assert.deepEqual([told, client.heldChannels], [[{ channel }], []]);
  },

  async pong(message) {
    const { world, client } = await listening('c');
    world.socket.say(message);
    assert.deepEqual([world.errors, client.state], [[], 'connected']);
  },
};

async function tells(message, expect) {
  const { world, told } = await listening(JSON.parse(message).channel);
  world.socket.say(message);
  assert.deepEqual(told, [expect]);
}

for (const { name, message, lenient, expect } of vectors.answers) {
  if (lenient) continue;
  test(`answer: ${name}`, () => checks[expect.answer](message, expect));
}

for (const { name, message, cost, subject = 'c' } of vectors.costs) {
  test(`cost: ${name}`, async () => {
    const world = new World();
    const client = await world.connected();
    const credits = { messages: 10, bytes: 10_000 };
    const sub = client.subscribe(subject, { credits }, () => {});
    subscribed(world.socket);
    world.socket.say(message);
    assert.equal(sub.credit.bytes, credits.bytes - cost);
  });
}

for (const { name, subjects, steps, positions } of vectors.routes) {
  test(`route: ${name}`, async () => {
    const world = new World();
    const client = await world.connected();
    const told = [];
    const subs = new Map();
    for (const [subject, [epoch, offset]] of Object.entries(subjects)) {
      const credits = { messages: 10 };
      subs.set(subject, client.subscribe(subject, { credits }, (message) => told.push([subject, message])));
      subscribed(world.socket, offset, epoch);
    }
    for (const { message, to, repeat } of steps) {
      told.length = 0;
      const before = [...subs.values()].map((sub) => sub.counters.repeats);
      world.socket.say(message);
      assert.deepEqual(told.map(([subject]) => subject), to && !repeat ? [to] : []);
      const { channel, offset, epoch, feed, pattern } = JSON.parse(message);
      for (const [, got] of told) {
        assert.deepEqual([got.channel, got.offset, got.epoch, got.feed, got.pattern], [channel, offset, epoch, feed, pattern]);
      }
      const repeats = [...subs.entries()].map(([subject], i) => before[i] + (repeat && subject === to ? 1 : 0));
      assert.deepEqual([...subs.values()].map((sub) => sub.counters.repeats), repeats);
    }
    for (const [subject, [epoch, offset]] of Object.entries(positions)) {
      assert.deepEqual(subs.get(subject).position, { epoch, offset }, subject);
    }
  });
}

test('what may be subscribed to is, and only what has no wildcard may be published to', async () => {
  const world = new World();
  const client = await world.connected();
  for (const subject of vectors.subjects.good) {
    client.subscribe(subject);
    for (const ask of [() => client.publish(subject, 1), () => client.history(subject), () => client.presence(subject)]) {
      if (/[*>]/.test(subject)) await assert.rejects(ask, { code: 'invalid_channel' });
      else ask().catch(() => {});
    }
  }
  for (const subject of vectors.subjects.bad) {
    assert.throws(() => client.subscribe(subject), { code: 'invalid_channel' }, subject);
  }
});

for (const random of new Set(vectors.backoffs.map((vector) => vector.random))) {
  test(`backoff: random ${random}`, async () => {
    const mine = new Map(
      vectors.backoffs.filter((one) => one.random === random).map((one) => [one.delay, one.millis]),
    );
    const world = new World();
    world.client({ random: () => random }).connect();
    await settle();
    for (let delay = 1; delay <= Math.max(...mine.keys()); delay++) {
      world.socket.shut();
      // The question why it was refused fails too.
      await settle();
      const [state, { retryMs }] = world.states.at(-1);
      assert.equal(state, 'waiting');
      if (mine.has(delay)) assert.equal(Math.round(retryMs), Math.round(mine.get(delay)), `${delay}`);
      await world.clock.pass(retryMs);
    }
  });
}

for (const { close, code } of vectors.closes) {
  test(`close: ${close} is ${code}`, async () => {
    const world = new World();
    await world.connected();
    world.socket.shut(close);
    assert.deepEqual(world.errors.map((error) => error.code), [code]);
  });
}

for (const { leftMillis, millis } of vectors.renewals) {
  test(`renewal: ${leftMillis} ms before the end`, async () => {
    const world = new World();
    let asked = 0;
    world.client({ token: () => `t${++asked}` }).connect();
    await settle();
    world.socket.greet({ expiresAt: world.clock.wall() + leftMillis });
    world.socket.onsend = ({ action, id }) => {
      if (action === 'ping') world.socket.say({ type: 'pong', id, timestamp: world.clock.wall() });
    };
    await world.clock.pass(millis - 1);
    assert.equal(asked, 1);
    await world.clock.pass(1);
    assert.equal(asked, 2);
  });
}
