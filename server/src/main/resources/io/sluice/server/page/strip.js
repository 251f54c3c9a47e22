// Each message of the last seconds as a bar: as high as it has nodes.

const KEPT_MS = 12_000;
const MOST = 1_024;

export class Strip {
  #canvas;
  #pen;
  #times = new Float64Array(MOST);
  #counts = new Float64Array(MOST);
  #next = 0;
  #top = 1;

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#canvas = canvas;
    this.#pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d'));
  }

  /** @param {number} count of nodes @param {number} now */
  add(count, now) {
    const place = this.#next++ % MOST;
    this.#times[place] = now;
    this.#counts[place] = count;
  }

  /** @param {number} now @param {string} colour */
  draw(now, colour) {
    const { width, height } = this.#canvas;
    const pen = this.#pen;
    const kept = Math.min(this.#next, MOST);
    let top = 1;
    pen.clearRect(0, 0, width, height);
    pen.fillStyle = colour;
    for (let i = 0; i < kept; i++) {
      const age = now - (this.#times[i] ?? 0);
      if (age > KEPT_MS) continue;
      const count = this.#counts[i] ?? 0;
      top = Math.max(top, count);
      const high = Math.max((count / this.#top) * (height - 4), 2);
      pen.fillRect(Math.round(width * (1 - age / KEPT_MS)) - 3, height - high, 3, high);
    }
    this.#top = top;
  }
}
