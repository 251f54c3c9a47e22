/** @import * as T from './types.js' */
/** @import {Feed} from './feed.js' */
import { SluiceError } from './errors.js';
import { isPosition } from './words.js';

/** Keeps positions in a storage like `localStorage`, a while after they changed. */
export class Positions {
  /** @type {Set<Feed>} */
  #moved = new Set();
  /** @type {any} */
  #timer;
  #failed = false;
  #prefix;
  #storage;
  #clock;
  #storeMs;
  #report;

  /**
   * @param {string} url
   * @param {T.Storage | undefined} storage
   * @param {T.Clock} clock
   * @param {number} storeMs
   * @param {(error: SluiceError) => void} report
   */
  constructor(url, storage, clock, storeMs, report) {
    this.#prefix = `sluice:${url.split('?')[0]}:`;
    this.#storage = storage;
    this.#clock = clock;
    this.#storeMs = storeMs;
    this.#report = report;
  }

  /** @param {string} channel @returns {T.Position | null} */
  of(channel) {
    const found = this.#use((storage) => storage.getItem(this.#prefix + channel));
    try {
      const { epoch, offset } = JSON.parse(found ?? '{}');
      return isPosition({ epoch, offset }) ? { epoch, offset } : null;
    } catch {
      return null;
    }
  }

  /** @param {Feed} feed */
  moved(feed) {
    if (!this.#storage) return;
    this.#moved.add(feed);
    this.#timer ??= this.#clock.setTimeout(() => this.store(), this.#storeMs);
  }

  /** Now. */
  store() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { channel, position } of this.#moved) {
      this.#use((storage) => storage.setItem(this.#prefix + channel, JSON.stringify(position)));
    }
    this.#moved.clear();
  }

  /**
   * A storage that is full or forbidden is said once, and never stops a message.
   *
   * @template V
   * @param {(storage: T.Storage) => V} action
   */
  #use(action) {
    try {
      return this.#storage && action(this.#storage);
    } catch (cause) {
      if (!this.#failed) {
        this.#failed = true;
        this.#report(new SluiceError('storage_failed', 'Positions cannot be stored', { cause }));
      }
      return undefined;
    }
  }
}
