/** @import * as V from './types.js' */
import { SluiceError } from '../errors.js';
import { Line } from '../line.js';
import { DEFAULTS, limitsOf, reportError, socketUrl, systemClock } from '../options.js';
import { Deferred, Emitter, utf8Length } from '../parts.js';
import { Figures } from './figures.js';
import { ERROR, FrameHeader, HEADER, PING, PONG } from './frames.js';
import { inflate, pingFrame, readPayload } from './frames.js';
import { NodeColumns, NodeReader } from './nodes.js';

/** After these, another attempt with the same token and name is of no use. */
const TURNED_AWAY = new Set(['forbidden', 'unknown_graph', 'invalid_field']);

const TOKEN = 'token.';

/** What came in binary: it was taken as it was read. */
const BYTES = { type: '' };

export const LINK_NUMBERS = Object.freeze({ ...DEFAULTS, pingMs: 1_000, socketBytes: 64 << 10 });

/** So many messages may come while a frame is inflated. */
const BEHIND = 256;

/**
 * Who speaks over a link.
 *
 * @typedef {object} Ears
 * @property {string} greeting the type of the server's first message
 * @property {(message: any) => void} text takes one; throws what is wrong with it
 * @property {(view: DataView) => Promise<void> | void} binary the same; what comes behind a promise
 *   waits for it
 * @property {() => void} broken the connection is gone
 */

/** What the clients of graphs and rooms have in common: signs of life, errors, figures. */
export class Link {
  events;
  line;
  clock;
  limits;
  figures = new Figures();
  /** @type {Deferred<any>} what `connect` gives */
  #next = new Deferred();
  #stands = false;
  #ears;
  /** The number of the ping that has no answer yet; 0: there is none. */
  #asked = 0;
  #askedAt = 0;
  #pings = 0;
  /** @type {unknown[] | null} what came while a frame is inflated */
  #behind = null;
  /** @type {any} */
  #timer;

  /**
   * @param {string | {href: string}} url
   * @param {Record<string, string>} query
   * @param {string} protocol
   * @param {V.WireOptions} options
   * @param {Record<string, number>} numbers the limits that there are
   * @param {Ears} ears
   */
  constructor(url, query, protocol, options, numbers, ears) {
    const limits = /** @type {any} */ (limitsOf(options, numbers));
    const { clock = systemClock(), random = Math.random, token } = options;
    const Socket = options.WebSocket ?? /** @type {any} */ (globalThis.WebSocket);
    if (typeof Socket !== 'function') {
      throw new SluiceError('invalid_option', 'There is no global WebSocket: pass one');
    }
    const there = new URL(socketUrl(url));
    for (const [name, value] of Object.entries(query)) there.searchParams.set(name, value);
    const fetch = options.fetch ?? globalThis.fetch?.bind(globalThis);
    this.events = new Emitter(options.reportError ?? reportError);
    this.clock = clock;
    this.limits = limits;
    this.#ears = ears;
    const Made = protocol ? Socket : bare(Socket);
    const parts = { protocol, Socket: Made, fetch, random, patience: Infinity };
    this.line = new Line(there.href, token, parts, limits, clock, this.#house());
  }

  /** @returns {Promise<any>} */
  connect() {
    if (this.line.state === 'idle' || this.line.state === 'waiting') this.line.open();
    return this.#next.promise;
  }

  /** All is there. @param {any} result what `connect` gives */
  stand(result) {
    this.#stands = true;
    this.#next.resolve(result);
  }

  /** @param {object} message */
  say(message) {
    this.line.send(JSON.stringify(message));
  }

  /** How long the server has not answered the last ping. @returns {number} 0: it has */
  get waits() {
    return this.#asked ? this.clock.now() - this.#askedAt : 0;
  }

  /** @returns {import('../line.js').House} */
  #house() {
    const { events } = this;
    return {
      opened: (socket) => void Object.assign(socket, { binaryType: 'arraybuffer' }),
      greets: (message) => this.#greets(message),
      ping: () => '{"type":"ping"}',
      read: (data) => this.#read(data),
      take: (message) => this.#take(message),
      greeted: (message) => {
        this.figures.connections++;
        this.#take(message);
        this.#ping();
      },
      broken: () => this.#broken(),
      ended: (_, error) => {
        if (this.line.state === 'connected') this.#broken();
        this.#next.reject(error);
      },
      told: (state, detail) => void events.emit('state', state, detail),
      failed: (error) => void events.emit('error', error),
    };
  }

  /** @param {any} message @returns {boolean} */
  #greets(message) {
    if (message.type === 'error') this.#fault(message);
    return message.type === this.#ears.greeting;
  }

  #broken() {
    this.#asked = 0;
    this.#behind = null;
    this.clock.clearTimeout(this.#timer);
    // Who waits still goes on to.
    if (this.#stands) this.#next = new Deferred();
    this.#stands = false;
    this.#ears.broken();
  }

  /** Asks how long the way is, one question at a time. */
  #ping() {
    const { pingMs } = this.limits;
    if (pingMs === Infinity) return;
    this.#timer = this.clock.setTimeout(() => this.#ping(), pingMs);
    if (this.#asked) return;
    this.#asked = ++this.#pings;
    this.#askedAt = this.clock.now();
    this.say({ type: 'ping', timestamp: this.#asked });
  }

  /** @param {unknown} data @returns {any} */
  #read(data) {
    const { figures, limits } = this;
    const isText = typeof data === 'string';
    if (!isText && !(data instanceof ArrayBuffer)) {
      throw new SluiceError('bad_message', 'The server sent neither text nor bytes');
    }
    figures.messages++;
    figures.bytes += isText ? utf8Length(data) : data.byteLength;
    if (!isText && data.byteLength > limits.messageBytes) {
      throw new SluiceError('message_too_big', 'The server sent too large a message');
    }
    if (!this.#behind) return this.#judge(data);
    if (this.#behind.push(data) <= BEHIND) return BYTES;
    throw new SluiceError('overflow', `More than ${BEHIND} messages came behind a compressed one`);
  }

  /** @param {string | ArrayBuffer} data @returns {any} */
  #judge(data) {
    if (typeof data === 'string') return parsed(data);
    const wait = this.line.state === 'connected' && this.#ears.binary(new DataView(data));
    if (wait) this.#wait(wait, (this.#behind = []));
    return BYTES;
  }

  /** @param {Promise<void>} wait @param {any[]} behind */
  async #wait(wait, behind) {
    const error = await wait.catch((/** @type {unknown} */ cause) => cause);
    if (behind !== this.#behind) return;
    this.#behind = null;
    if (error) return this.#failed(error);
    while (behind.length && !this.#behind && this.line.state === 'connected') {
      this.#take(this.#judged(behind.shift()));
    }
    // The next is compressed, too.
    const next = /** @type {unknown[] | null} */ (this.#behind);
    next?.push(...behind);
  }

  /** @param {any} data */
  #judged(data) {
    try {
      return this.#judge(data);
    } catch (error) {
      this.#failed(error);
      return BYTES;
    }
  }

  /** @param {any} message */
  #take(message) {
    try {
      this.#hear(message);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** @param {any} error */
  #failed(error) {
    // It would come again with the next connection.
    if (error.code === 'graph_full') this.line.end('failed', error);
    else this.line.fail(error);
  }

  /** @param {any} message */
  #hear(message) {
    switch (message.type) {
      case '':
        return;
      case 'ping':
        return this.say({ type: 'pong', timestamp: message.timestamp });
      case 'pong':
        if (message.timestamp !== this.#asked) return;
        this.#asked = 0;
        return this.figures.took(this.clock.now() - this.#askedAt);
      case 'error':
        return this.#fault(message);
      case 'rate_limit_warning':
        return this.#fault({ ...message, code: 'rate_limited' });
      default:
        return this.#ears.text(message);
    }
  }

  /** @param {any} payload of an error that the server has told */
  #fault(payload) {
    const { code, message = '', recoverable } = payload;
    const error = new SluiceError(String(code), String(message), { cause: payload });
    const isOver = this.line.state !== 'connected' || recoverable === false;
    if (isOver && TURNED_AWAY.has(code)) this.line.end('refused', error);
    else this.events.emit('error', error);
  }

  /**
   * Takes what is framed and belongs to neither client.
   *
   * @param {any} said
   * @param {number} type
   */
  framed(said, type) {
    if (type === ERROR) this.#fault(said.json);
    else if (type === PING) this.line.send(pingFrame(PONG, said.value, this.clock.wall()));
  }
}

/**
 * Where no subprotocol is spoken the server answers with none, which browsers take amiss unless
 * none was offered: so the token goes in the address.
 *
 * @param {import('../types.js').SocketConstructor} Socket
 * @returns {any}
 */
function bare(Socket) {
  return function (/** @type {string} */ url, /** @type {string[]} */ [, token]) {
    const there = new URL(url);
    if (token) there.searchParams.set('token', token.slice(TOKEN.length));
    return new Socket(there.href, []);
  };
}

/** Frames as they come: those of nodes go where they belong, the others are told. */
export class FrameEars {
  header = new FrameHeader();
  #reader;
  #into;
  #told;

  /**
   * @param {NodeReader} reader @param {NodeColumns} into
   * @param {(said: any, type: number) => void} told
   */
  constructor(reader, into, told) {
    this.#reader = reader;
    this.#into = into;
    this.#told = told;
  }

  /** @param {DataView} view @returns {Promise<void> | void} */
  read(view) {
    const { header } = this;
    header.read(view);
    const { type } = header;
    if (!header.gzip) return this.#take(type, view, HEADER);
    return inflate(view).then((payload) => this.#take(type, payload, 0));
  }

  /** @param {number} type @param {DataView} view @param {number} from */
  #take(type, view, from) {
    const said = readPayload(type, view, from, this.#reader, this.#into);
    if (said !== this.#into) this.#told(said, type);
  }
}

/** @param {string} text @returns {{type: string}} */
function parsed(text) {
  let message;
  try {
    message = JSON.parse(text);
  } catch {
    // As with any other that is none.
  }
  if (typeof message?.type === 'string' && message.type) return message;
  throw new SluiceError('bad_message', 'The server sent something that is not VisionFlow');
}
