// When this page sent what. A receipt may come after the message that it is about: whoever shows
// the message is told then.
const MOST = 4_096;

export class Ledger {
  /** @type {Map<string, number>} */
  #sent = new Map();
  /** @type {Set<(place: string, sentAt: number) => void>} */
  #listeners = new Set();

  /** @param {{channel: string, epoch: string, offset: number}} receipt @param {number} sentAt */
  enter(receipt, sentAt) {
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
