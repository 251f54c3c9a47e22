// Who is subscribed to the channel, besides how often.
import { make } from './dom.js';
import { count } from './words.js';

const MOST_NAMES = 12;

export class Presence {
  #place;
  /** @type {Map<string, number>} users and, where it is known, their connections */
  #users = new Map();
  #unlisted = 0;

  /** @param {HTMLElement} place */
  constructor(place) {
    this.#place = place;
  }

  /** @param {{users: {userId: string, connections: number}[], total: number}} snapshot */
  show({ users, total }) {
    this.#users = new Map(users.map(({ userId, connections }) => [userId, connections]));
    this.#unlisted = Math.max(total - users.length, 0);
    this.#draw();
  }

  /** @param {string} userId */
  join(userId) {
    if (!this.#users.has(userId)) this.#users.set(userId, 1);
    this.#draw();
  }

  /** @param {string} userId */
  leave(userId) {
    if (!this.#users.delete(userId)) this.#unlisted = Math.max(this.#unlisted - 1, 0);
    this.#draw();
  }

  clear() {
    this.#users.clear();
    this.#unlisted = 0;
    this.#place.textContent = '–';
  }

  #draw() {
    const names = [...this.#users.keys()];
    const chips = names.slice(0, MOST_NAMES).map((name) => make('span', 'person', name));
    const more = names.length - chips.length + this.#unlisted;
    if (more > 0) chips.push(make('span', 'dim', `and ${count(more)} more`));
    this.#place.replaceChildren(...chips);
    if (!chips.length) this.#place.textContent = 'nobody';
  }
}
