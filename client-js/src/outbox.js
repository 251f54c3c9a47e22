/** @import * as T from './types.js' */
/** @import {Line} from './line.js' */
import { SluiceError } from './errors.js';
import { Deferred, Fifo, Pending, utf8Length } from './parts.js';
import { publishing } from './words.js';

/** How often a full socket is looked at: it tells nobody that it has drained. */
const DRAIN_MS = 20;

/**
 * A publication from `publish` to its receipt.
 *
 * @typedef {object} Publication
 * @property {number} id
 * @property {string} channel
 * @property {boolean} ack whether there will be a receipt
 * @property {string} frame sent as it is, also when it is repeated
 * @property {number} size of it in UTF-8
 * @property {number} [sentAt] when it was first sent
 * @property {Deferred<T.Receipt | undefined>} done
 */

/**
 * Publications in order: those that wait, those whose receipt has not come, and those that the
 * server lets wait for slow readers of a channel. While it does, no more is sent to that channel.
 */
export class Outbox {
  /** @type {Set<string>} the channels of which publications wait at the server */
  held = new Set();
  /** @type {Fifo<Publication>} */
  #queue = new Fifo();
  /** @type {Publication[]} taken out of the queue until their channel is released */
  #parked = [];
  /** @type {Map<number, Publication>} what waits at the server; no clock runs for it */
  #stuck = new Map();
  /** Of these three. */
  #waiting = { messages: 0, bytes: 0 };
  /** @type {Pending<Publication>} */
  #inFlight;
  #inFlightBytes = 0;
  /** @type {Deferred<void> | null} */
  #room = null;
  /** @type {any} */
  #drainer;
  #line;
  #limits;
  #clock;
  /** Of the idempotency keys this client makes up. */
  #prefix;
  #events;

  /**
   * @param {Line} line
   * @param {typeof import('./options.js').DEFAULTS} limits
   * @param {T.Clock} clock
   * @param {() => number} random
   * @param {import('./parts.js').Emitter} events
   */
  constructor(line, limits, clock, random, events) {
    const letters = () => Math.floor(random() * 2 ** 52).toString(36);
    this.#prefix = letters() + letters();
    this.#line = line;
    this.#limits = limits;
    this.#clock = clock;
    this.#events = events;
    this.#inFlight = new Pending(clock, limits.answerMs, (publication) => {
      this.#inFlightBytes -= publication.size;
      publication.done.reject(new SluiceError('timeout', 'No answer came in time', publication));
      this.flush();
    });
  }

  /**
   * @param {number} id
   * @param {string} channel
   * @param {unknown} payload
   * @param {T.PublishOptions} options
   */
  add(id, channel, payload, { ack = true, key, ...options }) {
    const idempotencyKey = options.idempotencyKey ?? (ack ? `${this.#prefix}-${id}` : undefined);
    const head = { id, action: 'publish', channel, ack, key, idempotencyKey };
    const frame = publishing(head, payload, channel);
    const size = utf8Length(frame);
    const { publishBytes, queueMessages, queueBytes } = this.#limits;
    if (size > publishBytes) {
      throw new SluiceError('too_big', 'Too big', { channel });
    }
    const { messages, bytes } = this.#waiting;
    if (messages >= queueMessages || bytes + size > queueBytes) {
      throw new SluiceError('queue_full', 'Too many wait', { channel });
    }
    /** @type {Publication} */
    const publication = { id, channel, ack, frame, size, done: new Deferred() };
    this.#wait(publication, 1);
    this.#queue.push(publication);
    this.flush();
    return publication.done.promise;
  }

  /** @param {Publication} publication @param {number} sign */
  #wait({ size }, sign) {
    this.#waiting.messages += sign;
    this.#waiting.bytes += sign * size;
  }

  /** Fulfilled while less than half of the room is taken. @returns {Promise<void>} */
  async room() {
    if (!this.#isRoomy()) await (this.#room ??= new Deferred()).promise;
  }

  #isRoomy() {
    const { messages, bytes } = this.#waiting;
    const { queueMessages, queueBytes } = this.#limits;
    return messages * 2 < queueMessages && bytes * 2 < queueBytes;
  }

  /** Sends what waits, as far as readers, receipts and the socket allow. */
  flush() {
    while (this.#line.isOpen()) {
      const next = this.#queue.peek();
      const held = next && this.held.has(next.channel);
      if (!next || (!held && !this.#hasRoom(next))) break;
      this.#queue.shift();
      if (held) this.#parked.push(next);
      else this.#launch(next);
    }
    if (!this.#room || !this.#isRoomy()) return;
    this.#room.resolve();
    this.#room = null;
  }

  /** @param {Publication} next */
  #hasRoom(next) {
    const { inFlightMessages, inFlightBytes, socketBytes } = this.#limits;
    if (this.#line.buffered() > socketBytes) {
      this.#drainer ??= this.#clock.setTimeout(() => {
        this.#drainer = undefined;
        this.flush();
      }, DRAIN_MS);
      return false;
    }
    // By default a server lets four times as many be unanswered.
    if (this.#stuck.size >= 3 * inFlightMessages) return false;
    if (!next.ack || !this.#inFlight.size) return true;
    const bytes = this.#inFlightBytes + next.size;
    return this.#inFlight.size < inFlightMessages && bytes <= inFlightBytes;
  }

  /** @param {Publication} publication */
  #launch(publication) {
    const { ack, channel, frame, done, sentAt } = publication;
    const now = this.#clock.now();
    this.#wait(publication, -1);
    if (sentAt !== undefined && now - sentAt > this.#limits.repeatMs) {
      return done.reject(new SluiceError('uncertain', 'It may be appended or not', { channel }));
    }
    publication.sentAt = sentAt ?? now;
    if (ack) this.#fly(publication);
    this.#line.send(frame);
    if (!ack) done.resolve(undefined);
  }

  /** @param {Publication} publication */
  #fly(publication) {
    this.#inFlight.add(publication.id, publication);
    this.#inFlightBytes += publication.size;
  }

  /** @param {number} id */
  #take(id) {
    const flying = this.#inFlight.take(id);
    if (flying) {
      this.#inFlightBytes -= flying.size;
      return flying;
    }
    const stuck = this.#stuck.get(id);
    if (stuck) this.#wait(stuck, -1);
    this.#stuck.delete(id);
    return stuck;
  }

  /** @param {any} message */
  landed({ id, channel, epoch, offset }) {
    this.#take(id)?.done.resolve({ channel, epoch, offset });
    this.flush();
  }

  /**
   * What found no room behind slow readers goes again when they have read.
   *
   * @param {number} id
   * @param {SluiceError} error
   * @returns {boolean} whether it was one of ours
   */
  refused(id, error) {
    const publication = this.#take(id);
    if (!publication) return false;
    if (error.code === 'hold_full' && this.held.has(publication.channel)) {
      publication.sentAt = undefined;
      this.#wait(publication, 1);
      this.#parked.push(publication);
    } else {
      publication.done.reject(error);
    }
    this.flush();
    return true;
  }

  /** Publications on the channel wait at the server. @param {any} message */
  hold({ channel, readers, bytes }) {
    this.held.add(channel);
    for (const one of this.#inFlight.drain((one) => one.channel === channel)) {
      this.#inFlightBytes -= one.size;
      this.#wait(one, 1);
      this.#stuck.set(one.id, one);
    }
    this.#events.emit('held', { channel, readers, bytes });
    this.flush();
  }

  /** They wait no more. @param {any} message */
  release({ channel }) {
    if (!this.held.delete(channel)) return;
    for (const one of [...this.#stuck.values()].filter((one) => one.channel === channel)) {
      this.#take(one.id);
      // It was not appended before now, so its key has not begun to age.
      one.sentAt = this.#clock.now();
      this.#fly(one);
    }
    this.#requeue([]);
    this.#events.emit('released', { channel });
    this.flush();
  }

  /** All that is not under way, in the order it was published. @param {Publication[]} more */
  #requeue(more) {
    const all = [...more, ...this.#parked.splice(0), ...this.#queue.drain()];
    for (const one of all.sort((a, b) => a.id - b.id)) this.#queue.push(one);
  }

  /**
   * The line broke: what has no receipt is sent first on the next one.
   *
   * @param {SluiceError} error
   */
  recall(error) {
    this.#clock.clearTimeout(this.#drainer);
    this.#drainer = undefined;
    // Had the server appended what waited there, it would have said so by now.
    for (const one of this.#stuck.values()) one.sentAt = this.#clock.now();
    const flying = this.#inFlight.drain();
    this.#inFlightBytes = 0;
    if (error.code === 'too_big') sacrifice(flying);
    for (const one of flying) this.#wait(one, 1);
    this.#requeue([...flying, ...this.#stuck.values()]);
    this.#stuck.clear();
    const held = [...this.held];
    this.held.clear();
    for (const channel of held) this.#events.emit('released', { channel });
  }

  /** @param {SluiceError} error */
  end(error) {
    for (const one of this.#queue.drain()) one.done.reject(error);
    this.#room?.reject(error);
  }
}

/**
 * A server that closes because a message is too big cannot say which it was. Repeating them all
 * would go on for ever, so the largest is given up.
 *
 * @param {Publication[]} flying
 */
function sacrifice(flying) {
  if (!flying.length) return;
  const largest = flying.reduce((a, b) => (b.size > a.size ? b : a));
  flying.splice(flying.indexOf(largest), 1);
  largest.done.reject(new SluiceError('too_big', 'Too big for the server', largest));
}
