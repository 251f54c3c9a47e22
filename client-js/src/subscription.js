/** @import * as T from './types.js' */
/** @import {Feed} from './feed.js' */

/**
 * One channel of a client, or one pattern: its messages by listeners, or by `for await`, which asks
 * for more as its body is done with what it got. What nobody listens to waits here, bounded by the
 * credit.
 *
 * @template [D=any]
 */
export class Subscription {
  #feed;

  /** @param {any} feed made by `Client.subscribe` */
  constructor(feed) {
    this.#feed = /** @type {Feed} */ (feed);
  }

  /** The channel's name, or the pattern. */
  get channel() {
    return this.#feed.channel;
  }

  /**
   * Up to where messages were consumed; null before the first `subscribed`.
   *
   * @returns {T.Position | null}
   */
  get position() {
    return this.#feed.position;
  }

  /** What happens when it cannot take more, as the server answered; null before. */
  get policy() {
    return this.#feed.standing?.policy ?? null;
  }

  /** Whether it slows the channel's publishers while it is slow. */
  get holds() {
    return this.#feed.standing?.holds ?? false;
  }

  /** What was counted since `subscribe`. @returns {T.Counters} */
  get counters() {
    return { ...this.#feed.counters };
  }

  /** The first `subscribed`; rejected if there is none. @returns {Promise<T.Subscribed>} */
  get ready() {
    return this.#feed.ready.promise;
  }

  /** Whether it is live on the present connection. */
  get live() {
    return this.#feed.state === 'live';
  }

  /**
   * What the server may still send, by our books; null without credit.
   *
   * @returns {T.Credits | null}
   */
  get credit() {
    return this.#feed.credit();
  }

  /**
   * Calls a listener at each event from now on; the first one for `message` also gets what waited.
   *
   * @template {keyof T.SubscriptionEvents<D>} K
   * @param {K} event
   * @param {(...args: T.SubscriptionEvents<D>[K]) => unknown} listener
   * @returns {() => void} takes it back
   */
  on(event, listener) {
    const takeBack = this.#feed.events.on(event, listener);
    if (event === 'message') this.#feed.pour();
    return takeBack;
  }

  /**
   * Takes a listener back.
   *
   * @template {keyof T.SubscriptionEvents<D>} K
   * @param {K} event
   * @param {(...args: T.SubscriptionEvents<D>[K]) => unknown} listener
   */
  off(event, listener) {
    this.#feed.events.off(event, listener);
  }

  /**
   * Ends it; loops end when they have read what waits.
   *
   * @returns {Promise<void>} when the server sends nothing more
   */
  unsubscribe() {
    return this.#feed.port.leave(this.#feed);
  }

  /** @returns {AsyncIterableIterator<T.Message<D>>} throws what ended the subscription */
  [Symbol.asyncIterator]() {
    return this.#feed.iterate();
  }
}
