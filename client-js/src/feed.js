/** @import * as T from './types.js' */
import { SluiceError } from './errors.js';
import { Deferred, Emitter, Fifo, utf8Length } from './parts.js';
import { filtersOf, isPosition, messageOf, presenceOf, windowOf } from './words.js';

const NO_WINDOW = { messages: Number.MAX_SAFE_INTEGER, bytes: undefined };

/** So many channels of a pattern are known by their last message; who spoke longest ago goes. */
const KNOWN_CHANNELS = 1_000;

/**
 * What a feed needs of its client.
 *
 * @typedef {object} Port
 * @property {typeof import('./options.js').DEFAULTS} limits
 * @property {(error: unknown) => void} report
 * @property {(feed: Feed, body: object) => number} ask sends a `subscribe`; its id
 * @property {(feed: Feed) => void} forgetAsks
 * @property {(channel: string, credits: T.Credits) => void} credit
 * @property {(feed: Feed, ms: number) => any} later asks again
 * @property {(timer: any) => void} cancel
 * @property {(feed: Feed) => void} moved its position did
 * @property {(feed: Feed) => Promise<void>} leave
 * @property {(feed: Feed) => void} overflowed more came than the reader has room for
 */

/**
 * What came; `open` counts those who are not done with it.
 *
 * @typedef {{message: T.Message | null, epoch: string, offset: number, bytes: number,
 *   open: number}} Entry
 */

/** A channel or pattern on the inside: what was asked, what came, what is consumed and paid for. */
export class Feed {
  /** @type {'idle' | 'asked' | 'live' | 'ended'} */
  state = 'idle';
  /** @type {T.Position | null} of the last that was consumed */
  position = null;
  /** @type {Deferred<T.Subscribed>} */
  ready = new Deferred();
  /** @type {T.Subscribed | null} the first answer to what was asked last */
  standing = null;
  counters = { gaps: 0, conflated: 0, repeats: 0 };
  /** @type {SluiceError | null} */
  #error = null;
  /** @type {T.Position | null} of the last that came */
  #received = null;
  /** @type {Map<string, T.Position>} the last that came of each channel of a pattern */
  #known = new Map();
  #since;
  /** What is asked for beside filters, credit and place. */
  #terms;
  #filters;
  #window;
  /** Answers that are still to come. */
  #open = 0;
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
   * @param {Port} port
   * @param {string} channel
   * @param {T.SubscribeOptions} options
   */
  constructor(port, channel, options) {
    this.port = port;
    this.channel = channel;
    this.events = new Emitter(port.report);
    this.#filters = filtersOf(options.filters);
    this.several = this.#filters.length > 1;
    this.#window = windowOf(options.credits);
    const { recoverable = true, presence, policy, conflateBy, hold } = options;
    this.#terms = { recoverable, presence: presence || undefined, policy, conflateBy, hold };
    this.#since = options.since;
    if (options.since && !isPosition(options.since)) {
      throw new SluiceError('invalid_position', 'since must be {epoch, offset}', { channel });
    }
  }

  /** @param {T.Position | null} position */
  restore(position) {
    if (this.#terms.recoverable && position) this.#since = position;
  }

  /** Asks the server, anew on each connection. */
  ask() {
    this.port.cancel(this.#timer);
    this.state = 'asked';
    this.#open = 0;
    this.#owed = { messages: 0, bytes: 0 };
    const since = (this.#terms.recoverable && this.#received) || this.#since;
    const [first, ...others] = this.#filters;
    const credits = this.#opening();
    // Without credit the server stands still until every filter is there: it would pass by what
    // only a later one lets through.
    const parked = others.length ? { ...credits, messages: 0 } : credits;
    this.#firstId = this.#subscribe(first, { credits: parked, since, ...this.#terms });
    for (const filter of others) this.#subscribe(filter, {});
    if (!others.length) return;
    const { messages } = credits ?? NO_WINDOW;
    this.#grant({ messages: messages ?? NO_WINDOW.messages, bytes: 0 });
  }

  /** @param {T.Filter | undefined} filters @param {object} more */
  #subscribe(filters, more) {
    this.#open++;
    return this.port.ask(this, { channel: this.channel, filters, ...more });
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

  /**
   * @param {any} message the first answer to `ask` stands at its place in the stream
   * @param {unknown} asked or else the channel's count begins anew
   */
  accepted(message, asked) {
    if (asked) {
      this.#open--;
      if (message.id === this.#firstId) this.#begin(message);
    } else if (this.state === 'live' && message.epoch !== this.#received?.epoch) {
      this.#begin(message);
    } else {
      return;
    }
    if (this.#open || this.state !== 'live') return;
    this.#retries = 0;
    const standing = /** @type {T.Subscribed} */ (this.standing);
    this.ready.resolve(standing);
    this.events.emit('subscribed', standing);
  }

  /** @param {any} message */
  #begin({ epoch, offset, recovered, policy = 'lossless', hold = false }) {
    const previous = this.#received?.epoch ?? this.#since?.epoch;
    this.standing = { epoch, offset, recovered, policy, holds: hold };
    this.state = 'live';
    this.#mark(epoch, offset);
    if (previous !== undefined && previous !== epoch) {
      this.events.emit('epoch', { previous, epoch, offset });
    }
  }

  /** The server cannot now. @param {SluiceError} error */
  postpone(error) {
    const { retryMs, retryMaxMs } = this.port.limits;
    this.state = 'idle';
    this.port.forgetAsks(this);
    const ms = Math.min(retryMs * 2 ** this.#retries, retryMaxMs);
    this.#retries = Math.min(this.#retries + 1, 30);
    this.#timer = this.port.later(this, ms);
    this.events.emit('error', error);
  }

  /** It goes on, but slows nobody any more. @param {SluiceError} error */
  unhold(error) {
    if (this.standing) this.standing = { ...this.standing, holds: false };
    this.events.emit('warning', error);
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
    const { epoch } = received;
    const { offset } = m.feed ?? m;
    const late = offset <= received.offset;
    if (late || this.#knows(m)) {
      this.counters.repeats++;
      if (!late) this.#mark(epoch, offset);
      return this.#consumed(bytes);
    }
    received.offset = offset;
    const entry = { message: messageOf(m), epoch, offset, bytes, open: 1 };
    if (this.#held.messages > this.#most()) {
      return this.port.overflowed(this);
    }
    this.#entries.push(entry);
    this.#hand(entry);
  }

  /** Whether the channel's message came before by a pattern. @param {any} m */
  #knows({ feed, channel, epoch, offset }) {
    if (!feed) return false;
    const known = this.#known;
    const last = known.get(channel);
    if (last && last.epoch === epoch && offset <= last.offset) return true;
    known.delete(channel);
    if (known.size >= KNOWN_CHANNELS) known.delete(/** @type {any} */ (known.keys().next().value));
    known.set(channel, { epoch, offset });
    return false;
  }

  #most() {
    return this.#window?.messages ?? this.port.limits.bufferMessages;
  }

  /** To the loops if there are any, or nobody; and to the listeners. @param {Entry} entry */
  #hand(entry) {
    const listeners = this.events.of('message');
    if (this.#loops || !listeners?.size) this.#toLoops(entry);
    if (listeners) this.#toListeners(entry);
    this.#close(entry);
  }

  /** @param {Entry} entry */
  #toLoops(entry) {
    entry.open++;
    const reader = this.#readers.shift();
    if (reader) reader(entry);
    else this.#buffer.push(entry);
  }

  /** @param {Entry} entry */
  #toListeners(entry) {
    for (const busy of this.events.emit('message', entry.message)) {
      entry.open++;
      busy.then(() => this.#close(entry));
    }
  }

  /** A listener was added: it gets what waited, unless a loop is to. */
  pour() {
    if (this.#loops) return;
    for (const entry of this.#buffer.drain()) {
      this.#toListeners(entry);
      this.#close(entry);
    }
  }

  /**
   * One of those who hold an entry is done with it; the position moves when all before it are.
   *
   * @param {Entry} entry
   */
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
    this.port.credit(this.channel, credits);
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
    const { epoch, firstOffset, lastOffset, reason, offset, conflated = 0 } = m;
    const { userId, timestamp, channel } = m;
    switch (m.type) {
      case 'gap':
        this.#mark(epoch, lastOffset);
        this.counters.gaps++;
        return this.events.emit('gap', { epoch, firstOffset, lastOffset, reason });
      case 'position':
        this.#mark(epoch, offset);
        this.counters.conflated += conflated;
        return this.events.emit('position', { epoch, offset, conflated });
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
