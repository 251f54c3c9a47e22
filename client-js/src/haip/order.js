// What is counted: messages of the peer in their order, and our own until they are acknowledged.

const BEYOND = 2n ** 63n;
const BITS = 64;

/** So often a gap is asked for before it is given up. */
const ATTEMPTS = 3;

/** Nothing is to be done with what had this number. */
export const HOLE = Symbol('hole');

/**
 * The order of the peer's messages by `seq`, which counts on and on.
 *
 * @template M
 */
export class Order {
  repeats = 0;
  /** Whether there is nothing to count by. */
  untracked = false;
  /** How often the present gap was asked for. */
  attempts = 0;
  /** The number that is to come. */
  #next = 0n;
  /** The last number of which anything came. */
  #newest = 0n;
  /** @type {Map<bigint, {item: M | symbol, size: number}>} what came behind a gap */
  #ahead = new Map();
  #aheadBytes = 0;
  #limits;

  /** @param {{aheadMessages: number, aheadBytes: number, untracked: number}} limits */
  constructor(limits) {
    this.#limits = limits;
  }

  /** The number of the last that came with nothing missing before it. */
  get last() {
    return BigInt.asUintN(BITS, this.#next - 1n);
  }

  /** @param {bigint | null} first number of the other end */
  begin(first) {
    this.untracked = first === null || first >= BigInt(this.#limits.untracked);
    this.#ahead.clear();
    this.#aheadBytes = this.attempts = 0;
    this.#newest = first ?? 0n;
    this.#next = BigInt.asUintN(BITS, this.#newest + 1n);
  }

  /** Whether this is behind what came already. @param {bigint} seq */
  isOld(seq) {
    return BigInt.asUintN(BITS, seq - this.#next) >= BEYOND;
  }

  /** Whether something came under this number. @param {bigint | null} seq */
  has(seq) {
    return !this.untracked && seq !== null && (this.isOld(seq) || this.#ahead.has(seq));
  }

  /**
   * @param {bigint | null} seq
   * @param {M | symbol} item
   * @param {number} size
   * @returns {M[]} what is in order now
   */
  take(seq, item, size) {
    if (this.untracked || seq === null) return item === HOLE ? [] : [/** @type {M} */ (item)];
    if (this.has(seq)) {
      if (item !== HOLE) this.repeats++;
      return [];
    }
    if (BigInt.asUintN(BITS, seq - this.#newest) < BEYOND) this.#newest = seq;
    const { aheadMessages, aheadBytes } = this.#limits;
    const isNext = seq === this.#next;
    // What finds no room is asked for again.
    const isFull = this.#ahead.size >= aheadMessages || this.#aheadBytes + size > aheadBytes;
    if (!isNext && isFull) return [];
    this.#ahead.set(seq, { item, size });
    this.#aheadBytes += size;
    return isNext ? this.#drain() : [];
  }

  #drain() {
    const items = [];
    for (let one = this.#ahead.get(this.#next); one; one = this.#ahead.get(this.#next)) {
      this.#ahead.delete(this.#next);
      this.#aheadBytes -= one.size;
      this.#next = BigInt.asUintN(BITS, this.#next + 1n);
      if (one.item !== HOLE) items.push(/** @type {M} */ (one.item));
    }
    this.attempts = 0;
    return items;
  }

  /** What is missing, from where to where; null: nothing. */
  get gap() {
    if (this.untracked || this.isOld(this.#newest)) return null;
    const from = this.#next;
    const distance = (/** @type {bigint} */ seq) => BigInt.asUintN(BITS, seq - from);
    let to = this.#newest;
    for (const seq of this.#ahead.keys()) {
      if (distance(seq) <= distance(to)) to = BigInt.asUintN(BITS, seq - 1n);
    }
    return { from, to };
  }

  /** Whether the gap was asked for often enough. */
  get isLost() {
    return this.attempts >= ATTEMPTS;
  }

  /**
   * What is missing will not come.
   *
   * @param {bigint} [upto] from there on it will
   * @returns {{lost: {from: bigint, to: bigint} | null, items: M[]}} and what is in order now
   */
  pass(upto) {
    const { gap } = this;
    const last = upto === undefined ? gap?.to : upto - 1n;
    if (!gap || last === undefined || this.isOld(last)) return { lost: null, items: [] };
    const to = BigInt.asUintN(BITS, gap.to - last) < BEYOND ? last : gap.to;
    this.#next = BigInt.asUintN(BITS, to + 1n);
    return { lost: { from: gap.from, to }, items: this.#drain() };
  }
}

/**
 * Our own messages, until the peer has said that it has them.
 *
 * @typedef {{seq: number, text: string, binary?: Uint8Array, at: number}} Kept
 */

export class Sent {
  /** The number of the latest. */
  seq = 0;
  /** @type {Map<number, Kept>} the oldest first */
  #kept = new Map();
  #bytes = 0;
  /** Up to here nothing is kept. */
  #gone = 0;
  #limits;

  /** @param {{keepMessages: number, keepBytes: number, keepMs: number}} limits */
  constructor(limits) {
    this.#limits = limits;
  }

  /** How many the peer may not have. */
  get size() {
    return this.#kept.size;
  }

  /** @param {Kept} one */
  keep(one) {
    const { keepMessages, keepBytes, keepMs } = this.#limits;
    this.#kept.set(one.seq, one);
    this.#bytes += keptBytes(one);
    for (const [seq, { at }] of this.#kept) {
      const fits = this.#kept.size <= keepMessages && this.#bytes <= keepBytes;
      if ((fits && one.at - at <= keepMs) || seq === one.seq) break;
      this.#forget(seq);
    }
  }

  /** @param {number} seq */
  #forget(seq) {
    this.#bytes -= keptBytes(/** @type {Kept} */ (this.#kept.get(seq)));
    this.#kept.delete(seq);
    this.#gone = seq;
  }

  /**
   * @param {bigint} seq the peer has all up to there
   * @returns {boolean} whether it was ever sent
   */
  acked(seq) {
    if (seq > BigInt(this.seq)) return false;
    for (const one of this.#kept.keys()) {
      if (BigInt(one) > seq) break;
      this.#forget(one);
    }
    return true;
  }

  /** The first that is kept. */
  get first() {
    return this.#gone + 1;
  }

  /** @param {bigint} from @param {bigint} to @returns {Kept[]} */
  between(from, to) {
    return this.all().filter(({ seq }) => seq >= from && seq <= to);
  }

  /** @returns {Kept[]} */
  all() {
    return [...this.#kept.values()];
  }
}

/** @param {Kept} one */
function keptBytes({ text, binary }) {
  return text.length + (binary?.length ?? 0);
}
