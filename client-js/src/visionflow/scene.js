// What is known of a graph: its nodes in rows, its edges, names and source.

import { SluiceError } from '../errors.js';
import { MAX_ID, refused } from './nodes.js';
import { Rows } from './rows.js';

/** So many changes may come between the pieces of a structure; beyond it the line begins anew. */
const MOST_EARLY = 1_000;

/** Edges as columns: row `i` of each is one. */
export class Edges {
  count = 0;
  from = new Uint32Array(1024);
  to = new Uint32Array(1024);
  weights = new Float32Array(1024);
  /** @type {Map<string, number>} */
  #places = new Map();
  #limit;

  /** @param {number} limit never more */
  constructor(limit) {
    this.#limit = limit;
  }

  /** @param {number} from @param {number} to @param {number} weight */
  put(from, to, weight) {
    const key = `${from} ${to}`;
    const row = this.#places.get(key) ?? this.count;
    if (row === this.count) {
      if (row >= this.#limit) {
        throw refused('graph_full', `The graph has more than ${this.#limit} edges`);
      }
      if (row === this.from.length) this.#grow();
      this.count++;
      this.#places.set(key, row);
      this.from[row] = from;
      this.to[row] = to;
    }
    this.weights[row] = weight;
  }

  #grow() {
    const { from, to, weights } = this;
    this.from = new Uint32Array(2 * this.count);
    this.to = new Uint32Array(2 * this.count);
    this.weights = new Float32Array(2 * this.count);
    this.from.set(from);
    this.to.set(to);
    this.weights.set(weights);
  }

  /** @param {number} from @param {number} to */
  remove(from, to) {
    const row = this.#places.get(`${from} ${to}`);
    if (row !== undefined) this.#drop(row);
  }

  /** The last takes the place of one that goes. @param {number} row */
  #drop(row) {
    const last = --this.count;
    this.#places.delete(`${this.from[row]} ${this.to[row]}`);
    if (row === last) return;
    this.#places.set(`${this.from[last]} ${this.to[last]}`, row);
    for (const column of [this.from, this.to, this.weights]) {
      column[row] = /** @type {number} */ (column[last]);
    }
  }

  /** @param {Set<number>} ids of nodes that are gone, and these edges with them */
  without(ids) {
    for (let row = this.count - 1; row >= 0; row--) {
      const [from, to] = [this.from[row], this.to[row]];
      if (ids.has(/** @type {number} */ (from)) || ids.has(/** @type {number} */ (to))) {
        this.#drop(row);
      }
    }
  }

  clear() {
    this.count = 0;
    this.#places.clear();
  }
}

/**
 * A graph as a client sees it. Columns may be replaced by wider ones whenever something comes:
 * take them anew for each use. What stands behind `count` means nothing.
 */
export class Scene {
  /** Names of those nodes that have one. @type {Map<number, string>} */
  names = new Map();
  /** Where the shortest ways begin. @type {number | null} */
  source = null;
  /** Of the structure. @type {number | null} null before the first */
  revision = null;
  /** Whether all pieces of the structure are here. */
  isWhole = false;
  edges;
  #rows;
  #changes = 0;
  /** @type {any[]} what came between the pieces of a structure */
  #early = [];

  /** @param {Rows} rows @param {number} edges never more */
  constructor(rows, edges) {
    this.#rows = rows;
    this.edges = new Edges(edges);
  }

  /** How many nodes there are. */
  get count() {
    return this.#rows.count;
  }

  /** Numbers of the nodes, by rows. */
  get ids() {
    return this.#rows.ids;
  }

  /** PLAIN, KNOWLEDGE or AGENT, by rows. */
  get kinds() {
    return this.#rows.kinds;
  }

  /** The newest positions, three numbers a row. To draw, take `sample`. */
  get positions() {
    return this.#rows.positions;
  }

  /** Units a second, three numbers a row. */
  get velocities() {
    return this.#rows.velocities;
  }

  /** From the source, by rows; Infinity for who cannot be reached. */
  get distances() {
    return this.#rows.distances;
  }

  /** The node before it on the shortest way, by rows: its number, or -1. */
  get parents() {
    return this.#rows.parents;
  }

  /** Between two messages of nodes, in milliseconds, as measured. */
  get interval() {
    return this.#rows.interval;
  }

  /** Grows whenever a node gets another row, or edges, names or the source change. */
  get version() {
    return this.#rows.version + this.#changes;
  }

  /** @param {number} id @returns {number} the row of a node; -1 if there is none */
  rowOf(id) {
    return this.#rows.find(id);
  }

  /**
   * Where to draw the nodes, three numbers a row. With each message every node begins to glide in a
   * straight line from where it is drawn to where it was said to be; that takes as long as messages
   * are apart (the middle one of the last five, 4 ms to 1 s), and there it rests. So what is drawn
   * is one message behind, and never jumps. A node whose position has not come is at NaN.
   *
   * @param {Float32Array} out has three numbers for each row at least
   * @param {number} now by the client's clock: `performance.now()` unless it has another
   * @returns {number} how many rows were written
   */
  sample(out, now) {
    const { count } = this;
    if (out.length < 3 * count) {
      throw new SluiceError('invalid_option', `Room for ${3 * count} numbers is needed`);
    }
    this.#rows.sample(out, now);
    return count;
  }

  /**
   * What the server says of the structure. What is not awaited is passed over.
   *
   * @param {any} message a graph_update
   * @returns {boolean} whether the structure is another now
   */
  take(message) {
    const update = checked(message);
    const { revision } = update;
    if (update.whole) {
      this.#clear();
      this.revision = revision;
    } else if (this.revision === null) return false;
    else if (!this.isWhole && revision > this.revision) {
      if (this.#early.push(message) <= MOST_EARLY) return false;
      throw new SluiceError('gap', `More than ${MOST_EARLY} changes came between two pieces`);
    } else if (this.isWhole && revision <= this.revision) return false;
    else if (!this.isWhole && revision < this.revision) return false;
    else if (revision > this.revision + 1) {
      throw new SluiceError('gap', `Changes ${this.revision + 1} to ${revision - 1} are missing`);
    }
    this.revision = revision;
    this.#apply(update);
    this.#changes++;
    if (this.isWhole || update.more) return true;
    this.isWhole = true;
    for (const early of this.#early.splice(0)) this.take(early);
    return true;
  }

  #clear() {
    this.#rows.clear();
    this.edges.clear();
    this.names.clear();
    this.source = null;
    this.isWhole = false;
    this.#early = [];
  }

  /** The line is gone, and changes with it: the next structure is whole. */
  forget() {
    this.revision = null;
    this.isWhole = false;
    this.#early = [];
  }

  /** In this order it means what the server means. @param {Update} update */
  #apply({ removed, added, edges, names, source }) {
    if (removed.length) this.edges.without(new Set(removed));
    for (const id of removed) {
      this.#rows.remove(id);
      this.names.delete(id);
    }
    for (const id of added) {
      this.#rows.admit(id);
      this.names.delete(id);
    }
    for (const [from, to] of edges.removed) this.edges.remove(from, to);
    for (const [from, to, weight] of edges.added) this.edges.put(from, to, weight);
    // Those of nobody are passed over, so that there are never more than nodes.
    for (const [id, name] of names) if (this.rowOf(id) >= 0) this.names.set(id, name);
    if (source !== undefined) this.source = source;
  }
}

/**
 * @typedef {object} Update
 * @property {boolean} whole
 * @property {boolean} more
 * @property {number} revision
 * @property {number[]} added
 * @property {number[]} removed
 * @property {{added: [number, number, number][], removed: [number, number][]}} edges
 * @property {[number, string][]} names
 * @property {number | null | undefined} source
 */

/** All of it or nothing. @param {any} message @returns {Update} */
function checked({ whole = false, more = false, revision, source, ...message }) {
  const { added = [], removed = [], edges = {}, names = {} } = message;
  const [linked, cut] = [edges?.added ?? [], edges?.removed ?? []];
  const fits =
    Number.isSafeInteger(revision)
    && [added, removed, linked, cut].every(Array.isArray)
    && added.every(isId)
    && removed.every(isId)
    && linked.every((/** @type {any} */ edge) => isEdge(edge, 3) && edge[2] >= 0)
    && cut.every((/** @type {any} */ edge) => isEdge(edge, 2))
    && (source == null || isId(source))
    && typeof names === 'object';
  const named = fits ? Object.entries(names ?? {}).map(([id, name]) => [Number(id), name]) : [];
  if (!fits || !named.every(([id, name]) => isId(id) && typeof name === 'string')) {
    throw new SluiceError('bad_message', 'The server sent a structure that is none');
  }
  return /** @type {any} */ ({
    whole: whole === true,
    more: more === true,
    revision,
    added,
    removed,
    edges: { added: linked, removed: cut },
    names: named,
    source,
  });
}

/** @param {unknown} id */
function isId(id) {
  return Number.isInteger(id) && Number(id) >= 0 && Number(id) <= MAX_ID;
}

/** @param {any} edge @param {number} length */
function isEdge(edge, length) {
  return Array.isArray(edge) && edge.length >= length && isId(edge[0]) && isId(edge[1]);
}
