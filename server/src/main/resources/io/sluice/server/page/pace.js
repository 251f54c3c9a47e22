// How fast a reader consumes. What comes faster waits here in its order; and because nothing counts
// as consumed before its turn, the credit runs out, and the server keeps the rest.

const TICK_MS = 20;
/** A pause is not made up for: at most so much of a second's share goes at once. */
const CATCH_UP_S = 0.05;

/** @typedef {{step: () => void, free: boolean, done: () => void}} Waiting */

export class Pace {
  #rate = Infinity;
  /** @type {Waiting[]} */
  #waiting = [];
  #share = 0;
  #countedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** How many wait for their turn. */
  get waiting() {
    return this.#waiting.filter(({ free }) => !free).length;
  }

  /** @param {number} rate messages a second; 0 stops, Infinity lets everything through at once */
  set(rate) {
    this.#rate = rate;
    this.#share = 0;
    this.#countedAt = performance.now();
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#drain();
  }

  /**
   * Takes a message through when its turn has come.
   *
   * @param {() => void} step
   * @returns {Promise<void> | undefined} until then, if it has to wait
   */
  take(step) {
    return this.#put(step, false);
  }

  /** What is no message waits only for those before it. @param {() => void} step */
  follow(step) {
    void this.#put(step, true);
  }

  /** Forgets what waits, as if it had been consumed. */
  clear() {
    for (const { done } of this.#waiting.splice(0)) done();
  }

  /** @param {() => void} step @param {boolean} free */
  #put(step, free) {
    if (!this.#waiting.length && (free || this.#rate === Infinity)) {
      step();
      return undefined;
    }
    return new Promise((/** @type {(done: void) => void} */ done) => {
      this.#waiting.push({ step, free, done });
      this.#drain();
    });
  }

  #drain() {
    const now = performance.now();
    const more = (this.#rate * (now - this.#countedAt)) / 1_000;
    const most = Math.max(1, this.#rate * CATCH_UP_S);
    this.#share = this.#rate === Infinity ? Infinity : Math.min(this.#share + more, most);
    this.#countedAt = now;
    for (let next = this.#waiting[0]; next && (next.free || this.#share >= 1); next = this.#waiting[0]) {
      this.#waiting.shift();
      if (!next.free) this.#share--;
      next.step();
      next.done();
    }
    if (!this.#waiting.length || this.#rate === 0) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#drain();
    }, TICK_MS);
  }
}
