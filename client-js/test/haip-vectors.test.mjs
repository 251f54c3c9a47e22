// The golden vectors of HAIP, which the server and the Java client run too.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { Conversation } from '../src/haip/conversation.js';
import { seedTerms } from '../src/haip/hai.js';
import { PLENTY, ReceiveLedger, SendLedger, officialTerms, openTerms } from '../src/haip/ledger.js';
import { haipLimitsOf } from '../src/haip/options.js';
import { narrower, wider } from '../src/haip/pressure.js';
import { read as take } from '../src/haip/words.js';
import { FakeClock, seeded } from './world.mjs';

const read = (name) =>
  JSON.parse(readFileSync(new URL(`../../protocol-haip/src/test/resources/vectors/${name}`, import.meta.url), 'utf8'));
const credit = read('haip-credit.json');
const limits = haipLimitsOf({});

test('the limits of the vectors are the defaults', () => {
  const { official, seed, pressure } = credit.limits;
  const own = {
    official: {
      messages: limits.initialCreditMessages,
      bytes: limits.initialCreditBytes,
      mostMessages: limits.mostMessages,
      mostBytes: limits.mostBytes,
      leastBytes: limits.leastBytes,
    },
    seed: { initial: limits.initialCredits, window: limits.maxCredits, least: limits.minCredits, overdraft: limits.overdraft },
    pressure: { calm: limits.calmMs, starving: limits.starvingMs },
  };
  const { grant: _, ...ours } = seed;
  assert.deepEqual(own, { official, seed: ours, pressure });
});

function sending({ dialect, messages, bytes }) {
  if (dialect === 'official') return new SendLedger(officialTerms(messages, bytes));
  return new SendLedger(dialect === 'seed' ? seedTerms(limits) : openTerms());
}

const sendSteps = {
  may: (ledger, { size }) => ({ may: ledger.may(size) }),
  spend: (ledger, { size }) => void ledger.spend(size),
  grant: (ledger, { messages, units }) => void ledger.grant(messages, units),
  reduce: (ledger, { units }) => void ledger.reduce(units),
  ask: (ledger, { at, waiting }) => ({ asks: ledger.ask(waiting, at) }),
  due: (ledger, { waiting }) => ({ due: ledger.due(waiting) }),
  pauseHere: (ledger) => void (ledger.pausedHere = true),
  pauseThere: (ledger) => void (ledger.pausedThere = true),
  resumeHere: (ledger) => void (ledger.pausedHere = false),
  resumeThere: (ledger) => void (ledger.pausedThere = false),
};

for (const { name, ledger: begins, steps } of credit.send) {
  test(`what may be sent: ${name}`, () => {
    const ledger = sending(begins);
    for (const step of steps) {
      const got = sendSteps[step.op](ledger, step) ?? {};
      if (ledger.messages < PLENTY) got.messages = ledger.messages;
      if (ledger.units < PLENTY) got.units = ledger.units;
      if (ledger.paused) got.paused = true;
      assert.deepEqual(got, step.then, JSON.stringify(step));
    }
  });
}

/** A client receives as the official grammar says; who receives in the seed's is the server. */
const receiving = credit.receive.filter(({ ledger }) => ledger.dialect === 'official');

const receiveSteps = {
  charge: (ledger, { at, size }) => ({ is: ledger.charge(size, at) ? 'paid' : 'violation' }),
  handled: (ledger, { at, messages, size }) => grants(ledger.handled(messages, size, at)),
  resumed: (ledger, { at }) => grants(ledger.resumed(at)),
  request: (ledger, { at }) => grants(ledger.resumed(at)),
  reduce: () => ({}),
  restart: (ledger) => void ledger.restart(),
  widen: (ledger, { at }) => grants(ledger.widen(wider, at)),
  narrow: (ledger) => void ledger.narrow(narrower),
  tick: (ledger, { at }) => grants(ledger.tick(at)),
};

function grants(grant) {
  if (!grant) return {};
  return { grants: Object.fromEntries(Object.entries(grant).filter(([, more]) => more > 0)) };
}

for (const { name, steps } of receiving) {
  test(`what may come: ${name}`, () => {
    const announced = { messages: limits.initialCreditMessages, units: limits.initialCreditBytes };
    const most = { messages: limits.mostMessages, units: limits.mostBytes };
    const ledger = new ReceiveLedger(announced, most, limits.leastBytes, limits.starvingMs);
    for (const step of steps) {
      const got = receiveSteps[step.op](ledger, step) ?? {};
      const { messages, units, unhandled, window, due } = ledger;
      Object.assign(got, { messages, units, unhandled: unhandled.units });
      Object.assign(got, { windowMessages: window.messages, window: window.units });
      if (due < Infinity) got.due = due;
      assert.deepEqual(got, step.then, JSON.stringify(step));
    }
  });
}

const { messages, conversations } = read('haip.json');

/** What JSON.parse takes, and a browser has nothing else. */
const LENIENT = ['half a surrogate'];

for (const { name, message, fault } of messages) {
  test(`one message: ${name}`, () => {
    assert.equal(take(message).fault?.code ?? null, LENIENT.includes(name) ? null : fault);
  });
}

/** A conversation without the line below it and the talk above. */
function converse(dialect) {
  const clock = new FakeClock();
  const out = [];
  const arrivals = [];
  const line = { open: false, error: null, isOpen: () => line.open, buffered: () => 0, fail() {}, end() {} };
  line.send = (frame) => out.push(typeof frame === 'string' ? { text: frame } : { binary: Buffer.from(frame).toString('base64') });
  const quiet = { session() {}, gap() {}, error() {}, pong() {}, told() {} };
  const listener = { ...quiet, deliver: (arrival) => arrivals.push(arrival) };
  const speaks = { dialect: dialect.toLowerCase(), adaptive: true, binary: true };
  const conversation = new Conversation(line, speaks, limits, clock, seeded(1), listener);
  conversation.speaker.session = 'aaaaaaaa-aaaa-4aaa-8aaa-aaaaaaaaaaaa';
  return { clock, line, out, arrivals, conversation };
}

const steps = {
  begin: ({ conversation }) => conversation.opened(),
  cut: ({ conversation, line }) => {
    line.open = false;
    conversation.broken();
  },
  text: ({ conversation, line }, { text }) => {
    const entry = conversation.read(text);
    if (line.open) return conversation.take(entry);
    if (!conversation.greets(entry)) return;
    line.open = true;
    conversation.greeted(entry);
  },
  binary: ({ conversation }, { binary }) => conversation.take(conversation.read(Buffer.from(binary, 'base64'))),
  tick: ({ clock }, { ms }) => clock.pass(ms),
  send: ({ conversation }, { channel, type, payload, binary, mime, fate }) => {
    const bytes = binary && new Uint8Array(Buffer.from(binary, 'base64'));
    const { went } = conversation.add(channel, type, JSON.parse(payload), { binary: bytes, mime });
    assert.equal(went ? 'sent' : 'queued', fate);
  },
  pause: ({ conversation }, { channel }) => conversation.channel(channel).want(true),
  resume: ({ conversation }, { channel }) => conversation.channel(channel).want(false),
  handled: ({ arrivals }) => arrivals.splice(0).forEach((arrival) => arrival.release()),
};

/** What counts of a frame: not the order of its members, its id, or words for people. */
function essence({ text, binary }, isSeed) {
  if (text === undefined) return { binary };
  const { id: _, ts: __, session, seq, ack, payload, ...rest } = JSON.parse(text);
  const { message: ___, accept_events, capabilities, ...more } = payload;
  const { max_concurrent_runs: ____, ...able } = capabilities ?? {};
  // In the seed's dialect this client also grants, so that it is sent no more than it can take.
  const counted = isSeed ? {} : { seq, ack, session };
  const types = accept_events && [...accept_events].sort();
  return { ...rest, ...counted, payload: { ...more, accept_events: types, capabilities: able } };
}

/** Who asks for a sign of life is the line, for every protocol alike. */
const own = conversations.filter(({ role, name }) => role === 'CLIENT' && !name.startsWith('either end'));

test('the conversations of clients are there', () => assert.ok(own.length >= 10, `${own.length}`));

for (const { name, dialect, steps: all } of own) {
  test(`conversation: ${name}`, async () => {
    const world = converse(dialect);
    const isSeed = dialect === 'SEED';
    for (const step of all) {
      world.out.length = 0;
      await steps[step.do](world, step);
      const said = world.out.filter(({ text }) => !text?.includes('grant_credits')).map((one) => essence(one, isSeed));
      const wanted = (step.out ?? []).map((one) => essence(one, isSeed));
      assert.deepEqual(said, wanted, JSON.stringify(step).slice(0, 300));
    }
  });
}
