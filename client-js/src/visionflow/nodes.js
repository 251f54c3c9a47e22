// Nodes in binary, as docs/protocols/visionflow.md says: read into columns that are used again, so
// that a frame leaves no garbage, and written out of them.

import { SluiceError } from '../errors.js';

/** What a node is: the number in a column of kinds. */
export const PLAIN = 0;
export const KNOWLEDGE = 1;
export const AGENT = 2;

/** The highest number of a node in 34 bytes, and in 36. */
export const MAX_RAW_ID = 0x3fff;
export const MAX_ID = 2 ** 30 - 1;

/** At most so many nodes in one message. */
export const MAX_NODES = 100_000;

export const RAW_WIDTH = 34;
export const V2_WIDTH = 36;
export const SSSP_WIDTH = 10;
const VERSION = 2;
const BOTH = 3;

/** Bits of +Infinity, which every number that is none has too. */
const INFINITY = 0x7f800000;
const MINUS_ZERO = 0x80000000;

/**
 * Nodes as columns: row `i` of each is one node. Positions and velocities have three numbers a
 * node, as a canvas or WebGL takes them. `reserve` may replace the columns; what stands behind
 * `count` means nothing.
 */
export class NodeColumns {
  /** @param {number} [room] for so many at first @param {number} [limit] and never more */
  constructor(room = 1024, limit = MAX_NODES) {
    this.limit = limit;
    this.count = 0;
    const first = Math.min(room, limit);
    this.ids = new Uint32Array(first);
    this.kinds = new Uint8Array(first);
    this.positions = new Float32Array(3 * first);
    this.velocities = new Float32Array(3 * first);
    this.distances = new Float32Array(first);
    this.parents = new Int32Array(first);
  }

  /** So many nodes of a message follow, in place of those that are here. @param {number} count */
  begin(count) {
    this.count = 0;
    this.reserve(count);
  }

  /** Where a node of the message belongs. @param {number} id @returns {number} */
  rowOf(id) {
    return this.add(id);
  }

  /** The row of that node was written. @param {number} _row */
  wrote(_row) {}

  /** Makes room for so many rows. @param {number} rows */
  reserve(rows) {
    const { length } = this.ids;
    if (rows <= length) return;
    if (rows > this.limit) throw refused('too_many_nodes', `${rows} nodes, at most ${this.limit}`);
    const room = Math.min(this.limit, Math.max(rows, 2 * length));
    this.ids = grown(this.ids, new Uint32Array(room));
    this.kinds = grown(this.kinds, new Uint8Array(room));
    this.positions = grown(this.positions, new Float32Array(3 * room));
    this.velocities = grown(this.velocities, new Float32Array(3 * room));
    this.distances = grown(this.distances, new Float32Array(room));
    this.parents = grown(this.parents, new Int32Array(room));
  }

  /**
   * Adds a node that rests at the origin and cannot be reached.
   *
   * @param {number} id @param {number} [kind]
   * @returns {number} its row
   */
  add(id, kind = PLAIN) {
    this.reserve(this.count + 1);
    const row = this.count++;
    this.ids[row] = id;
    this.kinds[row] = kind;
    this.positions.fill(0, 3 * row, 3 * row + 3);
    this.velocities.fill(0, 3 * row, 3 * row + 3);
    this.distances[row] = Infinity;
    this.parents[row] = -1;
    return row;
  }
}

/**
 * @template {Uint8Array | Uint32Array | Int32Array | Float32Array} T
 * @param {T} old @param {T} room
 */
function grown(old, room) {
  room.set(old);
  return room;
}

/** @param {string} code @param {string} message */
export function refused(code, message) {
  return new SluiceError(code, message);
}

/** Odd, and another in each page: so nobody can choose ids that fall together. */
const FACTOR = (Math.random() * 2 ** 32) | 1;

/** The ids of one message, so that one that comes twice is noticed. */
class SeenIds {
  #ids = new Uint32Array(64);
  #stamps = new Uint32Array(64);
  #stamp = 0;
  #shift = 26;

  /** @param {number} count of the message's nodes */
  begin(count) {
    let { length } = this.#ids;
    while (length < 2 * count) length *= 2;
    if (length > this.#ids.length || this.#stamp === 0xffffffff) {
      this.#ids = new Uint32Array(length);
      this.#stamps = new Uint32Array(length);
      this.#shift = 32 - Math.log2(length);
      this.#stamp = 0;
    }
    this.#stamp++;
  }

  /** @param {number} id @returns {boolean} whether it is new */
  add(id) {
    const mask = this.#ids.length - 1;
    let place = Math.imul(id, FACTOR) >>> this.#shift;
    while (this.#stamps[place] === this.#stamp) {
      if (this.#ids[place] === id) return false;
      place = (place + 1) & mask;
    }
    this.#stamps[place] = this.#stamp;
    this.#ids[place] = id;
    return true;
  }
}

/**
 * Reads messages of nodes, all of one or nothing: it is checked from end to end before the first
 * node is written; where it throws, what it reads into is as it was.
 *
 * What it reads into has columns, and says by `rowOf` where a node belongs; a scene's are its own.
 */
export class NodeReader {
  #seen = new SeenIds();

  /** @param {DataView} view of a message of records of 34 bytes @param {NodeColumns} into */
  raw(view, into) {
    this.rows(view, 0, view.byteLength, into);
  }

  /** @param {DataView} view of a message of V2 @param {NodeColumns} into */
  v2(view, into) {
    if (view.byteLength === 0) throw refused('invalid_length', 'A message of V2 has a byte 2');
    if (view.getUint8(0) !== VERSION) throw refused('unknown_version', 'No message of V2');
    this.#read(view, 1, view.byteLength, V2_WIDTH, into);
  }

  /**
   * Reads records of 34 bytes out of a message.
   *
   * @param {DataView} view @param {number} from @param {number} to @param {NodeColumns} into
   */
  rows(view, from, to, into) {
    this.#read(view, from, to, RAW_WIDTH, into);
  }

  /**
   * Reads the shortest ways of an SSSP_UPDATE; its nodes stay where they are.
   *
   * @param {DataView} view @param {number} from @param {number} to @param {NodeColumns} into
   */
  paths(view, from, to, into) {
    this.#read(view, from, to, SSSP_WIDTH, into);
  }

  /**
   * @param {DataView} view @param {number} from @param {number} to @param {number} width
   * @param {NodeColumns} into
   */
  #read(view, from, to, width, into) {
    const count = (to - from) / width;
    if (!Number.isInteger(count)) {
      throw refused('invalid_length', `${to - from} bytes are no number of records of ${width}`);
    }
    if (count > MAX_NODES) throw refused('too_many_nodes', `${count} nodes, at most ${MAX_NODES}`);
    this.#check(view, from, to, width, count);
    into.begin(count);
    const idWidth = width === V2_WIDTH ? 4 : 2;
    for (let at = from; at < to; at += width) {
      const word = wordAt(view, at, width);
      const row = into.rowOf(word & MAX_ID);
      into.kinds[row] = word >>> 30;
      if (width !== SSSP_WIDTH) readMotion(view, at + idWidth, into, row);
      const path = at + width - 8;
      into.distances[row] = view.getFloat32(path, true);
      into.parents[row] = view.getInt32(path + 4, true);
      into.wrote(row);
    }
  }

  /**
   * @param {DataView} view @param {number} from @param {number} to @param {number} width
   * @param {number} count
   */
  #check(view, from, to, width, count) {
    this.#seen.begin(count);
    let record = 0;
    for (let at = from; at < to; at += width, record++) {
      const word = wordAt(view, at, width);
      if (word >>> 30 === BOTH) {
        throw refused('invalid_id', `Record ${record} has both bits of the kind`);
      }
      const path = at + width - 8;
      for (let float = path - 24; width !== SSSP_WIDTH && float < path; float += 4) {
        if ((view.getUint32(float, true) & INFINITY) === INFINITY) throw notFinite(record);
      }
      checkDistance(view.getUint32(path, true), record);
      const id = word & MAX_ID;
      if (!this.#seen.add(id)) throw refused('duplicate_id', `Node ${id} comes twice`);
    }
  }
}

/**
 * The id of a record as it stands in V2, kind included.
 *
 * @param {DataView} view @param {number} at @param {number} width
 */
function wordAt(view, at, width) {
  if (width === V2_WIDTH) return view.getUint32(at, true);
  const word = view.getUint16(at, true);
  return (((word >>> 14) << 30) | (word & MAX_RAW_ID)) >>> 0;
}

/** @param {DataView} view @param {number} at @param {NodeColumns} into @param {number} row */
function readMotion(view, at, { positions, velocities }, row) {
  for (let axis = 0; axis < 3; axis++) {
    positions[3 * row + axis] = view.getFloat32(at + 4 * axis, true);
    velocities[3 * row + axis] = view.getFloat32(at + 12 + 4 * axis, true);
  }
}

/** @param {number} record */
function notFinite(record) {
  return refused('not_finite', `Position and velocity of record ${record} must be finite`);
}

/** @param {number} value @param {number} row */
function finite(value, row) {
  if (value - value === 0) return value;
  throw notFinite(row);
}

/** @param {number} bits of a distance @param {number} row */
function checkDistance(bits, row) {
  if (bits <= INFINITY || bits === MINUS_ZERO) return;
  const isNaN = (bits & 0x7fffffff) > INFINITY;
  const code = isNaN ? 'not_finite' : 'invalid_distance';
  throw refused(code, `The distance of record ${row} is ${isNaN ? 'no number' : 'below zero'}`);
}

/** How many bytes so many nodes take. @param {number} count */
export function rawSize(count) {
  return count * RAW_WIDTH;
}

/** How many bytes so many nodes take. @param {number} count */
export function v2Size(count) {
  return 1 + count * V2_WIDTH;
}

/**
 * Writes records of 34 bytes.
 *
 * @param {NodeColumns} columns
 * @param {DataView} into
 * @param {number} [from] where the first begins
 * @param {ArrayLike<number>} [rows] that are written; all, if left out
 * @returns {number} where they end
 */
export function writeRaw(columns, into, from = 0, rows) {
  const count = rows ? rows.length : columns.count;
  let at = from;
  for (let i = 0; i < count; i++, at += RAW_WIDTH) {
    const row = rows ? /** @type {number} */ (rows[i]) : i;
    const id = idOf(columns, row, MAX_RAW_ID);
  into.setUint16(at, (/** @type {number} */ (columns.kinds[row]) << 14) | id, true);
    writeBody(columns, row, into, at + 2);
  }
  return at;
}

/**
 * Writes a message of V2.
 *
 * @param {NodeColumns} columns
 * @param {DataView} into
 * @param {number} [from] where it begins
 * @param {ArrayLike<number>} [rows] that are written; all, if left out
 * @returns {number} where it ends
 */
export function writeV2(columns, into, from = 0, rows) {
  const count = rows ? rows.length : columns.count;
  into.setUint8(from, VERSION);
  let at = from + 1;
  for (let i = 0; i < count; i++, at += V2_WIDTH) {
    const row = rows ? /** @type {number} */ (rows[i]) : i;
    const id = idOf(columns, row, MAX_ID);
    const kind = /** @type {number} */ (columns.kinds[row]);
    into.setUint32(at, ((kind << 30) | id) >>> 0, true);
    writeBody(columns, row, into, at + 4);
  }
  return at;
}

/** @param {NodeColumns} columns @param {number} row @param {number} most */
function idOf(columns, row, most) {
  const id = /** @type {number} */ (columns.ids[row]);
  if (id > most) throw refused('id_out_of_range', `Node ${id} is beyond ${most}`);
  return id;
}

/** @param {NodeColumns} columns @param {number} row @param {DataView} into @param {number} at */
function writeBody(columns, row, into, at) {
  const { positions, velocities } = columns;
  for (let axis = 0; axis < 3; axis++) {
    const position = /** @type {number} */ (positions[3 * row + axis]);
    const velocity = /** @type {number} */ (velocities[3 * row + axis]);
    into.setFloat32(at + 4 * axis, finite(position, row), true);
    into.setFloat32(at + 12 + 4 * axis, finite(velocity, row), true);
  }
  const path = at + 24;
  into.setFloat32(path, /** @type {number} */ (columns.distances[row]), true);
  checkDistance(into.getUint32(path, true), row);
  into.setInt32(path + 4, /** @type {number} */ (columns.parents[row]), true);
}
