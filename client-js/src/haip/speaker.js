/** @import * as T from '../types.js' */
/** @import {Line} from '../line.js' */
/** @import {Item} from './channel.js' */
/** @import {Peer} from './hai.js' */
/** @import {Fault} from './words.js' */
import { Deferred } from '../parts.js';
import { Sent } from './order.js';
import { encode, numberOf, uuid } from './words.js';

/** The same request for a replay is answered once in so long. */
const REPLAY_MS = 100;

/** What goes out: every message with its number, kept until the peer has it. */
export class Speaker {
  session;
  /** @type {Peer | null} who was there last */
  peer = null;
  sent;
  #replay = { from: '', at: -Infinity };
  #line;
  #limits;
  #clock;
  #random;
  #ack;

  /**
   * @param {Line} line
   * @param {import('./options.js').HaipLimits} limits
   * @param {T.Clock} clock
   * @param {() => number} random
   * @param {() => string | undefined} ack what came from the peer
   */
  constructor(line, limits, clock, random, ack) {
    this.#line = line;
    this.#limits = limits;
    this.#clock = clock;
    this.#random = random;
    this.#ack = ack;
    this.sent = new Sent(limits);
    this.session = this.id();
  }

  id() {
    return uuid(this.#random);
  }

  /** Another session, another count. @returns {number} how many messages the peer may not have */
  begin() {
    const { size } = this.sent;
    this.sent = new Sent(this.#limits);
    return size;
  }

  /** @param {string} type @returns {boolean} whether the peer takes it */
  accepts(type) {
    const events = this.peer?.events;
    return !events || type === 'ERROR' || events.has(type) || events.has(`TEXT_${type}`);
  }

  /**
   * @param {string} channel
   * @param {string} type
   * @param {object} payload
   * @param {Partial<Item>} [more]
   * @returns {Item}
   */
  item(channel, type, payload, more) {
    const at = this.#clock.now();
    const json = JSON.stringify(payload);
    return { id: this.id(), channel, type, payload, json, at, done: new Deferred(), ...more };
  }

  /**
   * Says what neither credit nor pause holds up.
   *
   * @param {string} type
   * @param {object} payload
   * @param {string} [channel]
   * @param {Partial<Item>} [more]
   * @returns {number} its number; 0: it was not said
   */
  say(type, payload, channel = 'SYSTEM', more = undefined) {
    const item = this.item(channel, type, payload, more);
    const frame = this.#line.isOpen() ? this.write(item) : null;
    return frame === null ? 0 : this.commit(item, frame);
  }

  /** @param {object} payload */
  introduce(payload) {
    const item = this.item('SYSTEM', 'HAI', payload);
    this.#line.send(this.#frame(item, item.json));
  }

  /** @returns {string | null} what asks for a sign of life */
  ping() {
    if (!this.accepts('PING')) return null;
    const item = this.item('SYSTEM', 'PING', { nonce: this.id() });
    return this.#keep(this.#frame(item, item.json)).text;
  }

  /** @param {Item} item @returns {string | null} the frame as it would go now */
  write(item) {
    const { type, payload, json, binary } = item;
    if (!this.accepts(type)) return null;
    if (!binary || this.peer?.binary) return this.#frame(item, json);
    return this.#frame(item, JSON.stringify({ ...payload, data: encode(binary) }));
  }

  /** @param {Item} item @param {string} json */
  #frame({ id, channel, type, extras, binary, mime }, json) {
    const isBinary = binary && this.peer?.binary;
    const events = this.peer?.events;
    const isOld = events && !events.has(type) && events.has(`TEXT_${type}`);
    const head = {
      id,
      session: this.session,
      seq: String(this.sent.seq + 1),
      ack: this.#ack(),
      ts: String(this.#clock.wall()),
      channel,
      type: isOld ? `TEXT_${type}` : type,
      ...extras,
      bin_len: isBinary ? binary.length : undefined,
      bin_mime: isBinary ? mime : undefined,
    };
    return `${JSON.stringify(head).slice(0, -1)},"payload":${json}}`;
  }

  /** @param {Item} item @param {string} text @returns {number} */
  commit({ binary }, text) {
    const one = this.#keep(text, this.peer?.binary ? binary : undefined);
    this.#put(one);
    return one.seq;
  }

  /** @param {string} text @param {Uint8Array} [binary] */
  #keep(text, binary) {
    const one = { seq: ++this.sent.seq, text, binary, at: this.#clock.now() };
    this.sent.keep(one);
    return one;
  }

  /** @param {{text: string, binary?: Uint8Array}} frame */
  #put({ text, binary }) {
    this.#line.send(text);
    if (binary) this.#line.send(binary);
  }

  /** All that the peer does not have. @param {bigint | null} last that it has */
  resend(last) {
    if (last === null) return;
    this.sent.acked(last);
    for (const one of this.sent.all()) this.#put(one);
  }

  /** What the peer wants again. @param {any} payload @returns {Fault | null} */
  again({ from_seq, to_seq }) {
    const from = numberOf(from_seq);
    const to = to_seq == null ? BigInt(this.sent.seq) : numberOf(to_seq);
    if (from === null || to === null || to < from) {
      return { code: 'INVALID_PAYLOAD', message: 'from_seq and to_seq must be numbers in order' };
    }
    const now = this.#clock.now();
    if (this.#replay.from === from_seq && now - this.#replay.at < REPLAY_MS) return null;
    this.#replay = { from: from_seq, at: now };
    if (to > this.sent.seq) return { code: 'SEQ_VIOLATION', message: 'That was never sent' };
    for (const one of this.sent.between(from, to)) this.#put(one);
    const { first } = this.sent;
    if (from < first) {
      const detail = { from_seq, available_from: String(first) };
      return { code: 'REPLAY_TOO_OLD', message: 'That is not kept any more', detail };
    }
    return null;
  }
}
