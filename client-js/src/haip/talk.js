/** @import * as H from './types.js' */
/** @import {Arrival} from './channel.js' */
/** @import {Emitter} from '../parts.js' */
import { SluiceError } from '../errors.js';
import { Deferred, Pending } from '../parts.js';
import { Pull } from './pull.js';
import { decode } from './words.js';

/**
 * Where something is said.
 *
 * @typedef {{channel: string, extras: Record<string, unknown>}} Place
 */

/**
 * How what is made here speaks.
 *
 * @typedef {object} Voice
 * @property {(type: string, payload: object, at: Place) => Promise<void>} send in its turn
 * @property {(type: string, payload: object, at: Place) => void} say at once
 * @property {(channel: string) => boolean} flows whether the peer could say something now
 * @property {(channel: string, id: string) => boolean} withdraw whether it was not sent yet
 */

/**
 * What the agent was asked about its tools.
 *
 * @typedef {{type: string, tool?: string, done: Deferred<void>}} Question
 */

/** A text message of the peer: `for await (const part of message)`, which is credit. */
export class TextMessage {
  /** @type {Pull<string>} */
  #pull;

  /** @param {any} start its envelope @param {Pull<string>} pull */
  constructor({ payload, channel, run_id, thread_id }, pull) {
    this.#pull = pull;
    /** @type {string} */
    this.id = payload.message_id;
    /** @type {string} */
    this.channel = channel;
    /** @type {string | undefined} */
    this.author = payload.author;
    /** What it began with; the first part, too. @type {string} */
    this.text = typeof payload.text === 'string' ? payload.text : '';
    /** @type {string | undefined} */
    this.runId = run_id;
    /** @type {string | undefined} */
    this.threadId = thread_id;
  }

  /** @returns {AsyncIterableIterator<string>} its parts; throws if the session is lost */
  [Symbol.asyncIterator]() {
    return this.#pull.read();
  }

  /** @returns {Promise<string>} all of it */
  async whole() {
    let text = '';
    for await (const part of this) text += part;
    return text;
  }
}

/** Some work of an agent, by either end. */
export class Run {
  #voice;
  #at;
  #end;

  /**
   * @param {string} id
   * @param {{channel: string, threadId?: string, metadata?: unknown}} at
   * @param {Voice} voice
   * @param {Deferred<H.RunEnd>} end
   */
  constructor(id, { channel, threadId, metadata }, voice, end) {
    this.id = id;
    this.channel = channel;
    this.threadId = threadId;
    this.metadata = metadata;
    this.#voice = voice;
    this.#at = { channel, extras: { run_id: id, thread_id: threadId } };
    this.#end = end;
  }

  /** How it ended; rejected if it failed or the session was lost. @returns {Promise<H.RunEnd>} */
  get finished() {
    return this.#end.promise;
  }

  /** Asks the peer to end it; what it says of it then ends it. */
  cancel() {
    this.#voice.say('RUN_CANCEL', { run_id: this.id }, this.#at);
  }

  /** Ends a run of ours. @param {H.RunEnd} [end] @returns {Promise<void>} when that was sent */
  finish(end = { status: 'OK' }) {
    this.#end.resolve(end);
    return this.#voice.send('RUN_FINISHED', { run_id: this.id, ...end }, this.#at);
  }
}

/** One call of a tool, by either end. */
export class ToolCall {
  #voice;
  #at;
  #end;
  #pull;
  #abort;

  /**
   * @param {{id: string, tool: string, params: unknown, channel: string, runId?: string}} call
   * @param {Voice} voice
   * @param {{end: Deferred<H.CallEnd>, pull: Pull<H.CallUpdate>, abort: any}} parts
   */
  constructor({ id, tool, params, channel, runId }, voice, { end, pull, abort }) {
    this.id = id;
    this.tool = tool;
    this.params = params;
    this.channel = channel;
    this.#voice = voice;
    this.#at = { channel, extras: { run_id: runId } };
    this.#end = end;
    this.#pull = pull;
    this.#abort = abort;
  }

  /** Aborted when the peer cancels its call. @returns {H.Signal} */
  get signal() {
    return this.#abort.signal;
  }

  /** Rejected if the session was lost. @returns {Promise<H.CallEnd>} */
  get done() {
    return this.#end.promise;
  }

  /** @returns {AsyncIterableIterator<H.CallUpdate>} what is told of it while it goes on */
  [Symbol.asyncIterator]() {
    return this.#pull.read();
  }

  /** @param {string} [reason] */
  cancel(reason) {
    if (this.#voice.withdraw(this.channel, this.id)) this.#end.resolve({ status: 'CANCELLED' });
    else this.#voice.say('TOOL_CANCEL', { call_id: this.id, reason }, this.#at);
  }

  /** Tells of a call of the peer. @param {H.CallUpdate} update @returns {Promise<void>} */
  update(update) {
    return this.#voice.send('TOOL_UPDATE', { call_id: this.id, ...update }, this.#at);
  }

  /**
   * Answers a call of the peer.
   *
   * @param {unknown} result
   * @param {'OK' | 'CANCELLED' | 'ERROR'} [status]
   * @returns {Promise<void>} when that was sent
   */
  finish(result, status = 'OK') {
    this.#end.resolve({ status, result });
    return this.#voice.send('TOOL_DONE', { call_id: this.id, status, result }, this.#at);
  }
}

/** What is open between the two: messages, runs, calls, each in bounds. */
export class Talk {
  /** @type {Map<string, H.Tool>} */
  tools = new Map();
  /** @type {Map<string, {pull: Pull<string>, runId?: string, channel: string}>} */
  #messages = new Map();
  /** @type {Map<string, {run: Run, end: Deferred<H.RunEnd>}>} */
  #runs = new Map();
  /** @type {Map<string, {end: Deferred<H.CallEnd>, pull: Pull<H.CallUpdate>, abort: any}>} */
  #calls = new Map();
  /** @type {Pending<string>} messages to which nothing is added any more */
  #quiet;
  /** @type {Pending<Question>} what was asked of tools */
  #asked;
  #limits;
  #events;
  #voice;

  /**
   * @param {import('./options.js').HaipLimits} limits
   * @param {import('../types.js').Clock} clock
   * @param {Emitter} events
   * @param {Voice} voice
   */
  constructor(limits, clock, events, voice) {
    this.#limits = limits;
    this.#events = events;
    this.#voice = voice;
    this.#quiet = new Pending(clock, limits.messageMs, (id) => this.#forget(id));
    this.#asked = new Pending(clock, limits.answerMs, ({ done }) => done.reject(noAnswer()));
  }

  /** @param {Arrival} arrival */
  take(arrival) {
    const { text: _, seq: __, ack: ___, ...envelope } = arrival.message;
    arrival.await(this.#events.emit('event', envelope));
    this.#dispatch(arrival);
    arrival.release();
  }

  /** @param {Arrival} arrival */
  #dispatch(arrival) {
    const { type, payload } = arrival.message;
    switch (type) {
      case 'MESSAGE_START':
        return this.#start(arrival);
      case 'MESSAGE_PART':
        return this.#part(arrival);
      case 'MESSAGE_END':
        return this.#forget(String(payload.message_id));
      case 'AUDIO_CHUNK':
        return this.#audio(arrival);
      case 'RUN_STARTED':
      case 'RUN_FINISHED':
      case 'RUN_ERROR':
      case 'RUN_CANCEL':
        return this.#run(arrival);
      case 'TOOL_LIST':
      case 'TOOL_SCHEMA':
        return this.#learn(type, payload);
      default:
        if (type.startsWith('TOOL_')) this.#call(arrival);
    }
  }

  // ---- messages

  /** @param {Arrival} arrival */
  #start(arrival) {
    const { message } = arrival;
    const id = String(message.payload.message_id);
    this.#forget(id);
    const { text } = this.#open(arrival, id, message);
    this.#add(arrival, id, text);
  }

  /** @param {Arrival} arrival @param {string} id @param {any} start */
  #open(arrival, id, start) {
    /** @type {Pull<string>} */
    const pull = new Pull();
    bound(this.#messages, this.#limits.openMessages, ({ pull }) => pull.end());
    this.#messages.set(id, { pull, runId: start.run_id, channel: start.channel });
    const message = new TextMessage(start, pull);
    // Its credit comes back when it is read, not when it has been: what follows may need it.
    arrival.hold();
    pull.await(this.#events.emit('message', message), () => arrival.release());
    return message;
  }

  /** @param {Arrival} arrival */
  #part(arrival) {
    const { message } = arrival;
    const { message_id, text = '' } = message.payload;
    const id = String(message_id);
    // Of one that was thought to be over nothing is lost: it goes on as another.
    if (!this.#messages.has(id)) this.#open(arrival, id, { ...message, payload: { message_id } });
    this.#add(arrival, id, String(text));
  }

  /** @param {Arrival} arrival @param {string} id @param {string} text */
  #add(arrival, id, text) {
    const { channel } = arrival.message;
    this.#quiet.take(/** @type {any} */ (id));
    this.#quiet.add(/** @type {any} */ (id), id);
    if (!text) return;
    arrival.await(this.#events.emit('text', { messageId: id, channel, text }));
    arrival.hold();
    this.#messages.get(id)?.pull.add(text, () => arrival.release());
  }

  /** It has ended, or nothing was added to it for long and its run is over. @param {string} id */
  #forget(id) {
    const open = this.#messages.get(id);
    const isLate = !this.#quiet.take(/** @type {any} */ (id));
    if (open && isLate && this.#goesOn(open)) return this.#quiet.add(/** @type {any} */ (id), id);
    this.#messages.delete(id);
    open?.pull.end();
  }

  /** @param {{pull: Pull<string>, runId?: string, channel: string}} open */
  #goesOn({ pull, runId, channel }) {
    return this.#runs.has(String(runId)) || pull.isBusy || !this.#voice.flows(channel);
  }

  // ---- audio

  /** @param {Arrival} arrival */
  #audio(arrival) {
    const { channel, payload, binary, bin_mime } = arrival.message;
    const data = binary ?? decode(payload.data);
    if (!data) return;
    const { message_id: messageId, mime = bin_mime, duration_ms } = payload;
    const durationMs = duration_ms === undefined ? undefined : Number(duration_ms);
    arrival.await(this.#events.emit('audio', { channel, messageId, mime, data, durationMs }));
  }

  // ---- runs

  /**
   * @param {string} id
   * @param {{channel: string, threadId?: string, metadata?: unknown}} at
   */
  openRun(id, at) {
    /** @type {Deferred<H.RunEnd>} */
    const end = new Deferred();
    const run = new Run(id, at, this.#voice, end);
    bound(this.#runs, this.#limits.openRuns, ({ end }) => end.reject(forgotten()));
    this.#runs.set(id, { run, end });
    end.promise.catch(() => {}).finally(() => this.#endRun(id));
    return run;
  }

  /** @param {string} id */
  #endRun(id) {
    this.#runs.delete(id);
    for (const [message, { runId }] of this.#messages) if (runId === id) this.#forget(message);
  }

  /** @param {Arrival} arrival */
  #run(arrival) {
    const { type, payload, channel, run_id, thread_id } = arrival.message;
    // Who does not say which means the latest.
    const id = String(run_id ?? payload.run_id ?? [...this.#runs.keys()].at(-1));
    if (type === 'RUN_STARTED') {
      const { thread_id: threadId = thread_id, metadata } = payload;
      const run = this.openRun(id, { channel, threadId, metadata });
      return arrival.await(this.#events.emit('run', run));
    }
    const known = this.#runs.get(id);
    if (!known) return;
    const { status = 'OK', summary, code = 'RUN_ERROR', message = code } = payload;
    if (type === 'RUN_FINISHED') known.end.resolve({ status, summary });
    else if (type === 'RUN_CANCEL') this.#events.emit('cancel', known.run);
    else known.end.reject(new SluiceError(String(code), String(message), { cause: payload }));
  }

  // ---- tools

  /** @param {{id: string, tool: string, params: unknown, channel: string, runId?: string}} call */
  openCall(call) {
    /** @type {Pull<H.CallUpdate>} */
    const pull = new Pull();
    /** @type {any} */
    const abort = new AbortController();
    /** @type {Deferred<H.CallEnd>} */
    const end = new Deferred();
    const parts = { end, pull, abort };
    bound(this.#calls, this.#limits.openCalls, ({ end }) => end.reject(forgotten()));
    this.#calls.set(call.id, parts);
    end.promise.catch(() => {}).finally(() => {
      if (this.#calls.get(call.id) === parts) this.#calls.delete(call.id);
      pull.end();
    });
    return { call: new ToolCall(call, this.#voice, parts), parts };
  }

  /** @param {Arrival} arrival */
  #call(arrival) {
    const { type, payload, channel, run_id: runId } = arrival.message;
    const { call_id, tool, params, status, progress, partial, result } = payload;
    const id = String(call_id);
    if (type === 'TOOL_CALL') {
      const { call, parts } = this.openCall({ id, tool: String(tool), params, channel, runId });
      const busy = this.#events.emit('call', call);
      arrival.hold();
      return parts.pull.await(busy, () => arrival.release());
    }
    const parts = this.#calls.get(id);
    if (type === 'TOOL_DONE') parts?.end.resolve({ status: status ?? 'OK', result });
    else if (type === 'TOOL_CANCEL') parts?.abort.abort(payload.reason);
    else if (parts) {
      arrival.hold();
      parts.pull.add({ status, progress, partial }, () => arrival.release());
    }
  }

  /**
   * @param {string} id of the message that asks
   * @param {string} type
   * @param {string} [tool]
   * @returns {Promise<void>} when the agent has answered
   */
  ask(id, type, tool) {
    if (this.#asked.size >= this.#limits.openCalls) throw forgotten();
    /** @type {Deferred<void>} */
    const done = new Deferred();
    this.#asked.add(/** @type {any} */ (id), { type, tool, done });
    return done.promise;
  }

  /**
   * @param {any} payload of an ERROR
   * @param {SluiceError} error
   * @returns {boolean} whether it answers a question
   */
  refused(payload, error) {
    const question = this.#asked.take(payload?.related_id);
    question?.done.reject(error);
    return !!question;
  }

  /** @param {string} type @param {any} payload */
  #learn(type, payload) {
    const isAsked = !payload[type === 'TOOL_LIST' ? 'tools' : 'schema'];
    if (isAsked) return;
    const listed = Array.isArray(payload.tools) ? payload.tools : [];
    const { tool, schema } = payload;
    const list = type === 'TOOL_LIST' ? listed : [{ name: tool, schema }];
    for (const { name, ...more } of list.slice(0, this.#limits.openCalls)) {
      const key = String(name);
      if (!this.tools.has(key)) bound(this.tools, this.#limits.openCalls, () => {});
      this.tools.set(key, { ...this.tools.get(key), name: key, ...more });
    }
    this.#events.emit('tools', [...this.tools.values()]);
    // Not every agent says what it answers to; what it says answers everybody who asked for that.
    const about = (/** @type {Question} */ one) => one.type === type && one.tool === tool;
    for (const { done } of this.#asked.drain(about)) done.resolve();
  }

  /** What was open is not heard of again. @param {SluiceError} error */
  lost(error) {
    // Who has closed the client himself need not be told that nothing more comes.
    const why = error.code === 'closed' ? null : error;
    for (const { pull } of this.#messages.values()) pull.end(why);
    for (const { end } of this.#runs.values()) end.reject(error);
    for (const { end, abort } of this.#calls.values()) {
      abort.abort(error);
      end.reject(error);
    }
    this.#messages.clear();
    this.#runs.clear();
    this.#calls.clear();
    for (const { done } of this.#asked.drain()) done.reject(error);
    this.#quiet.drain();
  }
}

/**
 * Makes room for one more: the oldest goes.
 *
 * @template V
 * @param {Map<string, V>} map
 * @param {number} most
 * @param {(value: V) => void} gone
 */
function bound(map, most, gone) {
  if (map.size < most) return;
  const [[key, value]] = /** @type {[[string, V]]} */ ([...map]);
  map.delete(key);
  gone(value);
}

export const noAnswer = () => new SluiceError('timeout', 'No answer came in time');

const forgotten = () => new SluiceError('overflow', 'Too many are open');
