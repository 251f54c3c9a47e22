/** @import {Envelope, Fault} from './words.js' */
/** @import {Terms, Window} from './ledger.js' */
import { SluiceError } from '../errors.js';
import { Deferred, Fifo } from '../parts.js';
import { PLENTY, ReceiveLedger, SendLedger } from './ledger.js';
import { AdaptiveWindow, Pressure, narrower, wider } from './pressure.js';
import { MOST_CREDIT, costOf, isCredit, isExempt } from './words.js';

/** Why we pause: unlike the server's own reasons, so that an echo is known for what it is. */
const WISH = 'wish';
const SLOW_READER = 'slow_reader';

/**
 * A message of ours that waits for its turn, or goes.
 *
 * @typedef {object} Item
 * @property {string} id
 * @property {string} channel
 * @property {string} type
 * @property {any} payload
 * @property {string} json of the payload
 * @property {Record<string, unknown>} [extras] further members of the envelope
 * @property {Uint8Array} [binary]
 * @property {string} [mime] of it
 * @property {boolean} [last] of a message whose beginning was taken: it finds room
 * @property {boolean} [live] worth nothing later: goes when the queue is full
 * @property {number} at when it was given
 * @property {Deferred<void>} done
 */

/**
 * What a channel needs of its conversation.
 *
 * @typedef {object} Port
 * @property {import('./options.js').HaipLimits} limits
 * @property {boolean} adaptive
 * @property {'official' | 'seed' | 'none'} dialect
 * @property {boolean} isBinary whether the peer takes binary frames
 * @property {boolean} hasResumed whether the session has gone on over another connection
 * @property {() => number} now
 * @property {() => boolean} isOpen
 * @property {() => boolean} isRoomy whether the socket takes more
 * @property {(item: Item) => string | null} write the frame as it would go now; null: the peer
 *   takes none of its type
 * @property {(item: Item, frame: string) => void} commit
 * @property {(type: string, payload: object) => number} say a control message; its number, or 0
 * @property {(due: number) => void} wake
 * @property {(arrival: Arrival) => void} deliver
 * @property {(event: 'flow' | 'pressure', ...args: any[]) => void} told
 */

/** A message of the peer on its way through the program, until everybody is done with it. */
export class Arrival {
  #open = 1;
  #done;

  /** @param {Envelope} message @param {() => void} done */
  constructor(message, done) {
    this.message = message;
    this.#done = done;
  }

  /** Somebody is busy with it. */
  hold() {
    this.#open++;
  }

  release() {
    if (--this.#open === 0) this.#done();
  }

  /** @param {Promise<unknown>[]} busy */
  await(busy) {
    for (const one of busy) {
      this.hold();
      one.then(() => this.release());
    }
  }
}

/** One channel of a session: what waits to be sent, credit both ways, pauses both ways. */
export class Channel {
  sent = 0;
  queued = 0;
  received = 0;
  averageLatency = 0;
  pressureEvents = 0;
  /** @type {SendLedger} */
  sending;
  /** @type {ReceiveLedger | null} null: nothing is counted */
  receiving = null;
  pressure;
  #adaptive;
  /** @type {Fifo<Item>} */
  #queue = new Fifo();
  #queuedBytes = 0;
  /** What is to be granted as soon as it can be said. */
  #owed = { messages: 0, units: 0 };
  /** Where the peer began to count what it sends us; before it nothing is charged. */
  #meteredFrom = 0n;
  /** Whether the program wants nothing more, and what the peer was told. */
  #wanted = false;
  #said = false;
  #obeyUntil = Infinity;
  #port;

  /** @param {string} name @param {Port} port @param {Terms} terms */
  constructor(name, port, terms) {
    this.name = name;
    this.#port = port;
    this.pressure = new Pressure(port.limits);
    this.#adaptive = new AdaptiveWindow(port.limits.adaptMs);
    this.sending = new SendLedger(terms);
    this.#begin();
  }

  /** A new session: the books begin anew, what waits stays. @param {Terms} terms */
  renew(terms) {
    const { pausedHere } = this.sending;
    this.sending = new SendLedger(terms);
    this.sending.pausedHere = pausedHere;
    this.pressure = new Pressure(this.#port.limits);
    this.#adaptive = new AdaptiveWindow(this.#port.limits.adaptMs);
    this.#said = false;
    this.#begin();
  }

  #begin() {
    const { limits, dialect } = this.#port;
    const { starvingMs, minCredits, maxCredits: units, overdraft, leastBytes } = limits;
    this.#owed = { messages: 0, units: 0 };
    this.receiving = null;
    this.#meteredFrom = 0n;
    if (dialect === 'official') {
      const { initialCreditMessages, initialCreditBytes, mostMessages, mostBytes } = limits;
      const announced = { messages: initialCreditMessages, units: initialCreditBytes };
      const most = { messages: mostMessages, units: mostBytes };
      this.receiving = new ReceiveLedger(announced, most, leastBytes, starvingMs);
      if (this.#port.hasResumed) this.receiving.forgive();
    } else if (dialect === 'seed' && this.name !== 'SYSTEM') {
      // The seed's server counts nothing before it is granted something.
      const all = { messages: PLENTY, units };
      this.receiving = new ReceiveLedger(all, all, minCredits, starvingMs, overdraft);
      this.#owed = { messages: 0, units };
    }
  }

  /**
   * The connection stands: says what could not be said, sends what waits.
   *
   * @param {boolean} resumed
   */
  greeted(resumed) {
    if (resumed && this.#port.dialect === 'official') this.receiving?.forgive();
    this.#grant(null);
    this.#tellPause();
    this.flush();
  }

  // ---- sending

  /** How many wait. */
  get pending() {
    return this.#queue.size;
  }

  /**
   * Sends it, or keeps it until it may go.
   *
   * @param {Item} item
   * @returns {boolean} whether it went
   */
  add(item) {
    const { queueMessages, queueBytes } = this.#port.limits;
    const size = sizeOf(item);
    for (;;) {
      const fits = this.#queue.size < queueMessages && this.#queuedBytes + size <= queueBytes;
      if (fits || item.last) break;
      const oldest = this.#queue.peek();
      if (!item.live || !oldest?.live) {
        throw new SluiceError('queue_full', 'Too many wait', { channel: this.name });
      }
      this.#shift();
      oldest.done.reject(new SluiceError('dropped', 'Newer sound needed its place'));
    }
    this.#queue.push(item);
    this.#queuedBytes += size;
    this.flush();
    const waits = this.#queue.size > 0;
    if (waits) this.queued++;
    return !waits;
  }

  #shift() {
    const item = this.#queue.shift();
    if (item) this.#queuedBytes -= sizeOf(item);
    return item;
  }

  /** Takes out what has not gone. @param {string} id @returns {boolean} whether it was there */
  withdraw(id) {
    const all = this.#queue.drain();
    for (const item of all) {
      if (item.id !== id) this.#queue.push(item);
      else {
        this.#queuedBytes -= sizeOf(item);
        item.done.reject(new SluiceError('cancelled', 'It was cancelled'));
      }
    }
    return this.#queue.size < all.length;
  }

  /** Sends what waits, in order, as far as credit, pauses and the socket allow. */
  flush() {
    const port = this.#port;
    let stuck = 0;
    for (let next = this.#queue.peek(); next && port.isOpen(); next = this.#queue.peek()) {
      if (this.sending.paused || !port.isRoomy()) break;
      const frame = port.write(next);
      if (frame === null) {
        this.#shift();
        next.done.reject(new SluiceError('invalid_option', `The peer takes no ${next.type}`));
        continue;
      }
      const size = costOf(port.dialect === 'seed', next, frame, port.isBinary);
      if (!this.sending.may(size)) {
        stuck = size;
        break;
      }
      this.#shift();
      this.sending.spend(size);
      this.#sent(next);
      port.commit(next, frame);
    }
    if (port.isOpen()) this.#ask(stuck);
  }

  /** @param {Item} item */
  #sent({ at, done }) {
    const ms = this.#port.now() - at;
    this.averageLatency = this.sent ? (this.averageLatency + ms) / 2 : ms;
    this.sent++;
    done.resolve();
  }

  /** @param {number} waiting the size of the first that waits for credit */
  #ask(waiting) {
    const { name: channel, sending } = this;
    const credits = sending.ask(waiting, this.#port.now());
    if (credits) {
      const action = 'request_credits';
      // Who says in debt that it has nothing is taken to owe nothing.
      const current_credits = sending.units < 0 ? undefined : sending.units;
      this.#port.say('FLOW_UPDATE', { channel, action, credits, current_credits });
    }
    this.#port.wake(sending.due(waiting));
  }

  /** What waits will never go. @param {SluiceError} error */
  end(error) {
    for (const { done } of this.#queue.drain()) done.reject(error);
  }

  // ---- receiving

  /** A message of the peer, in its order. @param {Envelope} message @returns {Fault | null} */
  take(message) {
    const { receiving, pressure } = this;
    const now = this.#port.now();
    const isFree = isExempt(message.type) || (message.ack ?? PLENTY) < this.#meteredFrom;
    const isSeed = this.#port.dialect === 'seed';
    const size = isFree || !receiving ? 0 : costOf(isSeed, message, message.text, true);
    if (receiving && size && !receiving.charge(size, now)) {
      const detail = { size, max: receiving.units };
      return { code: 'FLOW_CONTROL_VIOLATION', message: 'No credit is left for it', detail };
    }
    this.received++;
    const bytes = message.text.length + (message.binary?.length ?? 0);
    const done = () => {
      if (pressure === this.pressure) this.#handled(size, bytes, now);
    };
    this.#adaptive.received(now);
    this.#signal(pressure.received(bytes, now));
    this.#port.wake(this.#adaptive.due);
    this.#port.deliver(new Arrival(message, done));
    return null;
  }

  /** @param {number} size @param {number} bytes @param {number} at when it came */
  #handled(size, bytes, at) {
    const now = this.#port.now();
    this.#adaptive.handled(now - at, now);
    this.#signal(this.pressure.handled(bytes, now - at, now));
    if (size && this.receiving) this.#grant(this.receiving.handled(1, size, now));
    this.#wake();
  }

  /** @param {Window | null} more */
  #grant(more) {
    const owed = this.#owed;
    owed.messages += more?.messages ?? 0;
    owed.units += more?.units ?? 0;
    if (!this.#port.isOpen() || !(owed.messages || owed.units)) return;
    const credits = Math.min(owed.units, MOST_CREDIT);
    const { name: channel } = this;
    const isSeed = this.#port.dialect === 'seed';
    const seq = isSeed
      ? this.#port.say('FLOW_UPDATE', { channel, action: 'grant_credits', credits })
      : this.#port.say('FLOW_UPDATE', {
          channel,
          add_messages: Math.min(owed.messages, MOST_CREDIT) || undefined,
          add_bytes: credits || undefined,
        });
    if (isSeed) this.#meteredFrom ||= BigInt(seq);
    this.#owed = { messages: 0, units: 0 };
  }

  /** @param {'wait' | 'go' | null} signal */
  #signal(signal) {
    if (!signal) return;
    const { name: channel, pressure } = this;
    if (signal === 'wait') {
      const now = this.#port.now();
      this.#adaptive.pressed(now);
      if (this.#port.dialect === 'seed') {
        const pressure_level = Math.min(pressure.level(now), 1);
        const queue_size = pressure.messages;
        const action = 'back_pressure';
        this.#port.say('FLOW_UPDATE', { channel, action, pressure_level, queue_size });
      }
    }
    this.#tellPause();
    if (signal === 'go' && this.receiving) this.#grant(this.receiving.resumed(this.#port.now()));
  }

  // ---- pauses

  /** Whether the peer was asked to send nothing. */
  get isHeld() {
    return this.#said;
  }

  /** The program wants nothing more for now, and nothing sent. @param {boolean} paused */
  want(paused) {
    this.#wanted = paused;
    this.sending.pausedHere = paused;
    this.#tellPause();
    if (!paused) this.flush();
  }

  #tellPause() {
    const paused = this.#wanted || this.pressure.waiting;
    if (paused === this.#said || !this.#port.isOpen() || this.name === 'SYSTEM') return;
    const { name: channel } = this;
    const reason = this.pressure.waiting ? SLOW_READER : WISH;
    this.#port.say(paused ? 'PAUSE_CHANNEL' : 'RESUME_CHANNEL', { channel, reason });
    this.#said = paused;
  }

  /** The peer pauses or resumes, or echoes what we did. @param {boolean} paused @param {any} why */
  told(paused, { reason }) {
    if (reason === WISH || reason === SLOW_READER) return;
    this.sending.pausedThere = paused;
    this.#obeyUntil = Infinity;
    if (!paused) this.flush();
  }

  // ---- credit

  /** The peer's FLOW_UPDATE. @param {any} payload @returns {Fault | null} */
  flow({ action, credits, add_messages = 0, add_bytes = 0, pressure_level: level, queue_size }) {
    const numbers = action === undefined ? [add_messages, add_bytes] : [credits];
    if (action === 'back_pressure') {
      return typeof level === 'number' ? this.#pressed(level, queue_size) : wrong('pressure_level');
    }
    if (!numbers.every((one) => one === 0 || isCredit(one))) return wrong('credit');
    switch (action) {
      case undefined:
        this.sending.grant(add_messages, add_bytes);
        break;
      case 'grant_credits':
        this.sending.grant(0, credits);
        break;
      case 'reduce_credits':
        this.sending.reduce(credits);
        break;
      case 'request_credits':
        if (credits && this.receiving) this.#grant(this.receiving.resumed(this.#port.now()));
        break;
      default:
        return wrong('action');
    }
    this.flush();
    this.#port.told('flow', this.name, action === undefined ? add_bytes : credits);
    return null;
  }

  /** @param {number} level @param {unknown} queue */
  #pressed(level, queue) {
    this.pressureEvents++;
    if (level >= this.#port.limits.backPressureThreshold) {
      this.sending.pausedThere = true;
      this.#obeyUntil = this.#port.now() + this.#port.limits.calmMs;
      this.#wake();
    }
    this.#port.told('pressure', this.name, level, queue);
    return null;
  }

  // ---- time

  #wake() {
    const { receiving, pressure } = this;
    const due = Math.min(receiving?.due ?? Infinity, pressure.due, this.#adaptive.due);
    this.#port.wake(Math.min(due, this.#obeyUntil));
  }

  /** Time has passed. @param {number} now */
  tick(now) {
    if (this.#obeyUntil <= now) {
      this.#obeyUntil = Infinity;
      this.sending.pausedThere = false;
    }
    if (this.pressure.due <= now) this.#signal(this.pressure.look(now));
    const { receiving } = this;
    if (receiving) this.#grant(receiving.tick(now));
    if (this.#adaptive.due <= now) this.#adapt(now);
    this.flush();
    this.#wake();
  }

  /** @param {number} now */
  #adapt(now) {
    const { receiving } = this;
    const verdict = this.#adaptive.judge(this.pressure.messages, !!receiving?.waited(), now);
    if (!receiving || !this.#port.adaptive) return;
    if (verdict === 'widen') this.#grant(receiving.widen(wider, now));
    else if (verdict === 'narrow') receiving.narrow(narrower);
  }
}

/** @param {Item} item */
function sizeOf({ json, binary }) {
  return json.length + (binary?.length ?? 0);
}

/** @param {string} what @returns {Fault} */
const wrong = (what) => ({ code: 'INVALID_PAYLOAD', message: `What is its ${what}?` });
