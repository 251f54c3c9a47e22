// A small server for sockets of the fake world: logs, a feed around them all, cursors, credit, holds,
// idempotency. It is right as long as it is healthy, and can be made to fail in every way a network and a server do.
import { utf8Length } from '../client.js';
import { FakeResponse, World } from './world.mjs';

const DELAY_MS = 3;
const HEARTBEAT_MS = 30_000;

export class Nexus {
  /** How new sockets are treated: `healthy`, `deaf` (never opens), `mute` (never says a thing),
   * `blocked` (does not let them through, but HTTP). */
  mood = 'healthy';
  /** How requests are treated: `healthy`, `down`, `mute`. */
  http = 'healthy';
  /** How many requests there were. */
  requests = 0;
  /** @type {Map<string, {epoch: string, log: object[], keys: Map<string, number>}>} */
  channels = new Map();
  epochs = 0;
  /** What was published to any channel, as `>` gets it. */
  feed = { epoch: 'f1', log: [] };
  /** Channels whose readers are slow: what is published to them waits. */
  slow = new Set();
  /** What waits, and the line it came by. */
  #room = [];
  /** What was done against the rules of credit. */
  broken = [];

  constructor(world) {
    this.world = world;
    this.sockets = new Map();
    world.onsocket = (socket) => this.#meet(socket);
    world.post = (url, init) => this.#answer(url, init);
    world.probe = () => {
      if (this.http === 'healthy') return World.answer(426, '{}');
      throw new TypeError('fetch failed');
    };
  }

  channel(name) {
    if (name === '>') return this.feed;
    if (!this.channels.has(name)) {
      this.channels.set(name, { epoch: `e${++this.epochs}`, log: [], keys: new Map() });
    }
    return this.channels.get(name);
  }

  /** Everything is forgotten, as after a restart. */
  restart() {
    this.channels.clear();
    this.#room = [];
    this.feed = { epoch: `f${++this.epochs}`, log: [] };
    this.cut(1012);
  }

  /** Ends every line, politely with a code, or silently. */
  cut(code) {
    for (const [socket, line] of this.sockets) {
      line.mute = true;
      this.sockets.delete(socket);
      if (code) socket.shut(code);
    }
  }

  /** What was sent is lost from now on, and nobody says so. */
  silence() {
    for (const line of this.sockets.values()) line.mute = true;
  }

  say(text) {
    for (const socket of this.sockets.keys()) socket.say(text);
  }

  #meet(socket) {
    const line = { socket, cursors: new Map(), mute: this.mood !== 'healthy' };
    this.sockets.set(socket, line);
    socket.onsend = (message) => line.mute || this.#later(line, () => this.#hear(line, message));
    socket.onleave = () => this.#later(line, () => socket.shut(1000));
    if (this.mood === 'deaf') return;
    if (this.mood === 'blocked') return void this.#later(line, () => socket.shut(1006));
    this.world.clock.setTimeout(() => {
      if (socket.readyState !== 0) return;
      socket.open();
      if (line.mute) return;
      const expiresAt = this.world.clock.wall() + 60_000;
      this.#tell(line, { type: 'connected', userId: 'ada', connectionId: 'k', expiresAt });
    }, DELAY_MS);
  }

  /** A request: all that is said to it comes at once, and it ends when nothing can come of it:
   * every command is answered, also what waited, and all credit is spent. */
  #answer(url, { body, signal, headers }) {
    this.requests++;
    if (url !== 'http://sluice.test/stream') this.broken.push(`no such page: ${url}`);
    if (!headers.Authorization) this.broken.push('no token');
    if (this.http === 'down') throw new TypeError('fetch failed');
    const response = new FakeResponse(this.world.random, signal);
    if (this.http === 'mute') return response;
    const socket = {
      readyState: 1,
      breathe: () => response.write('\n'),
      say: (message) => response.write(`${typeof message === 'string' ? message : JSON.stringify(message)}\n`),
      shut: (code) => {
        if (socket.readyState === 3) return;
        socket.readyState = 3;
        if (code === 1006) return response.fail();
        socket.say({ type: 'closed', code, reason: 'so' });
        response.end();
      },
    };
    const frames = body ? body.split('\n').map((line) => JSON.parse(line)) : [];
    const line = { socket, cursors: new Map(), mute: false, left: frames.length + 1 };
    this.sockets.set(socket, line);
    signal.addEventListener('abort', () => this.sockets.delete(socket));
    const expiresAt = this.world.clock.wall() + 60_000;
    this.#later(line, () => {
      this.#tell(line, { type: 'connected', userId: 'ada', connectionId: 'k', expiresAt });
      line.left--;
      for (const frame of frames) {
        line.left--;
        this.#hear(line, frame);
      }
      this.#endIfDone(line);
    });
    return response;
  }

  #endIfDone(line) {
    if (line.left !== 0 || line.mute || line.socket.readyState === 3 || this.#waits(line)) return;
    const cursors = [...line.cursors.values()];
    if (cursors.every(({ messages, bytes }) => messages <= 0 || bytes <= 0)) {
      line.left = -1;
      this.#later(line, () => {
        this.sockets.delete(line.socket);
        line.socket.shut(1000);
      });
    }
  }

  /** Whether something that was published by this line waits for slow readers. */
  #waits(line) {
    return this.#room.some((one) => one.line === line);
  }

  /** So that nobody takes a response for dead in which something waits. */
  #breathe(line) {
    if (line.mute || !this.#waits(line)) return;
    line.socket.breathe();
    this.#later(line, () => this.#breathe(line), HEARTBEAT_MS);
  }

  #later(line, task, ms = DELAY_MS) {
    this.world.clock.setTimeout(() => this.sockets.has(line.socket) && task(), ms);
  }

  #tell(line, message) {
    if (!line.mute && line.socket.readyState === 1) line.socket.say(message);
  }

  #hear(line, { id, action, channel, ...rest }) {
    switch (action) {
      case 'ping':
        return this.#tell(line, { type: 'pong', timestamp: this.world.clock.wall(), id });
      case 'refresh':
        return this.#tell(line, { type: 'refreshed', id, expiresAt: this.world.clock.wall() + 60_000 });
      case 'history': {
        const { epoch, log } = this.channel(channel);
        const answer = { epoch, offset: log.length, recovered: false, more: false };
        return this.#tell(line, { type: 'history', channel, id, ...answer, publications: log.slice(-5) });
      }
      case 'presence':
        return this.#tell(line, this.#presence(channel, id));
      case 'unsubscribe':
        line.cursors.delete(channel);
        return this.#tell(line, { type: 'unsubscribed', channel, id });
      case 'credit': {
        const cursor = line.cursors.get(channel);
        if (!cursor) return;
        cursor.messages += rest.credits.messages ?? 0;
        cursor.bytes += rest.credits.bytes ?? 0;
        return this.#feed(line, channel);
      }
      case 'subscribe':
        return this.#subscribe(line, id, channel, rest);
      case 'publish':
        return this.#publish(line, id, channel, rest);
    }
  }

  #presence(channel, id) {
    const connections = [...this.sockets.values()].filter(({ cursors }) => cursors.has(channel)).length;
    const users = connections ? [{ userId: 'ada', connections }] : [];
    return { type: 'presence', channel, id, users, total: users.length };
  }

  #subscribe(line, id, channel, { since, credits, filters, presence }) {
    const { epoch, log } = this.channel(channel);
    const recovered = since?.epoch === epoch;
    const offset = recovered ? since.offset : log.length;
    const { messages = Infinity, bytes = Infinity } = credits ?? {};
    if (line.cursors.has(channel) && !filters) this.broken.push(`subscribed twice: ${channel}`);
    const known = line.cursors.get(channel)?.filters ?? [];
    if (known.length) {
      known.push(filters);
      return this.#tell(line, { type: 'subscribed', channel, id, epoch, offset, recovered });
    }
    line.cursors.set(channel, { at: offset, messages, bytes, filters: filters ? [filters] : [] });
    this.#tell(line, { type: 'subscribed', channel, id, epoch, offset, recovered });
    if (presence) this.#tell(line, this.#presence(channel, id));
    this.#feed(line, channel);
  }

  /** The readers of a channel have read: what waits enters, and whoever is still there is told. */
  release(channel) {
    this.slow.delete(channel);
    const enter = this.#room.filter((one) => one.channel === channel);
    this.#room = this.#room.filter((one) => one.channel !== channel);
    for (const { line, id, rest } of enter) this.#append(line, id, channel, rest);
    for (const line of new Set(enter.map((one) => one.line))) {
      this.#tell(line, { type: 'released', channel });
      this.#endIfDone(line);
    }
  }

  #publish(line, id, channel, rest) {
    if (!this.slow.has(channel)) return this.#append(line, id, channel, rest);
    const mine = this.#room.filter((one) => one.line === line && one.channel === channel).length;
    if (mine >= 64) this.broken.push(`more waits on ${channel} than a server lets`);
    this.#room.push({ line, id, channel, rest });
    if (mine) return;
    this.#tell(line, { type: 'held', channel, readers: 1, bytes: 262_144 });
    if (line.socket.breathe) this.#later(line, () => this.#breathe(line), HEARTBEAT_MS);
  }

  #append(line, id, channel, { payload, idempotencyKey, ack }) {
    const { epoch, log, keys } = this.channel(channel);
    let offset = keys.get(idempotencyKey);
    if (offset === undefined) {
      offset = log.length + 1;
      if (idempotencyKey !== undefined) keys.set(idempotencyKey, offset);
      const timestamp = '2026-01-01T00:00:00.000Z';
      const message = { type: 'message', channel, from: 'ada', data: payload, timestamp, offset };
      log.push(message);
      const feed = { epoch: this.feed.epoch, offset: this.feed.log.length + 1 };
      this.feed.log.push({ ...message, epoch, feed, pattern: '>' });
    }
    if (ack) this.#tell(line, { type: 'published', channel, id, epoch, offset });
    for (const other of this.sockets.values()) {
      this.#feed(other, channel);
      this.#feed(other, '>');
    }
  }

  #feed(line, channel) {
    const cursor = line.cursors.get(channel);
    const { log } = this.channel(channel);
    while (cursor && cursor.at < log.length && cursor.messages > 0 && cursor.bytes > 0) {
      const message = log[cursor.at++];
      if (!passes(message.data, cursor.filters)) continue;
      cursor.messages--;
      cursor.bytes -= utf8Length(JSON.stringify(message));
      this.#tell(line, message);
      if (line.cursors.get(channel) !== cursor) return;
    }
    this.#endIfDone(line);
  }
}

function passes(data, filters) {
  if (!filters.length) return true;
  return filters.some((filter) =>
    Object.entries(filter).every(([name, wanted]) => [wanted].flat().includes(data?.[name])),
  );
}
