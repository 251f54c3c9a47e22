// Sluice's client, made of the commented sources in client-js/src. Apache License 2.0.

import { utf8Length } from './client.js';

const LOST = 1006;

class Post {
#abort = new AbortController();
#over = false;
#rest = '';
#code = LOST;
#timer;
#heardAt = 0;
#clock;
#quietMs;
#most;
#listener;

constructor(clock, quietMs, most, listener) {
this.#clock = clock;
this.#quietMs = quietMs;
this.#most = most;
this.#listener = listener;
this.#heardAt = clock.now();
this.#watch(quietMs);
}

abort() {
this.#over = true;
this.#clock.clearTimeout(this.#timer);
this.#abort.abort();
}

#end(end) {
if (this.#over) return;
this.abort();
this.#listener.ended(end);
}

#watch(ms) {
this.#timer = this.#clock.setTimeout(() => {
const left = this.#heardAt + this.#quietMs - this.#clock.now();
if (left >= 1) this.#watch(left);
else this.#end({ code: LOST, isQuiet: true });
}, ms);
}

async run(fetch, refusalOf) {
try {
const answer = await Promise.resolve(this.#abort.signal).then(fetch);
const { status, body } = answer;
if (status !== 200) {
return this.#end({ code: LOST, status, refusal: await refusalOf(answer) });
}
const reader = body.getReader();
const decoder = new TextDecoder();
for (;;) {
const { done, value } = await reader.read();
if (this.#over) return;
if (done) break;
this.#heardAt = this.#clock.now();
this.#take(decoder.decode(value, { stream: true }));
}
this.#end({ code: this.#code });
} catch {
this.#end({ code: LOST });
}
}

#take(text) {
const lines = (this.#rest + text).split('\n');
this.#rest = (lines.pop());
for (const line of lines) {
if (line && !this.#over) this.#hear(line);
}
if (this.#rest.length > this.#most) this.#end({ code: LOST });
}

#hear(line) {
const message = JSON.parse(line);
if (message.type === 'closed') this.#code = message.code;
else this.#listener.hear(message, line);
}
}

class Reading {
asks = [];
position;
balance = null;
given = null;

get answered() {
return this.asks.every(({ answered }) => answered);
}

get wants() {
return !this.answered || !isSpent(this.balance);
}

get starves() {
return isSpent(this.given) && !isSpent(this.balance);
}

ask(frame) {
const { credits, since } = frame;
if (!this.asks.length) {
this.position = since;
this.balance = credits ? { messages: Infinity, bytes: Infinity, ...credits } : null;
}
this.asks.push({ frame, answered: false });
}

grant({ messages = 0, bytes = 0 }) {
if (!this.balance) return;
this.balance.messages += messages;
this.balance.bytes += bytes;
}

spend(raw) {
if (!this.balance) return;
const bytes = utf8Length(raw);
for (const credit of [this.balance, this.given]) {
if (!credit) continue;
credit.messages--;
credit.bytes -= bytes;
}
}

frames() {
const several = this.asks.length > 1;
this.given = this.balance && { ...this.balance };
const credits = this.given && creditsOf(this.given);
const frames = this.asks.map(({ frame, answered }, i) => ({
...frame,
id: answered ? undefined : frame.id,
since: i ? undefined : this.position,
credits: i ? undefined : (credits && several ? { ...credits, messages: 0 } : credits) ?? undefined,
}));
if (several && credits) {
const { messages } = credits;
frames.push({ action: 'credit', channel: frames[0].channel, credits: { messages, bytes: 0 } });
}
return frames;
}
}

function isSpent(credit) {
return credit !== null && (credit.messages <= 0 || credit.bytes <= 0);
}

function creditsOf({ messages, bytes }) {
const most = Number.MAX_SAFE_INTEGER;
return {
messages: Math.min(Math.max(messages, 0), most),
bytes: bytes === Infinity ? undefined : Math.min(Math.max(bytes, 0), most),
};
}

const QUIET_MS = 45_000;

const BATCH_BYTES = 1 << 19;
const BATCH_FRAMES = 1_000;

const DONE = 1000;
const TOO_BIG = 1009;
const EXPIRED = 4401;

class Stream {
readyState = 0;
bufferedAmount = 0;
onopen = null;
onmessage = null;
onclose = null;
onerror = null;
#readings = new Map();
#queue = [];
#reader = null;
#sayer = null;
#changed = false;
#stirred = false;
#progress = false;
#backTimer;
#tried = null;
#greeting = null;
#socketUrl;
#url;
#token;
#house;
#limits;
#clock;

constructor(url, token, house, limits, clock) {
this.#socketUrl = url;
this.#token = token;
this.#house = house;
this.#limits = limits;
this.#clock = clock;
const there = new URL(url.replace(/^ws/, 'http'));
const here = new URL('stream', there);
here.search = there.search;
this.#url = here.href;
this.#greet();
}

#greet() {
this.#sayer = this.#post([], {
hear: (message, raw) => {
if (message.type !== 'connected' || this.readyState) return;
this.readyState = 1;
this.onopen?.({});
this.onmessage?.({ data: raw });
this.#tryLater();
},
ended: (end) => {
this.#sayer = null;
if (!this.readyState) this.#shut(end.code === DONE ? LOST : end.code, end.refusal);
else if (end.code !== DONE) this.#fail(end);
else this.#stir();
},
});
}

send(text) {
if (this.readyState !== 1) return;
const frame = JSON.parse(text);
switch (frame.action) {
case 'subscribe':
return this.#subscribe(frame);
case 'credit':
return this.#grant(frame);
case 'unsubscribe':
return this.#unsubscribe(frame);
default:
this.#queue.push(text);
this.bufferedAmount += text.length;
this.#stir();
}
}

close() {
if (this.readyState > 1) return;
const open = this.readyState;
this.readyState = 2;
this.#leave();
if (!open) this.#sayer?.abort();
if (!open || (!this.#sayer && !this.#queue.length)) queueMicrotask(() => this.#shut(DONE));
else this.#stir();
}

terminate() {
this.readyState = 3;
this.#leave();
this.#sayer?.abort();
}

#leave() {
this.#clock.clearTimeout(this.#backTimer);
this.#readings.clear();
this.#reader?.abort();
this.#reader = null;
this.#giveUp();
}

#fail({ code, status, posted }) {
if (status === 401 || status === 403) return this.#shut(EXPIRED);
if (status === 413) return this.#shut(TOO_BIG);
if (code === EXPIRED && posted !== this.#token) return this.#stir();
this.#shut(code === DONE ? LOST : code);
}

#shut(code, refusal) {
if (this.readyState === 3) return;
this.terminate();
this.onclose?.({ code, reason: '', refusal });
}

#subscribe(frame) {
const reading = this.#readings.get(frame.channel) ?? new Reading();
this.#readings.set(frame.channel, reading);
reading.ask(frame);
this.#change();
}

#grant({ channel, credits }) {
const reading = this.#readings.get(channel);
if (!reading) return;
reading.grant(credits);
if (reading.starves) this.#change();
}

#unsubscribe({ channel, id }) {
if (this.#readings.delete(channel)) this.#change();
if (id === undefined) return;
const data = JSON.stringify({ type: 'unsubscribed', channel, id });
queueMicrotask(() => this.readyState === 1 && this.onmessage?.({ data }));
}

#change() {
this.#changed = true;
this.#stir();
}

#stir() {
if (this.#stirred) return;
this.#stirred = true;
queueMicrotask(() => {
this.#stirred = false;
if (this.readyState === 1) this.#goBack();
if (this.readyState === 1) this.#read();
if (this.readyState === 1 || this.readyState === 2) this.#say();
});
}

#read() {
if (!this.#changed && this.#reader) return;
this.#changed = false;
this.#reader?.abort();
this.#reader = null;
const readings = [...this.#readings.values()];
if (!readings.some((reading) => reading.wants)) return;
const frames = readings.flatMap((reading) => reading.frames());
this.#progress = false;
const reader = this.#post(
frames.map((frame) => JSON.stringify(frame)),
{
hear: (message, raw) => this.#hear(message, raw),
ended: (end) => {
if (reader !== this.#reader) return;
this.#reader = null;
if (end.isQuiet || (end.code === DONE && this.#progress)) this.#stir();
else this.#fail(end);
},
},
QUIET_MS,
);
this.#reader = reader;
}

#hear(message, raw) {
const { type, channel, id, epoch, offset, lastOffset } = message;
if (type === 'connected') return;
const reading = this.#readings.get(channel);
if (type === 'error' && id === undefined) return this.#shut(LOST);
if (!reading) return;
if (type === 'subscribed') {
const ask = reading.asks.find(({ frame }) => frame.id === id) ?? reading.asks[0];
if (id === undefined && epoch === reading.position?.epoch) return;
this.#progress = true;
if (!reading.answered || id === undefined) reading.position = { epoch, offset };
if (ask) ask.answered = true;
} else if (type === 'error') {
reading.asks = reading.asks.filter(({ frame }) => frame.id !== id);
if (!reading.asks.length) this.#readings.delete(channel);
} else if (type === 'position' || type === 'gap') {
reading.position = { epoch, offset: offset ?? lastOffset };
} else if (type === 'message' || type === 'broadcast') {
if (reading.position) reading.position = { epoch: reading.position.epoch, offset };
reading.spend(raw);
} else if (type === 'unsubscribed') {
this.#readings.delete(channel);
}
this.#progress = true;
this.onmessage?.({ data: raw });
if (this.#queue.length && this.#isReadingAnswered()) this.#stir();
}

#isReadingAnswered() {
return [...this.#readings.values()].every(({ answered }) => answered);
}

#say() {
if (this.#sayer || !this.#queue.length) return;
if (this.readyState === 1 && !this.#isReadingAnswered()) return;
const frames = this.#batch();
this.#sayer = this.#post(
frames,
{
hear: (message, raw) => {
if (message.type === 'connected') return;
if (message.type === 'refreshed') this.#renew(message.id, frames);
this.onmessage?.({ data: raw });
},
ended: (end) => {
this.#sayer = null;
if (end.code !== DONE) return this.#fail(end);
if (this.readyState === 2 && !this.#queue.length) return this.#shut(DONE);
this.#stir();
},
},
this.#limits.answerMs,
);
}

#batch() {
let bytes = 0;
let count = 0;
for (const frame of this.#queue) {
bytes += utf8Length(frame) + 1;
if (count && (bytes > BATCH_BYTES || count === BATCH_FRAMES)) break;
count++;
}
const frames = this.#queue.splice(0, count);
for (const frame of frames) this.bufferedAmount -= frame.length;
return frames;
}

#renew(id, frames) {
for (const frame of frames) {
const { action, id: asked, token } = JSON.parse(frame);
if (action === 'refresh' && asked === id) this.#token = token;
}
}

#tryLater() {
const { jitter, patience } = this.#house;
if (patience === -Infinity) return;
const ms = jitter(this.#limits.returnMs);
this.#backTimer = this.#clock.setTimeout(() => this.#try(), ms);
}

#try() {
const { Socket } = this.#house;
const clock = this.#clock;
const protocols = this.#token ? ['sluice.1', `token.${this.#token}`] : ['sluice.1'];
const failed = () => {
this.#giveUp();
clock.clearTimeout(this.#backTimer);
this.#tryLater();
};
this.#backTimer = clock.setTimeout(failed, this.#limits.connectMs);
try {
const socket = new Socket(this.#socketUrl, protocols);
this.#tried = socket;
socket.onerror = () => {};
socket.onclose = () => {
if (socket === this.#tried) failed();
};
socket.onmessage = ({ data }) => {
if (socket !== this.#tried || this.#greeting) return;
this.#greeting = data;
this.#stir();
};
} catch {
failed();
}
}

#giveUp() {
const socket = this.#tried;
this.#tried = null;
this.#greeting = null;
try {
socket?.close(DONE);
} catch {
}
}

#goBack() {
const socket = this.#tried;
const greeting = this.#greeting;
if (!socket || !greeting || this.#sayer) return;
for (const frame of this.#queue) if (JSON.parse(frame).ack === false) socket.send(frame);
this.#tried = null;
this.#house.back(socket, greeting);
}

#post(lines, listener, quietMs = this.#limits.connectMs) {
const { fetch, refusalOf } = this.#house;
const posted = this.#token;
const ended = (end) => listener.ended({ ...end, posted });
const post = new Post(this.#clock, quietMs, this.#limits.messageBytes, { hear: listener.hear, ended });
const headers = { 'Content-Type': 'application/x-ndjson' };
const init = {
method: 'POST',
headers: posted ? { ...headers, Authorization: `Bearer ${posted}` } : headers,
body: lines.join('\n'),
cache: 'no-store',
redirect: 'manual',
};
post.run((signal) => fetch(this.#url, { ...init, signal }), refusalOf);
return post;
}
}

export { Stream };
