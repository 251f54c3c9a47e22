// What has come in the last seconds, a second.

const WINDOW_MS = 3_000;

/** Counts that grow, looked at now and then. */
export class Rates {
  /** @type {{at: number, counts: number[]}[]} */
  #looks = [];

  /** What is older does not count, for something else was asked for. */
  reset() {
    this.#looks.length = 0;
  }

  /** @param {number} now @param {number[]} counts @returns {number[]} each a second */
  look(now, counts) {
    const looks = this.#looks;
    looks.push({ at: now, counts });
    while (looks.length > 2 && (looks[1]?.at ?? now) <= now - WINDOW_MS) looks.shift();
    const [first] = looks;
    const seconds = Math.max((now - (first?.at ?? now)) / 1_000, 0.001);
    return counts.map((count, i) => (looks.length < 2 ? 0 : (count - (first?.counts[i] ?? 0)) / seconds));
  }
}
