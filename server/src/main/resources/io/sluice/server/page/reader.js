// A reader: a line of its own, one subscription, and everything that is seen of both.
import { cast, part, write } from './dom.js';
import { showHistory } from './history.js';
import { placeOf } from './ledger.js';
import { Line } from './line.js';
import { Pace } from './pace.js';
import { Presence } from './presence.js';
import { Recovery } from './recovery.js';
import { Rows } from './rows.js';
import { Tape } from './tape.js';
import { Timeline } from './timeline.js';
import { count, offsets, pace, RATES, time, why } from './words.js';

const SETTLE_MS = 500;
const LATENCIES = 99;
const FIGURES_MS = 100;

/**
 * @typedef {object} Setting
 * @property {string} title
 * @property {string} token
 * @property {string} channel
 * @property {number} credit in messages
 * @property {import('./ledger.js').Ledger} ledger
 * @property {(error: any) => void} onRefused
 */

export class Reader {
  #channel;
  #credit;
  /** @type {any} as JSON gave it */
  #filters = undefined;
  #ledger;
  #line;
  #timeline;
  #rows;
  #tape;
  #presence;
  /** @type {import('/client.js').Subscription | null} */
  #subscription = null;
  #recovery = new Recovery(false);
  #epoch = '';
  #received = 0;
  /** @type {Map<string, {at: number, ms: number}>} when the latest came, and after how long */
  #arrivals = new Map();
  #lost = 0;
  #conflated = 0;
  #pace = new Pace();
  /** @type {Partial<import('/client.js').SubscribeOptions>} what is asked for beside the rest */
  #wishes = {};
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #settling;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #drawing;
  #unlisten;

  /** @param {Setting} setting */
  constructor({ title, token, channel, credit, ledger, onRefused }) {
    this.card = cast('reader');
    this.#channel = channel;
    this.#credit = credit;
    this.#ledger = ledger;
    write(part(this.card, 'title'), title);
    this.#name(title);
    this.#timeline = new Timeline(part(this.card, 'events'), part(this.card, 'status'));
    this.#rows = new Rows(part(this.card, 'rows'));
    this.#tape = new Tape(part(this.card, 'tape'));
    this.#presence = new Presence(part(this.card, 'here'));
    const tell = (/** @type {string} */ text, kind = '') => this.#timeline.add(text, kind);
    this.#line = new Line(this.card, token, tell, onRefused);
    const unlisten = ledger.listen((place, sentAt) => this.#receipt(place, sentAt));
    const unfollow = ledger.follow((on) => on === this.#channel && this.#figures());
    this.#unlisten = () => {
      unlisten();
      unfollow();
    };
    this.#wire();
  }

  get client() {
    return this.#line.client;
  }

  open() {
    this.#subscribe();
    this.#line.open();
  }

  close() {
    this.#unlisten();
    clearTimeout(this.#settling);
    clearTimeout(this.#drawing);
    this.#pace.clear();
    this.#line.close();
    this.#rows.clear();
    this.card.remove();
  }

  /** @param {string} channel */
  turnTo(channel) {
    if (channel === this.#channel) return;
    this.#channel = channel;
    this.#anew();
  }

  /** @param {string} title */
  #name(title) {
    for (const [name, what] of [['cut', 'Cut the line'], ['pace', 'Reads'], ['history', 'History']]) {
      part(this.card, name ?? '').setAttribute('aria-label', `${what}, ${title.toLowerCase()}`);
    }
    part(this.card, 'close').setAttribute('aria-label', `Close ${title.toLowerCase()}`);
    part(this.card, 'messages').setAttribute('aria-label', `Messages of ${title.toLowerCase()}`);
  }

  #wire() {
    part(this.card, 'pace').addEventListener('input', () => this.#turnPace());
    part(this.card, 'history').addEventListener('click', () => {
      showHistory(this.client, this.#channel);
    });
    part(this.card, 'credit').value = String(this.#credit);
    part(this.card, 'settings').addEventListener('submit', (/** @type {Event} */ event) => {
      event.preventDefault();
      this.#apply();
    });
  }

  /** What is not consumed is not renewed: the credit runs out, and the rest waits in the log. */
  #turnPace() {
    const slider = part(this.card, 'pace');
    const rate = RATES[slider.valueAsNumber] ?? Infinity;
    slider.setAttribute('aria-valuetext', pace(rate));
    write(part(this.card, 'rate'), pace(rate));
    this.#pace.set(rate);
    this.#figures();
  }

  #apply() {
    const written = part(this.card, 'filter').value.trim();
    try {
      this.#filters = written ? JSON.parse(written) : undefined;
    } catch {
      return this.#timeline.add('The filter is not JSON.', 'bad');
    }
    this.#credit = part(this.card, 'credit').valueAsNumber;
    this.#wishes = this.#read();
    this.#anew();
  }

  /** @returns {Partial<import('/client.js').SubscribeOptions>} */
  #read() {
    const policy = part(this.card, 'policy').value;
    const conflateBy = part(this.card, 'key').value.trim();
    const holds = part(this.card, 'holds').value;
    return {
      ...(policy && { policy }),
      ...(conflateBy && { conflateBy }),
      ...(holds && { hold: holds === 'yes' }),
    };
  }

  #anew() {
    const old = this.#subscription;
    this.#subscription = null;
    this.#pace.clear();
    // What is asked next goes behind it on the same line, so there is nothing to wait for.
    old?.unsubscribe().catch(() => {});
    this.#presence.clear();
    this.#tape.clear();
    this.#rows.clear();
    this.#arrivals.clear();
    this.#received = this.#lost = this.#conflated = 0;
    this.#subscribe();
    this.#figures();
  }

  #subscribe() {
    const channel = this.#channel;
    clearTimeout(this.#settling);
    this.#recovery = new Recovery(this.#filters !== undefined);
    try {
      this.#listen(
        this.client.subscribe(channel, {
          filters: this.#filters,
          credits: { messages: this.#credit },
          presence: true,
          ...this.#wishes,
        }),
      );
    } catch (error) {
      this.#timeline.add(why(error), 'bad');
    }
  }

  /** @param {import('/client.js').Subscription} subscription */
  #listen(subscription) {
    this.#subscription = subscription;
    let first = true;
    subscription.on('subscribed', (place) => {
      this.#epoch = place.epoch;
      this.#ledger.reach(this.#channel, place.epoch, place.offset);
      if (place.policy === 'latest') this.#recovery.expectHoles();
      if (first) this.#begun(place.offset);
      else this.#back(place.recovered);
      first = false;
    });
    // Everything in its order, and messages at their pace; what an old subscription left is let go.
    const mine = () => this.#subscription === subscription;
    subscription.on('message', (message) => {
      this.#ledger.reach(this.#channel, this.#epoch, message.offset);
      this.#figures();
      return this.#pace.take(() => mine() && this.#message(message));
    });
    subscription.on('gap', (gap) => this.#pace.follow(() => mine() && this.#gap(gap)));
    subscription.on('position', (place) => {
      this.#pace.follow(() => mine() && this.#position(place));
    });
    subscription.on('warning', (warning) => this.#timeline.add(why(warning), 'warn'));
    subscription.on('epoch', ({ epoch, offset }) => {
      this.#epoch = epoch;
      this.#recovery.startAt(offset);
      this.#timeline.add('The channel’s count began anew: what was between is gone.', 'bad');
    });
    subscription.on('presence', (snapshot) => this.#presence.show(snapshot));
    subscription.on('join', ({ userId }) => this.#moved(userId, true));
    subscription.on('leave', ({ userId }) => this.#moved(userId, false));
    subscription.on('error', (error) => this.#timeline.add(why(error), 'bad'));
  }

  /** @param {number} offset */
  #begun(offset) {
    this.#recovery.startAt(offset);
    this.#timeline.add(`Reading ${this.#channel} from offset ${count(offset + 1)} on.`, 'good');
    this.#figures();
  }

  /** The line is back. How much came meanwhile is told once the channel's head is known. */
  async #back(/** @type {boolean} */ recovered) {
    if (!recovered) this.#timeline.note('The server could not keep everything for this reader.', 'bad');
    const recovery = this.#recovery;
    recovery.begin();
    try {
      const { offset } = await this.client.history(this.#channel, { limit: 1 });
      recovery.aim(offset);
    } catch {
      recovery.aim(recovery.reached);
    }
    this.#settleIfDone();
    // With a filter the last ones may never come.
    this.#settling = setTimeout(() => this.#settle(recovery), SETTLE_MS);
  }

  #settleIfDone() {
    if (this.#recovery.isDone) this.#settle(this.#recovery);
  }

  /** @param {Recovery} recovery */
  #settle(recovery) {
    clearTimeout(this.#settling);
    if (!recovery.isOpen || recovery !== this.#recovery) return;
    if (this.#pace.waiting) {
      this.#settling = setTimeout(() => this.#settle(recovery), SETTLE_MS);
      return;
    }
    const { account, early } = recovery.settle();
    for (const offset of early) {
      this.#rows.amend(placeOf(this.#channel, this.#epoch, offset), { late: false });
      this.#tape.mark(offset, 'live');
    }
    const { late, lost } = account;
    const came = late ? `${count(late)} came late, ${offsets(account)}` : 'nothing was missed';
    const hole = lost ? `${count(lost)} lost` : 'no hole';
    this.#timeline.add(`Recovered: ${came}, ${hole}.`, lost ? 'bad' : 'good');
    this.card.dataset.recovered = String(late);
  }

  /** @param {import('/client.js').Message} message */
  #message({ offset, from, data, timestamp, broadcast }) {
    const late = this.#recovery.isLate(offset);
    const missing = this.#recovery.pass(offset);
    if (missing) this.#hole(missing, 'never came');
    const place = placeOf(this.#channel, this.#epoch, offset);
    const sentAt = this.#ledger.sentAt(place);
    const ms = sentAt === undefined ? Date.now() - Date.parse(timestamp) : performance.now() - sentAt;
    if (!late) this.#measure(place, ms);
    this.#rows.add({
      kind: 'message',
      place,
      offset: count(offset),
      from: broadcast ? 'server' : String(from ?? ''),
      data: JSON.stringify(data),
      took: (sentAt === undefined ? '≈ ' : '') + time(ms),
      own: sentAt !== undefined,
      late,
    });
    this.#tape.mark(offset, late ? 'late' : 'live');
    this.#received++;
    this.#settleIfDone();
    this.#figures();
  }

  /** @param {import('/client.js').Moved} place */
  #position({ offset, conflated }) {
    this.#recovery.skipTo(offset);
    if (conflated) {
      this.#conflated += conflated;
      const what = conflated === 1 ? 'One was' : `${count(conflated)} were`;
      this.#timeline.add(`${what} left out for newer ones of the same key.`, 'warn');
    }
    this.#settleIfDone();
    this.#figures();
  }

  /** @param {string} place @param {number} ms */
  #measure(place, ms) {
    this.#arrivals.set(place, { at: performance.now(), ms });
    if (this.#arrivals.size > LATENCIES) this.#arrivals.delete(this.#arrivals.keys().next().value ?? '');
  }

  /** A receipt came after its message: now it is known when that was sent. */
  #receipt(/** @type {string} */ place, /** @type {number} */ sentAt) {
    const arrival = this.#arrivals.get(place);
    if (!arrival) return;
    arrival.ms = arrival.at - sentAt;
    this.#rows.amend(place, { took: time(arrival.ms), own: true });
  }

  /** @param {{firstOffset: number, lastOffset: number, reason: string}} gap */
  #gap({ firstOffset, lastOffset, reason }) {
    this.#recovery.lose(firstOffset, lastOffset);
    this.#lost += lastOffset - firstOffset + 1;
    this.#hole({ first: firstOffset, last: lastOffset }, `lost: ${reason}`);
    this.#settleIfDone();
  }

  /** @param {{first: number, last: number}} range @param {string} reason */
  #hole(range, reason) {
    const data = `${offsets(range)} ${reason}`;
    this.#tape.lose(range.first, range.last);
    this.#rows.add({
      kind: 'gap', place: '', offset: 'gap', from: '', data, took: '', own: false, late: false,
    });
    this.#timeline.add(`A gap: ${data}.`, 'bad');
  }

  /** @param {string} userId @param {boolean} here */
  #moved(userId, here) {
    if (here) this.#presence.join(userId);
    else this.#presence.leave(userId);
    this.#timeline.note(`${userId} ${here ? 'joined' : 'left'}.`);
  }

  /** Some times a second, however much comes. */
  #figures() {
    this.#drawing ??= setTimeout(() => {
      this.#drawing = undefined;
      this.#drawFigures();
    }, FIGURES_MS);
  }

  #drawFigures() {
    const { reached } = this.#recovery;
    write(part(this.card, 'offset'), reached < 0 ? '–' : count(reached));
    const behind = Math.max(this.#ledger.head(this.#channel, this.#epoch) - reached, 0);
    write(part(this.card, 'behind'), reached < 0 ? '–' : count(behind));
    this.card.dataset.behind = String(reached >= 0 && behind > this.#credit);
    write(part(this.card, 'received'), count(this.#received));
    const lost = this.#lost ? `${count(this.#lost)} lost` : '';
    const left = this.#conflated ? `${count(this.#conflated)} conflated` : '';
    write(part(this.card, 'missed'), [lost, left].filter(Boolean).join(', ') || '0');
    const sorted = Array.from(this.#arrivals.values(), ({ ms }) => ms).sort((a, b) => a - b);
    const middle = sorted[sorted.length >> 1];
    write(part(this.card, 'latency'), middle === undefined ? '–' : time(middle));
    const credit = this.#subscription?.credit?.messages;
    write(part(this.card, 'left'), credit === undefined ? '–' : count(credit));
    const share = credit === undefined ? 0 : Math.min(Math.max(credit / this.#credit, 0), 1);
    part(this.card, 'gauge').style.setProperty('transform', `scaleX(${share.toFixed(3)})`);
    part(this.card, 'empty').hidden = this.#received > 0;
  }
}
