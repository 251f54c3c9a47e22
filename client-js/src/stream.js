// A connection where no WebSocket gets through. It looks like a socket to the line, and is
// requests: one that reads, whose response goes on, and one at a time that says the rest. Made into
// a file of its own with reading.js, saying.js and post.js, which is loaded when it is needed.

/** @import * as T from './types.js' */
import { DONE, EXPIRED, LOST, Post, QUIET_MS, TOO_BIG } from './post.js';
import { Reading } from './reading.js';
import { Saying } from './saying.js';

/**
 * What a stream is part of.
 *
 * @typedef {object} House
 * @property {T.SocketConstructor} Socket tried in the background
 * @property {number} patience
 * @property {any} fetch
 * @property {(answer: any) => Promise<any>} refusalOf what an answer other than 200 says
 * @property {(ms: number) => number} jitter
 * @property {(socket: T.Socket, greeting: string) => void} back a WebSocket stands
 */

/** Requests that look like one socket. */
export class Stream {
  readyState = 0;
  /** @type {any} */
  onopen = null;
  /** @type {any} */
  onmessage = null;
  /** @type {any} */
  onclose = null;
  /** @type {any} */
  onerror = null;
  /** @type {Map<string, Reading>} */
  #readings = new Map();
  #queue = new Saying();
  /** @type {Post | null} the one that reads */
  #reader = null;
  /** @type {Post | null} the one that says */
  #sayer = null;
  /** @type {Map<Post, Set<string>>} those that were told of a hold: the channels still held */
  #held = new Map();
  /** Whether the one that reads has to be replaced. */
  #changed = false;
  #stirred = false;
  /** Whether the one that reads has brought anything. */
  #progress = false;
  /** @type {any} */
  #backTimer;
  /** @type {T.Socket | null} the WebSocket that is tried */
  #tried = null;
  /** @type {string | null} what it was greeted with */
  #greeting = null;
  #socketUrl;
  #url;
  #token;
  #house;
  #limits;
  #clock;

  /**
   * @param {string} url of the WebSocket
   * @param {string | undefined} token
   * @param {House} house
   * @param {typeof import('./options.js').DEFAULTS} limits
   * @param {T.Clock} clock
   */
  constructor(url, token, house, limits, clock) {
    this.#socketUrl = url;
    this.#token = token;
    this.#house = house;
    this.#limits = limits;
    this.#clock = clock;
    const there = new URL(url.replace(/^ws/, 'http'));
    const here = new URL('stream', there);
    here.search = there.search;
    this.#url = here.href;
    this.#greet();
  }

  /** An empty request: whether it is answered, and with what. */
  #greet() {
    this.#sayer = this.#post([], {
      hear: (message, raw) => {
        if (message.type !== 'connected' || this.readyState) return;
        this.readyState = 1;
        this.onopen?.({});
        this.onmessage?.({ data: raw });
        this.#tryLater();
      },
      ended: (end) => {
        this.#sayer = null;
        if (!this.readyState) {
          this.#shut(end.code === DONE ? LOST : end.code, end.refusal, end.reason);
        } else if (end.code !== DONE) this.#fail(end);
        else this.#stir();
      },
    });
  }

  // What a socket does

  /** Bytes of what waits to be said. */
  get bufferedAmount() {
    return this.#queue.bytes;
  }

  /** @param {string} text */
  send(text) {
    if (this.readyState !== 1) return;
    const frame = JSON.parse(text);
    switch (frame.action) {
      case 'subscribe':
        return this.#subscribe(frame);
      case 'credit':
        return this.#grant(frame);
      case 'unsubscribe':
        return this.#unsubscribe(frame);
      default:
        this.#queue.add(text);
        this.#stir();
    }
  }

  /** Says what was to be said, and then no more. */
  close() {
    if (this.readyState > 1) return;
    const open = this.readyState;
    this.readyState = 2;
    this.#leave();
    if (!open) this.#sayer?.abort();
    if (!open || (!this.#sayer && !this.#queue.size)) queueMicrotask(() => this.#shut(DONE));
    else this.#stir();
  }

  terminate() {
    this.readyState = 3;
    this.#leave();
    this.#sayer?.abort();
  }

  #leave() {
    this.#clock.clearTimeout(this.#backTimer);
    this.#readings.clear();
    this.#reader?.abort();
    this.#reader = null;
    for (const post of this.#held.keys()) post.abort();
    this.#held.clear();
    this.#queue.release();
    this.#giveUp();
  }

  /** @param {{code: number, reason?: string, status?: number, posted?: string}} end */
  #fail({ code, reason, status, posted }) {
    if (status === 401 || status === 403) return this.#shut(EXPIRED);
    if (status === 413) return this.#shut(TOO_BIG);
    // Its token has been replaced since.
    if (code === EXPIRED && posted !== this.#token) return this.#stir();
    this.#shut(code === DONE ? LOST : code, undefined, reason);
  }

  /** @param {number} code @param {any} [refusal] @param {string} [reason] */
  #shut(code, refusal, reason = '') {
    if (this.readyState === 3) return;
    this.terminate();
    this.onclose?.({ code, reason, refusal });
  }

  // Reading

  /** @param {any} frame */
  #subscribe(frame) {
    const reading = this.#readings.get(frame.channel) ?? new Reading();
    this.#readings.set(frame.channel, reading);
    reading.ask(frame);
    this.#change();
  }

  /** @param {any} frame */
  #grant({ channel, credits }) {
    const reading = this.#readings.get(channel);
    if (!reading) return;
    reading.grant(credits);
    if (reading.starves) this.#change();
  }

  /** @param {any} frame */
  #unsubscribe({ channel, id }) {
    if (this.#readings.delete(channel)) this.#change();
    if (id === undefined) return;
    // Nothing more comes of it from here on: the request that reads is left behind.
    const data = JSON.stringify({ type: 'unsubscribed', channel, id });
    queueMicrotask(() => this.readyState === 1 && this.onmessage?.({ data }));
  }

  #change() {
    this.#changed = true;
    this.#stir();
  }

  /** What is asked in one breath is asked in one request. */
  #stir() {
    if (this.#stirred) return;
    this.#stirred = true;
    queueMicrotask(() => {
      this.#stirred = false;
      if (this.readyState === 1) this.#goBack();
      if (this.readyState === 1) this.#read();
      if (this.readyState === 1 || this.readyState === 2) this.#say();
    });
  }

  #read() {
    if (!this.#changed && this.#reader) return;
    this.#changed = false;
    this.#reader?.abort();
    this.#reader = null;
    const readings = [...this.#readings.values()];
    if (!readings.some((reading) => reading.wants)) return;
    const frames = readings.flatMap((reading) => reading.frames());
    this.#progress = false;
    const reader = this.#post(
      frames.map((frame) => JSON.stringify(frame)),
      {
        hear: (message, raw) => this.#hear(message, raw),
        ended: (end) => {
          if (reader !== this.#reader) return;
          this.#reader = null;
          // Without progress it would be the same again, at once and without end.
          if (end.isQuiet || (end.code === DONE && this.#progress)) this.#stir();
          else this.#fail(end);
        },
      },
      QUIET_MS,
    );
    this.#reader = reader;
  }

  /** @param {any} message @param {string} raw */
  #hear(message, raw) {
    const { type, id, epoch, lastOffset, feed } = message;
    if (type === 'connected') return;
    // What comes by a pattern has its place in the feed.
    const offset = feed ? feed.offset : message.offset;
    const channel = feed ? message.pattern : message.channel;
    const reading = this.#readings.get(channel);
    // Whoever was answered before cannot be refused now: it begins anew. But it may be warned.
    if (type === 'error' && id === undefined) {
      if (message.code !== 'hold_lost') return this.#shut(LOST);
      return this.onmessage?.({ data: raw });
    }
    if (!reading) return;
    if (type === 'subscribed') {
      const ask = reading.asks.find(({ frame }) => frame.id === id) ?? reading.asks[0];
      if (id === undefined && epoch === reading.position?.epoch) return;
      this.#progress = true;
      if (!reading.answered || id === undefined) reading.position = { epoch, offset };
      if (ask) ask.answered = true;
    } else if (type === 'error') {
      reading.asks = reading.asks.filter(({ frame }) => frame.id !== id);
      if (!reading.asks.length) this.#readings.delete(channel);
    } else if (type === 'position' || type === 'gap') {
      reading.position = { epoch, offset: offset ?? lastOffset };
    } else if (type === 'message' || type === 'broadcast') {
      if (reading.position) reading.position = { epoch: reading.position.epoch, offset };
      reading.spend(raw);
    } else if (type === 'unsubscribed') {
      this.#readings.delete(channel);
    }
    this.#progress = true;
    this.onmessage?.({ data: raw });
    if (this.#queue.size && this.#isReadingAnswered()) this.#stir();
  }

  // Saying the rest

  /** Subscriptions come before publications, so that nobody misses an own one. */
  #isReadingAnswered() {
    return [...this.#readings.values()].every(({ answered }) => answered);
  }

  #say() {
    if (this.#sayer || !this.#queue.size) return;
    if (this.readyState === 1 && !this.#isReadingAnswered()) return;
    const frames = this.#queue.batch();
    const unanswered = new Set(frames.map(answerTo).filter((id) => id !== undefined));
    const sayer = this.#post(
      frames,
      {
        hear: (message, raw) => {
          if (message.type === 'connected') return;
          unanswered.delete(message.id);
          if (message.type === 'refreshed') this.#renew(message.id, frames);
          if (message.type === 'held') this.#hold(sayer, message.channel);
          if (message.type === 'released' && !this.#release(sayer, message.channel)) return;
          this.onmessage?.({ data: raw });
        },
        ended: (end) => {
          const channels = this.#held.get(sayer);
          this.#held.delete(sayer);
          if (sayer === this.#sayer) this.#sayer = null;
          // However it ends: of what waits there nothing more is heard.
          if (channels?.size) return this.#shut(end.code === DONE ? LOST : end.code);
          if (end.code !== DONE) return this.#fail(end);
          // It was not done: what was not answered is not to go behind what is said now.
          if (unanswered.size) return this.#shut(LOST);
          const isLast = !this.#sayer && !this.#queue.size;
          if (this.readyState === 2 && isLast) return this.#shut(DONE);
          this.#stir();
        },
      },
      this.#limits.answerMs,
    );
    this.#sayer = sayer;
  }

  /**
   * What waits for slow readers is answered when they have read: the rest is said meanwhile.
   *
   * @param {Post} post
   * @param {string} channel
   */
  #hold(post, channel) {
    const channels = this.#held.get(post) ?? new Set();
    this.#held.set(post, channels.add(channel));
    // Whoever closes says all there is.
    if (this.readyState === 1) this.#queue.hold(channel);
    if (post !== this.#sayer) return;
    this.#sayer = null;
    post.wait(QUIET_MS);
    this.#stir();
  }

  /** @param {Post} post @param {string} channel @returns {boolean} whether no other holds it */
  #release(post, channel) {
    this.#held.get(post)?.delete(channel);
    if ([...this.#held.values()].some((channels) => channels.has(channel))) return false;
    this.#queue.release(channel);
    this.#stir();
    return true;
  }

  /** @param {number} id @param {string[]} frames */
  #renew(id, frames) {
    for (const frame of frames) {
      const { action, id: asked, token } = JSON.parse(frame);
      if (action === 'refresh' && asked === id) this.#token = token;
    }
  }

  // The way back

  #tryLater() {
    const { jitter, patience } = this.#house;
    if (patience === -Infinity) return;
    const ms = jitter(this.#limits.returnMs);
    this.#backTimer = this.#clock.setTimeout(() => this.#try(), ms);
  }

  /** Tries a WebSocket while the stream goes on. */
  #try() {
    const { Socket } = this.#house;
    const clock = this.#clock;
    const protocols = this.#token ? ['sluice.1', `token.${this.#token}`] : ['sluice.1'];
    const failed = () => {
      this.#giveUp();
      clock.clearTimeout(this.#backTimer);
      this.#tryLater();
    };
    this.#backTimer = clock.setTimeout(failed, this.#limits.connectMs);
    try {
      const socket = new Socket(this.#socketUrl, protocols);
      this.#tried = socket;
      socket.onerror = () => {};
      socket.onclose = () => {
        if (socket === this.#tried) failed();
      };
      socket.onmessage = (/** @type {{data: string}} */ { data }) => {
        if (socket !== this.#tried || this.#greeting) return;
        if (!isGreeting(data)) return failed();
        this.#greeting = data;
        this.#stir();
      };
    } catch {
      failed();
    }
  }

  #giveUp() {
    const socket = this.#tried;
    this.#tried = null;
    this.#greeting = null;
    try {
      socket?.close(DONE);
    } catch {
      // It is left behind in any case.
    }
  }

  /** Goes over between two requests, so that nothing that is under way is asked twice. */
  #goBack() {
    const socket = this.#tried;
    const greeting = this.#greeting;
    if (!socket || !greeting || this.#sayer || this.#held.size) return;
    for (const frame of this.#queue.unacked()) socket.send(frame);
    this.#tried = null;
    this.#house.back(socket, greeting);
  }

  // Requests

  /**
   * @param {string[]} lines
   * @param {{hear: (message: any, raw: string) => void, ended: (end: any) => void}} listener
   * @param {number} [quietMs]
   */
  #post(lines, listener, quietMs = this.#limits.connectMs) {
    const { fetch, refusalOf } = this.#house;
    const posted = this.#token;
    const ended = (/** @type {any} */ end) => listener.ended({ ...end, posted });
    const most = this.#limits.messageBytes;
    const post = new Post(this.#clock, quietMs, most, { hear: listener.hear, ended });
    const headers = { 'Content-Type': 'application/x-ndjson' };
    const init = {
      method: 'POST',
      headers: posted ? { ...headers, Authorization: `Bearer ${posted}` } : headers,
      body: lines.join('\n'),
      cache: 'no-store',
      redirect: 'manual',
    };
    post.run((signal) => fetch(this.#url, { ...init, signal }), refusalOf);
    return post;
  }
}

/** @param {string} text @returns {number | undefined} the id by which an answer has to come */
function answerTo(text) {
  const { id, ack } = JSON.parse(text);
  return ack === false ? undefined : id;
}

/** @param {string} data */
function isGreeting(data) {
  try {
    return JSON.parse(data).type === 'connected';
  } catch {
    return false;
  }
}
