// How much is drawn where a machine is slow: the picture is worth less than that it moves.

/** In milliseconds: what takes longer, again and again, is too much; what is longer still is a pause. */
const TOO_LONG = 45;
const PAUSE = 1_000;
const AGAIN = 6;

/** From all of it to the least: which part of the dots, and whether links are drawn. */
const STEPS = [
  { part: 1, links: true },
  { part: 1, links: false },
  { part: 0.6, links: false },
];

export class Effort {
  #step = 0;
  #late = 0;
  #last = 0;

  /** @returns {{part: number, links: boolean}} */
  get now() {
    return STEPS[this.#step] ?? { part: 1, links: true };
  }

  /** A picture is due. @param {number} now */
  frame(now) {
    const took = now - this.#last;
    this.#last = now;
    if (took > PAUSE) return;
    this.#late = took > TOO_LONG ? this.#late + 1 : Math.max(this.#late - 1, 0);
    if (this.#late < AGAIN) return;
    this.#late = 0;
    this.#step = Math.min(this.#step + 1, STEPS.length - 1);
  }
}
