// Sluice's client for browsers and Node. One file without dependencies, which the server also
// serves as it stands at /client.js. From the outside in: Client (the connection, a machine of
// seven states, each with the timer that leads on), Subscription and Feed (one channel: order,
// credit, position), then what both are made of. README.md shows the use, types.js the shapes.

/** @import * as T from './types.js' */

/** Where every code has its cause and cure. */
const ERRORS = 'docs/errors.md#';
const MIB = 1 << 20;
const OPEN = 1;
const NO_WINDOW = { messages: Number.MAX_SAFE_INTEGER, bytes: undefined };
const LONGEST_TIMER = 2 ** 31 - 1;

const DEFAULTS = Object.freeze({
  connectMs: 10_000,
  tokenMs: 10_000,
  silenceMs: 25_000,
  pongMs: 10_000,
  answerMs: 30_000,
  retryMs: 1_000,
  retryMaxMs: 30_000,
  stableMs: 5_000,
  maxAttempts: Infinity,
  queueMessages: 1_000,
  queueBytes: MIB,
  inFlightMessages: 128,
  inFlightBytes: MIB / 2,
  socketBytes: MIB,
  requests: 256,
  publishBytes: MIB,
  messageBytes: 4 * MIB,
  bufferMessages: 10_000,
  repeatMs: 240_000,
  storeMs: 1_000,
});

/** What a close code means; others count as `lost`. */
const CLOSES = new Map([
  [1000, 'peer'],
  [1001, 'idle'],
  [1002, 'protocol'],
  [1003, 'unsupported_data'],
  [1007, 'encoding'],
  [1008, 'policy'],
  [1009, 'too_big'],
  [1011, 'internal'],
  [1012, 'restart'],
  [4401, 'expired'],
]);

/** After these a subscription is tried again; after other errors it ends. */
const PASSING = new Set([
  'busy',
  'broker_unavailable',
  'channel_limit',
  'memory_limit',
  'rate_limited',
  'shutting_down',
  'internal',
]);

/** What went wrong, with a stable code. */
export class SluiceError extends Error {
  /**
   * @param {string} code stable, as in docs/errors.md
   * @param {string} message for people
   * @param {{cause?: unknown, channel?: string, status?: number, closeCode?: number}} [more]
   */
  constructor(code, message, more = {}) {
    super(message, 'cause' in more ? { cause: more.cause } : undefined);
    this.name = 'SluiceError';
    /** Stable; `url` says its cause and cure. */
    this.code = code;
    /** The channel it is about, if it is about one. */
    this.channel = more.channel;
    /** The HTTP status of a refusal. */
    this.status = more.status;
    /** The WebSocket close code of a connection that ended. */
    this.closeCode = more.closeCode;
  }

  /** Where its cause and cure are written, from the root of Sluice's repository. */
  get url() {
    return ERRORS + this.code;
  }
}

/** A connection to Sluice that heals itself, with its subscriptions and publications. */
export class Client {
  #url;
  #limits;
  #token;
  #storage;
  #Socket;
  #fetch;
  #clock;
  #random;
  #report;
  #events;
  #port;
  /** @type {T.State} */
  #state = 'idle';
  /** @type {SluiceError | null} why the state is final */
  #end = null;
  /** Grows with every step of the connection; what an older step started is not listened to. */
  #turn = 0;
  /** @type {T.Socket | null} */
  #socket = null;
  /** @type {any} the one timer that leads on from here */
  #guard;
  /** @type {any} */
  #sweeper;
  /** @type {any} */
  #drainer;
  /** @type {any} */
  #refresher;
  /** @type {any} */
  #storer;
  #failures = 0;
  #retries = 0;
  #since = 0;
  #heard = 0;
  #pinged = false;
  /** The server's wall clock less ours. */
  #skew = 0;
  #ids = 0;
  #prefix;
  /** @type {Deferred<T.Connected>} */
  #awaited = new Deferred();
  /** @type {T.Connected | null} */
  #connected = null;
  /** @type {Map<string, Feed>} */
  #feeds = new Map();
  /** @type {Map<number, {feed: Feed, deadline: number}>} */
  #asks = new Map();
  /** @type {Map<number, Request>} */
  #requests = new Map();
  /** @type {Map<number, Publication>} */
  #inFlight = new Map();
  #inFlightBytes = 0;
  /** @type {Fifo<Publication>} */
  #queue = new Fifo();
  #queueBytes = 0;
  /** @type {Set<Feed>} feeds whose position is to be stored */
  #moved = new Set();
  #storageFailed = false;

  /**
   * Connects to nothing yet; see `connect`.
   *
   * @param {string | URL} url `ws:`, `wss:`, `http:` or `https:`; in a page also a path such as `/ws`
   * @param {T.ClientOptions} [options]
   * @throws {SluiceError} `invalid_option`
   */
  constructor(url, options = {}) {
    this.#url = socketUrl(url);
    this.#limits = limitsOf(options);
    this.#token = options.token;
    this.#storage = options.storage;
    this.#Socket = options.WebSocket ?? /** @type {any} */ (globalThis.WebSocket);
    this.#fetch = options.fetch ?? globalThis.fetch?.bind(globalThis);
    this.#clock = options.clock ?? systemClock();
    this.#random = options.random ?? Math.random;
    this.#report = options.reportError ?? reportError;
    if (typeof this.#Socket !== 'function') {
      throw new SluiceError('invalid_option', 'There is no global WebSocket: pass one as an option');
    }
    this.#events = new Emitter(this.#report);
    this.#prefix = text(this.#random) + text(this.#random);
    this.#port = this.#makePort();
  }

  /** Where the connection stands. */
  get state() {
    return this.#state;
  }

  /** Who and which the present connection is; null while there is none. */
  get connection() {
    return this.#connected;
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
   * @returns {Promise<T.Connected>} the next time it is connected, or the present one; rejected once
   *   the state is `refused`, `failed` or `closed`
   */
  connect() {
    if (this.#state === 'idle' || this.#state === 'waiting') {
      this.#begin();
    }
    return this.#awaited.promise;
  }

  /**
   * Ends everything: requests and waiting publications are rejected with `closed`.
   *
   * @returns {Promise<void>} when the socket is closed too
   */
  async close() {
    const socket = this.#socket;
    this.#finish('closed', new SluiceError('closed', 'The client was closed'));
    if (!socket || socket.readyState === 3) return;
    await new Promise((resolve) => {
      const timer = this.#clock.setTimeout(() => {
        socket.terminate?.();
        resolve(undefined);
      }, 2_000);
      socket.onclose = () => {
        this.#clock.clearTimeout(timer);
        resolve(undefined);
      };
    });
  }

  /**
   * Subscribes, now or as soon as there is a connection, and again on every new one.
   *
   * @template [D=any]
   * @overload
   * @param {string} channel 1 to 128 of the characters A-Z a-z 0-9 _ . : -
   * @param {(message: T.Message<D>) => unknown} [listener]
   * @returns {Subscription<D>}
   */
  /**
   * @template [D=any]
   * @overload
   * @param {string} channel 1 to 128 of the characters A-Z a-z 0-9 _ . : -
   * @param {T.SubscribeOptions} options
   * @param {(message: T.Message<D>) => unknown} [listener]
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
    if (this.#end) throw this.#end;
    checkChannel(channel);
    if (this.#feeds.has(channel)) {
      throw new SluiceError('already_subscribed', `Already subscribed: ${channel}`, { channel });
    }
    const feed = new Feed(this.#port, channel, options);
    if (!options.since) feed.restore(this.#stored(channel));
    if (listener) feed.events.on('message', listener);
    this.#feeds.set(channel, feed);
    if (this.#state === 'connected') feed.ask();
    return new Subscription(feed);
  }

  /**
   * Publishes, now or as soon as there is a connection, behind what was published before. If the
   * line breaks before the receipt came, it is repeated, and still appended once.
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
   * @param {unknown} payload
   * @param {T.PublishOptions} [options]
   * @returns {Promise<T.Receipt>} when it is in the channel's log
   */
  /**
   * @param {string} channel
   * @param {unknown} payload
   * @param {T.PublishOptions} [options]
   * @returns {Promise<any>} rejected with `queue_full`, `too_big`, `invalid_payload`, `uncertain`
   *   and `timeout` (it may be appended or not), or what the server says
   */
  async publish(channel, payload, options = {}) {
    if (this.#end) throw this.#end;
    checkChannel(channel);
    const { ack = true, key } = options;
    const id = ++this.#ids;
    const idempotencyKey = options.idempotencyKey ?? (ack ? `${this.#prefix}-${id}` : undefined);
    const frame = { id, action: 'publish', channel, ack, key, idempotencyKey, payload };
    const publication = new Publication(id, write(frame, channel), ack, channel);
    this.#enqueue(publication);
    this.#flush();
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
    checkChannel(channel);
    const answer = await this.#request({ action: 'history', channel, since, limit }, 'history');
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
    checkChannel(channel);
    return presenceOf(await this.#request({ action: 'presence', channel }, 'presence'));
  }

  /**
   * Asks the server for a sign of life.
   *
   * @returns {Promise<number>} the milliseconds until it came
   */
  async ping() {
    let sent = this.#clock.now();
    await this.#request({ action: 'ping' }, 'pong', { sent: () => (sent = this.#clock.now()) });
    return this.#clock.now() - sent;
  }

  // ---- the connection -------------------------------------------------------------------------

  /** First step: a token. */
  #begin() {
    const turn = this.#enter('connecting');
    if (turn !== this.#turn) return;
    if (typeof this.#token !== 'function') return this.#dial(this.#token);
    const late = () => this.#broken(new SluiceError('token_timeout', 'No token came in time'));
    this.#arm(this.#limits.tokenMs, late);
    this.#fetchToken(this.#token).then(
      (token) => turn === this.#turn && this.#dial(token),
      (error) => turn === this.#turn && this.#broken(error),
    );
  }

  /** @param {() => string | Promise<string>} callback @returns {Promise<string>} */
  async #fetchToken(callback) {
    let token;
    try {
      token = await callback();
    } catch (cause) {
      throw new SluiceError('token_failed', 'The token callback failed', { cause });
    }
    if (typeof token === 'string' && token) return token;
    throw new SluiceError('token_failed', 'The token callback gave no text');
  }

  /** Second step: a socket, which is to say `connected`. @param {string | undefined} token */
  #dial(token) {
    const protocols = ['sluice.1'];
    if (token) protocols.push('token.' + token);
    this.#turn++;
    this.#arm(this.#limits.connectMs, () => {
      this.#broken(new SluiceError('connect_timeout', 'The server did not greet in time'));
    });
    if (token && !/^[\w.~+-]+$/.test(token)) {
      return this.#finish('refused', new SluiceError('bad_token', 'The token is no JWT'));
    }
    try {
      this.#listen(new this.#Socket(this.#url, protocols), token);
    } catch (cause) {
      this.#broken(new SluiceError('lost', 'The socket could not be made', { cause }));
    }
  }

  /** @param {T.Socket} socket @param {string | undefined} token */
  #listen(socket, token) {
    this.#socket = socket;
    let opened = false;
    socket.onopen = () => (opened = true);
    // `ws` throws an error that nobody listens to; a close always follows it.
    socket.onerror = () => {};
    socket.onmessage = (/** @type {{data: unknown}} */ event) => {
      if (socket === this.#socket) this.#hear(event.data);
    };
    socket.onclose = (/** @type {{code: number, reason: string}} */ event) => {
      if (socket !== this.#socket) return;
      const code = CLOSES.get(event.code) ?? 'lost';
      const said = event.reason ? `: ${event.reason}` : '';
      const message = `The connection ended with ${event.code}${said}`;
      const error = new SluiceError(code, message, { closeCode: event.code });
      if (opened || !this.#fetch) this.#broken(error);
      else this.#probe(this.#fetch, token, error);
    };
  }

  /**
   * A browser does not say why an upgrade was refused: this asks.
   *
   * @param {T.Fetch} fetch
   * @param {string | undefined} token
   * @param {SluiceError} error
   */
  #probe(fetch, token, error) {
    const turn = ++this.#turn;
    this.#socket = null;
    const abort = new AbortController();
    this.#arm(this.#limits.connectMs, () => {
      abort.abort();
      this.#broken(error);
    });
    const headers = token ? { Authorization: `Bearer ${token}` } : {};
    const init = { headers, signal: abort.signal, cache: 'no-store', redirect: 'manual' };
    askWhy(fetch, this.#url.replace(/^ws/, 'http'), init).then(
      ({ status, code, message, retryMs }) => {
        if (turn !== this.#turn) return;
        const final = status === 401 || status === 403;
        if (!final && status !== 429 && status !== 503) return this.#broken(error);
        const known = code ?? (status === 401 ? 'no_token' : final ? 'bad_token' : 'overload');
        const refusal = new SluiceError(known, message ?? `HTTP ${status}`, { status });
        if (final) this.#finish('refused', refusal);
        else this.#broken(refusal, Math.min(retryMs, this.#limits.retryMaxMs));
      },
      () => turn === this.#turn && this.#broken(error),
    );
  }

  /** Third step: greeted. @param {any} greeting */
  #greeted(greeting) {
    if (this.#state === 'connected') return;
    const now = this.#clock.now();
    const { userId, connectionId, expiresAt } = greeting;
    this.#state = 'connected';
    this.#turn++;
    this.#since = now;
    this.#pinged = false;
    this.#connected = { userId, connectionId, expiresAt };
    this.#arm(this.#limits.silenceMs, () => this.#watch());
    for (const feed of this.#feeds.values()) feed.ask();
    for (const request of this.#requests.values()) this.#sendRequest(request);
    this.#flush();
    this.#planRefresh();
    this.#awaited.resolve(this.#connected);
    this.#events.emit('state', 'connected', { previous: 'connecting' });
  }

  /** Silence leads to a ping, and silence after it to a new connection. */
  #watch() {
    const { silenceMs, pongMs } = this.#limits;
    const quiet = this.#clock.now() - this.#heard;
    if (quiet < silenceMs) {
      this.#pinged = false;
      return this.#arm(silenceMs - quiet, () => this.#watch());
    }
    if (this.#pinged) {
      return this.#broken(new SluiceError('silent', 'The server did not answer a ping'));
    }
    this.#pinged = true;
    this.#arm(pongMs, () => this.#watch());
    this.#send('{"action":"ping"}');
  }

  /**
   * Whatever step this was, it failed; the next attempt follows.
   *
   * @param {SluiceError} error
   * @param {number} [atLeastMs]
   */
  #broken(error, atLeastMs = 0) {
    const was = this.#state;
    this.#drop();
    if (was === 'connected') {
      this.#awaited = new Deferred();
      this.#unsettle(error);
      if (this.#clock.now() - this.#since >= this.#limits.stableMs) {
        this.#failures = -1;
        this.#retries = 0;
      }
    }
    if (++this.#failures >= this.#limits.maxAttempts) return this.#finish('failed', error);
    const { retryMs, retryMaxMs } = this.#limits;
    const delay = Math.max(this.#jitter(Math.min(retryMs * 2 ** this.#retries, retryMaxMs)), atLeastMs);
    this.#retries = Math.min(this.#retries + 1, 30);
    this.#arm(delay, () => this.#begin());
    this.#enter('waiting', { error, retryMs: delay }, false);
    this.#events.emit('error', error);
  }

  /** What was under way on the connection goes back, to be sent on the next one. @param {SluiceError} error */
  #unsettle(error) {
    this.#clock.clearTimeout(this.#refresher);
    this.#connected = null;
    this.#asks.clear();
    for (const feed of this.#feeds.values()) feed.detach();
    const flying = [...this.#inFlight.values()];
    this.#inFlight.clear();
    this.#inFlightBytes = 0;
    if (error.code === 'too_big') this.#sacrifice(flying);
    for (const publication of flying.reverse()) {
      this.#queue.unshift(publication);
      this.#queueBytes += publication.size;
    }
    for (const [id, request] of this.#requests) {
      if (!request.bound) continue;
      this.#requests.delete(id);
      request.done.reject(error);
    }
  }

  /** The server closes at what is too big and cannot say which it was: the largest, most likely. @param {Publication[]} flying */
  #sacrifice(flying) {
    if (!flying.length) return;
    const largest = flying.reduce((a, b) => (b.size > a.size ? b : a));
    flying.splice(flying.indexOf(largest), 1);
    const { channel } = largest;
    largest.done.reject(new SluiceError('too_big', 'Too big for the server', { channel }));
  }

  /** @param {'closed' | 'refused' | 'failed'} state @param {SluiceError} error */
  #finish(state, error) {
    if (this.#end) return;
    this.#end = error;
    this.#drop(state === 'closed');
    this.#storePositions();
    for (const timer of [this.#sweeper, this.#drainer, this.#refresher, this.#storer]) {
      this.#clock.clearTimeout(timer);
    }
    this.#connected = null;
    const waiting = [...this.#inFlight.values(), ...this.#requests.values(), ...this.#queue.drain()];
    this.#inFlight.clear();
    this.#requests.clear();
    this.#asks.clear();
    const feeds = [...this.#feeds.values()];
    this.#feeds.clear();
    if (this.#state === 'connected') this.#awaited = new Deferred();
    this.#awaited.reject(error);
    for (const one of waiting) one.done.reject(error);
    for (const feed of feeds) feed.end(state === 'closed' ? null : error);
    this.#enter(state, { error });
    if (state !== 'closed') this.#events.emit('error', error);
  }

  /** Leaves the socket behind; from here on nothing it does is heard. @param {boolean} [politely] */
  #drop(politely = false) {
    const socket = this.#socket;
    this.#turn++;
    this.#socket = null;
    this.#clock.clearTimeout(this.#guard);
    this.#clock.clearTimeout(this.#drainer);
    this.#drainer = undefined;
    if (!socket) return;
    try {
      if (politely || !socket.terminate) socket.close(1000);
      else socket.terminate();
    } catch {
      // It is left behind in any case.
    }
  }

  /**
   * @param {T.State} state
   * @param {Partial<T.StateDetail>} [detail]
   * @param {boolean} [disarm]
   * @returns {number} the turn it began
   */
  #enter(state, detail = {}, disarm = true) {
    const previous = this.#state;
    this.#state = state;
    if (disarm) this.#clock.clearTimeout(this.#guard);
    const turn = ++this.#turn;
    this.#events.emit('state', state, { previous, ...detail });
    return turn;
  }

  /** @param {number} ms @param {() => void} task */
  #arm(ms, task) {
    this.#clock.clearTimeout(this.#guard);
    this.#guard = this.#clock.setTimeout(task, ms);
  }

  /** @param {number} ms @returns {number} within ±10 % */
  #jitter(ms) {
    return ms * (0.9 + 0.2 * this.#random());
  }

  // ---- what the server says -------------------------------------------------------------------

  /** @param {unknown} data */
  #hear(data) {
    this.#heard = this.#clock.now();
    if (typeof data !== 'string') return this.#garbage('a binary message');
    if (data.length > this.#limits.messageBytes) {
      return this.#broken(new SluiceError('message_too_big', 'The server sent too large a message'));
    }
    let message;
    try {
      message = JSON.parse(data);
    } catch (cause) {
      return this.#garbage('no JSON', cause);
    }
    const wrong = flaw(message);
    if (wrong) return this.#garbage(wrong);
    if (this.#state === 'connected' || message.type === 'connected') this.#take(message, data);
  }

  /** @param {string} what @param {unknown} [cause] */
  #garbage(what, cause) {
    this.#broken(new SluiceError('bad_message', `The server sent ${what}`, { cause }));
  }

  /** The table of contents; a type that is not in it is of a later server. @param {any} message @param {string} raw */
  #take(message, raw) {
    switch (message.type) {
      case 'message':
      case 'broadcast':
        return this.#feeds.get(message.channel)?.deliver(message, raw);
      case 'connected':
        return this.#greeted(message);
      case 'published':
        return this.#landed(message.id)?.done.resolve(receiptOf(message));
      case 'subscribed':
        return this.#asked(message.id)?.accepted(message);
      case 'unsubscribed':
        return this.#unsubscribed(message);
      case 'gap':
      case 'position':
      case 'join':
      case 'leave':
        return this.#feeds.get(message.channel)?.tell(message);
      case 'presence':
        if (this.#answered(message)) return;
        return this.#feeds.get(message.channel)?.tell(message);
      case 'pong':
        this.#setClock(message.timestamp);
        this.#answered(message);
        return;
      case 'history':
      case 'refreshed':
        this.#answered(message);
        return;
      case 'error':
        return this.#refused(message);
    }
  }

  /** @param {any} message */
  #unsubscribed(message) {
    if (this.#answered(message) || !message.code) return;
    const { channel, code } = message;
    const feed = this.#feeds.get(channel);
    this.#endFeed(feed, new SluiceError(code, `The subscription ended: ${code}`, { channel }));
  }

  /** @param {any} message */
  #refused(message) {
    const { id, code = 'error', channel } = message;
    const error = new SluiceError(String(code), String(message.message ?? code), { channel });
    const waiting = this.#landed(id) ?? this.#requests.get(id);
    if (waiting) {
      this.#requests.delete(id);
      waiting.done.reject(error);
      return;
    }
    const feed = this.#asked(id);
    if (!feed) return this.#events.emit('error', error);
    if (PASSING.has(error.code)) feed.postpone(error);
    else this.#endFeed(feed, error);
  }

  /** @param {Feed | undefined} feed @param {SluiceError} error */
  #endFeed(feed, error) {
    if (!feed || this.#feeds.get(feed.channel) !== feed) return;
    this.#forget(feed);
    feed.end(error);
  }

  /** @param {Feed} feed */
  #forget(feed) {
    if (this.#feeds.get(feed.channel) !== feed) return;
    this.#feeds.delete(feed.channel);
    for (const [id, ask] of this.#asks) {
      if (ask.feed === feed) this.#asks.delete(id);
    }
  }

  /** @param {number} id @returns {Feed | undefined} */
  #asked(id) {
    const ask = this.#asks.get(id);
    this.#asks.delete(id);
    return ask?.feed.answered(id);
  }

  /** @param {number} id @returns {Publication | undefined} */
  #landed(id) {
    const publication = this.#inFlight.get(id);
    if (!publication) return undefined;
    this.#inFlight.delete(id);
    this.#inFlightBytes -= publication.size;
    this.#flush();
    return publication;
  }

  /** @param {any} message @returns {boolean} whether a request waited for it */
  #answered(message) {
    const request = this.#requests.get(message.id);
    if (!request || request.answer !== message.type) return false;
    this.#requests.delete(message.id);
    request.done.resolve(message);
    return true;
  }

  // ---- what we say ----------------------------------------------------------------------------

  /** @param {string} frame */
  #send(frame) {
    try {
      this.#socket?.send(frame);
    } catch (cause) {
      this.#broken(new SluiceError('lost', 'The socket took nothing more', { cause }));
    }
  }

  /** @param {Publication} publication */
  #enqueue(publication) {
    const { size, channel } = publication;
    const { publishBytes, queueMessages, queueBytes } = this.#limits;
    if (size > publishBytes) {
      throw new SluiceError('too_big', `${size} bytes, and ${publishBytes} are the most`, { channel });
    }
    if (this.#queue.size >= queueMessages || this.#queueBytes + size > queueBytes) {
      throw new SluiceError('queue_full', 'Too many publications wait', { channel });
    }
    this.#queue.push(publication);
    this.#queueBytes += size;
  }

  /** Sends what waits, as far as receipts and the socket allow. */
  #flush() {
    while (this.#state === 'connected' && this.#socket?.readyState === OPEN) {
      const next = this.#queue.peek();
      if (!next || !this.#hasRoom(next)) return;
      this.#queue.shift();
      this.#queueBytes -= next.size;
      this.#launch(next);
    }
  }

  /** @param {Publication} next */
  #hasRoom(next) {
    const { inFlightMessages, inFlightBytes, socketBytes } = this.#limits;
    if ((this.#socket?.bufferedAmount ?? 0) > socketBytes) {
      // A socket tells nobody that it has drained.
      this.#drainer ??= this.#clock.setTimeout(() => {
        this.#drainer = undefined;
        this.#flush();
      }, 20);
      return false;
    }
    if (!next.ack || !this.#inFlight.size) return true;
    return (
      this.#inFlight.size < inFlightMessages && this.#inFlightBytes + next.size <= inFlightBytes
    );
  }

  /** @param {Publication} publication */
  #launch(publication) {
    const { id, ack, channel, size, done } = publication;
    const now = this.#clock.now();
    if (publication.sentAt !== undefined && now - publication.sentAt > this.#limits.repeatMs) {
      const message = 'Sent, but the line was broken too long to learn whether it was appended';
      return done.reject(new SluiceError('uncertain', message, { channel }));
    }
    publication.sentAt ??= now;
    if (ack) {
      publication.deadline = now + this.#limits.answerMs;
      this.#inFlight.set(id, publication);
      this.#inFlightBytes += size;
      this.#planSweep();
    }
    this.#send(publication.frame);
    if (!ack) done.resolve(undefined);
  }

  /**
   * @param {Record<string, unknown>} body
   * @param {string} answer the type of the message that answers it
   * @param {{bound?: boolean, sent?: () => void}} [more] bound: to the present connection
   * @returns {Promise<any>}
   */
  async #request(body, answer, { bound = false, sent } = {}) {
    if (this.#end) throw this.#end;
    if (this.#requests.size >= this.#limits.requests) {
      throw new SluiceError('queue_full', 'Too many requests wait for their answers');
    }
    const id = ++this.#ids;
    const deadline = this.#clock.now() + this.#limits.answerMs;
    const request = new Request(JSON.stringify({ id, ...body }), answer, bound, deadline, sent);
    this.#requests.set(id, request);
    this.#planSweep();
    if (this.#state === 'connected') this.#sendRequest(request);
    return request.done.promise;
  }

  /** @param {Request} request */
  #sendRequest(request) {
    request.sent?.();
    this.#send(request.frame);
  }

  #planSweep() {
    this.#sweeper ??= this.#clock.setTimeout(() => this.#sweep(), this.#limits.answerMs);
  }

  /** Ends what waited for its answer too long. In each table the oldest stands first. */
  #sweep() {
    this.#sweeper = undefined;
    const now = this.#clock.now();
    const late = new SluiceError('timeout', 'The server did not answer in time');
    for (const [id, request] of this.#requests) {
      if (request.deadline > now) break;
      this.#requests.delete(id);
      request.done.reject(late);
    }
    for (const [id, publication] of this.#inFlight) {
      if (publication.deadline > now) break;
      this.#landed(id)?.done.reject(late);
    }
    for (const ask of this.#asks.values()) {
      if (ask.deadline <= now) this.#broken(late);
      break;
    }
    const deadlines = [this.#requests, this.#inFlight, this.#asks]
      .map((table) => table.values().next().value?.deadline ?? Infinity);
    const next = Math.min(...deadlines);
    if (next === Infinity || this.#end) return;
    this.#clock.clearTimeout(this.#sweeper);
    this.#sweeper = this.#clock.setTimeout(() => this.#sweep(), Math.max(next - now, 1));
  }

  // ---- a fresh token for the same connection --------------------------------------------------

  #planRefresh() {
    this.#clock.clearTimeout(this.#refresher);
    const expiresAt = this.#connected?.expiresAt;
    if (typeof this.#token !== 'function' || typeof expiresAt !== 'number') return;
    const left = expiresAt - this.#clock.wall() - this.#skew;
    // Too late: the server closes with 4401, and a fresh token comes with the next connection.
    if (!(left > 0)) return;
    const ms = Math.min(Math.max(left * 0.8, 1_000), LONGEST_TIMER);
    this.#refresher = this.#clock.setTimeout(() => this.#refresh(), ms);
  }

  async #refresh() {
    const turn = this.#turn;
    const { tokenMs } = this.#limits;
    try {
      const late = new SluiceError('token_timeout', 'No token came in time');
      const callback = /** @type {() => string} */ (this.#token);
      const token = await this.#within(tokenMs, this.#fetchToken(callback), late);
      if (turn !== this.#turn) return;
      const answer = await this.#request({ action: 'refresh', token }, 'refreshed', { bound: true });
      if (turn === this.#turn && this.#connected) this.#connected.expiresAt = answer.expiresAt;
    } catch (error) {
      if (turn === this.#turn) this.#events.emit('error', /** @type {SluiceError} */ (error));
    }
    if (turn === this.#turn) this.#planRefresh();
  }

  /**
   * @template V
   * @param {number} ms
   * @param {Promise<V>} promise
   * @param {SluiceError} late
   * @returns {Promise<V>}
   */
  #within(ms, promise, late) {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.setTimeout(() => reject(late), ms);
      this.#refresher = timer;
      promise.then(resolve, reject).finally(() => this.#clock.clearTimeout(timer));
    });
  }

  /** @param {unknown} timestamp the server's wall clock */
  #setClock(timestamp) {
    if (typeof timestamp === 'number') this.#skew = timestamp - this.#clock.wall();
  }

  // ---- what subscriptions ask of us -----------------------------------------------------------

  #makePort() {
    return {
      report: this.#report,
      limits: this.#limits,
      isConnected: () => this.#state === 'connected',
      send: (/** @type {object} */ frame) => this.#send(JSON.stringify(frame)),
      ask: (/** @type {Feed} */ feed) => {
        const id = ++this.#ids;
        this.#asks.set(id, { feed, deadline: this.#clock.now() + this.#limits.answerMs });
        this.#planSweep();
        return id;
      },
      later: (/** @type {number} */ ms, /** @type {() => void} */ task) =>
        this.#clock.setTimeout(task, this.#jitter(ms)),
      cancel: (/** @type {any} */ timer) => this.#clock.clearTimeout(timer),
      fail: (/** @type {Feed} */ feed, /** @type {SluiceError} */ error) => {
        if (this.#state === 'connected') this.#quit(feed);
        this.#endFeed(feed, error);
      },
      leave: (/** @type {Feed} */ feed) => this.#leave(feed),
      moved: (/** @type {Feed} */ feed) => this.#positionMoved(feed),
    };
  }

  /** @param {Feed} feed */
  #quit(feed) {
    this.#send(JSON.stringify({ action: 'unsubscribe', channel: feed.channel }));
  }

  /** @param {Feed} feed */
  async #leave(feed) {
    if (this.#feeds.get(feed.channel) !== feed) return;
    this.#forget(feed);
    feed.end(null);
    this.#storePositions();
    if (this.#state !== 'connected') return;
    const turn = this.#turn;
    const body = { action: 'unsubscribe', channel: feed.channel };
    try {
      await this.#request(body, 'unsubscribed', { bound: true });
    } catch (error) {
      // Who is not connected any more is not subscribed any more.
      if (turn === this.#turn) throw error;
    }
  }

  /** @param {string} channel */
  #storageKey(channel) {
    return `sluice:${this.#url.split('?')[0]}:${channel}`;
  }

  /** @param {Feed} feed */
  #positionMoved(feed) {
    if (!this.#storage) return;
    this.#moved.add(feed);
    this.#storer ??= this.#clock.setTimeout(() => this.#storePositions(), this.#limits.storeMs);
  }

  #storePositions() {
    this.#clock.clearTimeout(this.#storer);
    this.#storer = undefined;
    for (const feed of this.#moved) {
      this.#tryStorage((s) => s.setItem(this.#storageKey(feed.channel), JSON.stringify(feed.position)));
    }
    this.#moved.clear();
  }

  /** @param {string} channel @returns {T.Position | null} */
  #stored(channel) {
    const found = this.#tryStorage((storage) => storage.getItem(this.#storageKey(channel)));
    try {
      const position = JSON.parse(found ?? 'null');
      return isPosition(position) ? { epoch: position.epoch, offset: position.offset } : null;
    } catch {
      return null;
    }
  }

  /**
   * A storage that is full or forbidden is said once, and never stops a message.
   *
   * @template V
   * @param {(storage: T.Storage) => V} use
   */
  #tryStorage(use) {
    try {
      return this.#storage && use(this.#storage);
    } catch (cause) {
      if (this.#storageFailed) return undefined;
      this.#storageFailed = true;
      const message = 'Positions cannot be stored';
      this.#events.emit('error', new SluiceError('storage_failed', message, { cause }));
      return undefined;
    }
  }
}

/**
 * One channel of a client: its messages by listeners, or by `for await`, which asks for more as its
 * body is done with what it got. What nobody listens to waits here, bounded by the credit.
 *
 * @template [D=any]
 */
export class Subscription {
  #feed;

  /** @param {any} feed made by `Client.subscribe` */
  constructor(feed) {
    this.#feed = /** @type {Feed} */ (feed);
  }

  /** The channel's name. */
  get channel() {
    return this.#feed.channel;
  }

  /** Up to where messages were consumed; null before the first `subscribed`. @returns {T.Position | null} */
  get position() {
    return this.#feed.position;
  }

  /** The first `subscribed`; rejected if there is none. @returns {Promise<T.Subscribed>} */
  get ready() {
    return this.#feed.ready.promise;
  }

  /** Whether it is live on the present connection. */
  get live() {
    return this.#feed.state === 'live';
  }

  /** What the server may still send, by our books; null without credit. @returns {T.Credits | null} */
  get credit() {
    return this.#feed.credit();
  }

  /**
   * Calls a listener at each event from now on; the first one for `message` also gets what waited.
   *
   * @template {keyof T.SubscriptionEvents<D>} K
   * @param {K} event
   * @param {(...args: T.SubscriptionEvents<D>[K]) => unknown} listener
   * @returns {() => void} takes it back
   */
  on(event, listener) {
    const takeBack = this.#feed.events.on(event, listener);
    if (event === 'message') this.#feed.pour();
    return takeBack;
  }

  /**
   * Takes a listener back.
   *
   * @template {keyof T.SubscriptionEvents<D>} K
   * @param {K} event
   * @param {(...args: T.SubscriptionEvents<D>[K]) => unknown} listener
   */
  off(event, listener) {
    this.#feed.events.off(event, listener);
  }

  /**
   * Ends it; loops end when they have read what waits.
   *
   * @returns {Promise<void>} when the server sends nothing more
   */
  unsubscribe() {
    return this.#feed.port.leave(this.#feed);
  }

  /** @returns {AsyncIterableIterator<T.Message<D>>} throws what ended the subscription */
  [Symbol.asyncIterator]() {
    return this.#feed.iterate();
  }
}

/** @typedef {{message: T.Message | null, epoch: string, offset: number, bytes: number, open: number}} Entry */

/** One channel on the inside: what was asked, what came, what is consumed and paid for. */
class Feed {
  /** @type {'idle' | 'asked' | 'live' | 'ended'} */
  state = 'idle';
  /** @type {T.Position | null} of the last that was consumed */
  position = null;
  /** @type {Deferred<T.Subscribed>} */
  ready = new Deferred();
  /** @type {SluiceError | null} */
  #error = null;
  /** @type {T.Position | null} of the last that came */
  #received = null;
  #since;
  #recoverable;
  #presence;
  #filters;
  #window;
  /** @type {Set<number>} requests that are not answered yet */
  #ids = new Set();
  /** @type {any} the answer to the first of them */
  #first = null;
  #firstId = 0;
  #retries = 0;
  /** @type {any} */
  #timer;
  /** @type {Fifo<Entry>} what came and is not consumed, in order */
  #entries = new Fifo();
  /** @type {Fifo<Entry>} of these, what waits for a loop */
  #buffer = new Fifo();
  /** @type {Fifo<(result: any) => void>} loops that wait */
  #readers = new Fifo();
  #loops = 0;
  #held = { messages: 0, bytes: 0 };
  /** Consumed, and credit not yet given for it. */
  #owed = { messages: 0, bytes: 0 };

  /**
   * @param {any} port
   * @param {string} channel
   * @param {T.SubscribeOptions} options
   */
  constructor(port, channel, options) {
    this.port = port;
    this.channel = channel;
    this.events = new Emitter(port.report);
    this.#filters = filtersOf(options.filters);
    this.#window = windowOf(options.credits);
    this.#recoverable = options.recoverable ?? true;
    this.#presence = options.presence || undefined;
    this.#since = options.since;
    if (options.since && !isPosition(options.since)) {
      throw new SluiceError('invalid_position', 'since must be {epoch, offset}', { channel });
    }
  }

  /** @param {T.Position | null} position */
  restore(position) {
    if (this.#recoverable && position) this.#since = position;
  }

  /** Asks the server, anew on each connection. */
  ask() {
    this.port.cancel(this.#timer);
    this.state = 'asked';
    this.#ids.clear();
    this.#owed = { messages: 0, bytes: 0 };
    const since = (this.#recoverable && this.#received) || this.#since;
    const [first, ...others] = this.#filters;
    const credits = this.#opening();
    // Without credit the server stands still until every filter is there: it would pass by what
    // only a later one lets through.
    const parked = others.length ? { ...credits, messages: 0 } : credits;
    const more = { credits: parked, since, recoverable: this.#recoverable, presence: this.#presence };
    this.#firstId = this.#subscribe(first, more);
    for (const filter of others) this.#subscribe(filter, {});
    if (!others.length) return;
    const { messages } = credits ?? NO_WINDOW;
    this.#grant({ messages: messages ?? NO_WINDOW.messages, bytes: 0 });
  }

  /** @param {T.Filter | undefined} filters @param {object} more */
  #subscribe(filters, more) {
    const id = this.port.ask(this);
    this.#ids.add(id);
    this.port.send({ id, action: 'subscribe', channel: this.channel, filters, ...more });
    return id;
  }

  /** The window, less what came before and is not consumed yet. */
  #opening() {
    if (!this.#window) return undefined;
    const { messages, bytes } = this.#window;
    return {
      messages: messages && Math.max(messages - this.#held.messages, 0),
      bytes: bytes && Math.max(bytes - this.#held.bytes, 0),
    };
  }

  /** The connection is gone. */
  detach() {
    this.port.cancel(this.#timer);
    this.state = 'idle';
  }

  /** @param {number} id @returns {Feed | undefined} this, if it still waits for that answer */
  answered(id) {
    return this.#ids.delete(id) ? this : undefined;
  }

  /** @param {any} message one of the answers to `ask`; the first stands at its place in the stream */
  accepted(message) {
    if (message.id === this.#firstId) {
      const { epoch, offset, recovered } = message;
      const previous = this.#received?.epoch ?? this.#since?.epoch;
      this.#first = { epoch, offset, recovered };
      this.state = 'live';
      if (previous !== undefined && previous !== epoch) {
        this.events.emit('epoch', { previous, epoch, offset });
      }
      this.#mark(epoch, offset);
    }
    if (this.#ids.size || this.state !== 'live') return;
    this.#retries = 0;
    this.ready.resolve(this.#first);
    this.events.emit('subscribed', this.#first);
  }

  /** The server cannot now. @param {SluiceError} error */
  postpone(error) {
    const { retryMs, retryMaxMs } = this.port.limits;
    this.state = 'idle';
    this.#ids.clear();
    const ms = Math.min(retryMs * 2 ** this.#retries, retryMaxMs);
    this.#retries = Math.min(this.#retries + 1, 30);
    this.#timer = this.port.later(ms, () => this.port.isConnected() && this.ask());
    this.events.emit('error', error);
  }

  /** @param {SluiceError | null} error null: as was wished */
  end(error) {
    this.port.cancel(this.#timer);
    this.state = 'ended';
    this.#error = error;
    const gone = error ?? new SluiceError('closed', 'Unsubscribed', { channel: this.channel });
    this.ready.reject(gone);
    for (const reader of this.#readers.drain()) reader(this.#last());
    if (error) this.events.emit('error', error);
  }

  /** @param {any} m a message or broadcast @param {string} raw as it came */
  deliver(m, raw) {
    // Before `subscribed` comes what an earlier subscription to the channel left on the way.
    if (this.state !== 'live') return;
    const bytes = this.#window ? utf8Length(raw) : 0;
    const received = /** @type {T.Position} */ (this.#received);
    this.#held.messages++;
    this.#held.bytes += bytes;
    if (m.offset <= received.offset) return this.#consumed(bytes);
    received.offset = m.offset;
    const entry = { message: messageOf(m), epoch: received.epoch, offset: m.offset, bytes, open: 1 };
    if (this.#held.messages > this.#most()) {
      const message = 'More messages came than the reader has room for';
      return this.port.fail(this, new SluiceError('overflow', message, { channel: this.channel }));
    }
    this.#entries.push(entry);
    this.#hand(entry);
  }

  #most() {
    return this.#window?.messages ?? this.port.limits.bufferMessages;
  }

  /** To the loops if there are any, or nobody; and to the listeners. @param {Entry} entry */
  #hand(entry) {
    const listeners = this.events.of('message');
    if (this.#loops || !listeners?.size) this.#toLoops(entry);
    if (listeners) this.#toListeners(entry, listeners);
    this.#close(entry);
  }

  /** @param {Entry} entry */
  #toLoops(entry) {
    entry.open++;
    const reader = this.#readers.shift();
    if (reader) reader(entry);
    else this.#buffer.push(entry);
  }

  /** @param {Entry} entry @param {Iterable<Function>} listeners */
  #toListeners(entry, listeners) {
    for (const listener of listeners) {
      let result;
      try {
        result = listener(entry.message);
      } catch (error) {
        this.port.report(error);
      }
      if (typeof result?.then !== 'function') continue;
      entry.open++;
      result.then(undefined, this.port.report).then(() => this.#close(entry));
    }
  }

  /** A listener was added: it gets what waited, unless a loop is to. */
  pour() {
    if (this.#loops) return;
    for (const entry of this.#buffer.drain()) {
      this.#toListeners(entry, this.events.of('message') ?? []);
      this.#close(entry);
    }
  }

  /** One of those who hold an entry is done with it; the position moves when all before it are. @param {Entry} entry */
  #close(entry) {
    entry.open--;
    for (let head = this.#entries.peek(); head && head.open === 0; head = this.#entries.peek()) {
      this.#entries.shift();
      this.#moveTo(head.epoch, head.offset);
      if (head.message) this.#consumed(head.bytes);
    }
  }

  /** @param {number} bytes */
  #consumed(bytes) {
    this.#held.messages--;
    this.#held.bytes -= bytes;
    this.#owed.messages++;
    this.#owed.bytes += bytes;
    if (this.state !== 'live' || !this.#window) return;
    const { messages = Infinity, bytes: most = Infinity } = this.#window;
    if (this.#owed.messages * 2 < messages && this.#owed.bytes * 2 < most) return;
    this.#grant(this.#owed);
    this.#owed = { messages: 0, bytes: 0 };
  }

  /** @param {{messages: number, bytes: number}} credits */
  #grant(credits) {
    this.port.send({ action: 'credit', channel: this.channel, credits });
  }

  /** @returns {T.Credits | null} */
  credit() {
    if (!this.#window || this.state !== 'live') return null;
    const { messages, bytes } = this.#window;
    return {
      messages: messages && messages - this.#held.messages - this.#owed.messages,
      bytes: bytes && bytes - this.#held.bytes - this.#owed.bytes,
    };
  }

  /** Everything up to here came, or never will. @param {string} epoch @param {number} offset */
  #mark(epoch, offset) {
    this.#received = { epoch, offset };
    if (this.#entries.size) {
      this.#entries.push({ message: null, epoch, offset, bytes: 0, open: 0 });
    } else {
      this.#moveTo(epoch, offset);
    }
  }

  /** @param {string} epoch @param {number} offset */
  #moveTo(epoch, offset) {
    this.position = { epoch, offset };
    this.port.moved(this);
  }

  /** @param {any} m what the server says about the channel */
  tell(m) {
    if (this.state !== 'live') return;
    const { epoch, firstOffset, lastOffset, reason, offset, userId, timestamp, channel } = m;
    switch (m.type) {
      case 'gap':
        this.#mark(epoch, lastOffset);
        return this.events.emit('gap', { epoch, firstOffset, lastOffset, reason });
      case 'position':
        this.#mark(epoch, offset);
        return this.events.emit('position', { epoch, offset });
      case 'presence':
        return this.events.emit('presence', presenceOf(m));
      default:
        return this.events.emit(m.type, { channel, userId, timestamp });
    }
  }

  /** @returns {AsyncIterableIterator<any>} */
  iterate() {
    /** @type {Entry | null} what the loop's body is busy with */
    let current = null;
    let over = false;
    const done = () => {
      if (current) this.#close(current);
      current = null;
    };
    const take = (/** @type {Entry} */ entry) => {
      done();
      current = entry;
      return { value: entry.message, done: false };
    };
    this.#loops++;
    /** @type {AsyncIterableIterator<any>} */
    const iterator = {
      next: async () => {
        done();
        if (over) return { value: undefined, done: true };
        const entry = this.#buffer.shift();
        if (entry) return take(entry);
        if (this.state === 'ended') return this.#last();
        return new Promise((resolve) => {
          this.#readers.push((result) => resolve('open' in result ? take(result) : result));
        });
      },
      return: async () => {
        done();
        if (!over) this.#leaveLoop();
        over = true;
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  /** What waits for a loop is not to hold up listeners, who have had it. */
  #leaveLoop() {
    if (--this.#loops || !this.events.of('message')?.size) return;
    for (const entry of this.#buffer.drain()) this.#close(entry);
  }

  /** How a loop ends. @returns {any} */
  #last() {
    return this.#error ? Promise.reject(this.#error) : { value: undefined, done: true };
  }
}

// ---- what these are made of -------------------------------------------------------------------

/** A publication from `publish` to its receipt. */
class Publication {
  /** @type {Deferred<T.Receipt | undefined>} */
  done = new Deferred(false);
  /** @type {number | undefined} */
  sentAt;
  deadline = 0;

  /**
   * @param {number} id
   * @param {string} frame
   * @param {boolean} ack
   * @param {string} channel
   */
  constructor(id, frame, ack, channel) {
    this.id = id;
    this.frame = frame;
    this.size = utf8Length(frame);
    this.ack = ack;
    this.channel = channel;
  }
}

/** A question that has one answer. */
class Request {
  /** @type {Deferred<any>} */
  done = new Deferred(false);

  /**
   * @param {string} frame
   * @param {string} answer
   * @param {boolean} bound
   * @param {number} deadline
   * @param {(() => void) | undefined} sent
   */
  constructor(frame, answer, bound, deadline, sent) {
    this.frame = frame;
    this.answer = answer;
    this.bound = bound;
    this.deadline = deadline;
    this.sent = sent;
  }
}

/**
 * A promise from outside.
 *
 * @template V
 */
class Deferred {
  /** @param {boolean} [optional] whether nobody needs to look at it */
  constructor(optional = true) {
    /** @type {(value: V | PromiseLike<V>) => void} */
    this.resolve = () => {};
    /** @type {(error: unknown) => void} */
    this.reject = () => {};
    /** @type {Promise<V>} */
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    if (optional) this.promise.catch(() => {});
  }
}

/**
 * First in, first out.
 *
 * @template V
 */
class Fifo {
  /** @type {(V | undefined)[]} */
  #items = [];
  #head = 0;

  get size() {
    return this.#items.length - this.#head;
  }

  /** @param {V} item */
  push(item) {
    this.#items.push(item);
  }

  /** @param {V} item */
  unshift(item) {
    if (this.#head) this.#items[--this.#head] = item;
    else this.#items.unshift(item);
  }

  peek() {
    return this.#items[this.#head];
  }

  shift() {
    if (!this.size) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length) {
      this.#items.length = this.#head = 0;
    } else if (this.#head >= 1024 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  /** @returns {V[]} all of it */
  drain() {
    const all = /** @type {V[]} */ (this.#items.slice(this.#head));
    this.#items = [];
    this.#head = 0;
    return all;
  }
}

/** Listeners by event. One that throws stops nobody. */
class Emitter {
  /** @type {Map<string, Set<Function>>} */
  #sets = new Map();
  #report;

  /** @param {(error: unknown) => void} report */
  constructor(report) {
    this.#report = report;
  }

  /** @param {string} event */
  of(event) {
    return this.#sets.get(event);
  }

  /** @param {string} event @param {Function} listener */
  on(event, listener) {
    if (typeof listener !== 'function') {
      throw new SluiceError('invalid_option', 'A listener must be a function');
    }
    const set = this.#sets.get(event) ?? new Set();
    this.#sets.set(event, set.add(listener));
    return () => this.off(event, listener);
  }

  /** @param {string} event @param {Function} listener */
  off(event, listener) {
    this.#sets.get(event)?.delete(listener);
  }

  /** @param {string} event @param {...unknown} args */
  emit(event, ...args) {
    for (const listener of this.#sets.get(event) ?? []) {
      try {
        listener(...args);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}

/** @returns {T.Clock} */
function systemClock() {
  return {
    now: () => performance.now(),
    wall: () => Date.now(),
    setTimeout: (task, ms) => setTimeout(task, ms),
    clearTimeout: (timer) => clearTimeout(timer),
  };
}

/** @param {unknown} error */
function reportError(error) {
  if (typeof globalThis.reportError === 'function') return globalThis.reportError(error);
  queueMicrotask(() => {
    throw error;
  });
}

/** @param {string | URL} url */
function socketUrl(url) {
  try {
    const full = new URL(url, globalThis.location?.href);
    full.protocol = full.protocol.replace('http', 'ws');
    full.hash = '';
    if (/^wss?:$/.test(full.protocol)) return full.href;
  } catch {
    // As with any other that leads nowhere.
  }
  throw new SluiceError('invalid_option', 'The address must begin with ws:, wss:, http: or https:');
}

/** @param {Record<string, any>} options */
function limitsOf(options) {
  /** @type {Record<string, number>} */
  const limits = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS)) {
    const value = options[name] ?? limits[name];
    if (!(typeof value === 'number' && value >= 1)) {
      throw new SluiceError('invalid_option', `${name} must be a number from 1`);
    }
    limits[name] = value;
  }
  return /** @type {typeof DEFAULTS} */ (limits);
}

/** @param {T.Fetch} fetch @param {string} url @param {object} init */
async function askWhy(fetch, url, init) {
  const answer = await fetch(url, init);
  const body = await answer.json().catch(() => null);
  const { code, message } = body?.error ?? {};
  const retryMs = Number(answer.headers.get('Retry-After')) * 1000 || 0;
  return { status: answer.status, code, message, retryMs };
}

/** @param {unknown} channel */
function checkChannel(channel) {
  if (typeof channel === 'string' && /^[\w.:-]{1,128}$/.test(channel)) return;
  throw new SluiceError('invalid_channel', `No name of a channel: ${String(channel).slice(0, 128)}`);
}

/** @param {T.Filter | T.Filter[] | undefined} filters @returns {(T.Filter | undefined)[]} */
function filtersOf(filters) {
  const list = Array.isArray(filters) ? filters : [filters];
  const fine = list.every((one) => typeof one === 'object' && one && !Array.isArray(one));
  if (filters === undefined) return [undefined];
  // A copy: what is asked again later is what was asked first.
  if (fine && list.length) return JSON.parse(write(list));
  throw new SluiceError('invalid_filter', 'filters must be an object, or several in an array');
}

/** @param {T.Credits | null | undefined} credits @returns {T.Credits | null} */
function windowOf(credits) {
  if (credits === null) return null;
  const { messages, bytes } = credits ?? { messages: 1024, bytes: MIB };
  for (const amount of [messages, bytes]) {
    if (amount === undefined || (Number.isSafeInteger(amount) && amount > 0)) continue;
    throw new SluiceError('invalid_credit', 'credits must be whole numbers from 1');
  }
  return messages === undefined && bytes === undefined ? null : { messages, bytes };
}

/** @param {unknown} value @param {string} [channel] */
function write(value, channel) {
  try {
    const json = JSON.stringify(value);
    if (!channel || /** @type {any} */ (value).payload !== undefined) return json;
  } catch (cause) {
    throw new SluiceError('invalid_payload', 'JSON cannot write it', { cause, channel });
  }
  throw new SluiceError('invalid_payload', 'undefined is no JSON; send null', { channel });
}

/** @param {any} p @returns {boolean} */
function isPosition(p) {
  return typeof p?.epoch === 'string' && isCount(p.offset);
}

/** @param {any} n */
function isCount(n) {
  return Number.isSafeInteger(n) && n >= 0;
}

/** @param {any} m @returns {string | undefined} what is wrong with a message of the server */
function flaw(m) {
  if (typeof m?.type !== 'string') return 'no object with a type';
  switch (m.type) {
    case 'message':
    case 'broadcast':
      return isCount(m.offset) && 'data' in m ? undefined : `a ${m.type} without offset or data`;
    case 'subscribed':
    case 'published':
    case 'position':
      return isPosition(m) ? undefined : `${m.type} without a position`;
    case 'gap':
      return typeof m.epoch === 'string' && isCount(m.lastOffset) ? undefined : 'a gap of nothing';
    case 'history':
      return isPosition(m) && Array.isArray(m.publications) ? undefined : 'an empty history';
    case 'presence':
      return Array.isArray(m.users) ? undefined : 'a presence of nobody';
    default:
      return undefined;
  }
}

/** @param {any} m @returns {T.Message} */
function messageOf(m) {
  const { channel, data, timestamp, offset } = m;
  const broadcast = m.type === 'broadcast';
  return broadcast
    ? { channel, data, timestamp, offset, broadcast }
    : { channel, from: m.from, data, timestamp, offset, broadcast };
}

/** @param {any} m @returns {T.Receipt} */
function receiptOf({ channel, epoch, offset }) {
  return { channel, epoch, offset };
}

/** @param {any} m @returns {T.Presence} */
function presenceOf({ channel, users, total }) {
  return { channel, users, total };
}

/** @param {() => number} random */
function text(random) {
  return Math.floor(random() * 2 ** 52).toString(36);
}

/**
 * What a message costs of the credit in bytes.
 *
 * @param {string} text
 * @returns {number} its length in UTF-8
 */
export function utf8Length(text) {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // Each half of a surrogate pair counts for two of its four bytes.
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}
