// How one channel is kept up with: when the peer is asked to wait, how wide its window is to be.

/** Two of these are one in twenty; so many newest are looked at. */
const SAMPLES = 40;
const TWENTIETH = 20;

const GOOD = 0.8;
const BAD = 0.3;
const LONG_QUEUE = 10;

/** @param {number} window a tenth more, and one at least */
export const wider = (window) => window + Math.max(Math.floor(window / 10), 1);

/** @param {number} window a fifth less */
export const narrower = (window) => window - Math.floor(window / 5);

/**
 * How hard it is to keep up: the greater of what came and is not handled, against its bounds, and
 * of what handling takes for one message in twenty. How long it takes counts while more than one
 * message waits for it, and for a while: one slow answer is nobody's queue.
 */
export class Pressure {
  /** Whether the peer is to wait. */
  waiting = false;
  messages = 0;
  bytes = 0;
  /** When `look` is to be called. */
  due = Infinity;
  /** @type {{ms: number, at: number}[]} */
  #samples = [];
  #calmSince = Infinity;
  #limits;

  /** @param {import('./options.js').HaipLimits} limits */
  constructor(limits) {
    this.#limits = limits;
  }

  /** @param {number} size @param {number} now */
  received(size, now) {
    this.messages++;
    this.bytes += size;
    return this.look(now);
  }

  /** @param {number} size @param {number} ms since it came @param {number} now */
  handled(size, ms, now) {
    this.messages--;
    this.bytes -= size;
    this.#samples.push({ ms, at: now });
    if (this.#samples.length > SAMPLES) this.#samples.shift();
    return this.look(now);
  }

  /** @param {number} now @returns {'wait' | 'go' | null} what the peer is to be told */
  look(now) {
    const { backPressureThreshold: high, calmMs } = this.#limits;
    // Far enough below that it does not flutter.
    const low = high / 2;
    const level = this.level(now);
    if (!this.waiting) {
      this.waiting = level >= high;
      this.due = this.waiting ? this.#firstToFade(now) : Infinity;
      return this.waiting ? 'wait' : null;
    }
    if (level >= low) {
      this.#calmSince = Infinity;
      this.due = this.#firstToFade(now);
      return null;
    }
    if (this.#calmSince === Infinity) this.#calmSince = now;
    this.due = this.#calmSince + calmMs;
    if (now < this.due) return null;
    this.waiting = false;
    this.#calmSince = this.due = Infinity;
    return 'go';
  }

  /** @param {number} now */
  #fresh(now) {
    return this.#samples.filter(({ at }) => now - at < this.#limits.adaptMs);
  }

  /** When slow handling begins to be forgotten. @param {number} now */
  #firstToFade(now) {
    return Math.min(...this.#fresh(now).map(({ at }) => at + this.#limits.adaptMs));
  }

  /** @param {number} now @returns {number} at 1 a bound is reached */
  level(now) {
    const { unhandledBytes, unhandledMessages, slowMs } = this.#limits;
    const queue = Math.max(this.bytes / unhandledBytes, this.messages / unhandledMessages);
    if (this.messages < 2) return queue;
    const times = this.#fresh(now).map(({ ms }) => ms);
    times.sort((a, b) => b - a);
    return Math.max(queue, (times[Math.floor(times.length / TWENTIETH)] ?? 0) / slowMs);
  }
}

/** How wide a window is to be, judged now and then; where nothing happened it is left alone. */
export class AdaptiveWindow {
  /** When `judge` is to be called. */
  due = Infinity;
  #handled = 0;
  #ms = 0;
  #pressed = 0;
  #everyMs;

  /** @param {number} everyMs */
  constructor(everyMs) {
    this.#everyMs = everyMs;
  }

  /** A message came. @param {number} now */
  received(now) {
    if (this.due === Infinity) this.due = now + this.#everyMs;
  }

  /** @param {number} ms since it came @param {number} now */
  handled(ms, now) {
    this.received(now);
    this.#handled++;
    this.#ms += ms;
  }

  /** The peer was asked to wait. @param {number} now */
  pressed(now) {
    this.received(now);
    this.#pressed++;
  }

  /**
   * @param {number} queued messages that came and are not handled
   * @param {boolean} waited whether the peer has waited for credit though nothing was left to do
   * @param {number} now
   * @returns {'widen' | 'narrow' | 'keep'}
   */
  judge(queued, waited, now) {
    if (this.due > now) return 'keep';
    const score = this.#score(queued);
    const isIdle = !queued && !this.#handled;
    this.#handled = this.#ms = this.#pressed = 0;
    this.due = queued ? now + this.#everyMs : Infinity;
    if (!queued && (waited || score > GOOD)) return 'widen';
    if (isIdle) return 'keep';
    return score < BAD || queued > LONG_QUEUE ? 'narrow' : 'keep';
  }

  /** @param {number} queued */
  #score(queued) {
    const done = this.#handled;
    if (!done) return 0;
    const latency = Math.max(0, 1 - this.#ms / done / 1000);
    const calm = Math.max(0, 1 - this.#pressed / 10);
    return 0.4 * (1 - queued / (done + queued)) + 0.4 * latency + 0.2 * calm;
  }
}
