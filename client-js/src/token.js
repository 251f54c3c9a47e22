/** @import * as T from './types.js' */
import { SluiceError } from './errors.js';

const LONGEST_TIMER = 2 ** 31 - 1;
/** Of a token's time, so much goes by before the next one is fetched. */
const REFRESH_AT = 0.8;
const SHORTEST_MS = 1_000;

/** How long a token may take. */
export const tokenLate = () => new SluiceError('token_timeout', 'No token came in time');

/** @param {() => string | Promise<string>} callback @returns {Promise<string>} */
export async function fetchToken(callback) {
  let token;
  try {
    token = await callback();
  } catch (cause) {
    throw new SluiceError('token_failed', 'The token callback failed', { cause });
  }
  if (typeof token === 'string' && token) return token;
  throw new SluiceError('token_failed', 'The token callback gave no text');
}

/** Brings a fresh token to a connection before the old one expires. */
export class Refresher {
  #clock;
  #tokenMs;
  #callback;
  #exchange;
  #failed;
  /** @type {any} */
  #timer;
  /** Grows when what is under way no longer counts. */
  #turn = 0;
  /** Whether a refresh is to come, and none is under way. */
  #planned = false;
  #expiresAt = 0;
  /** The server's wall clock less ours. */
  #skew = 0;

  /**
   * @param {T.Clock} clock
   * @param {number} tokenMs
   * @param {T.ClientOptions['token']} token
   * @param {(token: string) => Promise<number>} exchange gives the server a token; when that ends
   * @param {(error: SluiceError) => void} failed
   */
  constructor(clock, tokenMs, token, exchange, failed) {
    this.#clock = clock;
    this.#tokenMs = tokenMs;
    this.#callback = typeof token === 'function' ? token : undefined;
    this.#exchange = exchange;
    this.#failed = failed;
  }

  /**
   * @param {unknown} expiresAt of the present token, by the server's clock
   * @returns {boolean} whether there is something to do
   */
  start(expiresAt) {
    this.stop();
    if (!this.#callback || typeof expiresAt !== 'number') return false;
    this.#expiresAt = expiresAt;
    this.#planned = true;
    const left = expiresAt - this.#clock.wall() - this.#skew;
    // Too late: the server closes with 4401, and a fresh token comes with the next connection.
    if (!(left > 0)) return true;
    const ms = Math.min(Math.max(left * REFRESH_AT, SHORTEST_MS), LONGEST_TIMER);
    this.#timer = this.#clock.setTimeout(() => this.#refresh(), ms);
    return true;
  }

  stop() {
    this.#turn++;
    this.#planned = false;
    this.#clock.clearTimeout(this.#timer);
  }

  /** @param {unknown} timestamp the server's wall clock; ours may be wrong by hours */
  learn(timestamp) {
    if (typeof timestamp !== 'number') return;
    const skew = timestamp - this.#clock.wall();
    const changed = Math.abs(skew - this.#skew) > SHORTEST_MS;
    this.#skew = skew;
    if (changed && this.#planned) this.start(this.#expiresAt);
  }

  async #refresh() {
    const turn = ++this.#turn;
    this.#planned = false;
    const callback = /** @type {() => string} */ (this.#callback);
    let expiresAt = this.#expiresAt;
    try {
      const token = await this.#inTime(fetchToken(callback));
      if (turn !== this.#turn) return;
      expiresAt = await this.#exchange(token);
    } catch (error) {
      if (turn === this.#turn) this.#failed(/** @type {SluiceError} */ (error));
    }
    if (turn === this.#turn) this.start(expiresAt);
  }

  /**
   * @param {Promise<string>} promise
   * @returns {Promise<string>}
   */
  #inTime(promise) {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.setTimeout(() => reject(tokenLate()), this.#tokenMs);
      this.#timer = timer;
      promise.then(resolve, reject).finally(() => this.#clock.clearTimeout(timer));
    });
  }
}
