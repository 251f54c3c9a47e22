// What the rest is made of. Nothing here knows of Sluice but for its errors.

/** @import * as T from './types.js' */
import { SluiceError } from './errors.js';

/**
 * A promise from outside.
 *
 * @template V
 */
export class Deferred {
  constructor() {
    /** @type {(value: V | PromiseLike<V>) => void} */
    this.resolve = () => {};
    /** @type {(error: unknown) => void} */
    this.reject = () => {};
    /** @type {Promise<V>} */
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // Nobody has to look at it; whoever is handed it by an async function has.
    this.promise.catch(() => {});
  }
}

/**
 * First in, first out.
 *
 * @template V
 */
export class Fifo {
  size = 0;
  /** @type {any} */
  #head;
  /** @type {any} */
  #tail;

  /** @param {V} item */
  push(item) {
    const node = { item };
    if (this.size++) this.#tail.next = node;
    else this.#head = node;
    this.#tail = node;
  }

  /** @returns {V | undefined} */
  peek() {
    return this.#head?.item;
  }

  shift() {
    const item = this.peek();
    if (this.size) this.size--;
    this.#head = this.#head?.next;
    return item;
  }

  /** @returns {V[]} all of it */
  drain() {
    const all = [];
    while (this.size) all.push(/** @type {V} */ (this.shift()));
    return all;
  }
}

/** @type {Promise<unknown>[]} so that nothing is made where all are done at once */
const NOBODY = [];

/** Listeners by event. One that throws stops nobody. */
export class Emitter {
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

  /**
   * @param {string} event
   * @param {...unknown} args
   * @returns {Promise<unknown>[]} the listeners that are not done yet; none is ever rejected
   */
  emit(event, ...args) {
    let busy = NOBODY;
    for (const listener of this.#sets.get(event) ?? []) {
      try {
        const result = listener(...args);
        if (typeof result?.then !== 'function') continue;
        busy = [...busy, result.then(undefined, this.#report)];
      } catch (error) {
        this.#report(error);
      }
    }
    return busy;
  }
}

/**
 * What waits for an answer, by id, each for the same time.
 *
 * @template V
 */
export class Pending {
  /** @type {Map<number, {item: V, deadline: number}>} the oldest first */
  #waiting = new Map();
  /** @type {any} */
  #timer;
  #clock;
  #ms;
  #late;

  /**
   * @param {T.Clock} clock
   * @param {number} ms
   * @param {(item: V) => void} late gets what waited too long
   */
  constructor(clock, ms, late) {
    this.#clock = clock;
    this.#ms = ms;
    this.#late = late;
  }

  get size() {
    return this.#waiting.size;
  }

  /** @param {number} id @param {V} item */
  add(id, item) {
    this.#waiting.set(id, { item, deadline: this.#clock.now() + this.#ms });
    this.#timer ??= this.#clock.setTimeout(() => this.#sweep(), this.#ms);
  }

  /** @param {number} id */
  get(id) {
    return this.#waiting.get(id)?.item;
  }

  /** @param {number} id @returns {V | undefined} */
  take(id) {
    const item = this.get(id);
    this.#waiting.delete(id);
    return item;
  }

  /** @param {(item: V) => boolean} [leaves] @returns {V[]} those that leave, the oldest first */
  drain(leaves = () => true) {
    const gone = [];
    for (const [id, { item }] of this.#waiting) {
      if (!leaves(item)) continue;
      this.#waiting.delete(id);
      gone.push(item);
    }
    if (!this.size) this.#disarm();
    return gone;
  }

  /** @returns {V[]} */
  all() {
    return [...this.#waiting.values()].map(({ item }) => item);
  }

  #sweep() {
    this.#disarm();
    const now = this.#clock.now();
    for (const [id, { item, deadline }] of this.#waiting) {
      if (deadline > now) {
        this.#timer ??= this.#clock.setTimeout(() => this.#sweep(), deadline - now);
        return;
      }
      this.#waiting.delete(id);
      this.#late(item);
    }
  }

  #disarm() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
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
