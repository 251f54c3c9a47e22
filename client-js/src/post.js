/** @import * as T from './types.js' */

/** How a request ends that does not say how. */
export const LOST = 1006;
export const DONE = 1000;
export const TOO_BIG = 1009;
export const EXPIRED = 4401;

/** The server breathes every 30 s; a response that was silent for longer is asked for again. */
export const QUIET_MS = 45_000;

/** One request, line by line. */
export class Post {
  #abort = new AbortController();
  #over = false;
  #rest = '';
  /** How the server said that it ended. */
  #code = LOST;
  #reason = '';
  /** @type {any} */
  #timer;
  #heardAt = 0;
  #clock;
  #quietMs;
  #most;
  #listener;

  /**
   * @param {T.Clock} clock
   * @param {number} quietMs after so long without a byte it is over
   * @param {number} most characters of a line
   * @param {{hear?: (message: any, raw: string) => void, line?: (line: string) => void,
   *   ended: (end: any) => void}} listener gets messages, or lines as they are
   */
  constructor(clock, quietMs, most, listener) {
    this.#clock = clock;
    this.#quietMs = quietMs;
    this.#most = most;
    this.#listener = listener;
    this.#heardAt = clock.now();
    this.#watch(quietMs);
  }

  /** Nothing is heard of it any more. */
  abort() {
    this.#over = true;
    this.#clock.clearTimeout(this.#timer);
    this.#abort.abort();
  }

  /** It has said that it will take its time. @param {number} quietMs */
  wait(quietMs) {
    this.#quietMs = quietMs;
  }

  /** @param {object} end */
  #end(end) {
    if (this.#over) return;
    this.abort();
    this.#listener.ended(end);
  }

  /** @param {number} ms */
  #watch(ms) {
    this.#timer = this.#clock.setTimeout(() => {
      const left = this.#heardAt + this.#quietMs - this.#clock.now();
      if (left >= 1) this.#watch(left);
      else this.#end({ code: LOST, isQuiet: true });
    }, ms);
  }

  /**
   * @param {(signal: AbortSignal) => Promise<any>} fetch
   * @param {(answer: any) => Promise<any>} refusalOf
   */
  async run(fetch, refusalOf) {
    try {
      const answer = await Promise.resolve(this.#abort.signal).then(fetch);
      const { status, body } = answer;
      if (status !== 200) {
        return this.#end({ code: LOST, status, refusal: await refusalOf(answer) });
      }
      const reader = body.getReader();
      const decoder = new TextDecoder();
      for (;;) {
        const { done, value } = await reader.read();
        if (this.#over) return;
        if (done) break;
        this.#heardAt = this.#clock.now();
        this.#take(decoder.decode(value, { stream: true }));
      }
      this.#end({ code: this.#code, reason: this.#reason });
    } catch {
      this.#end({ code: LOST });
    }
  }

  /** @param {string} text */
  #take(text) {
    const lines = (this.#rest + text).split('\n');
    this.#rest = /** @type {string} */ (lines.pop());
    for (const line of lines) {
      if (this.#over) return;
      if (this.#listener.line) this.#listener.line(line);
      else if (line) this.#hear(line);
    }
    if (this.#rest.length > this.#most) this.#end({ code: LOST });
  }

  /** @param {string} line */
  #hear(line) {
    const message = JSON.parse(line);
    if (message.type === 'closed') ({ code: this.#code, reason: this.#reason } = message);
    else this.#listener.hear?.(message, line);
  }
}
