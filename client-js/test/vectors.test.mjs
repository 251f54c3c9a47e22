// The golden vectors that the server's codec and the Java client run too.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { utf8Length } from '../client.js';
import { World, settle, subscribed } from './world.mjs';

const file = new URL('../../protocol/src/test/resources/vectors/nexus.json', import.meta.url);
const vectors = JSON.parse(readFileSync(file, 'utf8'));

/** A connected client with a live subscription to the channel. */
async function subscriber(channel, credits) {
  const world = new World();
  const client = await world.connected();
  const got = [];
  const sub = client.subscribe(channel, { credits }, (message) => got.push(message));
  subscribed(world.socket);
  return { world, client, sub, got };
}

/** Who comes and who goes is written like a publication, and costs nothing. */
const moves = vectors.publications.filter(({ publication }) => publication.payload === undefined);
const delivered = vectors.publications.filter((vector) => !moves.includes(vector));

/** What comes from a feed is for those who subscribed to the pattern that it names. */
const fed = delivered.filter(({ publication }) => publication.feed);
const publications = delivered.filter((vector) => !fed.includes(vector));

for (const { name, publication, extended } of moves) {
  test(`publication: ${name}`, async () => {
    const { kind, millis, channel, from: userId } = publication;
    const { world, sub } = await subscriber(channel, { messages: 1 });
    const told = [];
    sub.on(kind, (what) => told.push(what));
    world.socket.say(extended);
    assert.deepEqual(told, [{ channel, userId, timestamp: new Date(millis).toISOString() }]);
    assert.equal(sub.credit.messages, 1);
  });
}

for (const { name, publication, extended, cost } of publications) {
  test(`publication: ${name}`, async () => {
    const { kind, offset, millis, channel, payload, from, epoch, feed, pattern } = publication;
    const credits = { messages: 10, bytes: 10_000 };
    const { world, got, sub } = await subscriber(pattern ?? channel, credits);
    world.socket.say(extended);
    const timestamp = new Date(millis).toISOString();
    const data = JSON.parse(payload);
    const broadcast = kind === 'broadcast';
    const expected = broadcast ? { channel, data } : { channel, from, data };
    const fed = feed ? { epoch, feed, pattern } : {};
    assert.deepEqual(got, [{ ...expected, timestamp, offset, broadcast, ...fed }]);
    assert.equal(sub.credit.bytes, credits.bytes - cost.extended);
    assert.equal(sub.position.offset, (feed ?? { offset }).offset);
  });
}

for (const { name, extended } of fed) {
  test(`publication without its subscription: ${name}`, async () => {
    const { world, client, got } = await subscriber('other');
    world.socket.say(extended);
    assert.deepEqual([client.state, got, world.reported], ['connected', [], []]);
  });
}

test('a publication costs the bytes of its message in UTF-8', () => {
  for (const { name, seed, extended, cost } of delivered) {
    assert.deepEqual([utf8Length(seed), utf8Length(extended)], [cost.seed, cost.extended], name);
  }
});

for (const { name, event, extended } of vectors.events) {
  test(`event: ${name}`, async () => {
    const channel = event.channel ?? 'c';
    const { world, client, sub } = await subscriber(channel);
    const told = [];
    for (const kind of ['gap', 'position', 'presence', 'join', 'leave']) {
      sub.on(kind, (what) => told.push({ kind, ...what }));
    }
    world.socket.say(extended);
    await settle();
    assert.equal(client.state, 'connected');
    assert.deepEqual(world.reported, []);
    const { kind } = event;
    const { epoch, offset, conflated, first, last, reason } = event;
    const gap = { kind, epoch, firstOffset: first, lastOffset: last, reason };
    if (kind === 'gap') assert.deepEqual(told, [gap]);
    if (kind === 'position') {
      assert.deepEqual(told, [{ kind, epoch, offset, conflated: conflated ?? 0 }]);
    }
    // Number 1 is the id of the subscribe, which was answered already.
    if (kind === 'failed') assert.equal(world.errors[0].code, event.code);
  });
}

const answers = vectors.events.filter(({ event }) => ['history', 'presence'].includes(event.kind));

for (const { name, event, extended } of answers) {
  test(`answer: ${name}`, async () => {
    const { world, client } = await subscriber('other');
    const asked = client[event.kind]('c');
    const { type: _, id: __, ...answer } = JSON.parse(extended);
    const { id } = world.socket.sent.at(-1);
    world.socket.say({ type: event.kind, id, ...answer });
    const got = await asked;
    assert.deepEqual(Object.keys(got).sort(), Object.keys(answer).sort());
    if (event.kind === 'presence') assert.deepEqual(got, answer);
    else assert.deepEqual(got.publications.map(({ offset }) => offset), answer.publications.map(({ offset }) => offset));
  });
}

test('every field that the client sends is one of the vectors that servers read', async () => {
  // An `id` may stand everywhere.
  const known = new Set(['unsubscribe id']);
  for (const { message, expect } of vectors.inbound) {
    if (expect.some(({ fault }) => fault)) continue;
    const { action, ...rest } = JSON.parse(message);
    for (const field of Object.keys(rest)) known.add(`${action} ${field}`);
  }
  const { world, client } = await subscriber('c', { messages: 2 });
  client.publish('c', 1, { key: 'k' }).catch(() => {});
  client.ping().catch(() => {});
  const since = { epoch: 'e', offset: 1 };
  client.subscribe('d', { filters: [{ a: 1 }, { b: 1 }], since }).unsubscribe().catch(() => {});
  assert.deepEqual(
    [...new Set(world.socket.sent.map(({ action }) => action))].sort(),
    ['credit', 'ping', 'publish', 'subscribe', 'unsubscribe'],
  );
  for (const { action, ...rest } of world.socket.sent) {
    for (const field of Object.keys(rest)) assert.ok(known.has(`${action} ${field}`), `${action} ${field}`);
  }
});
