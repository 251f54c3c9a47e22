// What a person does with the picture: turns it, comes nearer, chooses a node and pulls it.

/** @import { GraphClient } from '/client-visionflow.js' */
/** @import { Camera } from './camera.js' */
/** @import { Shape } from './shape.js' */

/** In pixels of the page: a press that goes no further is a click. */
const STILL = 4;
const REACH = 14;
const TURN = 0.006;
const STEP = 0.12;
const WHEEL = 0.0012;
const NEARER = 0.85;
/** The server holds what is pulled for half a second: so it is told again before. */
const AGAIN_MS = 120;
/** Turns by itself so fast, in a millisecond, until somebody takes it. */
const DRIFT = 0.00008;
/** A key pulls so many pixels. */
const PULL = 24;

/** @type {Record<string, [number, number]>} */
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

export class Hands {
  /** The chosen node's number; -1: none. */
  id = -1;
  #canvas;
  #camera;
  #shape;
  #client;
  #chosen;
  #drifts = !matchMedia('(prefers-reduced-motion: reduce)').matches;
  /** Where the pointer was last, and how far it has gone since it came down. */
  #at = [0, 0];
  #gone = 0;
  #isDown = false;
  /** The node that was under the pointer when it came down; -1: none. */
  #pressed = -1;
  /** The node that is pulled, at that distance from us, to that place. */
  #pulled = -1;
  #depth = 1;
  /** @type {[number, number, number]} */
  #to = [0, 0, 0];
  #toldAt = 0;
  /** Until then what is pulled by keys is held. */
  #until = 0;

  /**
   * @param {HTMLCanvasElement} canvas @param {Camera} camera @param {Shape} shape
   * @param {GraphClient} client
   * @param {{signal: AbortSignal, chosen: () => void}} more
   */
  constructor(canvas, camera, shape, client, { signal, chosen }) {
    this.#canvas = canvas;
    this.#camera = camera;
    this.#shape = shape;
    this.#client = client;
    this.#chosen = chosen;
    const on = (/** @type {string} */ event, /** @type {(event: any) => void} */ does) =>
      canvas.addEventListener(event, does, { signal, passive: false });
    on('pointerdown', (event) => this.#down(event));
    on('pointermove', (event) => this.#move(event));
    on('pointerup', () => this.#up());
    on('pointercancel', () => this.#up());
    on('wheel', (event) => this.#wheel(event));
    on('keydown', (event) => this.#key(event));
  }

  /** @param {number} id */
  choose(id) {
    this.id = id;
    this.#drifts = false;
    this.#chosen();
  }

  /** Turns it while nobody has touched it. @param {number} _now @param {number} passed */
  rest(_now, passed) {
    if (this.#drifts) this.#camera.rotate(DRIFT * Math.min(passed, 100), 0);
  }

  /** What is pulled stays where it is pulled to, here and on the server. @param {number} now */
  hold(now) {
    if (this.#pulled < 0) return;
    const row = this.#client.scene.rowOf(this.#pulled);
    this.#shape.put(row, this.#to);
    if (!this.#isDown && now > this.#until) this.#pulled = -1;
    else if (row >= 0 && now - this.#toldAt >= AGAIN_MS) this.#tell(now);
  }

  /** @param {number} now */
  #tell(now) {
    this.#toldAt = now;
    this.#client.move(this.#pulled, ...this.#to);
  }

  /** @param {PointerEvent} event @returns {[number, number]} in pixels of the canvas */
  #pixels({ offsetX, offsetY }) {
    return [offsetX * this.#camera.dots, offsetY * this.#camera.dots];
  }

  /** @param {number} x @param {number} y */
  #under(x, y) {
    const row = this.#shape.nearest(this.#camera, x, y, REACH * this.#camera.dots);
    return row < 0 ? -1 : (this.#client.scene.ids[row] ?? -1);
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0) return;
    const [x, y] = this.#pixels(event);
    this.#drifts = false;
    this.#isDown = true;
    this.#gone = 0;
    this.#at = [event.offsetX, event.offsetY];
    this.#canvas.setPointerCapture(event.pointerId);
    this.#pressed = this.#under(x, y);
    this.#pulled = -1;
    if (this.#pressed < 0) return;
    this.#canvas.dataset.held = String(this.#pressed);
    this.choose(this.#pressed);
    this.#grasp();
  }

  /** Remembers how far the chosen node is from us: it is pulled along the screen. */
  #grasp() {
    const row = this.#client.scene.rowOf(this.id);
    const seen = new Float64Array(3);
    this.#camera.project(this.#shape.places, 3 * row, seen);
    this.#depth = seen[2] ?? 1;
    return seen;
  }

  /** @param {PointerEvent} event */
  #move(event) {
    const [x, y] = this.#pixels(event);
    if (!this.#isDown) {
      this.#canvas.classList.toggle('over', this.#under(x, y) >= 0);
      return;
    }
    const [beforeX = 0, beforeY = 0] = this.#at;
    const [right, down] = [event.offsetX - beforeX, event.offsetY - beforeY];
    this.#at = [event.offsetX, event.offsetY];
    this.#gone += Math.hypot(right, down);
    if (this.#pressed < 0) this.#camera.rotate(right * -TURN, down * TURN);
    else if (this.#gone > STILL) this.#pull(x, y, this.#pressed);
  }

  /** @param {number} x @param {number} y @param {number} id */
  #pull(x, y, id) {
    this.#pulled = id;
    this.#to = this.#camera.place(x, y, this.#depth);
    this.#tell(performance.now());
  }

  #up() {
    if (!this.#isDown) return;
    this.#isDown = false;
    this.#pulled = -1;
    delete this.#canvas.dataset.held;
    if (this.#gone <= STILL && this.#pressed < 0) this.choose(-1);
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    event.preventDefault();
    this.#camera.approach(Math.exp(event.deltaY * WHEEL));
  }

  /** @param {KeyboardEvent} event */
  #key(event) {
    const { key, shiftKey, ctrlKey, metaKey, altKey } = event;
    if (ctrlKey || metaKey || altKey) return;
    const arrow = ARROWS[key];
    if (arrow && shiftKey && this.id >= 0) this.#pullBy(arrow);
    else if (arrow) this.#camera.rotate(-arrow[0] * STEP, arrow[1] * STEP);
    else if (key === '+' || key === '=') this.#camera.approach(NEARER);
    else if (key === '-' || key === '_') this.#camera.approach(1 / NEARER);
    else if (key === 'n' || key === 'N') this.#next();
    else if (key === 'Escape') this.choose(-1);
    else return;
    this.#drifts = false;
    event.preventDefault();
  }

  /** @param {[number, number]} way */
  #pullBy([right, down]) {
    const [x = 0, y = 0] = this.#grasp();
    const pixels = PULL * this.#camera.dots;
    this.#until = performance.now() + 1_000;
    this.#pull(x + right * pixels, y + down * pixels, this.id);
  }

  /** The next node on the way to the source; from nowhere, the farthest there is. */
  #next() {
    const { scene } = this.#client;
    const parent = scene.parents[scene.rowOf(this.id)] ?? -1;
    if (this.id >= 0 && scene.rowOf(parent) >= 0) return this.choose(parent);
    let farthest = -1;
    let most = -1;
    for (let row = 0; row < scene.count; row++) {
      const distance = scene.distances[row] ?? Infinity;
      if (distance === Infinity || distance <= most) continue;
      most = distance;
      farthest = scene.ids[row] ?? -1;
    }
    this.choose(farthest);
  }
}
