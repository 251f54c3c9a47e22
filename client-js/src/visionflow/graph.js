/** @import * as V from './types.js' */
import { SluiceError } from '../errors.js';
import { FrameEars, LINK_NUMBERS, Link } from './link.js';
import { Moves } from './moves.js';
import { NodeReader } from './nodes.js';
import { Rows } from './rows.js';
import { Scene } from './scene.js';

/** @type {Record<string, string>} what a form is called in the handshake */
const SUBPROTOCOLS = { raw: '', v2: 'visionflow.v2', framed: 'visionflow.framed' };
const LONGEST_INTERVAL = 60_000;

/** What a graph's client takes unless it is asked. */
export const GRAPH_NUMBERS = Object.freeze({
  ...LINK_NUMBERS,
  nodes: 100_000,
  edges: 400_000,
  maxMoves: 1_000,
  moveMs: 16,
});

/** Watches a live graph, moves its nodes, and comes back by itself. */
export class GraphClient {
  /** What is known of the graph. @type {Scene} */
  scene;
  /** Milliseconds between two messages, as the server has agreed. @type {number | null} */
  interval = null;
  /** @type {number | null} what was asked for */
  #wish;
  #link;
  #rows;
  #moves;
  #reader = new NodeReader();
  #form;
  #frames;
  #isThere = false;
  #nodes = 0;
  #updates = 0;

  /**
   * Connects to nothing yet; see `connect`.
   *
   * @param {string | {href: string}} url of the WebSocket; in a page also a path such as
   *   `/ws/positions`
   * @param {V.GraphOptions} [options]
   * @throws {SluiceError} `invalid_option`
   */
  constructor(url, options = {}) {
    const { graph = 'default', form = 'v2', interval } = options;
    const protocol = SUBPROTOCOLS[form];
    if (protocol === undefined) {
      throw new SluiceError('invalid_option', `form: ${Object.keys(SUBPROTOCOLS).join(' or ')}`);
    }
    this.#form = form;
    this.#wish = interval === undefined ? null : checkInterval(interval);
    this.#link = new Link(url, { graph }, protocol, options, GRAPH_NUMBERS, {
      greeting: 'state_sync',
      text: (message) => this.#hear(message),
      binary: (view) => this.#read(view),
      broken: () => this.#broken(),
    });
    const { nodes, edges, maxMoves } = this.#link.limits;
    this.#rows = new Rows(nodes);
    this.scene = new Scene(this.#rows, edges);
    this.#moves = new Moves(this.#link, this.#rows, form, maxMoves);
    this.#frames = new FrameEars(this.#reader, this.#rows, (said, type) =>
      this.#link.framed(said, type),
    );
  }

  /** Where the connection stands. */
  get state() {
    return this.#link.line.state;
  }

  /**
   * Calls a listener at each event from now on.
   *
   * @template {keyof V.GraphEvents} K
   * @param {K} event
   * @param {(...args: V.GraphEvents[K]) => unknown} listener
   * @returns {() => void} takes it back
   */
  on(event, listener) {
    return this.#link.events.on(event, listener);
  }

  /**
   * Takes a listener back.
   *
   * @template {keyof V.GraphEvents} K
   * @param {K} event
   * @param {(...args: V.GraphEvents[K]) => unknown} listener
   */
  off(event, listener) {
    this.#link.events.off(event, listener);
  }

  /**
   * Connects, and stays connected until `close`. Called while `waiting` it tries at once.
   *
   * @returns {Promise<Scene>} when all of the graph is there; rejected once the state is
   *   `refused`, `failed` or `closed`
   */
  connect() {
    return this.#link.connect();
  }

  /** Ends everything. @returns {Promise<void>} when the socket is closed too */
  close() {
    return this.#link.line.close();
  }

  /**
   * Asks for another pace: at most one message in so many milliseconds. What the server makes of
   * it is told by `interval`.
   *
   * @param {number} interval 0 to 60,000
   */
  pace(interval) {
    this.#wish = checkInterval(interval);
    this.#ask();
  }

  /** Asks for all of the graph anew. */
  refresh() {
    if (this.#link.line.isOpen()) this.#link.say({ type: 'request_full_snapshot' });
  }

  /**
   * Moves a node. Many go in one message, at most every `moveMs`, and while the socket is full
   * later; of each node the newest place goes. What has not gone when the line breaks, or the node
   * is removed, is dropped.
   *
   * @param {number} id @param {number} x @param {number} y @param {number} z
   * @param {number} [vx] @param {number} [vy] @param {number} [vz]
   * @returns {boolean} whether it waits to go; false: there is no connection, the graph has no such
   *   node or has not told where it is, or `maxMoves` wait
   * @throws {SluiceError} `id_out_of_range`, `not_finite`
   */
  move(id, x, y, z, vx = 0, vy = 0, vz = 0) {
    return this.#moves.put(id, [x, y, z, vx, vy, vz]);
  }

  /** What has been carried, since there is this client. @returns {V.GraphFigures} */
  figures() {
    const { sent, dropped, waiting } = this.#moves;
    return {
      ...this.#link.figures.read(),
      frames: this.#updates,
      nodes: this.#nodes,
      moves: { sent, dropped, waiting },
      waits: this.#link.waits,
    };
  }

  /** A pace that is asked for while the graph is still on its way may be agreed on in vain. */
  #ask() {
    const interval = this.#wish;
    if (interval === null || !this.#isThere) return;
    this.#link.say({ type: 'subscribe_position_updates', data: { interval, binary: true } });
  }

  /** @param {DataView} view @returns {Promise<void> | void} */
  #read(view) {
    const rows = this.#rows;
    const { clock } = this.#link;
    const before = rows.heard;
    rows.now = clock.now();
    const told = () => this.#told(rows.heard - before, view.byteLength);
    if (this.#form === 'framed') {
      const wait = this.#frames.read(view);
      if (wait) return wait.then(told);
    } else if (this.#form === 'raw') this.#reader.raw(view, rows);
    else this.#reader.v2(view, rows);
    told();
  }

  /** @param {number} count @param {number} bytes */
  #told(count, bytes) {
    if (!count) return;
    this.#updates++;
    this.#nodes += count;
    this.#link.events.emit('nodes', count, bytes);
  }

  /** @param {any} message */
  #hear(message) {
    const { scene } = this;
    const { events } = this.#link;
    switch (message.type) {
      case 'graph_update':
        if (scene.take(message) && scene.isWhole) events.emit('structure', scene);
        return;
      case 'connection_established':
        this.#isThere = true;
        this.#ask();
        return this.#link.stand(scene);
      case 'subscription_confirmed':
        this.interval = message.interval;
        events.emit('interval', message.interval);
    }
  }

  #broken() {
    this.#isThere = false;
    this.scene.forget();
    this.interval = null;
    const dropped = this.#moves.drop();
    if (dropped) this.#link.events.emit('dropped', dropped);
  }
}

/** @param {number} interval */
function checkInterval(interval) {
  if (interval >= 0 && interval <= LONGEST_INTERVAL) return interval;
  throw new SluiceError('invalid_option', `An interval is a number from 0 to ${LONGEST_INTERVAL}`);
}
