// A world without time and network: a clock that a test moves, sockets that a test speaks for.
import { Client } from '../client.js';
// So that loading it takes no time later.
import '../client-stream.js';

/** Numbers from 0 to 1 that a seed decides. */
export function seeded(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Until every promise that can go on has gone on. */
export const settle = () => new Promise((resolve) => setImmediate(resolve));

export class FakeClock {
  #now = 1_000;
  #last = 0;
  #timers = new Map();
  /** How wrong the wall clock is. */
  skew = 0;

  now = () => this.#now;
  wall = () => Date.UTC(2026, 0, 1) + this.#now + this.skew;

  setTimeout = (task, ms) => {
    if (!(ms >= 0 && ms < 2 ** 31)) throw new Error(`no time: ${ms}`);
    this.#timers.set(++this.#last, { task, at: this.#now + ms });
    return this.#last;
  };

  clearTimeout = (timer) => void this.#timers.delete(timer);

  get size() {
    return this.#timers.size;
  }

  /** Milliseconds until the next timer. */
  get next() {
    return Math.min(...[...this.#timers.values()].map(({ at }) => at)) - this.#now;
  }

  /** Lets time pass, timer by timer. */
  async pass(ms) {
    const end = this.#now + ms;
    for (;;) {
      await settle();
      let due;
      for (const [id, timer] of this.#timers) {
        if (timer.at <= end && (!due || timer.at < due.timer.at)) due = { id, timer };
      }
      if (!due) break;
      this.#timers.delete(due.id);
      this.#now = Math.max(this.#now, due.timer.at);
      due.timer.task();
    }
    this.#now = end;
    await settle();
  }
}

export class FakeSocket {
  readyState = 0;
  bufferedAmount = 0;
  onopen = null;
  onmessage = null;
  onclose = null;
  onerror = null;
  /** What the client sent, parsed. */
  sent = [];
  /** The same, as it was. */
  frames = [];
  closedWith = undefined;
  onsend = null;

  constructor(url, protocols) {
    this.url = url;
    this.protocols = protocols;
  }

  send(text) {
    if (this.readyState === 0) throw new Error('still connecting');
    if (this.readyState !== 1) return;
    this.frames.push(text);
    this.sent.push(typeof text === 'string' ? JSON.parse(text) : text);
    this.onsend?.(this.sent.at(-1));
  }

  close(code) {
    if (this.readyState >= 2) return;
    this.readyState = 2;
    this.closedWith = code;
    this.onleave?.();
  }

  // ---- for tests

  open() {
    this.readyState = 1;
    this.onopen?.({});
    return this;
  }

  say(message) {
    const data = typeof message === 'string' ? message : JSON.stringify(message);
    this.onmessage?.({ data });
    return this;
  }

  greet(more = {}) {
    if (this.readyState === 0) this.open();
    return this.say({ type: 'connected', userId: 'ada', connectionId: 'k1', ...more });
  }

  shut(code = 1006, reason = '') {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  /** The messages with this action. */
  asked(action) {
    return this.sent.filter((message) => message.action === action);
  }
}

export class World {
  clock = new FakeClock();
  /** Every socket that was ever made. */
  sockets = [];
  probes = [];
  /** What listeners threw. */
  reported = [];
  /** What the last client emitted. */
  states = [];
  errors = [];
  onsocket = null;
  /** What a probe is answered: a status, or what throws. */
  probe = () => {
    throw new TypeError('fetch failed');
  };

  /** What a request for a stream is answered. */
  post = () => {
    throw new TypeError('fetch failed');
  };

  constructor(seed = 1) {
    this.random = seeded(seed);
  }

  client(options) {
    return this.make(Client, 'ws://sluice.test/ws', options, async (url, init) => {
      if (init.method === 'POST') return this.post(url, init);
      this.probes.push({ url, ...init });
      return this.probe(url, init);
    });
  }

  /** A client of some kind, all of whose sockets are of this world. */
  make(Kind, url, options, fetch) {
    const world = this;
    class Socket extends FakeSocket {
      constructor(url, protocols) {
        super(url, protocols);
        world.sockets.push(this);
        world.onsocket?.(this);
      }
    }
    const client = new Kind(url, {
      token: 'a.b.c',
      WebSocket: Socket,
      fetch,
      clock: this.clock,
      random: this.random,
      reportError: (error) => world.reported.push(error),
      ...options,
    });
    client.on('state', (state, detail) => this.states.push([state, detail]));
    client.on('error', (error) => this.errors.push(error));
    return client;
  }

  get socket() {
    return this.sockets.at(-1);
  }

  /** A client that is connected. */
  async connected(options) {
    const client = this.client(options);
    client.connect();
    await settle();
    this.socket.greet();
    await settle();
    return client;
  }

  /** After a line broke: until there is a new socket, greeted. */
  async again(greeting) {
    const before = this.sockets.length;
    for (let i = 0; i < 1_000 && this.sockets.length === before; i++) await this.clock.pass(500);
    this.socket.greet(greeting);
    await settle();
    return this.socket;
  }

  /** An HTTP answer for `probe`. */
  static answer(status, body, headers = {}) {
    return {
      status,
      headers: { get: (name) => headers[name] ?? null },
      json: async () => JSON.parse(body),
    };
  }
}

/** A response that goes on, and is read in pieces that end anywhere. */
export class FakeResponse {
  status = 200;
  #pieces = [];
  #reader;
  #random;
  #encoder = new TextEncoder();

  constructor(random, signal) {
    this.#random = random;
    signal?.addEventListener('abort', () => this.fail(new Error('aborted')));
  }

  get body() {
    return { getReader: () => ({ read: () => this.#read() }) };
  }

  write(text) {
    const bytes = this.#encoder.encode(text);
    const cut = Math.floor(this.#random() * bytes.length);
    for (const value of [bytes.subarray(0, cut), bytes.subarray(cut)]) {
      this.#put(Promise.resolve({ done: false, value }));
    }
  }

  end() {
    this.#put(Promise.resolve({ done: true }));
  }

  fail(error = new TypeError('network error')) {
    const rejected = Promise.reject(error);
    rejected.catch(() => {});
    this.#put(rejected);
  }

  #put(piece) {
    if (this.#reader) this.#reader(piece);
    else this.#pieces.push(piece);
    this.#reader = undefined;
  }

  #read() {
    return this.#pieces.shift() ?? new Promise((resolve) => (this.#reader = resolve));
  }
}

/** What a promise was rejected with. */
export async function rejection(promise) {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('it was not rejected');
}

export const message = (offset, data = offset, more = {}) => ({
  type: 'message',
  channel: 'tasks',
  from: 'bob',
  data,
  timestamp: '2026-01-01T00:00:00.000Z',
  offset,
  ...more,
});

const answered = new WeakSet();

/** Answers the `subscribe`s that were not answered yet. */
export function subscribed(socket, offset = 0, epoch = 'e1', recovered = false) {
  for (const ask of socket.asked('subscribe')) {
    if (answered.has(ask)) continue;
    answered.add(ask);
    const { id, channel } = ask;
    socket.say({ type: 'subscribed', channel, id, epoch, offset, recovered });
  }
}
