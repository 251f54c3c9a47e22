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
 * @property {number} sentAt
 * @property {Deferred<any>} done
 */

/** Questions without answer. Those that are bound to no connection are asked again on the next. */
export class Requests {
  /** @type {Pending<Request>} */
  #pending;
  #line;
  #clock;
  #most;

  /**
   * @param {Line} line
   * @param {typeof import('./options.js').DEFAULTS} limits
   * @param {T.Clock} clock
   */
  constructor(line, limits, clock) {
    this.#line = line;
    this.#clock = clock;
    this.#most = limits.requests;
    this.#pending = new Pending(clock, limits.answerMs, ({ done }) =>
      done.reject(new SluiceError('timeout', 'No answer came in time')),
    );
  }

  /**
   * @param {number} id
   * @param {object} body
   * @param {string} answer
   * @param {boolean} [bound]
   * @returns {Promise<any>} the answer, with `tookMs`
   */
  ask(id, body, answer, bound = false) {
    if (this.#pending.size >= this.#most) {
      throw new SluiceError('queue_full', 'Too many requests wait for their answers');
    }
    const frame = JSON.stringify({ id, ...body });
    /** @type {Request} */
    const request = { id, frame, answer, bound, sentAt: 0, done: new Deferred() };
    this.#pending.add(id, request);
    if (this.#line.isOpen()) this.#send(request);
    return request.done.promise;
  }

  /** @param {Request} request */
  #send(request) {
    request.sentAt = this.#clock.now();
    this.#line.send(request.frame);
  }

  /** On a new connection. */
  repeat() {
    for (const request of this.#pending.all()) this.#send(request);
  }

  /** @param {any} message @returns {boolean} whether somebody had asked */
  answered(message) {
    const request = this.#pending.get(message.id);
    if (!request || request.answer !== message.type) return false;
    this.#pending.take(message.id);
    request.done.resolve({ ...message, tookMs: this.#clock.now() - request.sentAt });
    return true;
  }

  /** @param {number} id @returns {Request | undefined} the one that is refused now */
  refused(id) {
    return this.#pending.take(id);
  }

  /** The line broke. @param {SluiceError} error */
  recall(error) {
    for (const { done } of this.#pending.drain(({ bound }) => bound)) done.reject(error);
  }

  /** @param {SluiceError} error */
  end(error) {
    for (const { done } of this.#pending.drain()) done.reject(error);
  }
}
