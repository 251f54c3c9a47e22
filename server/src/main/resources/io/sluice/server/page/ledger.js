// When this page sent what. A receipt may come after the message that it is about: whoever shows
// the message is told then.
const MOST = 4_096;

export class Ledger {
  /** @type {Map<string, number>} */
  #sent = new Map();
  /** @type {Set<(place: string, sentAt: number) => void>} */
  #listeners = new Set();

  /** @type {Set<(channel: string) => void>} */
  #followers = new Set();

  /** @type {Map<string, {epoch: string, offset: number}>} the newest place seen of each channel */
  #heads = new Map();

  /**
   * Somebody of this page has seen the channel as far as this.
   *
   * @param {string} channel
   * @param {string} epoch
   * @param {number} offset
   */
  reach(channel, epoch, offset) {
    const known = this.#heads.get(channel);
    if (known?.epoch === epoch && known.offset >= offset) return;
    this.#heads.set(channel, { epoch, offset });
    for (const follower of this.#followers) follower(channel);
  }

  /**
   * Tells somebody of each channel that went on, whoever saw it: a reader that stands still hears of
   * it from nobody else.
   *
   * @param {(channel: string) => void} follower
   * @returns {() => void} takes it back
   */
  follow(follower) {
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  /** @param {string} channel @param {string} epoch @returns {number} the newest offset that is known of */
  head(channel, epoch) {
    const known = this.#heads.get(channel);
    return known?.epoch === epoch ? known.offset : 0;
  }

  /** @param {{channel: string, epoch: string, offset: number}} receipt @param {number} sentAt */
  enter(receipt, sentAt) {
    this.reach(receipt.channel, receipt.epoch, receipt.offset);
    const place = placeOf(receipt.channel, receipt.epoch, receipt.offset);
    this.#sent.set(place, sentAt);
    if (this.#sent.size > MOST) this.#sent.delete(this.#sent.keys().next().value ?? '');
    for (const listener of this.#listeners) listener(place, sentAt);
  }

  /** @param {string} place @returns {number | undefined} */
  sentAt(place) {
    return this.#sent.get(place);
  }

  /** @param {(place: string, sentAt: number) => void} listener @returns {() => void} takes it back */
  listen(listener) {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** @param {string} channel @param {string} epoch @param {number} offset */
export function placeOf(channel, epoch, offset) {
  return `${channel} ${epoch} ${offset}`;
}
