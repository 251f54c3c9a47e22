/** @import * as T from './types.js' */
import { utf8Length } from './parts.js';

/** @typedef {{messages: number, bytes: number}} Credit */

/** One channel: what was asked, how far it is, what it may still get. */
export class Reading {
  /** @type {{frame: any, answered: boolean}[]} of several filters each has its own */
  asks = [];
  /** @type {T.Position | undefined} */
  position;
  /** @type {Credit | null} what is granted and has not come; null without credit */
  balance = null;
  /** @type {Credit | null} of that, what the running request was given */
  given = null;

  get answered() {
    return this.asks.every(({ answered }) => answered);
  }

  /** Whether anything can come, or has to be answered. */
  get wants() {
    return !this.answered || !isSpent(this.balance);
  }

  /** Whether the running request cannot bring what may come. */
  get starves() {
    return isSpent(this.given) && !isSpent(this.balance);
  }

  /** @param {any} frame */
  ask(frame) {
    const { credits, since } = frame;
    if (!this.asks.length) {
      this.position = since;
      this.balance = credits ? { messages: Infinity, bytes: Infinity, ...credits } : null;
    }
    this.asks.push({ frame, answered: false });
  }

  /** @param {any} credits */
  grant({ messages = 0, bytes = 0 }) {
    if (!this.balance) return;
    this.balance.messages += messages;
    this.balance.bytes += bytes;
  }

  /** @param {string} raw a publication that came */
  spend(raw) {
    if (!this.balance) return;
    const bytes = utf8Length(raw);
    for (const credit of [this.balance, this.given]) {
      if (!credit) continue;
      credit.messages--;
      credit.bytes -= bytes;
    }
  }

  /**
   * What asks for it once more. Who was answered is not to be answered again, but told of a new
   * epoch; the credit comes last, because only with every filter it is known what to pass by.
   *
   * @returns {any[]}
   */
  frames() {
    const several = this.asks.length > 1;
    this.given = this.balance && { ...this.balance };
    const credits = this.given ? creditsOf(this.given) : undefined;
    const opening = credits && several ? { ...credits, messages: 0 } : credits;
    const frames = this.asks.map(({ frame, answered }, i) => ({
      ...frame,
      id: answered ? undefined : frame.id,
      since: i ? undefined : this.position,
      credits: i ? undefined : opening,
    }));
    if (several && credits) {
      const { channel } = frames[0];
      frames.push({ action: 'credit', channel, credits: { messages: credits.messages, bytes: 0 } });
    }
    return frames;
  }
}

/** @param {Credit | null} credit */
function isSpent(credit) {
  return credit !== null && (credit.messages <= 0 || credit.bytes <= 0);
}

/** @param {Credit} credit */
function creditsOf({ messages, bytes }) {
  const most = Number.MAX_SAFE_INTEGER;
  return {
    messages: Math.min(Math.max(messages, 0), most),
    bytes: bytes === Infinity ? undefined : Math.min(Math.max(bytes, 0), most),
  };
}
