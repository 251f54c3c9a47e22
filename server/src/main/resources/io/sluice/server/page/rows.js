// A bounded list, newest on top. What comes between two drawings, at most some in a second, is drawn
// in one go, into the elements of the rows that fall out below, so that the page neither grows nor
// stutters.
import { cast, write } from './dom.js';

const MOST_ROWS = 500;
const BETWEEN_MS = 80;
const MOST_TEXT = 2_000;

/**
 * @typedef {object} Row
 * @property {'message' | 'gap'} kind
 * @property {string} place where it stands in the log; empty for a row about several
 * @property {string} offset
 * @property {string} from
 * @property {string} data
 * @property {string} took
 * @property {boolean} own whether this page published it
 * @property {boolean} late whether it came only after the line was back
 */

export class Rows {
  #list;
  /** @type {Row[]} */
  #waiting = [];
  /** @type {Map<string, Row>} what is shown or waits, by its place */
  #rows = new Map();
  /** @type {WeakMap<Row, HTMLElement>} */
  #elements = new WeakMap();
  /** @type {WeakMap<Element, Row>} */
  #shown = new WeakMap();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #planned;
  #drawnAt = -BETWEEN_MS;

  /** @param {HTMLElement} list */
  constructor(list) {
    this.#list = list;
  }

  /** @param {Row} row */
  add(row) {
    this.#waiting.push(row);
    if (row.place) this.#rows.set(row.place, row);
    // A hidden page draws nothing: what would have scrolled away meanwhile is not kept for it.
    if (this.#waiting.length > MOST_ROWS) this.#forget(this.#waiting.shift());
    const wait = Math.max(this.#drawnAt + BETWEEN_MS - performance.now(), 0);
    this.#planned ??= setTimeout(() => requestAnimationFrame(() => this.#draw()), wait);
  }

  /** @param {string} place @param {Partial<Row>} news */
  amend(place, news) {
    const row = this.#rows.get(place);
    if (!row) return;
    Object.assign(row, news);
    const element = this.#elements.get(row);
    if (element) fill(element, row);
  }

  clear() {
    this.#waiting = [];
    this.#rows.clear();
    this.#list.replaceChildren();
  }

  #draw() {
    this.#planned = undefined;
    this.#drawnAt = performance.now();
    const rows = this.#waiting;
    this.#waiting = [];
    const fresh = document.createDocumentFragment();
    for (const row of rows) {
      const room = this.#list.childElementCount + fresh.childElementCount < MOST_ROWS;
      const element = room ? cast('row') : this.#recycle();
      this.#elements.set(row, element);
      this.#shown.set(element, row);
      fill(element, row);
      fresh.prepend(element);
    }
    this.#list.prepend(fresh);
  }

  #recycle() {
    const last = this.#list.lastElementChild;
    if (!last) return cast('row');
    this.#forget(this.#shown.get(last));
    last.remove();
    return /** @type {HTMLElement} */ (last);
  }

  /** @param {Row | undefined} row */
  #forget(row) {
    if (!row) return;
    this.#elements.delete(row);
    if (this.#rows.get(row.place) === row) this.#rows.delete(row.place);
  }
}

/** @param {HTMLElement} element @param {Row} row */
export function fill(element, row) {
  const { kind, offset, from, data, took, own, late } = row;
  const name = [kind, own ? 'own' : '', late ? 'late' : ''].join(' ').trim();
  if (element.className !== name) element.className = name;
  const shown = data.length > MOST_TEXT ? data.slice(0, MOST_TEXT) + '…' : data;
  const cells = element.children;
  for (const [at, text] of [offset, from, shown, late ? `late · ${took}` : took].entries()) {
    const cell = cells[at];
    if (cell) write(cell, text);
  }
}
