// Draws where there is no WebGL2: the same picture, without its light.
import { rampAt } from './colours.js';

/** @import { Camera } from './camera.js' */
/** @import { Palette } from './colours.js' */
/** @import { Shape } from './shape.js' */

/** Lines of one colour are drawn at once. */
const SHADES = 12;
const SIZES = [1.7, 2.3, 3.4];

export class FlatPainter {
  #pen;
  #seen = new Float64Array(0);

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.#pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { alpha: false }));
  }

  get name() {
    return 'a 2D canvas';
  }

  get isLost() {
    return false;
  }

  /**
   * @param {Shape} shape @param {Camera} camera @param {Palette} colours
   * @param {boolean} links whether they are drawn, too
   */
  draw(shape, camera, colours, links) {
    const pen = this.#pen;
    const { dots } = camera;
    if (this.#seen.length < 3 * shape.count) this.#seen = new Float64Array(6 * shape.count);
    for (let row = 0; row < shape.count; row++) {
      camera.project(shape.places, 3 * row, this.#seen.subarray(3 * row, 3 * row + 3));
    }
    pen.fillStyle = css(colours.ground);
    pen.fillRect(0, 0, camera.width, camera.height);
    if (links) this.#stroke(shape.links, 0, shape.linkCount, css(colours.link), dots);
    const shade = (/** @type {number} */ i) =>
      Math.round((shape.shares[shape.ways[2 * i] ?? 0] ?? 0) * (SHADES - 1));
    for (let each = 0; each < SHADES; each++) {
      const colour = css(rampAt(colours, each / (SHADES - 1)), 0.62);
      this.#stroke(shape.ways, 0, shape.wayCount, colour, 1.5 * dots, (i) => shade(i) === each);
    }
    this.#stroke(shape.trail, 0, shape.trailCount, css(colours.trail), 3 * dots);
    this.#spots(shape, camera, colours, dots);
  }

  /**
   * @param {Uint32Array} ends @param {number} from @param {number} to @param {string} colour
   * @param {number} thick @param {(i: number) => boolean} [draws]
   */
  #stroke(ends, from, to, colour, thick, draws = () => true) {
    const pen = this.#pen;
    const seen = this.#seen;
    pen.strokeStyle = colour;
    pen.lineWidth = thick;
    pen.beginPath();
    for (let i = from; i < to; i++) {
      const [a, b] = [3 * (ends[2 * i] ?? 0), 3 * (ends[2 * i + 1] ?? 0)];
      // Nobody is nowhere, or behind us.
      if (!((seen[a + 2] ?? 0) > 5 && (seen[b + 2] ?? 0) > 5) || !draws(i)) continue;
      pen.moveTo(seen[a] ?? 0, seen[a + 1] ?? 0);
      pen.lineTo(seen[b] ?? 0, seen[b + 1] ?? 0);
    }
    pen.stroke();
  }

  /** @param {Shape} shape @param {Camera} camera @param {Palette} colours @param {number} dots */
  #spots({ count, shares, kinds }, camera, colours, dots) {
    const pen = this.#pen;
    for (let row = 0; row < count; row++) {
      const [x = 0, y = 0, depth = 0] = this.#seen.subarray(3 * row, 3 * row + 3);
      if (!(depth > 5)) continue;
      const source = shares[row] === 0 ? 2.2 : 1;
      const size = Math.max(((SIZES[kinds[row] ?? 0] ?? 1) * camera.lens) / depth, 1.1 * dots) * source;
      pen.fillStyle = css(rampAt(colours, shares[row] ?? -1));
      pen.beginPath();
      pen.arc(x, y, size, 0, 7);
      pen.fill();
    }
  }
}

/** @param {number[]} colour @param {number} [alpha] */
function css([red = 0, green = 0, blue = 0, own = 1], alpha = own) {
  return `rgb(${Math.round(255 * red)} ${Math.round(255 * green)} ${Math.round(255 * blue)} / ${alpha})`;
}
