// Patterns, policies and hold, as the JavaScript client sees them of a real server.
import assert from 'node:assert/strict';
import { connect, event, play, tap, tokens, until } from './stage.mjs';

const upTo = (last, first = 1) => Array.from({ length: last - first + 1 }, (_, i) => first + i);

/** What this emits from now on. */
function noted(emitter, name) {
  const all = [];
  emitter.on(name, (detail) => all.push(detail));
  return all;
}

/** Publishes numbers to task.a, task.b and task.c in turn. */
async function publishTasks(client, first, last) {
  const receipts = [];
  for (const n of upTo(last, first)) receipts.push(await client.publish(`task.${'abc'[n % 3]}`, n));
  return receipts;
}

function assertFed(messages, first, receipts) {
  const seen = messages.map(({ channel, data, offset, epoch, feed, pattern }) => ({
    channel, data, offset, epoch, place: feed.offset, pattern,
  }));
  assert.deepEqual(seen, receipts.map(({ channel, offset, epoch }, i) => ({
    channel, data: first + i, offset, epoch, place: first + i, pattern: 'task.*',
  })));
}

/** A subscription with credit for one message, which it has, and lets go when it is told to. */
async function stalled(client, channel, options, first) {
  let readOn;
  const told = new Promise((resolve) => (readOn = resolve));
  const got = [];
  const sub = client.subscribe(channel, { credits: { messages: 1 }, ...options }, (message) => {
    got.push(message);
    return told;
  });
  await sub.ready;
  if (first !== undefined) {
    await client.publish(channel, first);
    await until(client, () => got.length === 1);
  }
  return { sub, got, readOn };
}

const publishKeyed = (client, count) =>
  Promise.all(upTo(count).map((n) => client.publish('c', n, { key: `k${n % 3}` })));

const scenarios = {
  /** A pattern goes on behind its place in the feed; a plain subscription has its own copy. */
  async pattern() {
    const line = await tap();
    const publisher = connect({ token: tokens[1] });
    const client = connect({ url: line.url });
    await Promise.all([publisher.connect(), client.connect()]);
    const fed = [];
    const plain = [];
    const sub = client.subscribe('task.*', (message) => void fed.push(message));
    const [standings, gaps] = [noted(sub, 'subscribed'), noted(sub, 'gap')];
    await sub.ready;
    await client.subscribe('task.a', (message) => void plain.push(message)).ready;
    const receipts = await publishTasks(publisher, 1, 10);
    await until(client, () => fed.length === 10);
    const known = fed.at(-1).feed;
    const lost = event(client, 'error');
    line.cut();
    const missed = await publishTasks(publisher, 11, 40);
    assert.equal((await lost).code, 'lost');
    receipts.push(...missed, ...(await publishTasks(publisher, 41, 43)));
    await until(publisher, () => fed.length === 43 && plain.length === 14);
    assertFed(fed, 1, receipts);
    assert.deepEqual(standings.map(({ recovered }) => recovered), [false, true]);
    assert.deepEqual(plain.map(({ data }) => data), upTo(14).map((n) => 3 * n));
    assert.deepEqual(plain.map(({ offset }) => offset), upTo(14));
    assert.ok(plain.every(({ feed, pattern }) => feed === undefined && pattern === undefined));
    assert.deepEqual(sub.position, { epoch: known.epoch, offset: 43 });
    assert.deepEqual(gaps, []);
    const later = [];
    publisher.subscribe('task.*', { since: known }, (message) => void later.push(message));
    await until(publisher, () => later.length === 33);
    assertFed(later, 11, receipts.slice(10));
    await Promise.all([client.close(), publisher.close()]);
    line.close();
  },

  /** The newest of each key, and how many were left out. */
  async latest() {
    const publisher = connect({ token: tokens[1] });
    const client = connect();
    await Promise.all([publisher.connect(), client.connect()]);
    const { sub, got, readOn } = await stalled(client, 'c', { policy: 'latest' }, 0);
    assert.equal(sub.policy, 'latest');
    const [moved, gaps] = [noted(sub, 'position'), noted(sub, 'gap')];
    await publishKeyed(publisher, 30);
    readOn();
    await until(client, () => moved.length);
    assert.deepEqual(got.map(({ data }) => data), [0, 28, 29, 30]);
    assert.deepEqual(moved.map(({ offset, conflated }) => [offset, conflated]), [[31, 27]]);
    assert.deepEqual([sub.counters, gaps], [{ gaps: 0, conflated: 27, repeats: 0 }, []]);
    await Promise.all([client.close(), publisher.close()]);
  },

  /** What was dropped is named. */
  async dropOldest() {
    const publisher = connect({ token: tokens[1] });
    const client = connect();
    await Promise.all([publisher.connect(), client.connect()]);
    const { sub, got, readOn } = await stalled(client, 'c', { policy: 'drop-oldest' }, 0);
    const gaps = noted(sub, 'gap');
    await publishKeyed(publisher, 100);
    readOn();
    await until(client, () => got.length === 65);
    assert.deepEqual(got.map(({ offset }) => offset), [1, ...upTo(101, 38)]);
    assert.deepEqual(
      gaps.map(({ firstOffset, lastOffset, reason }) => [firstOffset, lastOffset, reason]),
      [[2, 37, 'dropped']],
    );
    await Promise.all([client.close(), publisher.close()]);
  },

  /** Closed as slow, it comes back for the rest. */
  async disconnect() {
    const publisher = connect({ token: tokens[1] });
    const client = connect();
    await Promise.all([publisher.connect(), client.connect()]);
    const { sub, got, readOn } = await stalled(client, 'c', { policy: 'disconnect' }, 0);
    const gaps = noted(sub, 'gap');
    const slow = event(client, 'error');
    await publishKeyed(publisher, 600);
    assert.equal((await slow).code, 'slow');
    readOn();
    await until(publisher, () => got.length === 601);
    assert.deepEqual(got.map(({ offset }) => offset), upTo(601));
    assert.deepEqual(gaps, []);
    await Promise.all([client.close(), publisher.close()]);
  },

  /** Publications wait for the reader, and are done when it reads on. */
  async hold() {
    const publisher = connect({ token: tokens[1] });
    // Whoever reads by requests is away while it has no credit, and slows nobody.
    const client = connect({ transports: undefined });
    await Promise.all([publisher.connect(), client.connect()]);
    const [held, released] = [noted(publisher, 'held'), noted(publisher, 'released')];
    const { sub, got, readOn } = await stalled(client, 'slow', {}, 'x'.repeat(8_000));
    assert.equal(sub.holds, true);
    let done = 0;
    const published = Promise.all(
      upTo(19).map(() => publisher.publish('slow', 'x'.repeat(8_000)).then((receipt) => {
        done++;
        return receipt;
      })),
    );
    await until(publisher, () => held.length);
    assert.deepEqual([held[0].channel, held[0].readers], ['slow', 1]);
    assert.ok(held[0].bytes > 32_000, String(held[0].bytes));
    assert.deepEqual([...publisher.heldChannels], ['slow']);
    await publisher.publish('free', 1);
    assert.ok(done < 19);
    assert.deepEqual(released, []);
    readOn();
    assert.deepEqual((await published).map(({ offset }) => offset), upTo(20, 2));
    await until(publisher, () => got.length === 20 && released.length === held.length);
    assert.deepEqual(got.map(({ offset }) => offset), upTo(20));
    assert.ok(released.every(({ channel }) => channel === 'slow'));
    assert.deepEqual([...publisher.heldChannels], []);
    await Promise.all([client.close(), publisher.close()]);
  },
};

await play(scenarios);
