import { utf8Length } from './parts.js';

/** What is said at once: the server takes a body of 1 MiB, and one frame alone always goes. */
const BATCH_BYTES = 1 << 19;
const BATCH_FRAMES = 1_000;

/** Frames that wait to be said, in order; what is for a held channel stands aside meanwhile. */
export class Saying {
  /** What they hold, but for those that stand aside. */
  bytes = 0;
  /** @type {string[]} */
  #frames = [];
  /** @type {string[]} */
  #aside = [];

  get size() {
    return this.#frames.length;
  }

  /** @param {string} text */
  add(text) {
    this.#frames.push(text);
    this.bytes += text.length;
  }

  /** Takes as many as one request may say. */
  batch() {
    let bytes = 0;
    let count = 0;
    for (const frame of this.#frames) {
      bytes += utf8Length(frame) + 1;
      if (count && (bytes > BATCH_BYTES || count === BATCH_FRAMES)) break;
      count++;
    }
    const frames = this.#frames.splice(0, count);
    for (const frame of frames) this.bytes -= frame.length;
    return frames;
  }

  /**
   * Each request has a waiting room of its own at the server. What is for the channel goes into no
   * second one, where it could find room when what was said before it had found none.
   *
   * @param {string} channel
   */
  hold(channel) {
    const all = this.#frames.splice(0);
    this.bytes = 0;
    for (const text of all) {
      if (isFor(text, channel)) this.#aside.push(text);
      else this.add(text);
    }
  }

  /** It goes before what was sent later. @param {string} [channel] else all of them */
  release(channel) {
    const aside = this.#aside.splice(0);
    const back = aside.filter((text) => channel === undefined || isFor(text, channel));
    this.#aside = aside.filter((text) => !back.includes(text));
    this.#frames.unshift(...back);
    for (const text of back) this.bytes += text.length;
  }

  /** Those without receipt: nobody else remembers that they were to be said. */
  unacked() {
    return this.#frames.filter((text) => JSON.parse(text).ack === false);
  }
}

/** @param {string} text @param {string} channel @returns {boolean} whether it is published there */
function isFor(text, channel) {
  const frame = JSON.parse(text);
  return frame.action === 'publish' && frame.channel === channel;
}
