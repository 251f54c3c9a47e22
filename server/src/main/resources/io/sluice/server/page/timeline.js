// What happened, newest first, bounded; the newest is also said in the card's status.
import { make, write } from './dom.js';

const MOST = 60;
const CLOCK = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 1,
});

export class Timeline {
  #list;
  #status;

  /** @param {HTMLElement} list @param {HTMLElement} status */
  constructor(list, status) {
    this.#list = list;
    this.#status = status;
  }

  /** @param {string} text @param {string} [kind] good, warn or bad */
  add(text, kind = '') {
    this.note(text, kind);
    this.#status.className = `status ${kind}`.trim();
    write(this.#status, text);
  }

  /** Not worth interrupting a screen reader for. @param {string} text @param {string} [kind] */
  note(text, kind = '') {
    const entry = make('li', kind);
    entry.append(make('time', '', CLOCK.format(new Date())), make('span', '', text));
    this.#list.prepend(entry);
    while (this.#list.childElementCount > MOST) this.#list.lastElementChild?.remove();
  }
}
