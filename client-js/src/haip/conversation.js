/** @import * as T from '../types.js' */
/** @import {Line} from '../line.js' */
/** @import {Arrival, Item} from './channel.js' */
/** @import {Peer, Speaks} from './hai.js' */
/** @import {Envelope, Fault} from './words.js' */
import { SluiceError } from '../errors.js';
import { Channel } from './channel.js';
import { introduce, isCompatible, meet } from './hai.js';
import { openTerms } from './ledger.js';
import { HOLE, Order } from './order.js';
import { Speaker } from './speaker.js';
import {
  badBinary,
  errorOf,
  isControl,
  isName,
  isStanding,
  isUuid,
  numberOf,
  read,
  tooMany,
} from './words.js';

const LONGEST_TIMER = 2 ** 31 - 1;
/** How often a full socket is looked at: it tells nobody that it has drained. */
const DRAIN_MS = 20;
/** An answer may take so many times as long as what is missing may by itself. */
const PATIENCE = 10;
/** What is looked at even if something before it is missing. */
const AT_ONCE = new Set(['PING', 'PONG', 'ERROR', 'REPLAY_REQUEST']);
/** After these no other attempt with the same token is of use. */
const TURNED_AWAY = new Set([
  'AUTHENTICATION_FAILED',
  'FAILED_AUTH',
  'INVALID_TOKEN',
  'MISSING_TOKEN',
  'NOT HAI',
  'VERSION_INCOMPATIBLE',
]);

/**
 * Who is told of a conversation.
 *
 * @typedef {object} Listener
 * @property {(arrival: Arrival) => void} deliver
 * @property {(session: {id: string, resumed: boolean, previous: string | null,
 *   uncertain: number}) => void} session
 * @property {(gap: {from: string, to: string}) => void} gap
 * @property {(error: SluiceError, payload?: any) => void} error
 * @property {(nonce: unknown) => void} pong
 * @property {(event: 'flow' | 'pressure', ...args: any[]) => void} told
 */

/** One session over any number of connections: who is there, what was counted, what it costs. */
export class Conversation {
  speaker;
  /** @type {Map<string, Channel>} */
  channels = new Map();
  #order;
  /** Whether there is a session to go on in, and whether this connection asks for it. */
  #stands = false;
  #resumes = false;
  /** How many messages the last session may have lost. */
  #uncertain = 0;
  /** @type {string | null} the session that this connection is not in, though the last was */
  #previous = null;
  /** @type {[string, object, string, Partial<Item>][]} what is to be said before what waits */
  #urgent = [];
  /** @type {Envelope | null} the one whose binary frame is to come */
  #half = null;
  #gapDue = Infinity;
  /** Whether anything came since it was asked for. */
  #isHeard = false;
  /** @type {number[]} when the peer was told of mistakes */
  #mistakes = [];
  /** @type {any} */
  #timer;
  #wakeAt = Infinity;
  #line;
  #speaks;
  #limits;
  #clock;
  #listener;
  #port;

  /**
   * @param {Line} line
   * @param {Speaks} speaks
   * @param {import('./options.js').HaipLimits} limits
   * @param {T.Clock} clock
   * @param {() => number} random
   * @param {Listener} listener
   */
  constructor(line, speaks, limits, clock, random, listener) {
    this.#line = line;
    this.#speaks = speaks;
    this.#limits = limits;
    this.#clock = clock;
    this.#listener = listener;
    this.#order = /** @type {Order<Envelope>} */ (new Order(limits));
    this.speaker = new Speaker(line, limits, clock, random, () => this.#ack());
    this.#port = this.#makePort();
  }

  #ack() {
    return this.#stands && !this.#order.untracked ? String(this.#order.last) : undefined;
  }

  // ---- the handshake

  /** The line is open: says who we are, and where to go on. */
  opened() {
    this.#resumes = this.#stands && !!this.speaker.peer?.replays && !this.#order.untracked;
    if (!this.#resumes) this.#leave();
    const last = this.#resumes ? String(this.#order.last) : undefined;
    this.speaker.introduce(introduce(this.#speaks, this.#limits, last));
  }

  /** The session does not go on: the next one has another name and its own count. */
  #leave() {
    const { speaker } = this;
    if (this.#stands) {
      this.#previous = speaker.session;
      speaker.session = speaker.id();
    }
    this.#stands = false;
    this.#uncertain += speaker.begin();
  }

  /** @param {any} entry what came before the greeting @returns {boolean} whether it is that */
  greets({ message, fault }) {
    if (!message || fault) return false;
    if (message.type === 'ERROR') this.#turned(message.payload);
    if (message.type !== 'HAI') return false;
    if (isCompatible(message.payload)) return true;
    this.#line.end('refused', errorOf({ code: 'VERSION_INCOMPATIBLE' }));
    return false;
  }

  /** @param {any} payload of an ERROR that came instead of the greeting */
  #turned(payload) {
    const error = errorOf(payload);
    if (error.code === 'RESUME_FAILED') this.#refuseResume();
    else if (TURNED_AWAY.has(error.code)) this.#line.end('refused', error);
    else this.#listener.error(error, payload);
  }

  /** A new session begins on this connection, behind the number of our HAI. */
  #refuseResume() {
    const { seq } = this.speaker.sent;
    this.#leave();
    this.speaker.sent.seq = seq;
    this.#resumes = false;
  }

  /** @param {any} entry the peer's HAI */
  greeted({ message }) {
    const { payload, session, seq, ack } = message;
    const { speaker } = this;
    speaker.peer = meet(payload, this.#speaks, this.#limits);
    const isSame = session === speaker.session && seq !== null && !this.#order.isOld(seq);
    const resumed = this.#resumes && isSame;
    if (this.#resumes && !resumed) this.#refuseResume();
    speaker.sent.seq++;
    this.#port.hasResumed ||= resumed;
    if (resumed) speaker.resend(numberOf(payload.last_rx_seq) ?? ack);
    else this.#renew(message);
    const lost = { previous: this.#previous, uncertain: this.#uncertain };
    this.#previous = null;
    this.#uncertain = 0;
    this.#listener.session({ id: speaker.session, resumed, ...lost });
    for (const one of this.#urgent.splice(0)) this.speaker.say(...one);
    for (const channel of this.channels.values()) channel.greeted(resumed);
    if (resumed) this.#inOrder(this.#order.take(seq, HOLE, 0));
  }

  /** @param {Envelope} hai with which a session begins */
  #renew({ session, seq }) {
    const { dialect, terms, binary } = /** @type {Peer} */ (this.speaker.peer);
    if (isUuid(session)) this.speaker.session = session;
    this.#stands = true;
    this.#order.begin(session === 'null' ? null : seq);
    this.#gapDue = Infinity;
    this.#port.hasResumed = false;
    this.#port.dialect = dialect;
    this.#port.isBinary = binary;
    for (const channel of this.channels.values()) channel.renew(terms);
    if (dialect !== 'seed') return;
    for (const name of ['USER', 'AGENT', 'AUDIO_IN', 'AUDIO_OUT']) this.channel(name);
  }

  /** The connection is gone; the session is not. */
  broken() {
    this.#half = null;
    this.#order.attempts = 0;
    this.#gapDue = Infinity;
  }

  /** @param {SluiceError} error */
  end(error) {
    this.#clock.clearTimeout(this.#timer);
    for (const channel of this.channels.values()) channel.end(error);
  }

  // ---- what comes

  /** @param {any} data @returns {any} */
  read(data) {
    return typeof data === 'string' ? read(data) : { binary: new Uint8Array(data) };
  }

  /** @param {any} entry as it was read */
  take({ message, fault, binary }) {
    const half = this.#half;
    this.#isHeard = true;
    this.#half = null;
    if (binary) return this.#pair(half, binary);
    if (half) this.#refuse(half, badBinary('No binary frame came behind it'));
    if (fault) return this.#refuse(message, fault);
    if (message.bin_len == null) this.#arrive(message);
    else this.#half = message;
  }

  /** @param {Envelope | null} message @param {Uint8Array} binary */
  #pair(message, binary) {
    if (!message) return this.tell(badBinary('Nothing announced this binary frame'));
    const fits = binary.length === message.bin_len;
    if (fits) this.#arrive({ ...message, binary });
    else this.#refuse(message, badBinary('The binary frame is not as long as announced'));
  }

  /**
   * It came, so that it is not waited for, and is not taken.
   *
   * @param {Envelope} m
   * @param {Fault} fault
   */
  #refuse(m, fault) {
    this.tell(isUuid(m.id) ? { related_id: m.id, ...fault } : fault);
    this.#inOrder(this.#order.take(m.seq, HOLE, 0));
  }

  /** @param {Envelope} message */
  #arrive(message) {
    const { seq, ack, type, text, binary } = message;
    if (ack !== null && !this.speaker.sent.acked(ack)) {
      this.tell({ code: 'SEQ_VIOLATION', message: 'ack is of what was never sent' });
    }
    if (AT_ONCE.has(type)) {
      if (this.#order.has(seq)) return;
      const later = this.#order.take(seq, HOLE, 0);
      this.#handle(message);
      return this.#inOrder(later);
    }
    if (!isControl(type) && this.#isFull()) {
      return this.#line.fail(new SluiceError('overflow', 'No room for more messages', message));
    }
    this.#inOrder(this.#order.take(seq, message, text.length + (binary?.length ?? 0)));
  }

  /** A page cannot leave a socket unread; but what is not taken is sent again. */
  #isFull() {
    let messages = 0;
    let bytes = 0;
    for (const { pressure } of this.channels.values()) {
      messages += pressure.messages;
      bytes += pressure.bytes;
    }
    return messages >= this.#limits.bufferMessages || bytes >= this.#limits.bufferBytes;
  }

  /** @param {Envelope[]} messages */
  #inOrder(messages) {
    for (const message of messages) this.#handle(message);
    if (!this.#order.gap) this.#gapDue = Infinity;
    else if (!this.speaker.peer?.replays) this.#pass();
    else if (this.#gapDue === Infinity) this.#lookForGap();
  }

  #lookForGap() {
    const times = this.#order.attempts ? PATIENCE : 1;
    this.#gapDue = this.#clock.now() + this.#limits.gapMs * times;
    this.#wake(this.#gapDue);
  }

  /** What is missing is lost. @param {bigint} [upto] from there on nothing is */
  #pass(upto) {
    this.#gapDue = Infinity;
    const { lost, items } = this.#order.pass(upto);
    if (lost) this.#listener.gap({ from: String(lost.from), to: String(lost.to) });
    this.#inOrder(items);
  }

  /**
   * The table of contents.
   *
   * @param {Envelope} message
   */
  #handle(message) {
    const { type, payload, id } = message;
    let fault = null;
    switch (type) {
      case 'HAI':
        return;
      case 'PING':
        return void this.speaker.say('PONG', { nonce: payload.nonce });
      case 'PONG':
        return this.#listener.pong(payload.nonce);
      case 'ERROR':
        return this.#failed(payload);
      case 'REPLAY_REQUEST':
        fault = this.speaker.again(payload);
        break;
      case 'FLOW_UPDATE':
      case 'PAUSE_CHANNEL':
      case 'RESUME_CHANNEL':
        fault = this.#steer(message);
        break;
      default: {
        const channel = this.#peers(message.channel);
        fault = channel ? channel.take(message) : tooMany();
      }
    }
    if (fault) this.tell({ related_id: id, ...fault });
  }

  /** @param {Envelope} message @returns {Fault | null} */
  #steer(message) {
    const { type, payload } = message;
    if (!isName(payload.channel)) return { code: 'INVALID_PAYLOAD', message: 'channel is no name' };
    const channel = this.#peers(payload.channel);
    if (!channel) return tooMany();
    if (type === 'FLOW_UPDATE') return channel.flow(payload);
    const paused = type === 'PAUSE_CHANNEL';
    if (channel.name !== 'SYSTEM') channel.told(paused, payload);
    else if (paused) return { code: 'INVALID_PAYLOAD', message: 'SYSTEM is never paused' };
    return null;
  }

  /** @param {any} payload of the peer's ERROR */
  #failed(payload) {
    const error = errorOf(payload);
    const from = numberOf(payload.detail?.available_from);
    if (error.code === 'REPLAY_TOO_OLD' && from !== null) this.#pass(from);
    this.#listener.error(error, payload);
    if (error.code !== 'RESUME_FAILED' || !this.#resumes) return;
    this.#leave();
    this.#line.fail(error);
  }

  // ---- what goes

  /**
   * Gives it to its channel, which sends it when it may.
   *
   * @param {string} channel
   * @param {string} type
   * @param {object} payload
   * @param {Partial<Item>} [more]
   * @returns {{item: Item, went: boolean}}
   */
  add(channel, type, payload, more) {
    const item = this.speaker.item(channel, type, payload, more);
    if (item.json.length + (item.binary?.length ?? 0) > this.#limits.sendBytes) {
      throw new SluiceError('too_big', 'Too big', { channel });
    }
    return { item, went: this.channel(channel).add(item) };
  }

  /**
   * Says it before what waits, now or on the next connection.
   *
   * @param {string} type
   * @param {object} payload
   * @param {string} channel
   * @param {Partial<Item>} more
   */
  urge(type, payload, channel, more) {
    if (this.#line.isOpen()) return void this.speaker.say(type, payload, channel, more);
    if (this.#urgent.length >= this.#limits.openCalls) this.#urgent.shift();
    this.#urgent.push([type, payload, channel, more]);
  }

  /** Tells the peer of its mistake; of too many the line is dropped. @param {Fault} fault */
  tell(fault) {
    this.speaker.say('ERROR', fault);
    const error = errorOf(fault);
    this.#listener.error(error, fault);
    const now = this.#clock.now();
    this.#mistakes = this.#mistakes.filter((at) => now - at < this.#limits.mistakesMs);
    if (this.#mistakes.push(now) <= this.#limits.mistakes) return;
    this.#mistakes = [];
    this.#line.fail(new SluiceError('bad_message', 'The server makes too many mistakes'));
  }

  // ---- channels

  /** @param {string} name one of ours @returns {Channel} */
  channel(name) {
    const channel = this.#peers(name);
    if (channel) return channel;
    throw new SluiceError('channel_limit', 'Too many channels', { channel: name });
  }

  /** @param {string} name @returns {Channel | undefined} */
  #peers(name) {
    const known = this.channels.get(name);
    if (known) return known;
    const named = [...this.channels.keys()].filter((one) => !isStanding(one));
    if (!isStanding(name) && named.length >= this.#limits.namedChannels) return undefined;
    const channel = new Channel(name, this.#port, this.speaker.peer?.terms ?? openTerms());
    this.channels.set(name, channel);
    if (this.#line.isOpen()) channel.greeted(false);
    return channel;
  }

  /** @returns {import('./channel.js').Port} */
  #makePort() {
    return {
      limits: this.#limits,
      adaptive: this.#speaks.adaptive,
      dialect: 'none',
      isBinary: false,
      hasResumed: false,
      now: () => this.#clock.now(),
      isOpen: () => this.#line.isOpen(),
      isRoomy: () => {
        const isRoomy = this.#line.buffered() <= this.#limits.socketBytes;
        if (!isRoomy) this.#wake(this.#clock.now() + DRAIN_MS);
        return isRoomy;
      },
      write: (item) => this.speaker.write(item),
      commit: (item, frame) => void this.speaker.commit(item, frame),
      say: (type, payload) => this.speaker.say(type, payload),
      wake: (due) => this.#wake(due),
      deliver: (arrival) => this.#listener.deliver(arrival),
      told: (event, ...args) => this.#listener.told(event, ...args),
    };
  }

  // ---- time

  /** @param {number} due */
  #wake(due) {
    if (due >= this.#wakeAt || this.#line.error) return;
    this.#clock.clearTimeout(this.#timer);
    this.#wakeAt = due;
    const ms = Math.min(Math.max(due - this.#clock.now(), 0), LONGEST_TIMER);
    this.#timer = this.#clock.setTimeout(() => this.#tick(), ms);
  }

  #tick() {
    this.#wakeAt = Infinity;
    const now = this.#clock.now();
    for (const channel of this.channels.values()) channel.tick(now);
    if (this.#gapDue <= now) this.#askAgain();
    this.#wake(this.#gapDue);
  }

  #askAgain() {
    const { gap, isLost } = this.#order;
    if (!gap || isLost) return this.#pass();
    // Who says nothing at all is not there: another connection brings what is missing.
    if (this.#isHeard || !this.#order.attempts) this.#order.attempts++;
    this.#isHeard = false;
    this.speaker.say('REPLAY_REQUEST', { from_seq: String(gap.from), to_seq: String(gap.to) });
    this.#lookForGap();
  }
}
