// The publisher: a line of its own, so that a reader's line can be cut while publications go on.
import { byId, part, write } from './dom.js';
import { Line } from './line.js';
import { count, time, why } from './words.js';

const TICK_MS = 20;
const MOST_AT_ONCE = 200;

export class Writer {
  #card = byId('writer');
  #ledger;
  #line;
  #onChannel;
  #signal;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;
  #sent = 0;
  #receipts = 0;
  #failures = 0;
  #numbered = 0;
  #stopping = new AbortController();

  /**
   * @param {string} token
   * @param {import('./ledger.js').Ledger} ledger
   * @param {(channel: string) => void} onChannel
   * @param {(error: any) => void} onRefused
   */
  constructor(token, ledger, onChannel, onRefused) {
    this.#ledger = ledger;
    this.#onChannel = onChannel;
    this.#signal = this.#stopping.signal;
    this.#line = new Line(this.#card, token, (text, kind) => this.#say(text, kind), onRefused);
    this.#tellHolds();
    this.#on('form', 'submit', (event) => {
      event.preventDefault();
      this.#publishOnce();
    });
    this.#on('channel', 'change', () => this.#turn());
    this.#on('data', 'input', () => part(this.#card, 'data').removeAttribute('aria-invalid'));
    this.#on('rate', 'change', () => this.#stream(Number(part(this.#card, 'rate').value)));
  }

  get client() {
    return this.#line.client;
  }

  open() {
    this.#line.open();
  }

  close() {
    clearInterval(this.#ticker);
    part(this.#card, 'rate').value = '0';
    write(part(this.#card, 'stream'), '');
    this.#stopping.abort();
    this.#line.close();
  }

  /** @param {string} name @param {string} event @param {(event: Event) => void} listener */
  #on(name, event, listener) {
    part(this.#card, name).addEventListener(event, listener, { signal: this.#signal });
  }

  /** @returns {string} */
  get #channel() {
    return part(this.#card, 'channel').value.trim();
  }

  /** A slow reader of the channel holds what is published next, and lets it go again. */
  #tellHolds() {
    const chip = part(this.#card, 'held');
    write(chip, '');
    this.client.on('held', ({ channel, readers, bytes }) => {
      const who = readers === 1 ? 'a slow reader' : `${count(readers)} slow readers`;
      write(chip, `held by ${who}`);
      this.#say(`${channel} waits for ${who}, ${count(bytes)} bytes behind.`, 'warn');
    });
    this.client.on('released', ({ channel }) => {
      write(chip, '');
      this.#say(`${channel} flows again.`, 'good');
    });
  }

  #turn() {
    if (/^[\w.:-]{1,128}$/.test(this.#channel)) this.#onChannel(this.#channel);
    else this.#say(why({ code: 'invalid_channel' }), 'bad');
  }

  /** @param {string} text @param {string} [kind] */
  #say(text, kind = '') {
    const status = part(this.#card, 'status');
    status.className = `status ${kind}`.trim();
    write(status, text);
  }

  /** @returns {{payload: unknown} | null} */
  #read() {
    const field = part(this.#card, 'data');
    try {
      return { payload: JSON.parse(field.value) };
    } catch {
      field.setAttribute('aria-invalid', 'true');
      this.#say('That is not JSON. A text needs quotes: "hello".', 'bad');
      return null;
    }
  }

  async #publishOnce() {
    const read = this.#read();
    if (!read) return part(this.#card, 'data').focus();
    const online = this.client.state === 'connected';
    if (!online) this.#say('Kept until the line is back.', 'warn');
    try {
      const { offset, ms } = await this.#publish(read.payload);
      this.#say(`Receipt: offset ${count(offset)}, after ${time(ms)}.`, 'good');
    } catch (error) {
      this.#say(why(error), 'bad');
    }
  }

  /** @param {unknown} payload */
  async #publish(payload) {
    const sentAt = performance.now();
    const receipt = await this.client.publish(this.#channel, payload);
    this.#ledger.enter(receipt, sentAt);
    return { offset: receipt.offset, ms: performance.now() - sentAt };
  }

  /** @param {number} rate a second */
  #stream(rate) {
    clearInterval(this.#ticker);
    if (!rate) return this.#count();
    if (!this.#read()) {
      part(this.#card, 'rate').value = '0';
      return;
    }
    const began = performance.now();
    let done = 0;
    const tick = () => {
      const due = Math.floor(((performance.now() - began) * rate) / 1_000) + 1 - done;
      for (let i = Math.min(due, MOST_AT_ONCE); i > 0; i--) this.#streamOne();
      // What a sleeping tab did not send is not made up for.
      done += Math.max(due, 0);
    };
    tick();
    this.#ticker = setInterval(tick, TICK_MS);
  }

  #streamOne() {
    const read = this.#read();
    if (!read) {
      clearInterval(this.#ticker);
      part(this.#card, 'rate').value = '0';
      return;
    }
    const { payload } = read;
    const plain = typeof payload === 'object' && payload !== null && !Array.isArray(payload);
    const n = ++this.#numbered;
    this.#sent++;
    this.#publish(plain ? { ...payload, n } : payload).then(
      () => this.#receipts++,
      (error) => {
        this.#failures++;
        if (!this.#signal.aborted) this.#say(why(error), 'bad');
      },
    ).finally(() => this.#count());
  }

  #count() {
    if (!this.#sent || this.#signal.aborted) return;
    const failed = this.#failures ? `, ${count(this.#failures)} failed` : '';
    const text = `${count(this.#sent)} published in a row, ${count(this.#receipts)} receipts${failed}`;
    write(part(this.#card, 'stream'), text);
  }
}
