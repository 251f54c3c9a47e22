// Random walks over everything that can happen. Whatever did: once the world is well again, timers
// alone lead to a healthy connection, and nothing was lost, doubled or out of order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Nexus } from './nexus.mjs';
import { World, settle } from './world.mjs';

const WALKS = Number(process.env.WALKS ?? 120);
const FIRST = Number(process.env.SEED ?? 1);
const STEPS = 60;
const FINAL = ['closed', 'refused', 'failed'];

class Walk {
  seen = new Map();
  subs = new Map();
  /** Payloads by what became of them. */
  published = [];
  payload = 0;

  constructor(seed) {
    this.world = new World(seed);
    this.nexus = new Nexus(this.world);
    this.random = this.world.random;
    this.client = this.world.client({ token: () => this.#token(), credits: undefined });
  }

  pick(list) {
    return list[Math.floor(this.random() * list.length)];
  }

  #token() {
    if (this.well || this.random() < 0.7) return 't.t.t';
    return this.pick([
      () => { throw new Error('no token'); },
      () => new Promise(() => {}),
      () => '',
      () => new Promise((resolve) => this.world.clock.setTimeout(() => resolve('l.l.l'), 12_000)),
    ])();
  }

  step() {
    this.pick([
      () => this.client.connect(),
      () => this.publish(),
      () => this.publish(),
      () => this.subscribe(),
      () => this.subscribe(),
      () => this.unsubscribe(),
      () => void this.client.history('a').catch(() => {}),
      () => void this.client.ping().catch(() => {}),
      () => (this.nexus.mood = this.pick(['healthy', 'healthy', 'blocked', 'deaf', 'mute'])),
      () => (this.nexus.http = this.pick(['healthy', 'healthy', 'healthy', 'down', 'mute'])),
      () => this.nexus.slow.add(this.pick(['a', 'b'])),
      () => this.nexus.release(this.pick(['a', 'b'])),
      () => this.nexus.cut(this.pick([1000, 1001, 1006, 1011, 1012, 4401])),
      () => this.nexus.silence(),
      () => this.nexus.say(this.pick(['garbage', '{"type":"new"}', '{"type":"message"}', '[]'])),
      () => this.random() < 0.1 && this.nexus.restart(),
      () => this.world.socket?.shut(),
      () => this.random() < 0.01 && this.client.close(),
    ])();
  }

  publish() {
    const channel = this.pick(['a', 'b']);
    const payload = ++this.payload;
    const entry = { channel, payload, epoch: undefined };
    this.published.push(entry);
    this.client.publish(channel, payload).then(
      ({ epoch }) => (entry.epoch = epoch),
      (error) => (entry.error = error.code),
    );
  }

  subscribe() {
    const channel = this.pick(['a', 'b', 'c', '>']);
    if (this.subs.has(channel) || this.client.state === 'closed') return;
    const credits = this.pick([{ messages: 1 }, { messages: 3, bytes: 300 }, undefined, null]);
    const sub = this.client.subscribe(channel, { credits });
    this.subs.set(channel, sub);
    const seen = [];
    this.seen.set(sub, seen);
    const note = ({ offset, feed, data }) => seen.push({ epoch: sub.position.epoch, offset: (feed ?? { offset }).offset, data });
    if (this.random() < 0.5) sub.on('message', note);
    else this.#loop(sub, note);
  }

  async #loop(sub, note) {
    for await (const message of sub) {
      note(message);
      if (this.random() < 0.5) await settle();
    }
  }

  unsubscribe() {
    const channel = this.pick([...this.subs.keys(), undefined]);
    this.subs.get(channel)?.unsubscribe().catch(() => {});
    this.subs.delete(channel);
  }

  /** What holds at every moment. */
  check() {
    const { client, world, nexus } = this;
    if (FINAL.includes(client.state)) return;
    if (client.state !== 'idle') assert.ok(world.clock.size > 0, `no timer in ${client.state}`);
    assert.deepEqual(nexus.broken, []);
    assert.deepEqual(world.reported, []);
  }

  /** The world is well from here on. */
  async heal() {
    this.well = true;
    const isBlocked = this.random() < 0.5;
    this.nexus.mood = isBlocked ? 'blocked' : 'healthy';
    this.nexus.http = 'healthy';
    if (isBlocked) this.nexus.cut(1006);
    for (const channel of ['a', 'b']) this.nexus.release(channel);
    this.client.connect();
    // The longest way: a line that died unnoticed, behind it an attempt that hangs.
    await this.world.clock.pass(25_000 + 10_000 + 33_000 + 12_000 + 10_000 + 33_000);
    // Where there is none but the stream, two sockets in a row must have failed.
    if (isBlocked) await this.world.clock.pass(2 * (10_000 + 33_000));
    // And where there is more, one is tried every minute.
    else await this.world.clock.pass(67_000);
    if (this.client.state === 'closed') return;
    assert.equal(this.client.state, 'connected');
    assert.equal(this.client.transport, isBlocked ? 'stream' : 'websocket');
    for (const [channel, sub] of this.subs) assert.ok(sub.live, `${channel} is not live`);
    for (const one of this.published) assert.ok(one.epoch || one.error, 'a publish without an end');
    assert.deepEqual(this.client.heldChannels, []);
    const last = [...this.subs.keys()].map((channel) => this.client.publish(channel.replace('>', 'a'), 'last'));
    await this.world.clock.pass(1_000);
    await Promise.all(last);
    for (const [channel, sub] of this.subs) {
      assert.equal(this.seen.get(sub).at(-1)?.data, 'last', `${channel} is deaf`);
    }
  }

  /** Each subscription saw the log from where it began, without hole or double, per epoch. */
  judge() {
    for (const seen of this.seen.values()) {
      seen.reduce((before, now) => {
        const { offset } = now;
        const next = before?.epoch === now.epoch ? offset === before.offset + 1 : true;
        assert.ok(next, `${JSON.stringify(before)} is followed by ${JSON.stringify(now)}`);
        return now;
      }, undefined);
    }
    for (const [name, { epoch, log }] of this.nexus.channels) {
      const mine = log.map(({ data }) => data).filter((data) => data !== 'last');
      assert.equal(new Set(mine).size, mine.length, `appended twice in ${name}`);
      const said = this.published.filter((one) => one.channel === name && one.epoch === epoch);
      for (const { payload } of said) assert.ok(mine.includes(payload), `${payload} is not in ${name}`);
      assert.deepEqual(mine, mine.toSorted((a, b) => a - b), `out of order in ${name}`);
    }
  }
}

test(`${WALKS} walks of ${STEPS} steps end well`, async () => {
  for (let seed = FIRST; seed < FIRST + WALKS; seed++) {
    const walk = new Walk(seed);
    try {
      for (let i = 0; i < STEPS; i++) {
        walk.step();
        walk.check();
        await walk.world.clock.pass(walk.pick([0, 1, 5, 50, 1_000, 9_000, 26_000]));
        walk.check();
      }
      await walk.heal();
      walk.judge();
    } catch (error) {
      error.message = `SEED=${seed} WALKS=1: ${error.message}`;
      throw error;
    }
  }
});
