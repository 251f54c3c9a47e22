/** @import * as T from './types.js' */
/** @import {Line} from './line.js' */
import { SluiceError } from './errors.js';
import { Deferred, Fifo, Pending, utf8Length } from './parts.js';

/** How often a full socket is looked at: it tells nobody that it has drained. */
const DRAIN_MS = 20;

/** A publication from `publish` to its receipt. */
export class Publication {
  /** @type {Deferred<T.Receipt | undefined>} */
  done = new Deferred();
  /** @type {number | undefined} when it was first sent */
  sentAt;

  /**
   * @param {number} id
   * @param {string} channel
   * @param {boolean} ack whether there will be a receipt
   * @param {string} frame sent as it is, also when it is repeated
   */
  constructor(id, channel, ack, frame) {
    this.id = id;
    this.channel = channel;
    this.ack = ack;
    this.frame = frame;
    this.size = utf8Length(frame);
  }
}

/** Publications in order: those that wait, and those whose receipt has not come. */
export class Outbox {
  /** @type {Fifo<Publication>} */
  #queue = new Fifo();
  #queueBytes = 0;
  /** @type {Pending<Publication>} */
  #inFlight;
  #inFlightBytes = 0;
  /** @type {any} */
  #drainer;
  #line;
  #limits;
  #clock;

  /**
   * @param {Line} line
   * @param {typeof import('./options.js').DEFAULTS} limits
   * @param {T.Clock} clock
   */
  constructor(line, limits, clock) {
    this.#line = line;
    this.#limits = limits;
    this.#clock = clock;
    this.#inFlight = new Pending(clock, limits.answerMs, (publication) => {
      this.#inFlightBytes -= publication.size;
      publication.done.reject(new SluiceError('timeout', 'No receipt came in time', publication));
      this.flush();
    });
  }

  /** @param {Publication} publication */
  add(publication) {
    const { size, channel } = publication;
    const { publishBytes, queueMessages, queueBytes } = this.#limits;
    if (size > publishBytes) {
      throw new SluiceError('too_big', `${size} bytes; ${publishBytes} are the most`, { channel });
    }
    if (this.#queue.size >= queueMessages || this.#queueBytes + size > queueBytes) {
      throw new SluiceError('queue_full', 'Too many publications wait', { channel });
    }
    this.#queue.push(publication);
    this.#queueBytes += size;
    this.flush();
  }

  /** Sends what waits, as far as receipts and the socket allow. */
  flush() {
    while (this.#line.isOpen()) {
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
    if (this.#line.buffered() > socketBytes) {
      this.#drainer ??= this.#clock.setTimeout(() => {
        this.#drainer = undefined;
        this.flush();
      }, DRAIN_MS);
      return false;
    }
    if (!next.ack || !this.#inFlight.size) return true;
    const bytes = this.#inFlightBytes + next.size;
    return this.#inFlight.size < inFlightMessages && bytes <= inFlightBytes;
  }

  /** @param {Publication} publication */
  #launch(publication) {
    const { id, ack, channel, frame, size, done, sentAt } = publication;
    const now = this.#clock.now();
    if (sentAt !== undefined && now - sentAt > this.#limits.repeatMs) {
      const message = 'The line was broken too long to learn whether it was appended';
      return done.reject(new SluiceError('uncertain', message, { channel }));
    }
    publication.sentAt = sentAt ?? now;
    if (ack) {
      this.#inFlight.add(id, publication);
      this.#inFlightBytes += size;
    }
    this.#line.send(frame);
    if (!ack) done.resolve(undefined);
  }

  /** @param {number} id @returns {Publication | undefined} the one that is answered now */
  landed(id) {
    const publication = this.#inFlight.take(id);
    if (!publication) return undefined;
    this.#inFlightBytes -= publication.size;
    this.flush();
    return publication;
  }

  /**
   * The line broke: what has no receipt is sent first on the next one.
   *
   * @param {SluiceError} error
   */
  recall(error) {
    this.#clock.clearTimeout(this.#drainer);
    this.#drainer = undefined;
    this.#inFlightBytes = 0;
    const flying = this.#inFlight.drain();
    if (error.code === 'too_big') sacrifice(flying);
    for (const publication of flying.reverse()) {
      this.#queue.unshift(publication);
      this.#queueBytes += publication.size;
    }
  }

  /** @param {SluiceError} error */
  end(error) {
    this.#clock.clearTimeout(this.#drainer);
    for (const one of [...this.#inFlight.drain(), ...this.#queue.drain()]) one.done.reject(error);
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
