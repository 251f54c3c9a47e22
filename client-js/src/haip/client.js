/** @import * as H from './types.js' */
import { SluiceError } from '../errors.js';
import { Line } from '../line.js';
import { reportError, socketUrl, systemClock } from '../options.js';
import { Deferred, Emitter, Pending } from '../parts.js';
import { Conversation } from './conversation.js';
import { endless, metricsOf } from './metrics.js';
import { haipLimitsOf } from './options.js';
import { Pull } from './pull.js';
import { Talk, noAnswer } from './talk.js';
import { checkName, secret } from './words.js';

const DIALECTS = ['official', 'seed'];
const TRANSPORTS = ['websocket', 'sse'];

/** A session with an agent that heals itself: text, runs, tools and audio at everybody's pace. */
export class HaipClient {
  /** Called with the channel and the credit when the server grants. */
  /** @type {((channel: string, credits: number) => unknown) | null} */
  onFlowUpdate = null;
  /** Called with the channel, the level and the queue when the server cannot keep up. */
  /** @type {((channel: string, level: number, queue: number) => unknown) | null} */
  onBackPressure = null;
  #events;
  #line;
  #conversation;
  #talk;
  #author;
  /** @type {Deferred<H.Session>} */
  #next = new Deferred();
  /** @type {H.Session | null} */
  #session = null;
  /** @type {Set<Pull<any>>} */
  #loops = new Set();
  /** @type {Pending<{nonce: string, at: number, done: Deferred<number>}>} */
  #pings;
  #clock;

  /**
   * Connects to nothing yet; see `connect`.
   *
   * @param {string | {href: string}} url of the WebSocket, also for `sse`; in a page also a path
   *   such as `/haip/websocket`
   * @param {H.HaipOptions} [options]
   * @throws {SluiceError} `invalid_option`
   */
  constructor(url, options = {}) {
    const limits = haipLimitsOf(options);
    const { dialect = 'official', transport = 'websocket', author = 'user', token } = options;
    const { clock = systemClock(), random = secret, adaptiveAdjustment = true } = options;
    oneOf('dialect', DIALECTS, dialect);
    oneOf('transport', TRANSPORTS, transport);
    const isSse = transport === 'sse';
    const Socket = options.WebSocket ?? /** @type {any} */ (globalThis.WebSocket);
    if (typeof Socket !== 'function' && !isSse) {
      throw new SluiceError('invalid_option', 'There is no global WebSocket: pass one');
    }
    const fetch = options.fetch ?? globalThis.fetch?.bind(globalThis);
    this.#events = new Emitter(options.reportError ?? reportError);
    this.#clock = clock;
    this.#author = author;
    const patience = isSse ? -Infinity : Infinity;
    const parts = { protocol: 'haip', Socket, fetch, random, patience, load: () => this.#load() };
    const house = this.#house();
    this.#line = new Line(socketUrl(url), token, parts, /** @type {any} */ (limits), clock, house);
    const speaks = { dialect, adaptive: adaptiveAdjustment, binary: !isSse };
    const listener = this.#listener();
    const line = this.#line;
    this.#conversation = new Conversation(line, speaks, limits, clock, random, listener);
    this.#talk = new Talk(limits, clock, this.#events, this.#voice());
    this.#pings = new Pending(clock, limits.answerMs, ({ done }) => done.reject(noAnswer()));
    this.#events.on('flow', (/** @type {[any, any]} */ ...args) => this.onFlowUpdate?.(...args));
    this.#events.on('pressure', (/** @type {[any, any, any]} */ ...args) =>
      this.onBackPressure?.(...args),
    );
  }

  /** Where the connection stands. */
  get state() {
    return this.#line.state;
  }

  /** The present session; null while there is no connection. */
  get session() {
    return this.#session;
  }

  /** What the agent has said that it has; see `listTools`. */
  get tools() {
    return [...this.#talk.tools.values()];
  }

  /**
   * Calls a listener at each event from now on.
   *
   * @template {keyof H.HaipEvents} K
   * @param {K} event
   * @param {(...args: H.HaipEvents[K]) => unknown} listener
   * @returns {() => void} takes it back
   */
  on(event, listener) {
    return this.#events.on(event, listener);
  }

  /**
   * Takes a listener back.
   *
   * @template {keyof H.HaipEvents} K
   * @param {K} event
   * @param {(...args: H.HaipEvents[K]) => unknown} listener
   */
  off(event, listener) {
    this.#events.off(event, listener);
  }

  /**
   * The events of one kind from now on, for a loop: each counts as handled when the loop comes back
   * for the next. It ends with the client.
   *
   * @template {keyof H.HaipEvents} K
   * @param {K} event
   * @returns {AsyncIterableIterator<H.HaipEvents[K][0]>}
   */
  each(event) {
    /** @type {Pull<any>} */
    const pull = new Pull();
    const off = this.#events.on(event, (/** @type {unknown} */ value) => {
      return new Promise((resolve) => pull.add(value, () => resolve(undefined)));
    });
    this.#loops.add(pull);
    return pull.read(() => {
      off();
      this.#loops.delete(pull);
    });
  }

  /**
   * Connects, and stays connected until `disconnect`. Called while `waiting` it tries at once.
   *
   * @returns {Promise<H.Session>} when both ends have introduced themselves; rejected once the
   *   state is `refused`, `failed` or `closed`
   */
  connect() {
    if (this.state === 'idle' || this.state === 'waiting') this.#line.open();
    return this.#next.promise;
  }

  /** Ends everything. @returns {Promise<void>} when the socket is closed too */
  disconnect() {
    return this.#line.close();
  }

  /**
   * Sends a text, now or as soon as it may go, behind what was given to its channel before.
   *
   * @param {string} content
   * @param {string} [channel]
   * @returns {boolean} whether it went; what did not waits, unless an `error` (`queue_full`) says
   *   otherwise
   */
  sendMessage(content, channel = 'USER') {
    const sending = this.send(content, { channel });
    sending.catch((error) => this.#events.emit('error', error));
    return !sending.queued;
  }

  /**
   * Sends a text, or its parts as they come: each waits until the one before it went.
   *
   * @param {string | AsyncIterable<string> | Iterable<string>} content
   * @param {H.SendOptions} [options]
   * @returns {H.Sending} rejected with `queue_full`, `too_big`, `invalid_channel`, or what ends the
   *   client
   */
  send(content, { channel = 'USER', author = this.#author, runId, threadId } = {}) {
    const id = this.#conversation.speaker.id();
    const extras = { run_id: runId, thread_id: threadId };
    const at = { queued: true };
    const add = (/** @type {string} */ type, /** @type {object} */ more, last = false) => {
      return this.#add(channel, type, { message_id: id, ...more }, { extras, last });
    };
    const one = async () => {
      const { went } = add('MESSAGE_START', { author, text: content });
      at.queued = !went;
      await add('MESSAGE_END', {}, true).item.done.promise;
    };
    const parts = async () => {
      const { item, went } = add('MESSAGE_START', { author });
      at.queued = !went;
      await item.done.promise;
      for await (const text of content) await add('MESSAGE_PART', { text }).item.done.promise;
      await add('MESSAGE_END', {}, true).item.done.promise;
    };
    const done = (typeof content === 'string' ? one() : parts()).then(() => ({ id, channel }));
    return Object.assign(done, { id, queued: at.queued });
  }

  /**
   * Sends a piece of audio. On AUDIO_IN and AUDIO_OUT a piece that has waited too long makes room
   * for a new one, and is rejected with `dropped`.
   *
   * @param {Uint8Array} data
   * @param {H.AudioOptions} [options]
   * @returns {Promise<void>}
   */
  async sendAudio(data, options = {}) {
    const { channel = 'AUDIO_IN', mime = 'audio/opus', durationMs, runId, threadId } = options;
    const { messageId = this.#conversation.speaker.id() } = options;
    const duration_ms = durationMs === undefined ? undefined : String(durationMs);
    const extras = { run_id: runId, thread_id: threadId };
    const live = channel.startsWith('AUDIO_');
    const payload = { message_id: messageId, mime, duration_ms };
    const more = { extras, binary: data, mime, live };
    await this.#add(channel, 'AUDIO_CHUNK', payload, more).item.done.promise;
  }

  /**
   * Begins a run of our own; messages belong to it by its `id` as their `runId`.
   *
   * @param {{channel?: string, threadId?: string, metadata?: unknown}} [options]
   */
  startRun({ channel = 'USER', threadId, metadata } = {}) {
    const id = this.#conversation.speaker.id();
    const extras = { run_id: id, thread_id: threadId };
    const payload = { run_id: id, thread_id: threadId, metadata };
    const { item } = this.#add(channel, 'RUN_STARTED', payload, { extras });
    const run = this.#talk.openRun(id, { channel, threadId, metadata });
    item.done.promise.catch(() => {});
    return run;
  }

  /**
   * Calls a tool of the agent.
   *
   * @param {string} tool
   * @param {object} [params]
   * @param {{channel?: string, runId?: string}} [options]
   */
  call(tool, params = {}, { channel = 'USER', runId } = {}) {
    const id = this.#conversation.speaker.id();
    const payload = { call_id: id, tool, params };
    const extras = { run_id: runId };
    const { item } = this.#add(channel, 'TOOL_CALL', payload, { id, extras });
    const { call, parts } = this.#talk.openCall({ id, tool, params, channel, runId });
    item.done.promise.catch((error) => parts.end.reject(error));
    return call;
  }

  /**
   * Asks the agent which tools it has. They are in `tools` then, too.
   *
   * @param {{channel?: string}} [options]
   * @returns {Promise<H.Tool[]>} rejected with `timeout` if nobody answers, or `lost`
   */
  async listTools(options) {
    await this.#ask('TOOL_LIST', {}, options);
    return this.tools;
  }

  /**
   * Asks the agent what a tool takes.
   *
   * @param {string} tool
   * @param {{channel?: string}} [options]
   * @returns {Promise<any>} a JSON Schema; rejected with `TOOL_NOT_FOUND` if there is no such tool
   */
  async describeTool(tool, options) {
    await this.#ask('TOOL_SCHEMA', { tool }, options);
    return this.#talk.tools.get(tool)?.schema;
  }

  /** @param {string} type @param {{tool?: string}} payload @param {{channel?: string}} [to] */
  async #ask(type, payload, { channel = 'USER' } = {}) {
    const { item } = this.#add(channel, type, payload, {});
    await item.done.promise;
    return this.#talk.ask(item.id, type, payload.tool);
  }

  /**
   * Asks the server for a sign of life.
   *
   * @returns {Promise<number>} the milliseconds until it came
   */
  async ping() {
    const nonce = this.#conversation.speaker.id();
    if (this.#line.error) throw this.#line.error;
    if (!this.#conversation.speaker.say('PING', { nonce })) {
      throw new SluiceError('lost', 'There is no connection, or nobody who answers');
    }
    /** @type {Deferred<number>} */
    const done = new Deferred();
    this.#pings.add(/** @type {any} */ (nonce), { nonce, at: this.#clock.now(), done });
    return done.promise;
  }

  /** Asks the server for nothing more on a channel, and sends nothing. @param {string} channel */
  pauseChannel(channel) {
    if (channel === 'SYSTEM') throw new SluiceError('invalid_channel', 'SYSTEM is never paused');
    this.#channel(channel).want(true);
  }

  /** Takes that back; a pause of the server stands. @param {string} channel */
  resumeChannel(channel) {
    this.#channel(channel).want(false);
  }

  /** Whether either end has paused it. @param {string} channel */
  isChannelPaused(channel) {
    return this.#channel(channel).sending.paused;
  }

  /**
   * What may still be sent: bytes, or in the seed's dialect UTF-16 units of payloads.
   *
   * @param {string} channel
   * @returns {number} below zero it is a debt; Infinity: any number
   */
  getCredits(channel) {
    return endless(this.#channel(channel).sending.units);
  }

  /** How many messages wait. @param {string} [channel] left out: on all of them */
  getPendingCount(channel) {
    if (channel !== undefined) return this.#channel(channel).pending;
    let all = 0;
    for (const { pending } of this.#conversation.channels.values()) all += pending;
    return all;
  }

  /** Counts pressure that the program has seen itself. @param {string} channel */
  recordBackPressure(channel) {
    this.#channel(channel).pressureEvents++;
  }

  /**
   * @overload
   * @returns {Map<string, H.Metrics>} of every channel that was used
   */
  /**
   * @overload
   * @param {string} channel
   * @returns {H.Metrics}
   */
  /**
   * @param {string} [channel]
   * @returns {any}
   */
  getPerformanceMetrics(channel) {
    if (channel !== undefined) return metricsOf(this.#channel(channel), this.#clock.now());
    const all = [...this.#conversation.channels.values()];
    return new Map(all.map((one) => [one.name, metricsOf(one, this.#clock.now())]));
  }

  /** @param {string} name */
  #channel(name) {
    checkName(name);
    return this.#conversation.channel(name);
  }

  /**
   * @param {string} channel
   * @param {string} type
   * @param {object} payload
   * @param {Partial<import('./channel.js').Item>} more
   */
  #add(channel, type, payload, more) {
    if (this.#line.error) throw this.#line.error;
    checkName(channel);
    return this.#conversation.add(channel, type, payload, more);
  }

  /** @returns {import('./talk.js').Voice} */
  #voice() {
    return {
      send: async (type, payload, { channel, ...more }) => {
        await this.#add(channel, type, payload, more).item.done.promise;
      },
      say: (type, payload, { channel, ...more }) =>
        this.#conversation.urge(type, payload, channel, more),
      flows: (channel) =>
        this.#line.isOpen() && !this.#conversation.channels.get(channel)?.isHeld,
      withdraw: (channel, id) => this.#conversation.channels.get(channel)?.withdraw(id) ?? false,
    };
  }

  async #load() {
    const { Sse } = await import('../fallbacks.js');
    const { session } = this.#conversation.speaker;
    const Stream = class extends Sse {
      /** @param {string} url @param {[any, any, any, any]} more */
      constructor(url, ...more) {
        const there = new URL('sse', url);
        there.search = new URL(url).search;
        there.searchParams.set('session', session);
        super(there.href, ...more);
      }
    };
    return { Stream };
  }

  /** What the line tells us. @returns {import('../line.js').House} */
  #house() {
    return {
      opened: (socket) => {
        Object.assign(socket, { binaryType: 'arraybuffer' });
        this.#conversation.opened();
      },
      greets: (entry) => this.#conversation.greets(entry),
      ping: () => this.#conversation.speaker.ping(),
      read: (data) => this.#conversation.read(data),
      take: (entry) => this.#conversation.take(entry),
      greeted: (entry) => {
        this.#conversation.greeted(entry);
        if (this.#session && this.#line.isOpen()) this.#next.resolve(this.#session);
      },
      broken: () => this.#broken(),
      ended: (state, error) => this.#ended(state, error),
      told: (state, detail) => this.#events.emit('state', state, detail),
      failed: (error) => this.#events.emit('error', error),
    };
  }

  #broken() {
    this.#session = null;
    this.#next = new Deferred();
    this.#conversation.broken();
  }

  /** @param {string} state @param {SluiceError} error */
  #ended(state, error) {
    if (this.#session) this.#broken();
    this.#next.reject(error);
    this.#conversation.end(error);
    this.#talk.lost(error);
    for (const { done } of this.#pings.drain()) done.reject(error);
    for (const loop of this.#loops) loop.end(state === 'closed' ? null : error);
  }

  /** What the conversation tells us. @returns {import('./conversation.js').Listener} */
  #listener() {
    return {
      deliver: (arrival) => this.#talk.take(arrival),
      session: (session) => {
        this.#session = session;
        const lost = new SluiceError('lost', 'The session is lost, another has begun');
        if (session.previous !== null) this.#talk.lost(lost);
        this.#events.emit('session', session);
      },
      gap: (gap) => this.#events.emit('gap', gap),
      error: (error, payload) => {
        if (!this.#talk.refused(payload, error)) this.#events.emit('error', error);
      },
      pong: (nonce) => {
        const ping = this.#pings.take(/** @type {any} */ (nonce));
        ping?.done.resolve(this.#clock.now() - ping.at);
      },
      told: (event, ...args) => this.#events.emit(event, ...args),
    };
  }
}

/** @param {string} name @param {string[]} words @param {string} word */
function oneOf(name, words, word) {
  if (words.includes(word)) return;
  throw new SluiceError('invalid_option', `${name}: ${words.join(' or ')}`);
}
