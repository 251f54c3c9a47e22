/** @import * as T from './types.js' */
/** @import {Line} from './line.js' */
import { SluiceError } from './errors.js';
import { Deferred, Pending } from './parts.js';

/**
 * A question that has one answer.
 *
 * @typedef {object} Request
 * @property {number} id
 * @property {string} frame
 * @property {string} answer the type of what answers it
 * @property {boolean} bound whether it means the present connection only
 * @property {boolean} sent
 * @property {number} sentAt
 * @property {Deferred<any>} done
 */

/** Questions without answer. Those that are bound to no connection are asked again on the next. */
export class Requests {
  /** @type {Pending<Request>} */
  #pending;
  /** How many the server is busy with of those that it bounds. */
  #inquiries = 0;
  #line;
  #clock;
  #limits;

  /**
   * @param {Line} line
   * @param {typeof import('./options.js').DEFAULTS} limits
   * @param {T.Clock} clock
   */
  constructor(line, limits, clock) {
    this.#line = line;
    this.#clock = clock;
    this.#limits = limits;
    this.#pending = new Pending(clock, limits.answerMs, (request) => {
      request.done.reject(new SluiceError('timeout', 'No answer came in time'));
      this.#settle(request);
    });
  }

  /**
   * @param {number} id
   * @param {object} body
   * @param {string} answer
   * @param {boolean} [bound]
   * @returns {Promise<any>} the answer, with `tookMs`
   */
  ask(id, body, answer, bound = false) {
    if (this.#pending.size >= this.#limits.requests) {
      throw new SluiceError('queue_full', 'Too many wait');
    }
    const frame = JSON.stringify({ id, ...body });
    /** @type {Request} */
    const request = { id, frame, answer, bound, sent: false, sentAt: 0, done: new Deferred() };
    this.#pending.add(id, request);
    this.#send(request);
    return request.done.promise;
  }

  /** Unless it is to wait for the answers to others. @param {Request} request */
  #send(request) {
    if (request.sent || !this.#line.isOpen()) return;
    if (isInquiry(request) && ++this.#inquiries > this.#limits.inquiries) {
      this.#inquiries--;
      return;
    }
    request.sent = true;
    request.sentAt = this.#clock.now();
    this.#line.send(request.frame);
  }

  /** What was not sent yet goes now, as far as it may. */
  flush() {
    for (const request of this.#pending.all()) this.#send(request);
  }

  /** @param {Request} request that waits no more */
  #settle(request) {
    if (!request.sent || !isInquiry(request)) return;
    this.#inquiries--;
    this.flush();
  }

  /** @param {any} message @returns {boolean} whether somebody had asked */
  answered(message) {
    const request = this.#pending.get(message.id);
    if (!request || request.answer !== message.type) return false;
    this.#pending.take(message.id);
    request.done.resolve({ ...message, tookMs: this.#clock.now() - request.sentAt });
    this.#settle(request);
    return true;
  }

  /** @param {number} id @param {SluiceError} error @returns {boolean} whether somebody had asked */
  refused(id, error) {
    const request = this.#pending.take(id);
    if (!request) return false;
    request.done.reject(error);
    this.#settle(request);
    return true;
  }

  /** The line broke. @param {SluiceError} error */
  recall(error) {
    this.#inquiries = 0;
    for (const request of this.#pending.all()) request.sent = false;
    for (const { done } of this.#pending.drain(({ bound }) => bound)) done.reject(error);
  }

  /** @param {SluiceError} error */
  end(error) {
    for (const { done } of this.#pending.drain()) done.reject(error);
  }
}

/** @param {Request} request */
function isInquiry({ answer }) {
  return answer === 'history' || answer === 'presence';
}
