/** @import * as T from './types.js' */
import { SluiceError } from './errors.js';
import { Feed } from './feed.js';
import { Line } from './line.js';
import { limitsOf, patienceOf, reportError, socketUrl, systemClock } from './options.js';
import { Outbox, Publication } from './outbox.js';
import { Deferred, Emitter, Pending } from './parts.js';
import { Positions } from './positions.js';
import { Requests } from './requests.js';
import { Subscription } from './subscription.js';
import { Refresher } from './token.js';
import {
  PASSING,
  checkChannel,
  messageOf,
  parse,
  presenceOf,
  publishing,
  receiptOf,
} from './words.js';

/** A connection to Sluice that heals itself, with its subscriptions and publications. */
export class Client {
  #events;
  #clock;
  #line;
  #outbox;
  #requests;
  #refresher;
  #positions;
  #port;
  #ids = 0;
  /** Of the idempotency keys this client makes up. */
  #prefix;
  /** @type {Deferred<T.Connected>} */
  #next = new Deferred();
  /** @type {T.Connected | null} */
  #connection = null;
  /** @type {Map<string, Feed>} */
  #feeds = new Map();
  /** @type {Pending<Feed>} */
  #asks;

  /**
   * Connects to nothing yet; see `connect`.
   *
   * @param {string | {href: string}} url `ws:`, `wss:`, `http:` or `https:`; in a page also a path
   *   such as `/ws`
   * @param {T.ClientOptions} [options]
   * @throws {SluiceError} `invalid_option`
   */
  constructor(url, options = {}) {
    const address = socketUrl(url);
    const limits = limitsOf(options);
    const clock = options.clock ?? systemClock();
    const { token, storage, random = Math.random } = options;
    const patience = patienceOf(options.transports);
    const Socket = options.WebSocket ?? /** @type {any} */ (globalThis.WebSocket);
    if (typeof Socket !== 'function' && patience > 0) {
      throw new SluiceError('invalid_option', 'There is no global WebSocket: pass one');
    }
    const fetch = options.fetch ?? globalThis.fetch?.bind(globalThis);
    const report = options.reportError ?? reportError;
    const failed = (/** @type {SluiceError} */ error) => this.#events.emit('error', error);
    this.#events = new Emitter(report);
    this.#clock = clock;
    this.#prefix = letters(random) + letters(random);
    const parts = { Socket, fetch, random, patience };
    this.#line = new Line(address, token, parts, limits, clock, this.#house());
    this.#outbox = new Outbox(this.#line, limits, clock);
    this.#requests = new Requests(this.#line, limits, clock);
    this.#asks = new Pending(clock, limits.answerMs, () => {
      this.#line.fail(new SluiceError('timeout', 'A subscribe was not answered in time'));
    });
    const exchange = (/** @type {string} */ fresh) => this.#exchange(fresh);
    this.#refresher = new Refresher(clock, limits.tokenMs, token, exchange, failed);
    this.#positions = new Positions(address, storage, clock, limits.storeMs, failed);
    this.#port = this.#makePort(limits, report);
  }

  /** Where the connection stands. */
  get state() {
    return this.#line.state;
  }

  /** What the present connection goes by, or the latest attempt. */
  get transport() {
    return this.#line.transport;
  }

  /** Who and which the present connection is; null while there is none. */
  get connection() {
    return this.#connection;
  }

  /**
   * Calls a listener at each event from now on.
   *
   * @template {keyof T.ClientEvents} K
   * @param {K} event
   * @param {(...args: T.ClientEvents[K]) => unknown} listener
   * @returns {() => void} takes it back
   */
  on(event, listener) {
    return this.#events.on(event, listener);
  }

  /**
   * Takes a listener back.
   *
   * @template {keyof T.ClientEvents} K
   * @param {K} event
   * @param {(...args: T.ClientEvents[K]) => unknown} listener
   */
  off(event, listener) {
    this.#events.off(event, listener);
  }

  /**
   * Connects, and stays connected until `close`. Called while `waiting` it tries at once.
   *
   * @returns {Promise<T.Connected>} the present connection, or the next one; rejected once the
   *   state is `refused`, `failed` or `closed`. It may be left alone: `error` says the same
   */
  connect() {
    if (this.state === 'idle' || this.state === 'waiting') this.#line.open();
    return this.#next.promise;
  }

  /**
   * Ends everything: requests and publications without answer are rejected with `closed`.
   *
   * @returns {Promise<void>} when the socket is closed too
   */
  close() {
    return this.#line.close();
  }

  /**
   * Subscribes, now or as soon as there is a connection, and again on every new one.
   *
   * @template [D=any]
   * @overload
   * @param {string} channel 1 to 128 of the characters A-Z a-z 0-9 _ . : -
   * @param {(message: T.Message<D>) => unknown} [listener] as of `on('message', listener)`
   * @returns {Subscription<D>}
   */
  /**
   * @template [D=any]
   * @overload
   * @param {string} channel 1 to 128 of the characters A-Z a-z 0-9 _ . : -
   * @param {T.SubscribeOptions} options
   * @param {(message: T.Message<D>) => unknown} [listener] as of `on('message', listener)`
   * @returns {Subscription<D>}
   */
  /**
   * @param {string} channel
   * @param {T.SubscribeOptions | ((message: T.Message) => unknown)} [options]
   * @param {(message: T.Message) => unknown} [listener]
   * @returns {Subscription}
   * @throws {SluiceError} `already_subscribed`, `invalid_channel`, `invalid_filter`,
   *   `invalid_credit`, `invalid_position`, or why the state is final
   */
  subscribe(channel, options = {}, listener = undefined) {
    if (typeof options === 'function') return this.subscribe(channel, {}, options);
    this.#check(channel);
    if (this.#feeds.has(channel)) {
      throw new SluiceError('already_subscribed', `Already subscribed: ${channel}`, { channel });
    }
    const feed = new Feed(this.#port, channel, options);
    if (!options.since) feed.restore(this.#positions.of(channel));
    if (listener) feed.events.on('message', listener);
    this.#feeds.set(channel, feed);
    if (this.#line.isOpen()) feed.ask();
    return new Subscription(feed);
  }

  /**
   * Publishes, now or as soon as there is a connection, behind what was published before. If the
   * line breaks before the receipt came it is repeated, and still appended once.
   *
   * @overload
   * @param {string} channel
   * @param {unknown} payload anything that JSON can write; read at once
   * @param {T.PublishOptions & {ack: false}} options
   * @returns {Promise<undefined>} when the socket took it
   */
  /**
   * @overload
   * @param {string} channel
   * @param {unknown} payload anything that JSON can write; read at once
   * @param {T.PublishOptions} [options]
   * @returns {Promise<T.Receipt>} when it is in the channel's log; rejected with `queue_full`,
   *   `too_big`, `invalid_payload`, with `uncertain` or `timeout` where it may be there or not, or
   *   with what the server says
   */
  /**
   * @param {string} channel
   * @param {unknown} payload
   * @param {T.PublishOptions} [options]
   * @returns {Promise<any>}
   */
  async publish(channel, payload, options = {}) {
    this.#check(channel);
    const { ack = true, key } = options;
    const id = ++this.#ids;
    const idempotencyKey = options.idempotencyKey ?? (ack ? `${this.#prefix}-${id}` : undefined);
    const head = { id, action: 'publish', channel, ack, key, idempotencyKey };
    const frame = publishing(head, payload, channel);
    const publication = new Publication(id, channel, ack, frame);
    this.#outbox.add(publication);
    return publication.done.promise;
  }

  /**
   * What the channel's log has.
   *
   * @template [D=any]
   * @param {string} channel
   * @param {T.HistoryOptions} [options]
   * @returns {Promise<T.History<D>>}
   */
  async history(channel, { since, limit } = {}) {
    this.#check(channel);
    const answer = await this.#ask({ action: 'history', channel, since, limit }, 'history');
    const { epoch, offset, recovered, more, publications } = answer;
    return { channel, epoch, offset, recovered, more, publications: publications.map(messageOf) };
  }

  /**
   * Who is subscribed to the channel.
   *
   * @param {string} channel
   * @returns {Promise<T.Presence>}
   */
  async presence(channel) {
    this.#check(channel);
    return presenceOf(await this.#ask({ action: 'presence', channel }, 'presence'));
  }

  /**
   * Asks the server for a sign of life.
   *
   * @returns {Promise<number>} the milliseconds until it came
   */
  async ping() {
    return (await this.#ask({ action: 'ping' }, 'pong')).tookMs;
  }

  /** @param {unknown} [channel] */
  #check(channel) {
    if (this.#line.error) throw this.#line.error;
    checkChannel(channel);
  }

  /**
   * @param {object} body
   * @param {string} answer
   * @param {boolean} [bound]
   * @returns {Promise<any>}
   */
  async #ask(body, answer, bound) {
    if (this.#line.error) throw this.#line.error;
    return this.#requests.ask(++this.#ids, body, answer, bound);
  }

  /** @param {string} token @returns {Promise<number>} when it expires */
  async #exchange(token) {
    const { expiresAt } = await this.#ask({ action: 'refresh', token }, 'refreshed', true);
    if (this.#connection) this.#connection.expiresAt = expiresAt;
    return expiresAt;
  }

  /** What the line tells us. @returns {import('./line.js').House} */
  #house() {
    return {
      read: parse,
      take: (message, raw) => this.#take(message, raw),
      greeted: (greeting) => this.#greeted(greeting),
      broken: (error) => this.#broken(error),
      ended: (state, error) => this.#ended(state, error),
      told: (state, detail) => this.#events.emit('state', state, detail),
      failed: (error) => this.#events.emit('error', error),
    };
  }

  /**
   * Subscriptions come before what waits, so that nobody misses an own publication.
   *
   * @param {any} greeting
   */
  #greeted({ userId, connectionId, expiresAt }) {
    this.#connection = { userId, connectionId, expiresAt };
    for (const feed of this.#feeds.values()) feed.ask();
    this.#requests.flush();
    this.#outbox.flush();
    // A socket that took nothing has been left by now.
    if (!this.#line.isOpen()) return;
    // Its answer tells the server's time, by which the token expires.
    if (this.#refresher.start(expiresAt)) this.#line.send('{"action":"ping"}');
    this.#next.resolve(this.#connection);
  }

  /** What was under way waits for the next connection. @param {SluiceError} error */
  #broken(error) {
    this.#connection = null;
    this.#next = new Deferred();
    this.#refresher.stop();
    this.#asks.drain();
    for (const feed of this.#feeds.values()) feed.detach();
    this.#outbox.recall(error);
    this.#requests.recall(error);
  }

  /** @param {string} state @param {SluiceError} error */
  #ended(state, error) {
    if (this.#connection) this.#broken(error);
    this.#positions.store();
    this.#next.reject(error);
    this.#outbox.end(error);
    this.#requests.end(error);
    const feeds = [...this.#feeds.values()];
    this.#feeds.clear();
    for (const feed of feeds) feed.end(state === 'closed' ? null : error);
  }

  /**
   * The table of contents; a type that is not in it is of a later server.
   *
   * @param {any} message
   * @param {string} raw
   */
  #take(message, raw) {
    switch (message.type) {
      case 'message':
      case 'broadcast':
        return this.#feeds.get(message.channel)?.deliver(message, raw);
      case 'published':
        return this.#outbox.landed(message.id)?.done.resolve(receiptOf(message));
      case 'subscribed':
        return this.#subscribed(message);
      case 'gap':
      case 'position':
      case 'join':
      case 'leave':
        return this.#feeds.get(message.channel)?.tell(message);
      case 'presence':
        if (this.#requests.answered(message)) return;
        return this.#feeds.get(message.channel)?.tell(message);
      case 'unsubscribed':
        if (this.#requests.answered(message) || !message.code) return;
        return this.#revoked(message);
      case 'pong':
        this.#refresher.learn(message.timestamp);
        this.#requests.answered(message);
        return;
      case 'history':
      case 'refreshed':
        this.#requests.answered(message);
        return;
      case 'error':
        return this.#refused(message);
    }
  }

  /** @param {any} message */
  #subscribed(message) {
    const asker = this.#asks.take(message.id);
    if (asker) asker.accepted(message);
    else this.#feeds.get(message.channel)?.renewed(message);
  }

  /** @param {any} message */
  #revoked({ channel, code }) {
    const error = new SluiceError(String(code), `The subscription ended: ${code}`, { channel });
    this.#endFeed(this.#feeds.get(channel), error);
  }

  /** @param {any} message */
  #refused({ id, code = 'internal', message = code, channel }) {
    const error = new SluiceError(String(code), String(message), { channel });
    const asker = this.#outbox.landed(id) ?? this.#requests.refused(id);
    if (asker) return asker.done.reject(error);
    const feed = this.#asks.take(id);
    if (!feed) return this.#events.emit('error', error);
    // Of several filters the others may have been taken.
    if (feed.several) this.#quit(feed);
    if (PASSING.has(error.code)) feed.postpone(error);
    else this.#endFeed(feed, error);
  }

  /** @param {Feed} feed @returns {boolean} whether it was still ours */
  #forget(feed) {
    if (this.#feeds.get(feed.channel) !== feed) return false;
    this.#feeds.delete(feed.channel);
    this.#asks.drain((asker) => asker === feed);
    return true;
  }

  /** @param {Feed} feed */
  #quit(feed) {
    this.#line.send(JSON.stringify({ action: 'unsubscribe', channel: feed.channel }));
  }

  /** @param {Feed | undefined} feed @param {SluiceError} error */
  #endFeed(feed, error) {
    if (feed && this.#forget(feed)) feed.end(error);
  }

  /** @param {Feed} feed */
  async #leave(feed) {
    if (!this.#forget(feed)) return;
    feed.end(null);
    this.#positions.store();
    const connection = this.#connection;
    if (!connection) return;
    const body = { action: 'unsubscribe', channel: feed.channel };
    try {
      await this.#ask(body, 'unsubscribed', true);
    } catch (error) {
      // Who is not connected any more is not subscribed any more.
      if (connection === this.#connection) throw error;
    }
  }

  /**
   * What a feed asks of us.
   *
   * @param {import('./feed.js').Port['limits']} limits
   * @param {(error: unknown) => void} report
   * @returns {import('./feed.js').Port}
   */
  #makePort(limits, report) {
    return {
      limits,
      report,
      ask: (feed, body) => {
        const id = ++this.#ids;
        if (this.#line.isOpen()) this.#asks.add(id, feed);
        this.#line.send(JSON.stringify({ id, action: 'subscribe', ...body }));
        return id;
      },
      forgetAsks: (feed) => void this.#asks.drain((asker) => asker === feed),
      credit: (channel, credits) => {
        this.#line.send(JSON.stringify({ action: 'credit', channel, credits }));
      },
      later: (feed, ms) =>
        this.#clock.setTimeout(() => this.#line.isOpen() && feed.ask(), this.#line.jitter(ms)),
      cancel: (timer) => this.#clock.clearTimeout(timer),
      moved: (feed) => this.#positions.moved(feed),
      leave: (feed) => this.#leave(feed),
      overflowed: (feed) => {
        const message = 'More messages came than the reader has room for';
        this.#quit(feed);
        this.#endFeed(feed, new SluiceError('overflow', message, feed));
      },
    };
  }
}

/** @param {() => number} random */
function letters(random) {
  return Math.floor(random() * 2 ** 52).toString(36);
}
