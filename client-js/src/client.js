/** @import * as T from './types.js' */
import { SluiceError } from './errors.js';
import { Feed } from './feed.js';
import { Line } from './line.js';
import { DEFAULTS, limitsOf, patienceOf, reportError, socketUrl, systemClock } from './options.js';
import { Outbox } from './outbox.js';
import { Deferred, Emitter, Pending } from './parts.js';
import { Positions } from './positions.js';
import { Requests } from './requests.js';
import { Subscription } from './subscription.js';
import { Refresher } from './token.js';
import {
  PASSING,
  checkChannel,
  isSubject,
  messageOf,
  parse,
  presenceOf,
} from './words.js';

const PING = '{"action":"ping"}';

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
    const limits = limitsOf(options, DEFAULTS);
    const clock = options.clock ?? systemClock();
    const { token, storage, random = Math.random } = options;
    const patience = patienceOf(options.transports);
    const Socket = options.WebSocket ?? /** @type {any} */ (globalThis.WebSocket);
    if (typeof Socket !== 'function' && patience > 0) {
      throw new SluiceError('invalid_option', 'There is no global WebSocket: pass one');
    }
    const fetch = options.fetch ?? globalThis.fetch?.bind(globalThis);
    const report = options.reportError ?? reportError;
    this.#events = new Emitter(report);
    const failed = (/** @type {SluiceError} */ error) => this.#events.emit('error', error);
    this.#clock = clock;
    const parts = { protocol: 'sluice.1', Socket, fetch, random, patience };
    this.#line = new Line(address, token, parts, limits, clock, this.#house());
    this.#outbox = new Outbox(this.#line, limits, clock, random, this.#events);
    this.#requests = new Requests(this.#line, limits, clock);
    this.#asks = new Pending(clock, limits.answerMs, () => {
      this.#line.fail(new SluiceError('timeout', 'No answer came in time'));
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

  /** The channels on which publications of this client wait for slow readers. */
  get heldChannels() {
    return [...this.#outbox.held];
  }

  /**
   * Fulfilled as soon as less than half of `queueMessages` and `queueBytes` is taken: who awaits it
   * before each `publish` is not told `queue_full`.
   *
   * @returns {Promise<void>} rejected once the state is final
   */
  get writable() {
    return this.#outbox.room();
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
   * @param {string} channel 1 to 128 of the characters A-Z a-z 0-9 _ . : -, or a pattern such as
   *   `task.*` (one segment) or `task.>` (one or more)
   * @param {(message: T.Message<D>) => unknown} [listener] as of `on('message', listener)`
   * @returns {Subscription<D>}
   */
  /**
   * @template [D=any]
   * @overload
   * @param {string} channel a name or a pattern
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
    this.#check(channel, isSubject);
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
    return this.#outbox.add(++this.#ids, channel, payload, options);
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

  /** @param {unknown} channel @param {typeof isSubject} [fits] */
  #check(channel, fits) {
    if (this.#line.error) throw this.#line.error;
    checkChannel(channel, fits);
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
      greets: ({ type }) => type === 'connected',
      ping: () => PING,
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
    if (this.#refresher.start(expiresAt)) this.#line.send(PING);
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
    const { type, channel, feed, pattern } = message;
    if (type === 'pong') this.#refresher.learn(message.timestamp);
    if (this.#requests.answered(message)) return;
    // What came by a pattern is the pattern's.
    const addressee = this.#feeds.get(feed ? pattern : channel);
    switch (type) {
      case 'message':
      case 'broadcast':
        return addressee?.deliver(message, raw);
      case 'published':
        return this.#outbox.landed(message);
      case 'held':
        return this.#outbox.hold(message);
      case 'released':
        return this.#outbox.release(message);
      case 'subscribed':
        return this.#subscribed(message, addressee);
      case 'gap':
      case 'position':
      case 'join':
      case 'leave':
      case 'presence':
        return addressee?.tell(message);
      case 'unsubscribed':
        return message.code && this.#revoked(addressee, message);
      case 'error':
        return this.#refused(message);
    }
  }

  /** @param {any} message @param {Feed} [addressee] */
  #subscribed(message, addressee) {
    const asker = this.#asks.take(message.id);
    (asker ?? addressee)?.accepted(message, asker);
  }

  /** @param {Feed | undefined} feed @param {any} message */
  #revoked(feed, { channel, code }) {
    this.#endFeed(feed, new SluiceError(String(code), 'The server ended it', { channel }));
  }

  /** @param {any} message */
  #refused({ id, code = 'internal', message = code, channel }) {
    const error = new SluiceError(String(code), String(message), { channel });
    if (this.#outbox.refused(id, error) || this.#requests.refused(id, error)) return;
    const feed = this.#asks.take(id);
    if (!feed) {
      const reader = error.code === 'hold_lost' && this.#feeds.get(channel);
      return reader ? reader.unhold(error) : this.#events.emit('error', error);
    }
    // Of several filters the others may have been taken.
    if (feed.several) this.#quit(feed);
    if (PASSING.has(error.code)) feed.postpone(error);
    else this.#endFeed(feed, error);
  }

  /** @param {Feed} feed @returns {boolean} whether it was still ours */
  #forget(feed) {
    if (this.#feeds.get(feed.channel) !== feed) return false;
    this.#feeds.delete(feed.channel);
    this.#port.forgetAsks(feed);
    return true;
  }

  /** @param {object} message */
  #send(message) {
    this.#line.send(JSON.stringify(message));
  }

  /** @param {Feed} feed */
  #quit({ channel }) {
    this.#send({ action: 'unsubscribe', channel });
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
        this.#send({ id, action: 'subscribe', ...body });
        return id;
      },
      forgetAsks: (feed) => void this.#asks.drain((asker) => asker === feed),
      credit: (channel, credits) => this.#send({ action: 'credit', channel, credits }),
      later: (feed, ms) =>
        this.#clock.setTimeout(() => this.#line.isOpen() && feed.ask(), this.#line.jitter(ms)),
      cancel: (timer) => this.#clock.clearTimeout(timer),
      moved: (feed) => this.#positions.moved(feed),
      leave: (feed) => this.#leave(feed),
      overflowed: (feed) => {
        this.#quit(feed);
        this.#endFeed(feed, new SluiceError('overflow', 'No room for more messages', feed));
      },
    };
  }
}
