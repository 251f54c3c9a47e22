// The last offsets as a strip of cells: each offset has its fixed cell, and the strip is written
// over from the left again, so that nothing moves and every hole is seen.
import { make } from './dom.js';

const CELLS = 60;

export class Tape {
  /** @type {HTMLElement[]} */
  #cells;
  /** @type {Map<number, string>} what the next frame writes, by cell */
  #news = new Map();
  #newest = -1;
  #frame = 0;

  /** @param {HTMLElement} strip */
  constructor(strip) {
    this.#cells = Array.from({ length: CELLS }, () => make('i'));
    strip.replaceChildren(...this.#cells);
  }

  /** @param {number} offset @param {'live' | 'late' | 'lost'} kind */
  mark(offset, kind) {
    this.#news.set(offset % CELLS, kind);
    this.#newest = offset % CELLS;
    this.#frame ||= requestAnimationFrame(() => this.#draw());
  }

  /** @param {number} first @param {number} last */
  lose(first, last) {
    for (let at = Math.max(first, last - CELLS + 1); at <= last; at++) this.mark(at, 'lost');
  }

  clear() {
    this.#news.clear();
    for (const cell of this.#cells) cell.className = '';
  }

  #draw() {
    this.#frame = 0;
    for (const cell of this.#cells) cell.classList.remove('newest');
    for (const [index, kind] of this.#news) {
      const cell = this.#cells[index];
      if (cell) cell.className = kind;
    }
    this.#news.clear();
    this.#cells[this.#newest]?.classList.add('newest');
  }
}
