// HAIP where no WebSocket gets through: server-sent events, and POSTs for what is said. It looks
// like a socket to the line.

/** @import * as T from '../types.js' */
import { DONE, EXPIRED, LOST, Post, QUIET_MS, TOO_BIG } from '../post.js';

/** One request brings at most so much; of one message any. */
const LINES = 1_000;
const CHARACTERS = 1 << 17;
/** There was no room for all of it; what comes twice is dropped by its number. */
const BUSY = 429;
/** After so long what the server had no room for is said again. */
const AGAIN_MS = 250;

const TAKEN = 200;

/**
 * Whether all was taken, or one of the messages was refused and the stream tells of it: then the
 * code is a word of HAIP's, in capitals.
 * @param {Response} answer @returns {Promise<boolean>}
 */
async function isTold(answer) {
  if (answer.ok) return true;
  try {
    const { code } = (await answer.json()).error;
    return code !== code.toLowerCase();
  } catch {
    return false;
  }
}

/**
 * A response that is read, and requests that say the rest: one at a time and in order, each with
 * all that waits.
 */
export class Sse {
  readyState = 0;
  bufferedAmount = 0;
  /** @type {any} */
  onopen = null;
  /** @type {any} */
  onmessage = null;
  /** @type {any} */
  onclose = null;
  /** @type {any} */
  onerror = null;
  /** @type {string[]} */
  #queue = [];
  #isSaying = false;
  /** Of an event's name, for the lines behind it. */
  #kind = '';
  #abort = new AbortController();
  #post;
  #url;
  #token;
  #house;
  #clock;

  /**
   * @param {string} url of the stream, with the session
   * @param {string | undefined} token
   * @param {{fetch: any, refusalOf: (answer: any) => Promise<any>}} house
   * @param {{messageBytes: number}} limits
   * @param {T.Clock} clock
   */
  constructor(url, token, house, { messageBytes }, clock) {
    this.#url = url.replace(/^ws/, 'http');
    this.#token = token;
    this.#house = house;
    this.#clock = clock;
    this.#post = new Post(clock, QUIET_MS, messageBytes, {
      line: (line) => this.#line(line.trimEnd()),
      ended: ({ code, status, refusal }) => this.#shut(status === 401 ? EXPIRED : code, refusal),
    });
    this.#post.run(async (signal) => {
      const answer = await this.#fetch(this.#url, { signal });
      if (answer.status === 200) this.#open();
      return answer;
    }, house.refusalOf);
  }

  /** @param {string} url @param {object} init */
  #fetch(url, init) {
    const type = { 'Content-Type': 'application/json' };
    const headers = this.#token ? { ...type, Authorization: `Bearer ${this.#token}` } : type;
    return this.#house.fetch(url, { headers, cache: 'no-store', redirect: 'manual', ...init });
  }

  #open() {
    if (this.readyState) return;
    this.readyState = 1;
    this.onopen?.({});
  }

  /** @param {string} line of the stream */
  #line(line) {
    const [, field, data = ''] = /^(\w*): ?(.*)$/s.exec(line) ?? [];
    if (field === 'event') this.#kind = data;
    // Whoever sends binary frames this way was not told that none are taken.
    else if (field === 'data' && this.#kind !== 'haip-binary') this.onmessage?.({ data });
    else if (!line) this.#kind = '';
  }

  /** @param {string} text */
  send(text) {
    if (this.readyState !== 1) return;
    this.#queue.push(text);
    this.bufferedAmount += text.length;
    if (!this.#isSaying) this.#say();
  }

  async #say() {
    this.#isSaying = true;
    const there = new URL(this.#url);
    there.pathname = there.pathname.replace(/[^/]*$/, 'message');
    while (this.#queue.length) {
      const texts = this.#next();
      const status = await this.#sayAll(there.href, texts.join('\n'));
      if (this.readyState === 3) return;
      if (status !== TAKEN) return this.#fail(status);
      for (const { length } of texts) this.bufferedAmount -= length;
    }
    this.#isSaying = false;
    if (this.readyState === 2) this.#shut(DONE);
  }

  /** What goes in the next request. */
  #next() {
    let size = 0;
    const isOver = (/** @type {string} */ { length }, /** @type {number} */ i) =>
      (size += length) > CHARACTERS && i > 0;
    const end = this.#queue.slice(0, LINES).findIndex(isOver);
    return this.#queue.splice(0, end < 0 ? LINES : end);
  }

  /** @param {string} url @param {string} body @returns {Promise<number>} 0: nobody knows */
  async #sayAll(url, body) {
    const { signal } = this.#abort;
    try {
      for (;;) {
        const answer = await this.#fetch(url, { method: 'POST', body, signal });
        const { status } = answer;
        if (status !== BUSY || this.readyState === 3) {
          return (await isTold(answer)) ? TAKEN : status;
        }
        await new Promise((resolve) => this.#clock.setTimeout(() => resolve(0), AGAIN_MS));
      }
    } catch {
      return 0;
    }
  }

  /** It may have arrived or not: the session goes on behind it. @param {number} status */
  #fail(status) {
    if (status === 401 || status === 403) this.#shut(EXPIRED);
    else this.#shut(status === 413 ? TOO_BIG : LOST);
  }

  /** Says what was to be said, and then no more. */
  close() {
    if (this.readyState > 1) return;
    const wasOpen = this.readyState === 1;
    this.readyState = 2;
    if (!wasOpen || !this.#isSaying) queueMicrotask(() => this.#shut(DONE));
  }

  terminate() {
    this.readyState = 3;
    this.#queue = [];
    this.#post.abort();
    this.#abort.abort();
  }

  /** @param {number} code @param {any} [refusal] */
  #shut(code, refusal) {
    if (this.readyState === 3) return;
    this.terminate();
    this.onclose?.({ code, reason: '', refusal });
  }
}
