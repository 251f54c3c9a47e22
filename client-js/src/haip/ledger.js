// Credit of one channel, as either end keeps its books. Units are bytes in the official grammar,
// UTF-16 units of the payload in the seed's.

/** There is enough for ever. */
export const PLENTY = Number.MAX_SAFE_INTEGER;

/** A balance below this part of what it began with is renewed before it is needed. */
const BATCH = 4;

/**
 * @typedef {object} Terms
 * @property {'official' | 'seed' | 'none'} dialect
 * @property {number} messages to begin with
 * @property {number} units the same
 * @property {number} window from here on a message of any size may go
 * @property {number} least a reduction leaves so much
 * @property {number} low below it more is asked for
 * @property {number} againMs a request that was not answered for so long is repeated
 */

/** @param {number} messages @param {number} bytes @returns {Terms} what the peer announced */
export function officialTerms(messages, bytes) {
  const never = { least: 0, low: 0, againMs: 0 };
  return { dialect: 'official', messages, units: bytes, window: bytes, ...never };
}

/** @returns {Terms} of who wants no flow control: only pauses count */
export function openTerms() {
  return { ...officialTerms(PLENTY, PLENTY), dialect: 'none' };
}

/**
 * What may still be sent. A message may go if there is credit for it, or if nothing is missing from
 * the window: so nothing is too large for ever, and the balance goes below zero by the excess of
 * one message at most.
 */
export class SendLedger {
  pausedHere = false;
  pausedThere = false;
  messages;
  units;
  /** Until when an answer to the request is waited for. */
  #askedUntil = 0;
  #terms;

  /** @param {Terms} terms */
  constructor(terms) {
    this.#terms = terms;
    this.messages = terms.messages;
    this.units = terms.units;
  }

  get window() {
    return this.#terms.window;
  }

  get paused() {
    return this.pausedHere || this.pausedThere;
  }

  /** @param {number} size whether a message of this size may go now */
  may(size) {
    return !this.paused && this.#covers(size);
  }

  /** @param {number} size */
  #covers(size) {
    return this.messages >= 1 && this.units >= Math.min(Math.max(size, 1), this.window);
  }

  /** @param {number} size of a message that may go, and goes */
  spend(size) {
    const { dialect } = this.#terms;
    if (dialect !== 'none') this.units -= Math.max(size, 1);
    if (dialect === 'official') this.messages--;
  }

  /** The peer grants more. @param {number} messages @param {number} units */
  grant(messages, units) {
    const { dialect, window } = this.#terms;
    if (dialect === 'none') return;
    const most = dialect === 'seed' ? window : PLENTY;
    this.messages = Math.min(this.messages + messages, PLENTY);
    this.units = Math.min(this.units + units, most);
    this.#askedUntil = 0;
  }

  /** The peer takes back so much; never below the least, never upwards. @param {number} units */
  reduce(units) {
    const { dialect, least } = this.#terms;
    if (dialect !== 'seed' || this.units <= least) return;
    this.units = Math.max(this.units - units, least);
  }

  /**
   * How much to ask for now in the seed's grammar; it counts as asked for.
   *
   * @param {number} waiting the size of the first message that waits; 0: none does
   * @param {number} now
   * @returns {number} 0: nothing
   */
  ask(waiting, now) {
    if (!this.#isShort(waiting) || now < this.#askedUntil) return 0;
    const { window, units: initial, againMs } = this.#terms;
    this.#askedUntil = now + againMs;
    const wanted = Math.max(initial, Math.min(waiting, window) - this.units);
    return Math.min(wanted, window - this.units, 2 ** 31 - 1);
  }

  /** When to ask again though nothing happened. @param {number} waiting */
  due(waiting) {
    return this.#isShort(waiting) ? this.#askedUntil : Infinity;
  }

  /** @param {number} waiting */
  #isShort(waiting) {
    const { dialect, low, window } = this.#terms;
    const stuck = waiting > 0 && !this.#covers(waiting);
    return dialect === 'seed' && (stuck || this.units < low) && this.units < window;
  }
}

/**
 * @typedef {object} Window
 * @property {number} messages
 * @property {number} units
 */

/**
 * What the peer may still send. What was granted and not used, and what came and is not handled,
 * are together never more than the window: so what comes is bounded by what is handled.
 *
 * A quarter of the window is granted at once; less waits a little. Who sends knows of the window
 * only what was announced, and may wait for all of it: a quiet channel is filled up to that.
 */
export class ReceiveLedger {
  /** Granted and not used; below zero it is a debt. */
  messages = 0;
  units = 0;
  /** Came, and is not handled. */
  unhandled = { messages: 0, units: 0 };
  /** @type {Window} */
  window;
  /** When `tick` is to be called. */
  due = Infinity;
  #announced;
  #most;
  #least;
  #quietMs;
  /** How far below nothing the peer may go. */
  #overdraft;
  #newest = 0;
  #newestAt = 0;
  #waited = false;

  /**
   * @param {Window} announced
   * @param {Window} most
   * @param {number} least units
   * @param {number} quietMs
   * @param {number} [overdraft]
   */
  constructor(announced, most, least, quietMs, overdraft = 0) {
    this.#announced = announced;
    this.#most = most;
    this.#least = Math.min(least, announced.units);
    this.#quietMs = quietMs;
    this.#overdraft = overdraft;
    this.window = { ...announced };
    this.restart();
  }

  /** The peer has all again that was announced; what came and is not handled still counts. */
  restart() {
    this.messages = this.#announced.messages;
    this.units = this.#announced.units;
    this.due = Infinity;
    this.#waited = false;
  }

  /** The peer may have begun anew, and we cannot know. */
  forgive() {
    this.#overdraft = Math.max(this.#overdraft, this.#announced.units);
  }

  /**
   * A message came.
   *
   * @param {number} size
   * @param {number} now
   * @returns {boolean} whether the peer had the credit; if not, nothing was charged
   */
  charge(size, now) {
    const cost = Math.max(size, 1);
    const isPaid = this.messages >= 1 && this.#covers(cost);
    if (!isPaid && this.units - cost < -this.#overdraft) return false;
    if (!isPaid && !this.#overdraft) return false;
    if (this.messages < PLENTY) this.messages--;
    this.units -= cost;
    this.unhandled.messages++;
    this.unhandled.units += cost;
    this.#newest = cost;
    this.#newestAt = now;
    return true;
  }

  /** @param {number} size */
  #covers(size) {
    return this.units >= Math.min(size, this.#announced.units);
  }

  /**
   * @param {number} messages
   * @param {number} units
   * @param {number} now
   * @returns {Window | null} what to grant
   */
  handled(messages, units, now) {
    const { unhandled, window } = this;
    unhandled.messages -= messages;
    unhandled.units -= units;
    const covered = this.messages >= 1 && this.#covers(this.#newest);
    if (!unhandled.messages && !covered) this.#waited = true;
    const free = this.#missing(window);
    const enough = free.messages * BATCH >= window.messages || free.units * BATCH >= window.units;
    const grant = enough ? this.#grant(window) : null;
    this.#lookLater(now);
    return grant;
  }

  /** What is not granted up to there. @param {Window} upto @returns {Window} */
  #missing(upto) {
    const isCounted = upto.messages < PLENTY;
    return {
      messages: isCounted ? upto.messages - this.messages - this.unhandled.messages : 0,
      units: upto.units - this.units - this.unhandled.units,
    };
  }

  /** @returns {Window} the wider of the window and what was announced */
  #widest() {
    const { messages, units } = this.window;
    return {
      messages: Math.max(messages, this.#announced.messages),
      units: Math.max(units, this.#announced.units),
    };
  }

  #isLacking() {
    const { messages, units } = this.#missing(this.#widest());
    return messages > 0 || units > 0;
  }

  /** @param {number} now */
  #lookLater(now) {
    if (this.due === Infinity && this.#isLacking()) this.due = now + this.#quietMs;
  }

  /** Grants all there is room for below these. @param {Window} upto @returns {Window | null} */
  #grant(upto) {
    const missing = this.#missing(upto);
    const messages = Math.max(missing.messages, 0);
    const units = Math.max(missing.units, 0);
    if (!messages && !units) return null;
    this.messages += messages;
    this.units += units;
    return { messages, units };
  }

  /** The channel flows again, or the peer asks: it need not wait. @param {number} now */
  resumed(now) {
    const grant = this.#grant(this.window);
    this.#lookLater(now);
    return grant;
  }

  /** @param {(size: number) => number} wider @param {number} now */
  widen(wider, now) {
    const { messages, units } = this.window;
    const { messages: mostMessages, units: mostUnits } = this.#most;
    this.window = {
      messages: messages < PLENTY ? Math.min(wider(messages), mostMessages) : PLENTY,
      units: Math.min(wider(units), mostUnits),
    };
    return this.resumed(now);
  }

  /** @param {(size: number) => number} narrower */
  narrow(narrower) {
    const { messages, units } = this.window;
    this.window = {
      messages: messages < PLENTY ? Math.max(narrower(messages), 1) : PLENTY,
      units: Math.max(narrower(units), this.#least),
    };
  }

  /** @param {number} now @returns {Window | null} what to grant */
  tick(now) {
    if (this.due > now) return null;
    this.due = Infinity;
    if (this.unhandled.messages) return this.#grant(this.window);
    const since = now - this.#newestAt;
    if (since >= this.#quietMs) return this.#grant(this.#widest());
    const grant = this.#grant(this.window);
    if (this.#isLacking()) this.due = this.#newestAt + this.#quietMs;
    return grant;
  }

  /** Whether the peer has waited with nothing left to handle; asking forgets it. */
  waited() {
    const waited = this.#waited;
    this.#waited = false;
    return waited;
  }
}
