// Nodes that are to be moved, until they go: of each the newest place.

/** @import { Link } from './link.js' */
/** @import { Rows } from './rows.js' */
import { SluiceError } from '../errors.js';
import { nodesSize, writeNodes } from './frames.js';
import { MAX_ID, MAX_RAW_ID, NodeColumns, rawSize, v2Size, writeRaw, writeV2 } from './nodes.js';

/** How often a full socket is looked at: it tells nobody that it has drained. */
const DRAIN_MS = 20;

const FORMS = new Map([
  ['raw', { most: MAX_RAW_ID, size: rawSize, write: writeRaw }],
  ['v2', { most: MAX_ID, size: v2Size, write: writeV2 }],
  ['framed', { most: MAX_RAW_ID, size: nodesSize, write: null }],
]);

/** Sends what has been moved, many at once and seldom. */
export class Moves {
  sent = 0;
  dropped = 0;
  #columns;
  /** @type {Map<number, number>} rows by number */
  #rows = new Map();
  #view = new DataView(new ArrayBuffer(1024));
  #lastAt = -Infinity;
  /** @type {any} */
  #timer = null;
  #link;
  #scene;
  #form;

  /** @param {Link} link @param {Rows} scene @param {string} form @param {number} most */
  constructor(link, scene, form, most) {
    this.#link = link;
    this.#scene = scene;
    this.#columns = new NodeColumns(Math.min(most, 16), most);
    this.#form = /** @type {NonNullable<ReturnType<typeof FORMS.get>>} */ (FORMS.get(form));
  }

  get waiting() {
    return this.#columns.count;
  }

  /**
   * @param {number} id
   * @param {number[]} motion where it is to be, and its velocity
   * @returns {boolean} whether it waits to go
   */
  put(id, motion) {
    const { most } = this.#form;
    if (!(Number.isInteger(id) && id >= 0 && id <= most)) {
      throw new SluiceError('id_out_of_range', `Nodes have numbers from 0 to ${most}`);
    }
    // As they will be written: what is too large for 32 bits is infinite.
    if (!motion.every((each) => Number.isFinite(Math.fround(each)))) {
      throw new SluiceError('not_finite', 'Position and velocity must be finite');
    }
    const columns = this.#columns;
    const kind = this.#scene.kindOf(id);
    const known = this.#rows.get(id);
    const fits = known !== undefined || columns.count < columns.limit;
    if (!this.#link.line.isOpen() || kind < 0 || !fits) {
      this.dropped++;
      return false;
    }
    const row = known ?? columns.add(id, kind);
    this.#rows.set(id, row);
    for (let axis = 0; axis < 3; axis++) {
      columns.positions[3 * row + axis] = /** @type {number} */ (motion[axis]);
      columns.velocities[3 * row + axis] = /** @type {number} */ (motion[3 + axis]);
    }
    this.#plan();
    return true;
  }

  #plan() {
    const { clock, limits } = this.#link;
    if (this.#timer !== null) return;
    const ms = Math.max(this.#lastAt + limits.moveMs - clock.now(), 0);
    this.#timer = clock.setTimeout(() => this.#send(), ms);
  }

  #send() {
    const { clock, limits, line } = this.#link;
    this.#timer = null;
    if (line.buffered() > limits.socketBytes) {
      this.#timer = clock.setTimeout(() => this.#send(), DRAIN_MS);
      return;
    }
    this.#sift();
    if (this.waiting) {
      this.#lastAt = clock.now();
      this.sent += this.waiting;
      line.send(this.#write());
    }
    this.#clear();
  }

  /** For one that is gone, or of another kind, the server would refuse them all. */
  #sift() {
    const columns = this.#columns;
    const { ids, kinds, positions, velocities, count } = columns;
    columns.count = 0;
    for (let row = 0; row < count; row++) {
      const id = /** @type {number} */ (ids[row]);
      const kind = this.#scene.kindOf(id);
      if (kind < 0) {
        this.dropped++;
        continue;
      }
      const to = columns.count++;
      ids[to] = id;
      kinds[to] = kind;
      positions.copyWithin(3 * to, 3 * row, 3 * row + 3);
      velocities.copyWithin(3 * to, 3 * row, 3 * row + 3);
    }
  }

  #write() {
    const columns = this.#columns;
    const { size, write } = this.#form;
    const length = size(columns.count);
    if (length > this.#view.byteLength) this.#view = new DataView(new ArrayBuffer(2 * length));
    if (write) write(columns, this.#view);
    else writeNodes(columns, this.#link.clock.wall(), this.#view);
    return new Uint8Array(this.#view.buffer, 0, length);
  }

  #clear() {
    this.#columns.count = 0;
    this.#rows.clear();
  }

  /** The line is gone, and where a node was to be some time ago is worth nothing. */
  drop() {
    const { waiting } = this;
    this.#link.clock.clearTimeout(this.#timer);
    this.#timer = null;
    this.#lastAt = -Infinity;
    this.dropped += waiting;
    this.#clear();
    return waiting;
  }
}
