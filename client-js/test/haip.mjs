// A small HAIP server for sockets of the fake world, in both dialects: sessions, numbers, credit both
// ways, pauses, replay. It is right as long as it is healthy, counts what is done against the rules,
// and can be made to fail in every way a network and a server do.
import { HaipClient } from '../client-haip.js';
import { utf8Length } from '../client.js';
import '../client-stream.js';
import { FakeResponse, World } from './world.mjs';

const DELAY_MS = 3;
const EXEMPT = /^(HAI|PING|PONG|ERROR|FLOW_UPDATE|PAUSE_CHANNEL|RESUME_CHANNEL|REPLAY_REQUEST|TOOL_CANCEL|RUN_CANCEL|RUN_ERROR)$/;
const WINDOW = { messages: 32, units: 262_144 };

/** A world with a client of HAIP in it. */
export class HaipWorld extends World {
  haip(options) {
    const fetch = async (url, init = {}) => this.http(url, init);
    return this.make(HaipClient, 'ws://sluice.test/haip/websocket', options, fetch);
  }

  http = async (url, init) => this.probe(url, init);
}

export class HaipServer {
  mood = 'healthy';
  /** What was done against the rules. */
  broken = [];
  /** What an agent got, in order, per channel: the envelopes. */
  got = [];
  /** How long it takes to handle a message; credit comes back then. */
  handleMs = 0;
  /** What the agent answers: a list of [type, payload, more]. */
  agent = () => [];
  sessions = new Map();
  lines = new Map();
  ids = 0;
  /** The seed's server says what is granted, and keeps to it. */
  grantMost = 1_000;
  window = WINDOW;

  constructor(world, { dialect = 'official', events, replays = true, binary = true } = {}) {
    this.world = world;
    this.dialect = dialect;
    this.events = events;
    this.replays = replays;
    this.binary = binary;
    world.onsocket = (socket) => this.#meet(socket);
    world.probe = () => {
      if (this.mood === 'refusing') return World.answer(403, '{"error":{"code":"bad_token","message":"no"}}');
      return World.answer(426, '{}');
    };
  }

  /** A client that is connected to a new server. */
  static async with(options = {}, more = {}) {
    const world = new HaipWorld(options.seed ?? 1);
    const server = new HaipServer(world, options);
    const client = world.haip({ dialect: options.dialect, ...more });
    const connecting = client.connect();
    await world.clock.pass(20);
    await connecting;
    return { world, server, client, clock: world.clock };
  }

  get session() {
    return [...this.sessions.values()].at(-1);
  }

  get line() {
    return [...this.lines.values()].at(-1);
  }

  uuid() {
    return `00000000-0000-4000-8000-${String(++this.ids).padStart(12, '0')}`;
  }

  /** Ends every line, politely with a code, or silently. */
  cut(code = 1006) {
    for (const [socket, line] of this.lines) {
      line.mute = true;
      this.lines.delete(socket);
      if (code) socket.shut(code);
    }
  }

  forget() {
    this.sessions.clear();
  }

  #later(line, task, ms = DELAY_MS) {
    this.world.clock.setTimeout(() => this.lines.has(line.socket) && !line.mute && task(), ms);
  }

  #meet(socket) {
    const line = { socket, mute: this.mood === 'mute', session: null, half: null };
    this.lines.set(socket, line);
    socket.onsend = (frame) => this.#later(line, () => this.#hear(line, frame));
    socket.onleave = () => this.#later(line, () => socket.shut(1000));
    this.world.clock.setTimeout(() => {
      if (socket.readyState !== 0) return;
      if (this.mood === 'refusing' || this.mood === 'down') return socket.shut(1006);
      if (this.mood !== 'deaf') socket.open();
    }, DELAY_MS);
  }

  /** The same behind server-sent events and POSTs. */
  serveHttp() {
    this.posts = 0;
    this.world.http = async (url, { method = 'GET', body, signal }) => {
      const { pathname, searchParams } = new URL(url);
      const id = searchParams.get('session');
      if (method === 'GET') {
        if (pathname !== '/haip/sse') this.broken.push(`no such page: ${url}`);
        if (this.mood === 'refusing') return World.answer(403, '{"error":{"code":"bad_token"}}');
        return this.#sse(id, signal);
      }
      this.posts++;
      if (pathname !== '/haip/message') this.broken.push(`no such page: ${url}`);
      const line = [...this.lines.values()].find((one) => one.id === id);
      if (!line || this.mood === 'down') return World.answer(404, '{}');
      if (this.mood === 'busy') return World.answer(429, '{}');
      this.longest = Math.max(this.longest ?? 0, body.length);
      const frames = body.split('\n').map((text) => JSON.parse(text));
      this.#later(line, () => frames.forEach((frame) => this.#hear(line, frame)));
      return World.answer(this.mood === 'picky' ? 403 : 200, '{"error":{"code":"UNAUTHORIZED"}}');
    };
  }

  #sse(id, signal) {
    const response = new FakeResponse(this.world.random, signal);
    const socket = {
      readyState: 1,
      say: (data) => response.write(`event: haip-message\r\ndata: ${data}\r\n\r\n`),
      shut: () => response.end(),
    };
    const line = { socket, mute: false, session: null, half: null, id };
    this.lines.set(socket, line);
    signal.addEventListener('abort', () => this.lines.delete(socket));
    response.write(': welcome\n\n');
    return response;
  }

  // ---- what comes

  #hear(line, frame) {
    if (frame instanceof Uint8Array) {
      const { half } = line;
      line.half = null;
      if (!half || half.bin_len !== frame.length) return this.broken.push('a stray binary frame');
      return this.#place(line, { ...half, binary: frame });
    }
    if (line.half) this.broken.push('no binary frame came');
    if (frame.type === 'HAI') return this.#greet(line, frame);
    if (!line.session) return this.broken.push(`${frame.type} before HAI`);
    if (frame.bin_len !== undefined) line.half = frame;
    else this.#place(line, frame);
  }

  #greet(line, hai) {
    if (line.session) this.broken.push('a second HAI');
    const { payload, session: id } = hai;
    const last = payload.last_rx_seq;
    const known = last === undefined ? undefined : this.sessions.get(id);
    const fits = known && Number(last) >= known.oldest - 1;
    const session = fits ? known : this.#begin(id, payload);
    line.session = session;
    session.line = line;
    if (fits && Number(hai.seq) === session.last + 1) session.last++;
    else if (fits) session.skip = Number(hai.seq);
    else session.last = Number(hai.seq);
    // On a new line who sends may begin with all that was announced again.
    if (fits && this.restarts) for (const one of session.channels.values()) one.out = { ...session.out };
    const before = session.seq;
    this.say(session, 'HAI', this.#hai(fits ? String(session.last) : undefined), 'SYSTEM');
    if (last !== undefined && !fits) this.say(session, 'ERROR', { code: 'RESUME_FAILED', message: 'gone' }, 'SYSTEM');
    if (fits) this.resend(session, Number(last) + 1, before);
    for (const channel of session.channels.values()) this.#drain(session, channel);
  }

  #hai(last) {
    const events = this.events ?? 'HAI PING PONG ERROR FLOW_UPDATE PAUSE_CHANNEL RESUME_CHANNEL REPLAY_REQUEST RUN_STARTED RUN_FINISHED RUN_CANCEL RUN_ERROR MESSAGE_START MESSAGE_PART MESSAGE_END AUDIO_CHUNK TOOL_CALL TOOL_UPDATE TOOL_DONE TOOL_CANCEL TOOL_LIST TOOL_SCHEMA'.split(' ');
    const { messages: initial_credit_messages, units: initial_credit_bytes } = this.window;
    const flow = { initial_credit_messages, initial_credit_bytes };
    return {
      haip_version: '1.1.2',
      accept_major: this.majors ?? [1],
      accept_events: this.replays ? events : events.filter((one) => one !== 'REPLAY_REQUEST'),
      capabilities: { binary_frames: this.binary, flow_control: this.dialect === 'official' ? flow : undefined },
      flow_control: this.dialect === 'none' ? undefined : { enabled: true, initial_credits: 1_000, adaptive: true },
      last_rx_seq: last,
    };
  }

  #begin(id, { capabilities, flow_control }) {
    const session = { id, seq: 0, oldest: 1, kept: [], last: 0, ahead: new Map(), channels: new Map() };
    const official = capabilities?.flow_control;
    session.dialect = official && this.dialect === 'official' ? 'official' : flow_control && this.dialect !== 'none' ? 'seed' : 'none';
    const announced = official ?? {};
    session.out = { messages: announced.initial_credit_messages ?? Infinity, units: announced.initial_credit_bytes ?? Infinity };
    session.first = flow_control?.initial_credits ?? 0;
    this.sessions.set(id, session);
    return session;
  }

  channel(session, name) {
    if (!session.channels.has(name)) {
      const isOfficial = session.dialect === 'official';
      const may = isOfficial ? { ...this.window } : { messages: Infinity, units: session.dialect === 'seed' ? session.first : Infinity };
      const out = isOfficial ? { ...session.out } : { messages: Infinity, units: Infinity };
      session.channels.set(name, { name, may, out, queue: [], paused: false, asked: 0, unhandled: 0 });
    }
    return session.channels.get(name);
  }

  /** Brings it into order. */
  #place(line, frame) {
    const { session } = line;
    if (session.line !== line) return;
    const seq = Number(frame.seq);
    if (frame.session !== session.id) this.broken.push('another session');
    if (frame.ack !== undefined && Number(frame.ack) > session.seq) this.broken.push('ack of what was never sent');
    if (seq <= session.last) return void (this.repeats = (this.repeats ?? 0) + 1);
    session.ahead.set(seq, frame);
    for (;;) {
      const next = session.last + 1;
      if (session.skip === next) session.skip = undefined;
      else if (session.ahead.has(next)) this.#deal(session, session.ahead.get(next));
      else break;
      session.ahead.delete(next);
      session.last = next;
    }
  }

  #deal(session, frame) {
    const { type, payload } = frame;
    switch (type) {
      case 'PING':
        return this.say(session, 'PONG', { nonce: payload.nonce }, 'SYSTEM');
      case 'PONG':
      case 'ERROR':
        return void this.got.push(frame);
      case 'FLOW_UPDATE':
        return this.#flow(session, payload);
      case 'PAUSE_CHANNEL':
      case 'RESUME_CHANNEL': {
        const channel = this.channel(session, payload.channel);
        channel.paused = type === 'PAUSE_CHANNEL';
        this.got.push(frame);
        this.say(session, type, payload, 'SYSTEM');
        return this.#drain(session, channel);
      }
      case 'REPLAY_REQUEST':
        this.got.push(frame);
        return this.resend(session, Number(payload.from_seq), Number(payload.to_seq ?? session.seq));
      default:
        this.#data(session, frame);
    }
  }

  #data(session, frame) {
    const channel = this.channel(session, frame.channel);
    const size = EXEMPT.test(frame.type) ? 0 : this.#cost(session, frame);
    const { may } = channel;
    const window = session.dialect === 'seed' ? 10_000 : this.window.units;
    if (size && (may.messages < 1 || may.units < Math.min(size, window))) {
      this.broken.push(`overdraft on ${frame.channel}: ${size} of ${may.units}, ${may.messages}`);
    }
    if (size) {
      may.messages--;
      may.units -= size;
      channel.unhandled += size;
    }
    this.got.push(frame);
    this.world.clock.setTimeout(() => this.#handled(session, channel, size, frame), this.handleMs);
  }

  #handled(session, channel, size, frame) {
    channel.unhandled -= size;
    if (size && session.dialect === 'official') this.#grant(session, channel, 1, size);
    if (session.dialect === 'seed') this.#answer(session, channel);
    for (const [type, payload, more] of this.agent(frame)) this.send(type, payload, { ...more, session });
  }

  #cost(session, { payload, binary, type, ...frame }) {
    if (session.dialect === 'seed') return Math.max(JSON.stringify(payload).length + (binary?.length ?? 0), 1);
    if (binary) return Math.max(binary.length, 1);
    if (type === 'AUDIO_CHUNK') return Buffer.from(payload.data, 'base64').length;
    return utf8Length(JSON.stringify({ ...frame, type, payload }));
  }

  #grant(session, channel, messages, units) {
    channel.may.messages += messages;
    channel.may.units += units;
    const credits = session.dialect === 'seed' ? { action: 'grant_credits', credits: units } : { add_messages: messages, add_bytes: units };
    this.say(session, 'FLOW_UPDATE', { channel: channel.name, ...credits }, 'SYSTEM');
  }

  #answer(session, channel) {
    const more = Math.min(channel.asked, this.grantMost, 10_000 - channel.may.units - channel.unhandled);
    if (more <= 0) return;
    channel.asked = 0;
    this.#grant(session, channel, 0, more);
  }

  #flow(session, { channel: name, action, credits, add_messages = 0, add_bytes = 0, ...rest }) {
    const channel = this.channel(session, name);
    const numbers = [credits ?? 1, add_messages, add_bytes];
    if (action !== 'back_pressure' && !numbers.every(Number.isSafeInteger)) this.broken.push(`no numbers: ${numbers}`);
    if (action === 'request_credits') {
      const now = this.world.clock.now();
      // What was lost and comes again answers what was asked since.
      const isSame = channel.asked && channel.askedBy === session.line && !this.isLossy;
      if (isSame && now - channel.askedAt < 990) this.broken.push(`asked twice on ${name}`);
      Object.assign(channel, { asked: credits, askedBy: session.line, askedAt: now });
      this.asks = (this.asks ?? 0) + 1;
      return this.#answer(session, channel);
    }
    if (action === 'back_pressure') return void this.got.push({ type: 'FLOW_UPDATE', payload: { action, ...rest } });
    if (action === 'grant_credits' && channel.out.units === Infinity) channel.out.units = 0;
    channel.out.units += action ? credits : add_bytes;
    channel.out.messages += add_messages;
    this.#drain(session, channel);
  }

  // ---- what goes

  /** Publishes to the client, when it may. */
  send(type, payload, { channel = 'AGENT', binary, session = this.session, ...extras } = {}) {
    const one = this.channel(session, channel);
    const id = this.uuid();
    one.queue.push({ type, payload, binary, extras, id });
    this.#drain(session, one);
    return id;
  }

  /** A text in so many parts. */
  text(parts, { id = this.uuid(), ...more } = {}) {
    this.send('MESSAGE_START', { message_id: id, author: 'agent' }, more);
    for (const text of parts) this.send('MESSAGE_PART', { message_id: id, text }, more);
    this.send('MESSAGE_END', { message_id: id }, more);
    return id;
  }

  #drain(session, channel) {
    while (channel.queue.length && !channel.paused && this.#isLive(session)) {
      const [next] = channel.queue;
      const frame = this.#frame(session, next.type, next.payload, channel.name, next);
      const size = EXEMPT.test(next.type) ? 0 : this.#cost(session, { ...JSON.parse(frame), binary: next.binary });
      const { out } = channel;
      const window = session.dialect === 'seed' ? 10_000 : session.out.units;
      if (size && (out.messages < 1 || out.units < Math.min(size, window))) return;
      channel.queue.shift();
      if (size) {
        out.messages--;
        out.units -= size;
      }
      this.#put(session, frame, next.binary);
    }
  }

  #isLive({ line }) {
    return line && this.lines.has(line.socket) && !line.mute;
  }

  say(session, type, payload, channel = 'SYSTEM') {
    this.#put(session, this.#frame(session, type, payload, channel, { id: this.uuid() }));
  }

  #frame(session, type, payload, channel, { id, binary, extras }) {
    return JSON.stringify({
      id, session: session.id, seq: String(session.seq + 1), ack: String(session.last), ts: '1', channel, type, ...extras,
      bin_len: binary?.length, payload,
    });
  }

  #put(session, text, binary) {
    session.seq++;
    session.kept.push({ seq: session.seq, text, binary });
    if (session.kept.length > 1_000) session.oldest = session.kept.shift().seq + 1;
    if (this.lose?.(session.seq, JSON.parse(text))) return;
    this.#write(session, text, binary);
  }

  #write(session, text, binary) {
    if (!this.#isLive(session)) return;
    session.line.socket.say(text);
    if (binary && this.#isLive(session)) session.line.socket.onmessage?.({ data: binary.slice().buffer });
  }

  resend(session, from, to) {
    if (from < session.oldest) {
      const detail = { from_seq: String(from), available_from: String(session.oldest) };
      this.say(session, 'ERROR', { code: 'REPLAY_TOO_OLD', message: 'gone', detail });
    }
    const all = session.kept.filter(({ seq }) => seq >= from && seq <= to);
    for (const { text, binary } of all) this.#write(session, text, binary);
  }

  /** Whatever it is, as it is. */
  raw(data) {
    this.line.socket.onmessage?.({ data });
  }

  /** What the agent got on a channel, as texts. */
  texts(channel = 'USER') {
    return this.got.filter((one) => one.channel === channel && one.type === 'MESSAGE_START').map(({ payload }) => payload.text);
  }

  of(type) {
    return this.got.filter((one) => one.type === type);
  }
}
