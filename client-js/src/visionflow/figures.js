// What a line has carried, and how long it takes there and back.

/** @import {Latency, WireFigures} from './types.js' */

const KEPT = 100;

/** Counts of one client, over all its connections. */
export class Figures {
  messages = 0;
  bytes = 0;
  connections = 0;
  #times = new Float64Array(KEPT);
  #count = 0;

  /** @param {number} ms there and back */
  took(ms) {
    this.#times[this.#count++ % KEPT] = ms;
  }

  /** @returns {WireFigures} */
  read() {
    const { messages, bytes, connections } = this;
    const reconnects = Math.max(connections - 1, 0);
    return { messages, bytes, reconnects, latency: this.#latency() };
  }

  /** @returns {Latency | null} */
  #latency() {
    const kept = Math.min(this.#count, KEPT);
    if (!kept) return null;
    const last = this.#at((this.#count - 1) % KEPT, this.#times);
    const times = this.#times.slice(0, kept).sort();
    const part = (/** @type {number} */ p) => this.#at(Math.ceil(p * kept) - 1, times);
    const avg = times.reduce((a, b) => a + b, 0) / kept;
    return { last, min: this.#at(0, times), avg, max: part(1), p95: part(0.95), p99: part(0.99) };
  }

  /** @param {number} i @param {Float64Array} times */
  #at(i, times) {
    return /** @type {number} */ (times[i]);
  }
}
