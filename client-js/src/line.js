/** @import * as T from './types.js' */
import { SluiceError } from './errors.js';
import { fetchToken, tokenLate } from './token.js';

const OPEN = 1;
const CLOSED = 3;
const CLOSE_MS = 2_000;
const DOUBLINGS = 30;
const loadStream = () => import('./fallbacks.js');

/** A reason that has its code in common with another. */
const SLOW = 'slow';

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
  [4403, 'disconnected'],
]);

/** Of HTTP, where the answer does not name its own. */
const REFUSALS = new Map([
  [401, 'no_token'],
  [403, 'bad_token'],
  [429, 'user_limit'],
  [503, 'overload'],
]);

/**
 * What a line is made of.
 *
 * @typedef {object} Parts
 * @property {string} protocol offered beside the token
 * @property {T.SocketConstructor} Socket
 * @property {T.Fetch | undefined} fetch
 * @property {() => number} random
 * @property {number} patience
 * @property {() => Promise<{Stream: new (...args: any[]) => T.Socket}>} [load] what goes where no
 *   WebSocket does
 */

/**
 * What a line is part of.
 *
 * @typedef {object} House
 * @property {(socket: T.Socket) => void} [opened] a socket is open, and was not greeted yet
 * @property {(message: any) => boolean} greets whether this first message is the greeting
 * @property {() => string | null} ping what asks for a sign of life; null: nothing does
 * @property {(data: string) => any} read checks a message of the server; throws what is wrong
 * @property {(message: any, raw: string) => void} take
 * @property {(greeting: any) => void} greeted
 * @property {(error: SluiceError) => void} broken a connection that was greeted is gone
 * @property {(state: 'closed' | 'refused' | 'failed', error: SluiceError) => void} ended
 * @property {(state: T.State, detail: T.StateDetail) => void} told
 * @property {(error: SluiceError) => void} failed
 */

/**
 * The connection: a machine of seven states. In `connecting`, `waiting` and `connected` one timer,
 * the guard, is always set and leads on; the other states need none.
 */
export class Line {
  /** @type {T.State} */
  state = 'idle';
  /** @type {SluiceError | null} why the state is final */
  error = null;
  /** @type {'websocket' | 'stream'} of the present or latest attempt */
  transport = 'websocket';
  /** How many more sockets must fail before the stream is tried. */
  #patience;
  /** Whether a socket was made in this attempt, and nobody has said that the network is down. */
  #dialed = false;
  /** @type {T.Socket | null} */
  #socket = null;
  /** Grows with every step; what an earlier step began is not listened to any more. */
  #turn = 0;
  /** @type {any} */
  #guard;
  /** Failed attempts in a row, and delays since a connection stood. */
  #failures = 0;
  #delays = 0;
  #greetedAt = 0;
  #heardAt = 0;
  #pinged = false;
  #url;
  #token;
  #parts;
  #limits;
  #clock;
  #house;

  /**
   * @param {string} url
   * @param {T.ClientOptions['token']} token
   * @param {Parts} parts
   * @param {typeof import('./options.js').DEFAULTS} limits
   * @param {T.Clock} clock
   * @param {House} house
   */
  constructor(url, token, parts, limits, clock, house) {
    this.#url = url;
    this.#token = token;
    this.#parts = parts;
    this.#limits = limits;
    this.#clock = clock;
    this.#house = house;
    this.#patience = parts.patience;
  }

  /** Whether what is sent now goes somewhere. */
  isOpen() {
    return this.state === 'connected' && this.#socket?.readyState === OPEN;
  }

  /** Bytes that the socket holds. */
  buffered() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  /** @param {string | Uint8Array} frame */
  send(frame) {
    try {
      this.#socket?.send(frame);
    } catch (cause) {
      this.fail(new SluiceError('lost', 'The socket took nothing more', { cause }));
    }
  }

  /** @param {number} ms @returns {number} within ±10 % */
  jitter(ms) {
    return ms * (0.9 + 0.2 * this.#parts.random());
  }

  /** First step: a token. */
  open() {
    const turn = this.#enter('connecting');
    if (turn !== this.#turn) return;
    if (typeof this.#token !== 'function') return this.#dial(this.#token);
    this.#arm(this.#limits.tokenMs, () => this.fail(tokenLate()));
    fetchToken(this.#token).then(
      (token) => turn === this.#turn && this.#dial(token),
      (error) => turn === this.#turn && this.fail(error),
    );
  }

  /**
   * Second step: a socket, whose first message is the greeting.
   *
   * @param {string | undefined} token
   */
  #dial(token) {
    if (token && !/^[\w.~+-]+$/.test(token)) {
      return this.end('refused', new SluiceError('bad_token', 'The token is no JWT'));
    }
    const { protocol, Socket } = this.#parts;
    const protocols = token ? [protocol, `token.${token}`] : [protocol];
    const turn = ++this.#turn;
    this.#arm(this.#limits.connectMs, () => {
      this.fail(new SluiceError('connect_timeout', 'The server did not greet in time'));
    });
    this.#dialed = true;
    this.transport = this.#patience > 0 ? 'websocket' : 'stream';
    const failed = (/** @type {unknown} */ cause) => {
      if (turn !== this.#turn) return;
      this.fail(new SluiceError('lost', 'The socket could not be made', { cause }));
    };
    if (this.transport === 'stream') return void this.#stream(turn, token).catch(failed);
    try {
      this.#listen(new Socket(this.#url, protocols), token);
    } catch (cause) {
      failed(cause);
    }
  }

  /** @param {number} turn @param {string | undefined} token */
  async #stream(turn, token) {
    const { Stream } = await (this.#parts.load ?? loadStream)();
    if (turn !== this.#turn) return;
    const back = (/** @type {T.Socket} */ socket, /** @type {string} */ greeting) => {
      this.#goBack(socket, token, greeting);
    };
    const house = { ...this.#parts, refusalOf, back, jitter: this.jitter.bind(this) };
    this.#listen(new Stream(this.#url, token, house, this.#limits, this.#clock), token);
  }

  /**
   * From the stream over to a WebSocket that was greeted: to those above a new connection.
   *
   * @param {T.Socket} socket
   * @param {string | undefined} token
   * @param {string} greeting
   */
  #goBack(socket, token, greeting) {
    this.#drop();
    this.#house.broken(new SluiceError('lost', 'Over to WebSocket'));
    this.transport = 'websocket';
    this.#tell('connecting');
    if (this.error) return socket.close(1000);
    this.#listen(socket, token);
    this.#hear(greeting);
  }

  /** @param {T.Socket} socket @param {string | undefined} token */
  #listen(socket, token) {
    this.#socket = socket;
    let opened = false;
    socket.onopen = () => {
      opened = true;
      if (socket === this.#socket) this.#house.opened?.(socket);
    };
    // Node's ws throws an error that nobody listens to; a close always follows it.
    socket.onerror = () => {};
    socket.onmessage = (/** @type {{data: unknown}} */ event) => {
      if (socket === this.#socket) this.#hear(event.data);
    };
    socket.onclose = (/** @type {any} */ { code, reason, refusal }) => {
      if (socket !== this.#socket) return;
      // Whoever says why is there.
      this.#dialed &&= code === 1006;
      const message = `The connection ended with ${code}${reason ? `: ${reason}` : ''}`;
      const word = reason === SLOW ? SLOW : CLOSES.get(code);
      const error = new SluiceError(word ?? 'lost', message, { closeCode: code });
      if (opened || this.state === 'connected') this.fail(error);
      else if (this.transport === 'stream') this.#judge(refusal, error);
      else this.#probe(token, error);
    };
  }

  /**
   * A browser does not say why an upgrade was refused: this asks.
   *
   * @param {string | undefined} token
   * @param {SluiceError} error
   */
  #probe(token, error) {
    const { fetch } = this.#parts;
    if (!fetch) return this.fail(error);
    const turn = ++this.#turn;
    const abort = new AbortController();
    this.#socket = null;
    this.#arm(this.#limits.connectMs, () => {
      this.fail(error);
      abort.abort();
    });
    askWhy(fetch, this.#url.replace(/^ws/, 'http'), token, abort.signal).then(
      (refusal) => turn === this.#turn && this.#judge(refusal, error),
      () => {
        if (turn !== this.#turn) return;
        this.#dialed = false;
        this.fail(error);
      },
    );
  }

  /**
   * @param {{error: SluiceError, retryMs: number} | null | undefined} refusal
   * @param {SluiceError} error
   */
  #judge(refusal, error) {
    const status = refusal?.error.status;
    if (!refusal) this.fail(error);
    else if (status === 401 || status === 403) this.end('refused', refusal.error);
    else {
      this.#dialed = false;
      this.fail(refusal.error, Math.min(refusal.retryMs, this.#limits.retryMaxMs));
    }
  }

  /** @param {unknown} data */
  #hear(data) {
    this.#heardAt = this.#clock.now();
    if (typeof data === 'string' && data.length > this.#limits.messageBytes) {
      return this.fail(new SluiceError('message_too_big', 'The server sent too large a message'));
    }
    let message;
    try {
      message = this.#house.read(/** @type {string} */ (data));
    } catch (error) {
      return this.fail(/** @type {SluiceError} */ (error));
    }
    if (this.state === 'connected') this.#house.take(message, /** @type {string} */ (data));
    else if (this.#house.greets(message)) this.#greet(message);
  }

  /** Third step: greeted. @param {any} greeting */
  #greet(greeting) {
    const previous = this.state;
    this.state = 'connected';
    this.#turn++;
    this.#greetedAt = this.#clock.now();
    this.#pinged = this.#dialed = false;
    if (this.transport === 'websocket') this.#patience = this.#parts.patience;
    this.#arm(this.#limits.silenceMs, () => this.#watch());
    this.#house.greeted(greeting);
    if (this.state === 'connected') this.#house.told('connected', { previous });
  }

  /** Silence leads to a ping, and silence after it to a new connection. */
  #watch() {
    const { silenceMs, pongMs } = this.#limits;
    const left = this.#heardAt + silenceMs - this.#clock.now();
    // Less than a timer can tell apart is nothing.
    if (left >= 1) {
      this.#pinged = false;
      return this.#arm(left, () => this.#watch());
    }
    if (this.#pinged) {
      return this.fail(new SluiceError('silent', 'The server did not answer a ping'));
    }
    this.#arm(pongMs, () => this.#watch());
    const ping = this.#house.ping();
    this.#pinged = ping !== null;
    if (ping) this.send(ping);
  }

  /**
   * Whatever step this was, it failed; the next attempt follows.
   *
   * @param {SluiceError} error
   * @param {number} [atLeastMs]
   */
  fail(error, atLeastMs = 0) {
    if (this.error) return;
    const { maxAttempts, retryMs, retryMaxMs, stableMs } = this.#limits;
    const stood = this.state === 'connected' && this.#clock.now() - this.#greetedAt >= stableMs;
    this.#drop();
    if (this.state === 'connected') this.#house.broken(error);
    if (this.#dialed) this.#patience += this.transport === 'websocket' ? -1 : 1;
    this.#dialed = false;
    if (stood) this.#failures = this.#delays = 0;
    else this.#failures++;
    if (this.#failures >= maxAttempts) return this.end('failed', error);
    const delay = this.jitter(Math.min(retryMs * 2 ** this.#delays, retryMaxMs));
    const waitMs = Math.max(delay, atLeastMs);
    this.#delays = Math.min(this.#delays + 1, DOUBLINGS);
    this.#arm(waitMs, () => this.open());
    this.#tell('waiting', { error, retryMs: waitMs });
    this.#house.failed(error);
  }

  /**
   * For good.
   *
   * @param {'closed' | 'refused' | 'failed'} state
   * @param {SluiceError} error
   */
  end(state, error) {
    if (this.error) return;
    this.error = error;
    this.#drop(state === 'closed');
    this.#house.ended(state, error);
    this.#tell(state, { error });
    if (state !== 'closed') this.#house.failed(error);
  }

  /** Says goodbye, and waits a while for the other side's. */
  async close() {
    const socket = this.#socket;
    this.end('closed', new SluiceError('closed', 'The client was closed'));
    if (!socket || socket.readyState === CLOSED) return;
    await new Promise((resolve) => {
      const timer = this.#clock.setTimeout(() => {
        socket.terminate?.();
        resolve(undefined);
      }, CLOSE_MS);
      socket.onclose = () => {
        this.#clock.clearTimeout(timer);
        resolve(undefined);
      };
    });
  }

  /** Leaves the socket behind; nothing it does is heard any more. @param {boolean} [politely] */
  #drop(politely = false) {
    const socket = this.#socket;
    this.#turn++;
    this.#socket = null;
    this.#clock.clearTimeout(this.#guard);
    try {
      if (politely || !socket?.terminate) socket?.close(1000);
      else socket.terminate();
    } catch {
      // It is left behind in any case.
    }
  }

  /** @param {T.State} state @returns {number} the turn it began */
  #enter(state) {
    this.#clock.clearTimeout(this.#guard);
    const turn = ++this.#turn;
    this.#tell(state);
    return turn;
  }

  /** @param {T.State} state @param {Partial<T.StateDetail>} [detail] */
  #tell(state, detail = {}) {
    const previous = this.state;
    this.state = state;
    this.#house.told(state, { previous, ...detail });
  }

  /** @param {number} ms @param {() => void} task */
  #arm(ms, task) {
    this.#clock.clearTimeout(this.#guard);
    this.#guard = this.#clock.setTimeout(task, ms);
  }
}

/**
 * @param {T.Fetch} fetch
 * @param {string} url
 * @param {string | undefined} token
 * @param {AbortSignal} signal
 * @returns {Promise<{error: SluiceError, retryMs: number} | null>} null: it is not refused
 */
async function askWhy(fetch, url, token, signal) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const answer = await fetch(url, { headers, signal, cache: 'no-store', redirect: 'manual' });
  return refusalOf(answer);
}

/**
 * @param {Awaited<ReturnType<T.Fetch>>} answer
 * @returns {Promise<{error: SluiceError, retryMs: number} | null>} null: it is not refused
 */
async function refusalOf(answer) {
  const { status } = answer;
  const fallback = REFUSALS.get(status);
  if (!fallback) return null;
  const body = await answer.json().catch(() => null);
  const { code = fallback, message = `HTTP ${status}` } = body?.error ?? {};
  const retryMs = Number(answer.headers.get('Retry-After')) * 1000 || 0;
  return { error: new SluiceError(String(code), String(message), { status }), retryMs };
}
