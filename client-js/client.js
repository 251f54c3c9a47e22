// Sluice's client, to be imported as a module. Made of the commented sources in client-js/src by
// client-js/build.mjs; its use is in client-js/README.md. Apache License 2.0.

const ERRORS = 'docs/errors.md#';

class SluiceError extends Error {
  constructor(code, message, more = {}) {
    super(message, 'cause' in more ? { cause: more.cause } : undefined);
    this.name = 'SluiceError';
    this.code = code;
    this.channel = more.channel;
    this.status = more.status;
    this.closeCode = more.closeCode;
  }

  get url() {
    return ERRORS + this.code;
  }
}

class Deferred {
  constructor() {
    this.resolve = () => {};
    this.reject = () => {};
    this.promise = new Promise((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    this.promise.catch(() => {});
  }
}

class Fifo {
  #items = [];
  #head = 0;

  get size() {
    return this.#items.length - this.#head;
  }

  push(item) {
    this.#items.push(item);
  }

  unshift(item) {
    if (this.#head) this.#items[--this.#head] = item;
    else this.#items.unshift(item);
  }

  peek() {
    return this.#items[this.#head];
  }

  shift() {
    if (!this.size) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head === this.#items.length) {
      this.#items.length = this.#head = 0;
    } else if (this.#head >= 1024 && this.#head * 2 >= this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }

  drain() {
    const all = (this.#items.slice(this.#head));
    this.#items = [];
    this.#head = 0;
    return all;
  }
}

class Emitter {
  #sets = new Map();
  #report;

  constructor(report) {
    this.#report = report;
  }

  of(event) {
    return this.#sets.get(event);
  }

  on(event, listener) {
    if (typeof listener !== 'function') {
      throw new SluiceError('invalid_option', 'A listener must be a function');
    }
    const set = this.#sets.get(event) ?? new Set();
    this.#sets.set(event, set.add(listener));
    return () => this.off(event, listener);
  }

  off(event, listener) {
    this.#sets.get(event)?.delete(listener);
  }

  emit(event, ...args) {
    for (const listener of this.#sets.get(event) ?? []) {
      try {
        listener(...args);
      } catch (error) {
        this.#report(error);
      }
    }
  }
}

class Pending {
  #waiting = new Map();
  #timer;
  #clock;
  #ms;
  #late;

  constructor(clock, ms, late) {
    this.#clock = clock;
    this.#ms = ms;
    this.#late = late;
  }

  get size() {
    return this.#waiting.size;
  }

  add(id, item) {
    this.#waiting.set(id, { item, deadline: this.#clock.now() + this.#ms });
    this.#timer ??= this.#clock.setTimeout(() => this.#sweep(), this.#ms);
  }

  get(id) {
    return this.#waiting.get(id)?.item;
  }

  take(id) {
    const item = this.get(id);
    this.#waiting.delete(id);
    return item;
  }

  drain(leaves = () => true) {
    const gone = [];
    for (const [id, { item }] of this.#waiting) {
      if (!leaves(item)) continue;
      this.#waiting.delete(id);
      gone.push(item);
    }
    if (!this.size) this.#disarm();
    return gone;
  }

  all() {
    return [...this.#waiting.values()].map(({ item }) => item);
  }

  #sweep() {
    this.#disarm();
    const now = this.#clock.now();
    for (const [id, { item, deadline }] of this.#waiting) {
      if (deadline > now) {
        this.#timer ??= this.#clock.setTimeout(() => this.#sweep(), deadline - now);
        return;
      }
      this.#waiting.delete(id);
      this.#late(item);
    }
  }

  #disarm() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}

function utf8Length(text) {
  let bytes = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}

const PASSING = new Set([
  'busy',
  'broker_unavailable',
  'channel_limit',
  'internal',
  'memory_limit',
  'rate_limited',
  'shutting_down',
]);

const CREDITS = { messages: 1024, bytes: 1 << 20 };

function isChannel(channel) {
  return typeof channel === 'string' && /^[\w.:-]{1,128}$/.test(channel);
}

function checkChannel(channel) {
  if (isChannel(channel)) return;
  throw new SluiceError('invalid_channel', `No channel: ${String(channel).slice(0, 128)}`);
}

function filtersOf(filters) {
  const list = Array.isArray(filters) ? filters : [filters];
  const fine = list.every((one) => typeof one === 'object' && one && !Array.isArray(one));
  if (filters === undefined) return [undefined];
  if (fine && list.length) return JSON.parse(JSON.stringify(list));
  throw new SluiceError('invalid_filter', 'filters must be an object, or several in an array');
}

function windowOf(credits) {
  if (credits === null) return null;
  const { messages, bytes } = credits ?? CREDITS;
  for (const amount of [messages, bytes]) {
    if (amount === undefined || (Number.isSafeInteger(amount) && amount > 0)) continue;
    throw new SluiceError('invalid_credit', 'credits must be whole numbers from 1');
  }
  return messages === undefined && bytes === undefined ? null : { messages, bytes };
}

function publishing(head, payload, channel) {
  let json;
  try {
    json = JSON.stringify(payload);
  } catch (cause) {
    throw new SluiceError('invalid_payload', 'JSON cannot write it', { cause, channel });
  }
  if (json === undefined) {
    throw new SluiceError('invalid_payload', 'It is nothing in JSON; send null', { channel });
  }
  return `${JSON.stringify(head).slice(0, -1)},"payload":${json}}`;
}

function isPosition(p) {
  return !!p?.epoch && typeof p.epoch === 'string' && isCount(p.offset);
}

function isPublication(m) {
  const known = m?.type === 'broadcast' || typeof m?.from === 'string';
  return known && 'data' in m && isCount(m.offset) && isChannel(m.channel);
}

function isCount(n) {
  return Number.isSafeInteger(n) && n >= 0;
}

function parse(data) {
  if (typeof data !== 'string') throw garbage('a binary message');
  let message;
  try {
    message = JSON.parse(data);
  } catch (cause) {
    throw garbage('no JSON', cause);
  }
  const wrong = flaw(message);
  if (wrong) throw garbage(wrong);
  return message;
}

function garbage(what, cause) {
  return new SluiceError('bad_message', `The server sent ${what}`, { cause });
}

function flaw(m) {
  if (typeof m?.type !== 'string') return 'no object with a type';
  return isWhole(m) ? undefined : `half a ${m.type}`;
}

function isWhole(m) {
  const { channel, firstOffset: first, lastOffset: last } = m;
  switch (m.type) {
    case 'message':
    case 'broadcast':
      return isPublication(m);
    case 'subscribed':
    case 'published':
    case 'position':
      return isPosition(m) && isChannel(channel);
    case 'gap':
      return isPosition({ ...m, offset: last }) && isCount(first) && first <= last;
    case 'history':
      return isPosition(m) && Array.isArray(m.publications) && m.publications.every(isPublication);
    case 'presence':
      return Array.isArray(m.users) && m.users.every((user) => user?.userId);
    default:
      return true;
  }
}

function messageOf(m) {
  const { channel, data, timestamp, offset } = m;
  const broadcast = m.type === 'broadcast';
  return broadcast
    ? { channel, data, timestamp, offset, broadcast }
    : { channel, from: m.from, data, timestamp, offset, broadcast };
}

function receiptOf({ channel, epoch, offset }) {
  return { channel, epoch, offset };
}

function presenceOf({ channel, users, total }) {
  return { channel, users, total };
}

const NO_WINDOW = { messages: Number.MAX_SAFE_INTEGER, bytes: undefined };

class Feed {
  state = 'idle';
  position = null;
  ready = new Deferred();
  #error = null;
  #received = null;
  #since;
  #recoverable;
  #presence;
  #filters;
  #window;
  #open = 0;
  #first = null;
  #firstId = 0;
  #retries = 0;
  #timer;
  #entries = new Fifo();
  #buffer = new Fifo();
  #readers = new Fifo();
  #loops = 0;
  #held = { messages: 0, bytes: 0 };
  #owed = { messages: 0, bytes: 0 };

  constructor(port, channel, options) {
    this.port = port;
    this.channel = channel;
    this.events = new Emitter(port.report);
    this.#filters = filtersOf(options.filters);
    this.several = this.#filters.length > 1;
    this.#window = windowOf(options.credits);
    this.#recoverable = options.recoverable ?? true;
    this.#presence = options.presence || undefined;
    this.#since = options.since;
    if (options.since && !isPosition(options.since)) {
      throw new SluiceError('invalid_position', 'since must be {epoch, offset}', { channel });
    }
  }

  restore(position) {
    if (this.#recoverable && position) this.#since = position;
  }

  ask() {
    this.port.cancel(this.#timer);
    this.state = 'asked';
    this.#open = 0;
    this.#owed = { messages: 0, bytes: 0 };
    const since = (this.#recoverable && this.#received) || this.#since;
    const [first, ...others] = this.#filters;
    const credits = this.#opening();
    const parked = others.length ? { ...credits, messages: 0 } : credits;
    const recoverable = this.#recoverable;
    const presence = this.#presence;
    this.#firstId = this.#subscribe(first, { credits: parked, since, recoverable, presence });
    for (const filter of others) this.#subscribe(filter, {});
    if (!others.length) return;
    const { messages } = credits ?? NO_WINDOW;
    this.#grant({ messages: messages ?? NO_WINDOW.messages, bytes: 0 });
  }

  #subscribe(filters, more) {
    this.#open++;
    return this.port.ask(this, { channel: this.channel, filters, ...more });
  }

  #opening() {
    if (!this.#window) return undefined;
    const { messages, bytes } = this.#window;
    return {
      messages: messages && Math.max(messages - this.#held.messages, 0),
      bytes: bytes && Math.max(bytes - this.#held.bytes, 0),
    };
  }

  detach() {
    this.port.cancel(this.#timer);
    this.state = 'idle';
  }

  accepted(message) {
    this.#open--;
    if (message.id === this.#firstId) this.#begin(message);
    if (this.#open || this.state !== 'live') return;
    this.#retries = 0;
    this.ready.resolve(this.#first);
    this.events.emit('subscribed', this.#first);
  }

  renewed(message) {
    if (this.state !== 'live' || message.epoch === this.#received?.epoch) return;
    this.#begin(message);
    this.events.emit('subscribed', this.#first);
  }

  #begin({ epoch, offset, recovered }) {
    const previous = this.#received?.epoch ?? this.#since?.epoch;
    this.#first = { epoch, offset, recovered };
    this.state = 'live';
    this.#mark(epoch, offset);
    if (previous !== undefined && previous !== epoch) {
      this.events.emit('epoch', { previous, epoch, offset });
    }
  }

  postpone(error) {
    const { retryMs, retryMaxMs } = this.port.limits;
    this.state = 'idle';
    this.port.forgetAsks(this);
    const ms = Math.min(retryMs * 2 ** this.#retries, retryMaxMs);
    this.#retries = Math.min(this.#retries + 1, 30);
    this.#timer = this.port.later(this, ms);
    this.events.emit('error', error);
  }

  end(error) {
    this.port.cancel(this.#timer);
    this.state = 'ended';
    this.#error = error;
    const gone = error ?? new SluiceError('closed', 'Unsubscribed', { channel: this.channel });
    this.ready.reject(gone);
    for (const reader of this.#readers.drain()) reader(this.#last());
    if (error) this.events.emit('error', error);
  }

  deliver(m, raw) {
    if (this.state !== 'live') return;
    const bytes = this.#window ? utf8Length(raw) : 0;
    const received = (this.#received);
    this.#held.messages++;
    this.#held.bytes += bytes;
    if (m.offset <= received.offset) return this.#consumed(bytes);
    received.offset = m.offset;
    const { epoch, offset } = received;
    const entry = { message: messageOf(m), epoch, offset, bytes, open: 1 };
    if (this.#held.messages > this.#most()) {
      return this.port.overflowed(this);
    }
    this.#entries.push(entry);
    this.#hand(entry);
  }

  #most() {
    return this.#window?.messages ?? this.port.limits.bufferMessages;
  }

  #hand(entry) {
    const listeners = this.events.of('message');
    if (this.#loops || !listeners?.size) this.#toLoops(entry);
    if (listeners) this.#toListeners(entry, listeners);
    this.#close(entry);
  }

  #toLoops(entry) {
    entry.open++;
    const reader = this.#readers.shift();
    if (reader) reader(entry);
    else this.#buffer.push(entry);
  }

  #toListeners(entry, listeners) {
    for (const listener of listeners) {
      let result;
      try {
        result = listener(entry.message);
      } catch (error) {
        this.port.report(error);
      }
      if (typeof result?.then !== 'function') continue;
      entry.open++;
      result.then(undefined, this.port.report).then(() => this.#close(entry));
    }
  }

  pour() {
    if (this.#loops) return;
    for (const entry of this.#buffer.drain()) {
      this.#toListeners(entry, this.events.of('message') ?? []);
      this.#close(entry);
    }
  }

  #close(entry) {
    entry.open--;
    for (let head = this.#entries.peek(); head && head.open === 0; head = this.#entries.peek()) {
      this.#entries.shift();
      this.#moveTo(head.epoch, head.offset);
      if (head.message) this.#consumed(head.bytes);
    }
  }

  #consumed(bytes) {
    this.#held.messages--;
    this.#held.bytes -= bytes;
    this.#owed.messages++;
    this.#owed.bytes += bytes;
    if (this.state !== 'live' || !this.#window) return;
    const { messages = Infinity, bytes: most = Infinity } = this.#window;
    if (this.#owed.messages * 2 < messages && this.#owed.bytes * 2 < most) return;
    this.#grant(this.#owed);
    this.#owed = { messages: 0, bytes: 0 };
  }

  #grant(credits) {
    this.port.credit(this.channel, credits);
  }

  credit() {
    if (!this.#window || this.state !== 'live') return null;
    const { messages, bytes } = this.#window;
    return {
      messages: messages && messages - this.#held.messages - this.#owed.messages,
      bytes: bytes && bytes - this.#held.bytes - this.#owed.bytes,
    };
  }

  #mark(epoch, offset) {
    this.#received = { epoch, offset };
    if (this.#entries.size) {
      this.#entries.push({ message: null, epoch, offset, bytes: 0, open: 0 });
    } else {
      this.#moveTo(epoch, offset);
    }
  }

  #moveTo(epoch, offset) {
    this.position = { epoch, offset };
    this.port.moved(this);
  }

  tell(m) {
    if (this.state !== 'live') return;
    const { epoch, firstOffset, lastOffset, reason, offset, userId, timestamp, channel } = m;
    switch (m.type) {
      case 'gap':
        this.#mark(epoch, lastOffset);
        return this.events.emit('gap', { epoch, firstOffset, lastOffset, reason });
      case 'position':
        this.#mark(epoch, offset);
        return this.events.emit('position', { epoch, offset });
      case 'presence':
        return this.events.emit('presence', presenceOf(m));
      default:
        return this.events.emit(m.type, { channel, userId, timestamp });
    }
  }

  iterate() {
    let current = null;
    let over = false;
    const done = () => {
      if (current) this.#close(current);
      current = null;
    };
    const take = (entry) => {
      done();
      current = entry;
      return { value: entry.message, done: false };
    };
    this.#loops++;
    const iterator = {
      next: async () => {
        done();
        if (over) return { value: undefined, done: true };
        const entry = this.#buffer.shift();
        if (entry) return take(entry);
        if (this.state === 'ended') return this.#last();
        return new Promise((resolve) => {
          this.#readers.push((result) => resolve('open' in result ? take(result) : result));
        });
      },
      return: async () => {
        done();
        if (!over) this.#leaveLoop();
        over = true;
        return { value: undefined, done: true };
      },
      [Symbol.asyncIterator]: () => iterator,
    };
    return iterator;
  }

  #leaveLoop() {
    if (--this.#loops || !this.events.of('message')?.size) return;
    for (const entry of this.#buffer.drain()) this.#close(entry);
  }

  #last() {
    return this.#error ? Promise.reject(this.#error) : { value: undefined, done: true };
  }
}

const LONGEST_TIMER = 2 ** 31 - 1;
const REFRESH_AT = 0.8;
const SHORTEST_MS = 1_000;

const tokenLate = () => new SluiceError('token_timeout', 'No token came in time');

async function fetchToken(callback) {
  let token;
  try {
    token = await callback();
  } catch (cause) {
    throw new SluiceError('token_failed', 'The token callback failed', { cause });
  }
  if (typeof token === 'string' && token) return token;
  throw new SluiceError('token_failed', 'The token callback gave no text');
}

class Refresher {
  #clock;
  #tokenMs;
  #callback;
  #exchange;
  #failed;
  #timer;
  #turn = 0;
  #planned = false;
  #expiresAt = 0;
  #skew = 0;

  constructor(clock, tokenMs, token, exchange, failed) {
    this.#clock = clock;
    this.#tokenMs = tokenMs;
    this.#callback = typeof token === 'function' ? token : undefined;
    this.#exchange = exchange;
    this.#failed = failed;
  }

  start(expiresAt) {
    this.stop();
    if (!this.#callback || typeof expiresAt !== 'number') return false;
    this.#expiresAt = expiresAt;
    this.#planned = true;
    const left = expiresAt - this.#clock.wall() - this.#skew;
    if (!(left > 0)) return true;
    const ms = Math.min(Math.max(left * REFRESH_AT, SHORTEST_MS), LONGEST_TIMER);
    this.#timer = this.#clock.setTimeout(() => this.#refresh(), ms);
    return true;
  }

  stop() {
    this.#turn++;
    this.#planned = false;
    this.#clock.clearTimeout(this.#timer);
  }

  learn(timestamp) {
    if (typeof timestamp !== 'number') return;
    const skew = timestamp - this.#clock.wall();
    const changed = Math.abs(skew - this.#skew) > SHORTEST_MS;
    this.#skew = skew;
    if (changed && this.#planned) this.start(this.#expiresAt);
  }

  async #refresh() {
    const turn = ++this.#turn;
    this.#planned = false;
    const callback = (this.#callback);
    let expiresAt = this.#expiresAt;
    try {
      const token = await this.#inTime(fetchToken(callback));
      if (turn !== this.#turn) return;
      expiresAt = await this.#exchange(token);
    } catch (error) {
      if (turn === this.#turn) this.#failed((error));
    }
    if (turn === this.#turn) this.start(expiresAt);
  }

  #inTime(promise) {
    return new Promise((resolve, reject) => {
      const timer = this.#clock.setTimeout(() => reject(tokenLate()), this.#tokenMs);
      this.#timer = timer;
      promise.then(resolve, reject).finally(() => this.#clock.clearTimeout(timer));
    });
  }
}

const OPEN = 1;
const CLOSED = 3;
const CLOSE_MS = 2_000;
const DOUBLINGS = 30;
const PING = '{"action":"ping"}';

const CLOSES = new Map([
  [1000, 'peer'],
  [1001, 'idle'],
  [1002, 'protocol'],
  [1003, 'unsupported_data'],
  [1007, 'encoding'],
  [1008, 'policy'],
  [1009, 'too_big'],
  [1011, 'internal'],
  [1012, 'restart'],
  [4401, 'expired'],
  [4403, 'disconnected'],
]);

const REFUSALS = new Map([
  [401, 'no_token'],
  [403, 'bad_token'],
  [429, 'user_limit'],
  [503, 'overload'],
]);

class Line {
  state = 'idle';
  error = null;
  #socket = null;
  #turn = 0;
  #guard;
  #failures = 0;
  #delays = 0;
  #greetedAt = 0;
  #heardAt = 0;
  #pinged = false;
  #url;
  #token;
  #parts;
  #limits;
  #clock;
  #house;

  constructor(url, token, parts, limits, clock, house) {
    this.#url = url;
    this.#token = token;
    this.#parts = parts;
    this.#limits = limits;
    this.#clock = clock;
    this.#house = house;
  }

  isOpen() {
    return this.state === 'connected' && this.#socket?.readyState === OPEN;
  }

  buffered() {
    return this.#socket?.bufferedAmount ?? 0;
  }

  send(frame) {
    try {
      this.#socket?.send(frame);
    } catch (cause) {
      this.fail(new SluiceError('lost', 'The socket took nothing more', { cause }));
    }
  }

  jitter(ms) {
    return ms * (0.9 + 0.2 * this.#parts.random());
  }

  open() {
    const turn = this.#enter('connecting');
    if (turn !== this.#turn) return;
    if (typeof this.#token !== 'function') return this.#dial(this.#token);
    this.#arm(this.#limits.tokenMs, () => this.fail(tokenLate()));
    fetchToken(this.#token).then(
      (token) => turn === this.#turn && this.#dial(token),
      (error) => turn === this.#turn && this.fail(error),
    );
  }

  #dial(token) {
    if (token && !/^[\w.~+-]+$/.test(token)) {
      return this.end('refused', new SluiceError('bad_token', 'The token is no JWT'));
    }
    const protocols = token ? ['sluice.1', `token.${token}`] : ['sluice.1'];
    this.#turn++;
    this.#arm(this.#limits.connectMs, () => {
      this.fail(new SluiceError('connect_timeout', 'The server did not greet in time'));
    });
    try {
      this.#listen(new this.#parts.Socket(this.#url, protocols), token);
    } catch (cause) {
      this.fail(new SluiceError('lost', 'The socket could not be made', { cause }));
    }
  }

  #listen(socket, token) {
    this.#socket = socket;
    let opened = false;
    socket.onopen = () => (opened = true);
    socket.onerror = () => {};
    socket.onmessage = (event) => {
      if (socket === this.#socket) this.#hear(event.data);
    };
    socket.onclose = ({ code, reason }) => {
      if (socket !== this.#socket) return;
      const message = `The connection ended with ${code}${reason ? `: ${reason}` : ''}`;
      const error = new SluiceError(CLOSES.get(code) ?? 'lost', message, { closeCode: code });
      if (opened) this.fail(error);
      else this.#probe(token, error);
    };
  }

  #probe(token, error) {
    const { fetch } = this.#parts;
    if (!fetch) return this.fail(error);
    const turn = ++this.#turn;
    const abort = new AbortController();
    this.#socket = null;
    this.#arm(this.#limits.connectMs, () => {
      this.fail(error);
      abort.abort();
    });
    askWhy(fetch, this.#url.replace(/^ws/, 'http'), token, abort.signal).then(
      (refusal) => turn === this.#turn && this.#judge(refusal, error),
      () => turn === this.#turn && this.fail(error),
    );
  }

  #judge(refusal, error) {
    const status = refusal?.error.status;
    if (!refusal) this.fail(error);
    else if (status === 401 || status === 403) this.end('refused', refusal.error);
    else this.fail(refusal.error, Math.min(refusal.retryMs, this.#limits.retryMaxMs));
  }

  #hear(data) {
    this.#heardAt = this.#clock.now();
    if (typeof data === 'string' && data.length > this.#limits.messageBytes) {
      return this.fail(new SluiceError('message_too_big', 'The server sent too large a message'));
    }
    let message;
    try {
      message = this.#house.read((data));
    } catch (error) {
      return this.fail((error));
    }
    if (this.state === 'connected') this.#house.take(message, (data));
    else if (message.type === 'connected') this.#greet(message);
  }

  #greet(greeting) {
    const previous = this.state;
    this.state = 'connected';
    this.#turn++;
    this.#greetedAt = this.#clock.now();
    this.#pinged = false;
    this.#arm(this.#limits.silenceMs, () => this.#watch());
    this.#house.greeted(greeting);
    if (this.state === 'connected') this.#house.told('connected', { previous });
  }

  #watch() {
    const { silenceMs, pongMs } = this.#limits;
    const quiet = this.#clock.now() - this.#heardAt;
    if (quiet < silenceMs) {
      this.#pinged = false;
      return this.#arm(silenceMs - quiet, () => this.#watch());
    }
    if (this.#pinged) {
      return this.fail(new SluiceError('silent', 'The server did not answer a ping'));
    }
    this.#pinged = true;
    this.#arm(pongMs, () => this.#watch());
    this.send(PING);
  }

  fail(error, atLeastMs = 0) {
    if (this.error) return;
    const { maxAttempts, retryMs, retryMaxMs, stableMs } = this.#limits;
    const stood = this.state === 'connected' && this.#clock.now() - this.#greetedAt >= stableMs;
    this.#drop();
    if (this.state === 'connected') this.#house.broken(error);
    if (stood) this.#failures = this.#delays = 0;
    else this.#failures++;
    if (this.#failures >= maxAttempts) return this.end('failed', error);
    const delay = this.jitter(Math.min(retryMs * 2 ** this.#delays, retryMaxMs));
    const waitMs = Math.max(delay, atLeastMs);
    this.#delays = Math.min(this.#delays + 1, DOUBLINGS);
    this.#arm(waitMs, () => this.open());
    this.#tell('waiting', { error, retryMs: waitMs });
    this.#house.failed(error);
  }

  end(state, error) {
    if (this.error) return;
    this.error = error;
    this.#drop(state === 'closed');
    this.#house.ended(state, error);
    this.#tell(state, { error });
    if (state !== 'closed') this.#house.failed(error);
  }

  async close() {
    const socket = this.#socket;
    this.end('closed', new SluiceError('closed', 'The client was closed'));
    if (!socket || socket.readyState === CLOSED) return;
    await new Promise((resolve) => {
      const timer = this.#clock.setTimeout(() => {
        socket.terminate?.();
        resolve(undefined);
      }, CLOSE_MS);
      socket.onclose = () => {
        this.#clock.clearTimeout(timer);
        resolve(undefined);
      };
    });
  }

  #drop(politely = false) {
    const socket = this.#socket;
    this.#turn++;
    this.#socket = null;
    this.#clock.clearTimeout(this.#guard);
    try {
      if (politely || !socket?.terminate) socket?.close(1000);
      else socket.terminate();
    } catch {
    }
  }

  #enter(state) {
    this.#clock.clearTimeout(this.#guard);
    const turn = ++this.#turn;
    this.#tell(state);
    return turn;
  }

  #tell(state, detail = {}) {
    const previous = this.state;
    this.state = state;
    this.#house.told(state, { previous, ...detail });
  }

  #arm(ms, task) {
    this.#clock.clearTimeout(this.#guard);
    this.#guard = this.#clock.setTimeout(task, ms);
  }
}

async function askWhy(fetch, url, token, signal) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  const answer = await fetch(url, { headers, signal, cache: 'no-store', redirect: 'manual' });
  const { status } = answer;
  const fallback = REFUSALS.get(status);
  if (!fallback) return null;
  const body = await answer.json().catch(() => null);
  const { code = fallback, message = `HTTP ${status}` } = body?.error ?? {};
  const retryMs = Number(answer.headers.get('Retry-After')) * 1000 || 0;
  return { error: new SluiceError(String(code), String(message), { status }), retryMs };
}

const MIB = 1 << 20;

const DEFAULTS = Object.freeze({
  connectMs: 10_000,
  tokenMs: 10_000,
  silenceMs: 25_000,
  pongMs: 10_000,
  answerMs: 30_000,
  retryMs: 1_000,
  retryMaxMs: 30_000,
  stableMs: 5_000,
  maxAttempts: Infinity,
  queueMessages: 1_000,
  queueBytes: MIB,
  inFlightMessages: 128,
  inFlightBytes: MIB / 2,
  socketBytes: MIB,
  requests: 256,
  inquiries: 16,
  publishBytes: MIB,
  messageBytes: 4 * MIB,
  bufferMessages: 10_000,
  repeatMs: 240_000,
  storeMs: 1_000,
});

function systemClock() {
  return {
    now: () => performance.now(),
    wall: () => Date.now(),
    setTimeout: (task, ms) => setTimeout(task, ms),
    clearTimeout: (timer) => clearTimeout(timer),
  };
}

function reportError(error) {
  if (typeof globalThis.reportError === 'function') return globalThis.reportError(error);
  queueMicrotask(() => {
    throw error;
  });
}

function socketUrl(url) {
  try {
    const full = new URL(typeof url === 'string' ? url : url.href, globalThis.location?.href);
    full.protocol = full.protocol.replace('http', 'ws');
    full.hash = '';
    if (/^wss?:$/.test(full.protocol)) return full.href;
  } catch {
  }
  throw new SluiceError('invalid_option', 'The address must begin with ws:, wss:, http: or https:');
}

function limitsOf(options) {
  const limits = { ...DEFAULTS };
  for (const name of Object.keys(DEFAULTS)) {
    const value = options[name] ?? limits[name];
    if (!(typeof value === 'number' && value >= 1)) {
      throw new SluiceError('invalid_option', `${name} must be a number from 1`);
    }
    limits[name] = value;
  }
  return (limits);
}

const DRAIN_MS = 20;

class Publication {
  done = new Deferred();
  sentAt;

  constructor(id, channel, ack, frame) {
    this.id = id;
    this.channel = channel;
    this.ack = ack;
    this.frame = frame;
    this.size = utf8Length(frame);
  }
}

class Outbox {
  #queue = new Fifo();
  #queueBytes = 0;
  #inFlight;
  #inFlightBytes = 0;
  #drainer;
  #line;
  #limits;
  #clock;

  constructor(line, limits, clock) {
    this.#line = line;
    this.#limits = limits;
    this.#clock = clock;
    this.#inFlight = new Pending(clock, limits.answerMs, (publication) => {
      this.#inFlightBytes -= publication.size;
      publication.done.reject(new SluiceError('timeout', 'No receipt came in time', publication));
      this.flush();
    });
  }

  add(publication) {
    const { size, channel } = publication;
    const { publishBytes, queueMessages, queueBytes } = this.#limits;
    if (size > publishBytes) {
      throw new SluiceError('too_big', `${size} bytes; ${publishBytes} are the most`, { channel });
    }
    if (this.#queue.size >= queueMessages || this.#queueBytes + size > queueBytes) {
      throw new SluiceError('queue_full', 'Too many publications wait', { channel });
    }
    this.#queue.push(publication);
    this.#queueBytes += size;
    this.flush();
  }

  flush() {
    while (this.#line.isOpen()) {
      const next = this.#queue.peek();
      if (!next || !this.#hasRoom(next)) return;
      this.#queue.shift();
      this.#queueBytes -= next.size;
      this.#launch(next);
    }
  }

  #hasRoom(next) {
    const { inFlightMessages, inFlightBytes, socketBytes } = this.#limits;
    if (this.#line.buffered() > socketBytes) {
      this.#drainer ??= this.#clock.setTimeout(() => {
        this.#drainer = undefined;
        this.flush();
      }, DRAIN_MS);
      return false;
    }
    if (!next.ack || !this.#inFlight.size) return true;
    const bytes = this.#inFlightBytes + next.size;
    return this.#inFlight.size < inFlightMessages && bytes <= inFlightBytes;
  }

  #launch(publication) {
    const { id, ack, channel, frame, size, done, sentAt } = publication;
    const now = this.#clock.now();
    if (sentAt !== undefined && now - sentAt > this.#limits.repeatMs) {
      const message = 'The line was broken too long to learn whether it was appended';
      return done.reject(new SluiceError('uncertain', message, { channel }));
    }
    publication.sentAt = sentAt ?? now;
    if (ack) {
      this.#inFlight.add(id, publication);
      this.#inFlightBytes += size;
    }
    this.#line.send(frame);
    if (!ack) done.resolve(undefined);
  }

  landed(id) {
    const publication = this.#inFlight.take(id);
    if (!publication) return undefined;
    this.#inFlightBytes -= publication.size;
    this.flush();
    return publication;
  }

  recall(error) {
    this.#clock.clearTimeout(this.#drainer);
    this.#drainer = undefined;
    this.#inFlightBytes = 0;
    const flying = this.#inFlight.drain();
    if (error.code === 'too_big') sacrifice(flying);
    for (const publication of flying.reverse()) {
      this.#queue.unshift(publication);
      this.#queueBytes += publication.size;
    }
  }

  end(error) {
    this.#clock.clearTimeout(this.#drainer);
    for (const one of [...this.#inFlight.drain(), ...this.#queue.drain()]) one.done.reject(error);
  }
}

function sacrifice(flying) {
  if (!flying.length) return;
  const largest = flying.reduce((a, b) => (b.size > a.size ? b : a));
  flying.splice(flying.indexOf(largest), 1);
  largest.done.reject(new SluiceError('too_big', 'Too big for the server', largest));
}

class Positions {
  #moved = new Set();
  #timer;
  #failed = false;
  #prefix;
  #storage;
  #clock;
  #storeMs;
  #report;

  constructor(url, storage, clock, storeMs, report) {
    this.#prefix = `sluice:${url.split('?')[0]}:`;
    this.#storage = storage;
    this.#clock = clock;
    this.#storeMs = storeMs;
    this.#report = report;
  }

  of(channel) {
    const found = this.#use((storage) => storage.getItem(this.#prefix + channel));
    try {
      const { epoch, offset } = JSON.parse(found ?? '{}');
      return isPosition({ epoch, offset }) ? { epoch, offset } : null;
    } catch {
      return null;
    }
  }

  moved(feed) {
    if (!this.#storage) return;
    this.#moved.add(feed);
    this.#timer ??= this.#clock.setTimeout(() => this.store(), this.#storeMs);
  }

  store() {
    this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const { channel, position } of this.#moved) {
      this.#use((storage) => storage.setItem(this.#prefix + channel, JSON.stringify(position)));
    }
    this.#moved.clear();
  }

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

class Requests {
  #pending;
  #inquiries = 0;
  #line;
  #clock;
  #limits;

  constructor(line, limits, clock) {
    this.#line = line;
    this.#clock = clock;
    this.#limits = limits;
    this.#pending = new Pending(clock, limits.answerMs, (request) => {
      request.done.reject(new SluiceError('timeout', 'No answer came in time'));
      this.#settle(request);
    });
  }

  ask(id, body, answer, bound = false) {
    if (this.#pending.size >= this.#limits.requests) {
      throw new SluiceError('queue_full', 'Too many requests wait for their answers');
    }
    const frame = JSON.stringify({ id, ...body });
    const request = { id, frame, answer, bound, sent: false, sentAt: 0, done: new Deferred() };
    this.#pending.add(id, request);
    this.#send(request);
    return request.done.promise;
  }

  #send(request) {
    if (request.sent || !this.#line.isOpen()) return;
    if (isInquiry(request) && ++this.#inquiries > this.#limits.inquiries) {
      this.#inquiries--;
      return;
    }
    request.sent = true;
    request.sentAt = this.#clock.now();
    this.#line.send(request.frame);
  }

  flush() {
    for (const request of this.#pending.all()) this.#send(request);
  }

  #settle(request) {
    if (!request.sent || !isInquiry(request)) return;
    this.#inquiries--;
    this.flush();
  }

  answered(message) {
    const request = this.#pending.get(message.id);
    if (!request || request.answer !== message.type) return false;
    this.#pending.take(message.id);
    request.done.resolve({ ...message, tookMs: this.#clock.now() - request.sentAt });
    this.#settle(request);
    return true;
  }

  refused(id) {
    const request = this.#pending.take(id);
    if (request) this.#settle(request);
    return request;
  }

  recall(error) {
    this.#inquiries = 0;
    for (const request of this.#pending.all()) request.sent = false;
    for (const { done } of this.#pending.drain(({ bound }) => bound)) done.reject(error);
  }

  end(error) {
    for (const { done } of this.#pending.drain()) done.reject(error);
  }
}

function isInquiry({ answer }) {
  return answer === 'history' || answer === 'presence';
}

class Subscription {
  #feed;

  constructor(feed) {
    this.#feed = (feed);
  }

  get channel() {
    return this.#feed.channel;
  }

  get position() {
    return this.#feed.position;
  }

  get ready() {
    return this.#feed.ready.promise;
  }

  get live() {
    return this.#feed.state === 'live';
  }

  get credit() {
    return this.#feed.credit();
  }

  on(event, listener) {
    const takeBack = this.#feed.events.on(event, listener);
    if (event === 'message') this.#feed.pour();
    return takeBack;
  }

  off(event, listener) {
    this.#feed.events.off(event, listener);
  }

  unsubscribe() {
    return this.#feed.port.leave(this.#feed);
  }

  [Symbol.asyncIterator]() {
    return this.#feed.iterate();
  }
}

class Client {
  #events;
  #clock;
  #line;
  #outbox;
  #requests;
  #refresher;
  #positions;
  #port;
  #ids = 0;
  #prefix;
  #next = new Deferred();
  #connection = null;
  #feeds = new Map();
  #asks;

  constructor(url, options = {}) {
    const address = socketUrl(url);
    const limits = limitsOf(options);
    const clock = options.clock ?? systemClock();
    const { token, storage, random = Math.random } = options;
    const Socket = options.WebSocket ?? (globalThis.WebSocket);
    if (typeof Socket !== 'function') {
      throw new SluiceError('invalid_option', 'There is no global WebSocket: pass one');
    }
    const fetch = options.fetch ?? globalThis.fetch?.bind(globalThis);
    const report = options.reportError ?? reportError;
    const failed = (error) => this.#events.emit('error', error);
    this.#events = new Emitter(report);
    this.#clock = clock;
    this.#prefix = letters(random) + letters(random);
    this.#line = new Line(address, token, { Socket, fetch, random }, limits, clock, this.#house());
    this.#outbox = new Outbox(this.#line, limits, clock);
    this.#requests = new Requests(this.#line, limits, clock);
    this.#asks = new Pending(clock, limits.answerMs, () => {
      this.#line.fail(new SluiceError('timeout', 'A subscribe was not answered in time'));
    });
    const exchange = (fresh) => this.#exchange(fresh);
    this.#refresher = new Refresher(clock, limits.tokenMs, token, exchange, failed);
    this.#positions = new Positions(address, storage, clock, limits.storeMs, failed);
    this.#port = this.#makePort(limits, report);
  }

  get state() {
    return this.#line.state;
  }

  get connection() {
    return this.#connection;
  }

  on(event, listener) {
    return this.#events.on(event, listener);
  }

  off(event, listener) {
    this.#events.off(event, listener);
  }

  connect() {
    if (this.state === 'idle' || this.state === 'waiting') this.#line.open();
    return this.#next.promise;
  }

  close() {
    return this.#line.close();
  }

  subscribe(channel, options = {}, listener = undefined) {
    if (typeof options === 'function') return this.subscribe(channel, {}, options);
    this.#check(channel);
    if (this.#feeds.has(channel)) {
      throw new SluiceError('already_subscribed', `Already subscribed: ${channel}`, { channel });
    }
    const feed = new Feed(this.#port, channel, options);
    if (!options.since) feed.restore(this.#positions.of(channel));
    if (listener) feed.events.on('message', listener);
    this.#feeds.set(channel, feed);
    if (this.#line.isOpen()) feed.ask();
    return new Subscription(feed);
  }

  async publish(channel, payload, options = {}) {
    this.#check(channel);
    const { ack = true, key } = options;
    const id = ++this.#ids;
    const idempotencyKey = options.idempotencyKey ?? (ack ? `${this.#prefix}-${id}` : undefined);
    const head = { id, action: 'publish', channel, ack, key, idempotencyKey };
    const frame = publishing(head, payload, channel);
    const publication = new Publication(id, channel, ack, frame);
    this.#outbox.add(publication);
    return publication.done.promise;
  }

  async history(channel, { since, limit } = {}) {
    this.#check(channel);
    const answer = await this.#ask({ action: 'history', channel, since, limit }, 'history');
    const { epoch, offset, recovered, more, publications } = answer;
    return { channel, epoch, offset, recovered, more, publications: publications.map(messageOf) };
  }

  async presence(channel) {
    this.#check(channel);
    return presenceOf(await this.#ask({ action: 'presence', channel }, 'presence'));
  }

  async ping() {
    return (await this.#ask({ action: 'ping' }, 'pong')).tookMs;
  }

  #check(channel) {
    if (this.#line.error) throw this.#line.error;
    checkChannel(channel);
  }

  async #ask(body, answer, bound) {
    if (this.#line.error) throw this.#line.error;
    return this.#requests.ask(++this.#ids, body, answer, bound);
  }

  async #exchange(token) {
    const { expiresAt } = await this.#ask({ action: 'refresh', token }, 'refreshed', true);
    if (this.#connection) this.#connection.expiresAt = expiresAt;
    return expiresAt;
  }

  #house() {
    return {
      read: parse,
      take: (message, raw) => this.#take(message, raw),
      greeted: (greeting) => this.#greeted(greeting),
      broken: (error) => this.#broken(error),
      ended: (state, error) => this.#ended(state, error),
      told: (state, detail) => this.#events.emit('state', state, detail),
      failed: (error) => this.#events.emit('error', error),
    };
  }

  #greeted({ userId, connectionId, expiresAt }) {
    this.#connection = { userId, connectionId, expiresAt };
    for (const feed of this.#feeds.values()) feed.ask();
    this.#requests.flush();
    this.#outbox.flush();
    if (!this.#line.isOpen()) return;
    if (this.#refresher.start(expiresAt)) this.#line.send('{"action":"ping"}');
    this.#next.resolve(this.#connection);
  }

  #broken(error) {
    this.#connection = null;
    this.#next = new Deferred();
    this.#refresher.stop();
    this.#asks.drain();
    for (const feed of this.#feeds.values()) feed.detach();
    this.#outbox.recall(error);
    this.#requests.recall(error);
  }

  #ended(state, error) {
    if (this.#connection) this.#broken(error);
    this.#positions.store();
    this.#next.reject(error);
    this.#outbox.end(error);
    this.#requests.end(error);
    const feeds = [...this.#feeds.values()];
    this.#feeds.clear();
    for (const feed of feeds) feed.end(state === 'closed' ? null : error);
  }

  #take(message, raw) {
    switch (message.type) {
      case 'message':
      case 'broadcast':
        return this.#feeds.get(message.channel)?.deliver(message, raw);
      case 'published':
        return this.#outbox.landed(message.id)?.done.resolve(receiptOf(message));
      case 'subscribed':
        return this.#subscribed(message);
      case 'gap':
      case 'position':
      case 'join':
      case 'leave':
        return this.#feeds.get(message.channel)?.tell(message);
      case 'presence':
        if (this.#requests.answered(message)) return;
        return this.#feeds.get(message.channel)?.tell(message);
      case 'unsubscribed':
        if (this.#requests.answered(message) || !message.code) return;
        return this.#revoked(message);
      case 'pong':
        this.#refresher.learn(message.timestamp);
        this.#requests.answered(message);
        return;
      case 'history':
      case 'refreshed':
        this.#requests.answered(message);
        return;
      case 'error':
        return this.#refused(message);
    }
  }

  #subscribed(message) {
    const asker = this.#asks.take(message.id);
    if (asker) asker.accepted(message);
    else this.#feeds.get(message.channel)?.renewed(message);
  }

  #revoked({ channel, code }) {
    const error = new SluiceError(String(code), `The subscription ended: ${code}`, { channel });
    this.#endFeed(this.#feeds.get(channel), error);
  }

  #refused({ id, code = 'internal', message = code, channel }) {
    const error = new SluiceError(String(code), String(message), { channel });
    const asker = this.#outbox.landed(id) ?? this.#requests.refused(id);
    if (asker) return asker.done.reject(error);
    const feed = this.#asks.take(id);
    if (!feed) return this.#events.emit('error', error);
    if (feed.several) this.#quit(feed);
    if (PASSING.has(error.code)) feed.postpone(error);
    else this.#endFeed(feed, error);
  }

  #forget(feed) {
    if (this.#feeds.get(feed.channel) !== feed) return false;
    this.#feeds.delete(feed.channel);
    this.#asks.drain((asker) => asker === feed);
    return true;
  }

  #quit(feed) {
    this.#line.send(JSON.stringify({ action: 'unsubscribe', channel: feed.channel }));
  }

  #endFeed(feed, error) {
    if (feed && this.#forget(feed)) feed.end(error);
  }

  async #leave(feed) {
    if (!this.#forget(feed)) return;
    feed.end(null);
    this.#positions.store();
    const connection = this.#connection;
    if (!connection) return;
    const body = { action: 'unsubscribe', channel: feed.channel };
    try {
      await this.#ask(body, 'unsubscribed', true);
    } catch (error) {
      if (connection === this.#connection) throw error;
    }
  }

  #makePort(limits, report) {
    return {
      limits,
      report,
      ask: (feed, body) => {
        const id = ++this.#ids;
        if (this.#line.isOpen()) this.#asks.add(id, feed);
        this.#line.send(JSON.stringify({ id, action: 'subscribe', ...body }));
        return id;
      },
      forgetAsks: (feed) => void this.#asks.drain((asker) => asker === feed),
      credit: (channel, credits) => {
        this.#line.send(JSON.stringify({ action: 'credit', channel, credits }));
      },
      later: (feed, ms) =>
        this.#clock.setTimeout(() => this.#line.isOpen() && feed.ask(), this.#line.jitter(ms)),
      cancel: (timer) => this.#clock.clearTimeout(timer),
      moved: (feed) => this.#positions.moved(feed),
      leave: (feed) => this.#leave(feed),
      overflowed: (feed) => {
        const message = 'More messages came than the reader has room for';
        this.#quit(feed);
        this.#endFeed(feed, new SluiceError('overflow', message, feed));
      },
    };
  }
}

function letters(random) {
  return Math.floor(random() * 2 ** 52).toString(36);
}

export { Client, SluiceError, Subscription, utf8Length };
