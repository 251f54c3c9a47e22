// Where the graph is looked at from: a ball that is turned, and how near it is.

const TILT = 1.45;
const NEAREST = 30;
const FARTHEST = 4_000;
/** Half of what is seen upwards is this part of the distance. */
const SPREAD = 0.5;

export class Camera {
  yaw = 0.6;
  pitch = 0.35;
  distance = 510;
  /** Three rows: right, up, towards us. */
  turn = new Float32Array(9);
  width = 1;
  height = 1;
  /** So many dots are a pixel of the page. */
  dots = 1;

  constructor() {
    this.#aim();
  }

  /** @param {number} width @param {number} height in dots @param {number} dots a pixel of the page */
  fit(width, height, dots) {
    this.width = width;
    this.height = height;
    this.dots = dots;
  }

  /** @param {number} yaw @param {number} pitch in radians */
  rotate(yaw, pitch) {
    this.yaw += yaw;
    this.pitch = Math.min(Math.max(this.pitch + pitch, -TILT), TILT);
    this.#aim();
  }

  /** @param {number} factor below 1 is nearer */
  approach(factor) {
    this.distance = Math.min(Math.max(this.distance * factor, NEAREST), FARTHEST);
  }

  #aim() {
    const [sy, cy] = [Math.sin(this.yaw), Math.cos(this.yaw)];
    const [sp, cp] = [Math.sin(this.pitch), Math.cos(this.pitch)];
    this.turn.set([cy, 0, -sy, sp * sy, cp, sp * cy, cp * sy, -sp, cp * cy]);
  }

  /** Dots for what is as large as its distance. */
  get lens() {
    return this.height / 2 / SPREAD;
  }

  /**
   * Where a place is seen: x and y in dots, and its distance, which is below zero behind us.
   *
   * @param {ArrayLike<number>} places @param {number} at where its three numbers begin
   * @param {Float64Array} out
   */
  project(places, at, out) {
    const { turn } = this;
    const x = places[at] ?? 0;
    const y = places[at + 1] ?? 0;
    const z = places[at + 2] ?? 0;
    const along = (/** @type {number} */ row) =>
      (turn[row] ?? 0) * x + (turn[row + 1] ?? 0) * y + (turn[row + 2] ?? 0) * z;
    const depth = this.distance - along(6);
    out[0] = this.width / 2 + (along(0) * this.lens) / depth;
    out[1] = this.height / 2 - (along(3) * this.lens) / depth;
    out[2] = depth;
  }

  /**
   * The place that is seen there, at that distance.
   *
   * @param {number} px @param {number} py @param {number} depth
   * @returns {[number, number, number]}
   */
  place(px, py, depth) {
    const right = ((px - this.width / 2) * depth) / this.lens;
    const up = ((this.height / 2 - py) * depth) / this.lens;
    const near = this.distance - depth;
    const part = (/** @type {number} */ column) =>
      right * (this.turn[column] ?? 0) + up * (this.turn[column + 3] ?? 0) + near * (this.turn[column + 6] ?? 0);
    return [part(0), part(1), part(2)];
  }
}
