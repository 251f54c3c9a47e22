// What of a scene is drawn: its nodes where they are now, its links, and the tree of shortest ways.

/** @import { Scene } from '/client-visionflow.js' */

/** How fast the scale of distances follows the farthest node. */
const EASE = 0.06;

export class Shape {
  count = 0;
  /** x, y, z of each row. */
  places = new Float32Array(0);
  /** Part of the way to the farthest that can be reached, 0 to 1 by rows; -1: cannot be. */
  shares = new Float32Array(0);
  kinds = new Uint8Array(0);
  /** Rows at both ends, two numbers a link; each link once. */
  links = new Uint32Array(0);
  linkCount = 0;
  /** Rows of nodes and of those before them. */
  ways = new Uint32Array(0);
  wayCount = 0;
  /** From the chosen node to the source, the same. */
  trail = new Uint32Array(2 * 256);
  trailCount = 0;
  /** Grows when links are others. */
  version = -1;
  /** The farthest that can be reached, and what the colours are by. */
  farthest = 0;
  scale = 1;
  reached = 0;
  #stale = true;

  /** Something has come. */
  touch() {
    this.#stale = true;
  }

  /** @param {Scene} scene @param {number} now @param {number} chosen a node's number; -1: none */
  take(scene, now, chosen) {
    const { count } = scene;
    if (this.places.length < 3 * count) this.#grow(count);
    this.count = scene.sample(this.places, now);
    if (scene.version !== this.version) this.#relink(scene);
    if (this.#stale) this.#findWays(scene);
    this.scale += (Math.max(this.farthest, 1e-3) - this.scale) * EASE;
    for (let row = 0; row < count; row++) {
      const distance = scene.distances[row] ?? Infinity;
      this.shares[row] = distance === Infinity ? -1 : Math.min(distance / this.scale, 1);
    }
    this.#follow(scene, chosen);
    this.#stale = false;
  }

  /** @param {number} count */
  #grow(count) {
    this.places = new Float32Array(6 * count);
    this.shares = new Float32Array(2 * count);
    this.kinds = new Uint8Array(2 * count);
    this.ways = new Uint32Array(4 * count);
  }

  /** @param {Scene} scene */
  #relink(scene) {
    const { from, to, count } = scene.edges;
    if (this.links.length < 2 * count) this.links = new Uint32Array(4 * count);
    this.linkCount = 0;
    for (let i = 0; i < count; i++) {
      const [a, b] = [scene.rowOf(from[i] ?? -1), scene.rowOf(to[i] ?? -1)];
      // There and back are one line.
      if (a < 0 || b < 0 || (from[i] ?? 0) > (to[i] ?? 0)) continue;
      this.links[2 * this.linkCount] = a;
      this.links[2 * this.linkCount++ + 1] = b;
    }
    this.version = scene.version;
    this.#stale = true;
  }

  /** @param {Scene} scene */
  #findWays(scene) {
    const { parents, distances, kinds, count } = scene;
    this.wayCount = 0;
    this.farthest = 0;
    this.reached = 0;
    for (let row = 0; row < count; row++) {
      this.kinds[row] = kinds[row] ?? 0;
      const distance = distances[row] ?? Infinity;
      if (distance === Infinity) continue;
      this.reached++;
      this.farthest = Math.max(this.farthest, distance);
      const parent = scene.rowOf(parents[row] ?? -1);
      if (parent < 0) continue;
      this.ways[2 * this.wayCount] = row;
      this.ways[2 * this.wayCount++ + 1] = parent;
    }
  }

  /** @param {Scene} scene @param {number} chosen */
  #follow(scene, chosen) {
    this.trailCount = 0;
    for (let row = scene.rowOf(chosen); row >= 0 && 2 * this.trailCount < this.trail.length; ) {
      const parent = scene.rowOf(scene.parents[row] ?? -1);
      if (parent < 0) return;
      this.trail[2 * this.trailCount] = row;
      this.trail[2 * this.trailCount++ + 1] = parent;
      row = parent;
    }
  }

  /** Puts one node elsewhere, until the server says more. @param {number} row @param {number[]} to */
  put(row, to) {
    if (row >= 0) this.places.set(to, 3 * row);
  }

  /**
   * The node that is seen nearest to this point; -1: none is within reach.
   *
   * @param {import('./camera.js').Camera} camera
   * @param {number} px @param {number} py @param {number} reach in pixels
   */
  nearest(camera, px, py, reach) {
    const seen = new Float64Array(3);
    let best = -1;
    let least = reach;
    for (let row = 0; row < this.count; row++) {
      camera.project(this.places, 3 * row, seen);
      const [x = 0, y = 0, depth = 0] = seen;
      const away = Math.hypot(x - px, y - py);
      if (depth > 1 && away < least) {
        least = away;
        best = row;
      }
    }
    return best;
  }
}
