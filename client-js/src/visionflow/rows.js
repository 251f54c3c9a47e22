// Where every node of a graph stands: one row each, in columns that are written in place.

import { MAX_NODES, NodeColumns, refused } from './nodes.js';

/** A glide takes as long as messages are apart, within these bounds. */
const SHORTEST_MS = 4;
const LONGEST_MS = 1_000;
/** Until two messages have come: as often as a server sends unless it is asked. */
const USUAL_MS = 200;
/** The middle one of so many distances between messages counts. */
const MEASURED = 5;
const MIDDLE = 2;

/**
 * The rows of a scene. Those below `count` are nodes that the graph has; behind them are those of
 * which positions came though the structure does not know them: not yet, or no more.
 */
export class Rows extends NodeColumns {
  /** When the message came that is read next. */
  now = 0;
  /** Grows whenever a node gets another row. */
  version = 0;
  /** How many have come. */
  heard = 0;
  /** Rows in use. */
  #held = 0;
  /** @type {Map<number, number>} rows by number */
  #places = new Map();
  /** Where each node was drawn when the last message came; NaN before its first position. */
  #from = new Float32Array(0);
  #began = 0;
  #lasts = USUAL_MS;
  #last = -Infinity;
  #apart = new Float64Array(MEASURED).fill(USUAL_MS);
  #sorted = new Float64Array(MEASURED);
  #measured = 0;

  #most;

  /** @param {number} most so many nodes at most may the graph have */
  constructor(most) {
    // Behind them there is room for a message of none of them.
    super(1024, most + MAX_NODES);
    this.#most = most;
    this.reserve(0);
  }

  /** Between two messages, in milliseconds. */
  get interval() {
    return this.#lasts;
  }

  /** @param {number} id @returns {number} its row; -1 if the graph has no such node */
  find(id) {
    const row = this.#places.get(id) ?? -1;
    return row < this.count ? row : -1;
  }

  /** @param {number} id @returns {number} -1 if there is none, or nothing has been told of it */
  kindOf(id) {
    const row = this.find(id);
    return row < 0 || Number.isNaN(this.#from[3 * row]) ? -1 : Number(this.kinds[row]);
  }

  /**
   * Every node goes on from where it is drawn now.
   *
   * @override
   * @param {number} count
   */
  begin(count) {
    const { now } = this;
    this.heard += count;
    if (this.#held + count > this.limit) this.#forget();
    const part = this.#part(now);
    const end = 3 * this.#held;
    const { positions } = this;
    const from = this.#from;
    for (let i = 0; i < end; i++) from[i] = between(from, positions, i, part);
    this.#began = now;
    // What comes at once is one message in pieces; before the first there was nothing.
    if (now > this.#last + 1) this.#measure(now - this.#last);
    this.#last = now;
  }

  /** @param {number} ms */
  #measure(ms) {
    if (ms === Infinity) return;
    this.#apart[this.#measured++ % MEASURED] = Math.min(Math.max(ms, SHORTEST_MS), LONGEST_MS);
    this.#sorted.set(this.#apart);
    this.#lasts = /** @type {number} */ (this.#sorted.sort()[MIDDLE]);
  }

  /** @param {number} now @returns {number} of the way, 0 to 1 */
  #part(now) {
    return Math.min(Math.max((now - this.#began) / this.#lasts, 0), 1);
  }

  /** @override @param {number} id */
  rowOf(id) {
    return this.#places.get(id) ?? this.#append(id);
  }

  /** Who was nowhere does not glide there. @override @param {number} row */
  wrote(row) {
    const from = this.#from;
    const { positions } = this;
    for (let i = 3 * row; i < 3 * row + 3; i++) {
      if (from[i] !== from[i]) from[i] = /** @type {number} */ (positions[i]);
    }
  }

  /** @param {number} id */
  #append(id) {
    if (this.#held >= this.limit) this.#forget();
    const row = this.#held;
    this.reserve(row + 1);
    this.#held++;
    this.#places.set(id, row);
    this.ids[row] = id;
    this.kinds[row] = 0;
    this.positions.fill(0, 3 * row, 3 * row + 3);
    this.velocities.fill(0, 3 * row, 3 * row + 3);
    this.#from.fill(NaN, 3 * row, 3 * row + 3);
    this.distances[row] = Infinity;
    this.parents[row] = -1;
    return row;
  }

  /** All that the graph does not have. */
  #forget() {
    for (let row = this.count; row < this.#held; row++) this.#places.delete(this.#id(row));
    this.#held = this.count;
  }

  /** @param {number} row */
  #id(row) {
    return /** @type {number} */ (this.ids[row]);
  }

  /** The graph has this node. @param {number} id */
  admit(id) {
    const row = this.rowOf(id);
    if (row < this.count) return;
    if (this.count >= this.#most) {
      throw refused('graph_full', `The graph has more than ${this.#most} nodes`);
    }
    this.#swap(row, this.count++);
    this.version++;
  }

  /**
   * The graph has it no more. Where it is stays known: changes come by another way than positions,
   * and it may be there again already.
   *
   * @param {number} id
   */
  remove(id) {
    const row = this.find(id);
    if (row < 0) return;
    this.#swap(row, --this.count);
    this.version++;
  }

  /** The graph's nodes are told anew; where they are is still known. */
  clear() {
    this.count = 0;
    this.version++;
  }

  /** @param {number} a @param {number} b */
  #swap(a, b) {
    if (a === b) return;
    for (const column of [this.ids, this.kinds, this.distances, this.parents]) {
      const kept = /** @type {number} */ (column[a]);
      column[a] = /** @type {number} */ (column[b]);
      column[b] = kept;
    }
    for (const column of [this.positions, this.velocities, this.#from]) {
      for (let axis = 0; axis < 3; axis++) {
        const kept = /** @type {number} */ (column[3 * a + axis]);
        column[3 * a + axis] = /** @type {number} */ (column[3 * b + axis]);
        column[3 * b + axis] = kept;
      }
    }
    this.#places.set(this.#id(a), a).set(this.#id(b), b);
  }

  /** @override @param {number} rows */
  reserve(rows) {
    super.reserve(rows);
    if (this.#from.length === this.positions.length) return;
    const wider = new Float32Array(this.positions.length);
    wider.set(this.#from);
    this.#from = wider;
  }

  /** @param {Float32Array} out @param {number} now */
  sample(out, now) {
    const part = this.#part(now);
    const end = 3 * this.count;
    const { positions } = this;
    const from = this.#from;
    for (let i = 0; i < end; i++) out[i] = between(from, positions, i, part);
  }
}

/** @param {Float32Array} from @param {Float32Array} to @param {number} i @param {number} part */
function between(from, to, i, part) {
  const begin = /** @type {number} */ (from[i]);
  const end = /** @type {number} */ (to[i]);
  // One that is nowhere yet stays so.
  if (part < 1 || begin !== begin) return begin + (end - begin) * part;
  return end;
}
