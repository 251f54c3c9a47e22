import { Fifo } from '../parts.js';

/**
 * What comes piece by piece, for one loop: whoever comes back for the next is done with the last.
 * While nobody reads, and nobody may yet begin to, pieces pass by.
 *
 * @template V
 */
export class Pull {
  /** @type {Fifo<{value: V, done: () => void}>} */
  #waiting = new Fifo();
  /** @type {Fifo<(result: any) => void>} */
  #readers = new Fifo();
  /** @type {(() => void) | null} what the loop's body is busy with */
  #busy = null;
  #isRead = false;
  #holds = 0;
  /** @type {(() => void) | null} */
  #known = null;
  /** @type {{error: unknown} | null} */
  #end = null;

  /** Whether it is over, and read to its end. */
  get isOver() {
    return this.#end !== null && !this.#waiting.size;
  }

  /** Whether somebody has pieces that he is not done with. */
  get isBusy() {
    return this.#busy !== null || this.#waiting.size > 0;
  }

  /** @param {V} value @param {() => void} done called when the reader is done with it */
  add(value, done) {
    const one = { value, done };
    const reader = this.#readers.shift();
    if (this.#end || !(reader || this.#isRead || this.#holds)) done();
    else if (reader) reader(this.#take(one));
    else this.#waiting.push(one);
  }

  /**
   * Somebody may begin to read until these are settled.
   *
   * @param {Promise<unknown>[]} busy
   * @param {() => void} known called when somebody has begun, or nobody will
   */
  await(busy, known) {
    if (this.#isRead || !busy.length) return known();
    this.#known = known;
    for (const one of busy) {
      this.#holds++;
      one.then(() => {
        if (--this.#holds) return;
        if (!this.#isRead) this.#pass();
        this.#tell();
      });
    }
  }

  #tell() {
    const known = this.#known;
    this.#known = null;
    known?.();
  }

  #pass() {
    for (const { done } of this.#waiting.drain()) done();
  }

  /** Nothing more will come. @param {unknown} [error] what the loop is to throw */
  end(error = null) {
    if (this.#end) return;
    this.#end = { error };
    for (const reader of this.#readers.drain()) reader(this.#last());
  }

  #last() {
    return this.#end?.error ? Promise.reject(this.#end.error) : { value: undefined, done: true };
  }

  /** @param {{value: V, done: () => void}} one */
  #take({ value, done }) {
    this.#busy = done;
    return { value, done: false };
  }

  #release() {
    const done = this.#busy;
    this.#busy = null;
    done?.();
  }

  /** @param {() => void} [left] @returns {AsyncIterableIterator<V>} */
  read(left = () => {}) {
    this.#isRead = true;
    this.#tell();
    /** @type {AsyncIterableIterator<any>} */
    const iterator = {
      next: async () => {
        this.#release();
        const one = this.#waiting.shift();
        if (one) return this.#take(one);
        if (this.#end) return this.#last();
        return new Promise((resolve) => this.#readers.push(resolve));
      },
      return: async () => {
        left();
        this.#release();
        this.end();
        this.#pass();
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }
}
