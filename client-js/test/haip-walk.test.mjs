// Random walks over everything that can happen to a HAIP session. Whatever did: once the world is
// well again, timers alone lead to a live session, and nothing was lost, doubled or out of order.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HaipServer, HaipWorld } from './haip.mjs';
import { settle } from './world.mjs';

const WALKS = Number(process.env.WALKS ?? 100);
const FIRST = Number(process.env.SEED ?? 1);
const STEPS = 60;
const CHANNELS = ['USER', 'AGENT', 'own'];

class Walk {
  /** Per channel, in the order it was given to the client. */
  sent = new Map(CHANNELS.map((name) => [name, []]));
  /** What the agent published, by message, and what was read of it. */
  published = new Map();
  read = new Map();
  count = 0;
  lost = 0;

  constructor(seed) {
    this.world = new HaipWorld(seed);
    this.random = this.world.random;
    this.dialect = this.pick(['official', 'seed']);
    this.server = new HaipServer(this.world, { dialect: this.dialect, binary: this.random() < 0.5 });
    if (this.random() < 0.3) this.server.serveHttp();
    const transport = this.server.posts === undefined ? 'websocket' : 'sse';
    this.server.isLossy = true;
    this.server.restarts = this.dialect === 'official' && this.random() < 0.5;
    this.server.handleMs = this.pick([0, 5, 300]);
    this.client = this.world.haip({ dialect: this.dialect, transport, unhandledMessages: this.pick([5, 512]) });
    this.client.on('session', ({ previous }) => {
      this.stands = true;
      if (previous !== null) this.lost++;
    });
    this.client.on('gap', () => this.lost++);
    this.client.on('message', (message) => this.#read(message));
    this.client.connect();
  }

  pick(list) {
    return list[Math.floor(this.random() * list.length)];
  }

  async #read(message) {
    // What nothing was added to for a minute goes on as another.
    const parts = this.read.get(message.id) ?? [];
    this.read.set(message.id, parts);
    for await (const part of message) {
      parts.push(part);
      if (this.random() < 0.3) await this.#rest();
    }
  }

  #rest() {
    const ms = this.pick([1, 20, 400]);
    return new Promise((resolve) => this.world.clock.setTimeout(resolve, ms));
  }

  step() {
    const { client, server } = this;
    this.pick([
      () => this.send(),
      () => this.send(),
      () => this.send(),
      () => this.publish(),
      () => this.publish(),
      () => client.pauseChannel(this.pick(CHANNELS)),
      () => CHANNELS.forEach((name) => client.resumeChannel(name)),
      () => server.session?.line && this.press('PAUSE_CHANNEL'),
      () => server.session?.line && this.press('RESUME_CHANNEL'),
      () => server.cut(this.pick([1000, 1006, 1011, 1012, 0])),
      () => (server.mood = this.pick(['healthy', 'healthy', 'deaf', 'mute', 'down'])),
      () => (server.lose = this.pick([undefined, () => this.random() < 0.2])),
      () => server.line && !server.line.mute && server.raw(this.pick(['garbage', '[]', '{"type":"HAI"}'])),
      () => client.ping().catch(() => {}),
    ])();
  }

  press(type) {
    this.server.say(this.server.session, type, { channel: this.pick(CHANNELS), reason: 'flow_control' });
  }

  send() {
    const name = this.pick(CHANNELS);
    for (let i = this.pick([1, 1, 30]); i > 0; i--) {
      const text = `${++this.count} ${'é'.repeat(this.pick([1, 100, 5_000]))}`;
      this.client.sendMessage(text, name);
      this.sent.get(name).push(text);
    }
  }

  publish() {
    if (!this.stands) return;
    const id = this.server.uuid();
    const parts = Array.from({ length: this.pick([1, 5, 80]) }, () => `${++this.count} `);
    this.published.set(id, parts);
    this.server.text(parts, { id, channel: this.pick(CHANNELS) });
  }

  check() {
    assert.deepEqual(this.server.broken, []);
    assert.deepEqual(this.world.reported, []);
    if (!['idle', 'closed'].includes(this.client.state)) assert.ok(this.world.clock.size > 0, 'no timer');
  }

  async heal() {
    const { client, server, world } = this;
    server.mood = 'healthy';
    server.lose = undefined;
    await world.clock.pass(150_000);
    for (const name of CHANNELS) {
      client.resumeChannel(name);
      server.say(server.session, 'RESUME_CHANNEL', { channel: name, reason: 'flow_control' });
    }
    await world.clock.pass(200_000);
    assert.equal(client.state, 'connected');
    assert.equal(client.getPendingCount(), 0, 'something waits for ever');
    for (const { queue, name } of server.session.channels.values()) assert.equal(queue.length, 0, `${name} is stuck`);
    assert.equal(this.lost, 0, 'a session was lost');
  }

  judge() {
    for (const [name, texts] of this.sent) assert.deepEqual(this.server.texts(name), texts, `what was sent on ${name}`);
    for (const [id, parts] of this.published) assert.deepEqual(this.read.get(id), parts, `message ${id}`);
  }
}

test(`${WALKS} walks of ${STEPS} steps end well`, { timeout: 110_000 }, async () => {
  for (let seed = FIRST; seed < FIRST + WALKS; seed++) {
    const walk = new Walk(seed);
    try {
      for (let i = 0; i < STEPS; i++) {
        walk.step();
        walk.check();
        await walk.world.clock.pass(walk.pick([0, 1, 5, 50, 1_000, 9_000]));
        walk.check();
      }
      await walk.heal();
      await settle();
      walk.judge();
    } catch (error) {
      error.message = `SEED=${seed} WALKS=1: ${error.message}`;
      throw error;
    }
  }
});
