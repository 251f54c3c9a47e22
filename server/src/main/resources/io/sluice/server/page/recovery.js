// Whether a channel's offsets came without a hole, and what came late after a broken line.

/**
 * @typedef {object} Account
 * @property {number} late how many publications came after the line was back
 * @property {number} first of them
 * @property {number} last of them
 * @property {number} lost offsets that never came
 */

export class Recovery {
  /** The offset up to which everything came, passed the filter, or was said to be lost. */
  #reached = -1;
  #filtered;
  /** @type {{offsets: number[], head: number, lost: number} | null} while a broken line is made up for */
  #open = null;

  /** @param {boolean} filtered then offsets may be missing and nothing is */
  constructor(filtered) {
    this.#filtered = filtered;
  }

  get reached() {
    return this.#reached;
  }

  get isOpen() {
    return this.#open !== null;
  }

  /** @param {number} offset @returns {boolean} whether it came late, as far as is known yet */
  isLate(offset) {
    return this.#open !== null && offset <= this.#open.head;
  }

  /** From here on offsets may be missing and nothing is: newer ones of the same key come instead. */
  expectHoles() {
    this.#filtered = true;
  }

  /** @param {number} offset where the channel's count begins, or begins anew */
  startAt(offset) {
    this.#reached = offset;
  }

  /** The line is back; how far the channel went meanwhile is not known yet. */
  begin() {
    this.#open = { offsets: [], head: Infinity, lost: 0 };
  }

  /** @param {number} head the channel's newest offset now */
  aim(head) {
    if (this.#open) this.#open.head = head;
  }

  /** @param {number} offset that came @returns {{first: number, last: number} | null} what is missing before it */
  pass(offset) {
    const from = this.#reached + 1;
    this.#reached = Math.max(this.#reached, offset);
    if (this.#open && offset <= this.#open.head) this.#open.offsets.push(offset);
    if (this.#filtered || offset <= from || from === 0) return null;
    if (this.#open) this.#open.lost += offset - from;
    return { first: from, last: offset - 1 };
  }

  /** @param {number} first @param {number} last said to be lost by the server */
  lose(first, last) {
    this.#reached = Math.max(this.#reached, last);
    if (this.#open) this.#open.lost += last - first + 1;
  }

  /** @param {number} offset up to which nothing passes the filter */
  skipTo(offset) {
    this.#reached = Math.max(this.#reached, offset);
  }

  get isDone() {
    return this.#open !== null && this.#reached >= this.#open.head;
  }

  /** @returns {{account: Account, early: number[]}} and what was taken for late and is not */
  settle() {
    const { offsets, head, lost } = this.#open ?? { offsets: [], head: 0, lost: 0 };
    this.#open = null;
    const late = offsets.filter((offset) => offset <= head);
    const early = offsets.filter((offset) => offset > head);
    const account = { late: late.length, first: late[0] ?? 0, last: late.at(-1) ?? 0, lost };
    return { account, early };
  }
}
