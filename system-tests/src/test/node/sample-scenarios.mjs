// The founding document's two sample clients against a server whose agent echoes:
// node sample-scenarios.mjs SCENARIO URL TOKEN CLIENT CONFIG SEED
import assert from 'node:assert/strict';
import { AdaptiveSampleClient, CONFIGS, SampleClient } from './sample-clients.mjs';

const [scenario, url, token, kind, configName, seed] = process.argv.slice(2);
const config = CONFIGS[configName];
/** Longer than the server lets anybody wait who could be helped, and no message may take it. */
const STALL_MS = 10_000;
const EVERY_MS = 100;

/** The same numbers for the same seed. */
function randomFrom(start) {
  let state = start;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

/** One client that talks, and keeps book of what it has sent and what came back. */
class Talker {
  constructor(name, habits, random) {
    this.name = name;
    this.random = random;
    this.sent = new Map();
    this.moved = 0;
    this.echoes = 0;
    this.texts = [];
    this.partly = new Map();
    this.echoed = new Map();
    this.made = 0;
    this.returned = 0;
    this.faults = [];
    this.pressed = 0;
    this.seen = new Set();
    this.told = () => {};
    this.client =
      kind === 'adaptive'
        ? new AdaptiveSampleClient(url, token, config, habits, EVERY_MS)
        : new SampleClient(url, token, config, habits);
    this.client.onSent = (channel, payload) => {
      this.note(this.sent, channel, payload.text);
      this.moved++;
    };
    this.client.onFrame = (frame) => this.hear(frame);
    this.client.onClose = (code) => {
      if (!this.over) this.faults.push(`closed ${code}`);
      this.told();
    };
  }

  note(book, channel, text) {
    if (!book.has(channel)) book.set(channel, []);
    book.get(channel).push(text);
  }

  hear({ type, payload }) {
    if (type === 'ERROR') this.faults.push(payload);
    if (payload.action === 'back_pressure') this.pressed++;
    if (type === 'PAUSE_CHANNEL') this.echoes++;
    this.seen.add(payload.action ?? type);
    if (type === 'MESSAGE_START' || type === 'MESSAGE_PART') this.hearText(payload);
    this.told();
  }

  /** Of a long text the echo comes in parts. */
  hearText({ message_id: id, text }) {
    this.moved++;
    const whole = (this.partly.get(id) ?? '') + text;
    const [channel, number] = whole.split(' ', 2);
    if (whole.length < this.texts[number].length) {
      this.partly.set(id, whole);
      return;
    }
    this.partly.delete(id);
    this.note(this.echoed, channel, whole);
    this.returned++;
  }

  /** Something to say of about so many units. */
  say(channel, units) {
    const text = `${channel} ${++this.made} `;
    const number = String(this.made).padStart(12, '0');
    const message = { message_id: `00000000-0000-4000-8000-${number}`, text };
    const empty = JSON.stringify(message).length;
    message.text += 'é'.repeat(Math.max(units - empty, 0));
    this.texts[this.made] = message.text;
    this.client.sendMessage(channel, 'MESSAGE_START', message);
  }

  /** Waits until it holds, as long as something goes or comes now and then. */
  async until(holds, what) {
    while (this.faults.length === 0 && !holds()) {
      const before = this.moved;
      let timer;
      const stalled = new Promise((resolve) => {
        timer = setTimeout(resolve, STALL_MS, true);
      });
      const told = new Promise((resolve) => {
        this.told = () => {
          if (this.moved > before || holds() || this.faults.length > 0) resolve(false);
        };
      });
      const isStalled = await Promise.race([stalled, told]);
      clearTimeout(timer);
      assert(!isStalled, `${this.name} waits for ${what}: ${this.state()}`);
    }
    assert.deepEqual(this.faults, [], `${this.name}: ${this.state()}`);
  }

  state() {
    const { credits, paused, queues } = this.client;
    const waiting = [...queues].map(([channel, all]) => [channel, all.length, all[0]?.size]);
    const { made, returned } = this;
    return JSON.stringify({ made, returned, credits: [...credits], paused: [...paused], waiting });
  }

  /** A pause is echoed behind everything that was said before it. */
  async roundTrip() {
    const before = this.echoes;
    this.client.pauseChannel('AUDIO_OUT');
    await this.until(() => this.echoes > before, 'an echo');
  }

  /** Everything came back, once, as it was sent. */
  async finish() {
    await this.until(() => this.returned >= this.made, 'the last echoes');
    this.over = true;
    this.client.close();
    assert.equal(this.returned, this.made);
    for (const [channel, texts] of this.sent) assert.deepEqual(this.echoed.get(channel), texts);
  }
}

/** Sizes as people have them: mostly short, some long, now and then as much as the client may. */
function size(random) {
  const dice = random(400);
  if (dice === 0) return config.most - 1_000 + random(1_000);
  if (dice < 60) return 1_000 + random(4_000);
  return dice < 200 ? 100 + random(900) : 90 + random(60);
}

const scenarios = {
  /** Thousands of messages in bursts, on all channels and one that nobody has announced. */
  async bursts(talker) {
    const { random } = talker;
    const channels = ['USER', 'USER', 'USER', 'AGENT', 'SYSTEM', 'AUDIO_IN', 'AUDIO_OUT', 'notes'];
    while (talker.made < 800) {
      for (let left = 1 + random(120); left > 0; left--) {
        const channel = channels[random(channels.length)];
        talker.say(channel, size(random));
      }
      const rest = random(60);
      await talker.until(() => talker.made - talker.returned <= rest, 'a burst to come back');
    }
  },

  /** Much more than it may send, all at once on one channel. */
  async flood(talker) {
    for (let i = 0; i < 600; i++) talker.say('USER', 300 + talker.random(500));
    await talker.until(() => talker.returned === talker.made, 'the flood to come back');
  },

  /** Many times sixteen thousand units that wait, in many messages and in few. */
  async waiting(talker) {
    for (const units of [100, 1_000, 2_000, 4_000, 8_000, 9_900]) {
      for (let all = 0; all < 16_000; all += units) talker.say('USER', units);
      await talker.until(() => talker.returned === talker.made, `what waits in pieces of ${units}`);
    }
  },

  /** One message of sixteen thousand units, which only the larger numbers let through. */
  async large(talker) {
    for (let i = 0; i < 5; i++) {
      talker.say('USER', 16_000);
      for (let j = 0; j < 20; j++) talker.say('USER', 80 + talker.random(400));
      await talker.until(() => talker.returned === talker.made, 'the large one');
    }
  },

  /** It reads nothing until the agent is full of it, and never says by itself that it may go on. */
  async pressed(talker) {
    const { client } = talker;
    client.pauseChannel('AGENT');
    while (talker.pressed === 0) {
      // No more at once than it may overspend.
      for (let i = 0; i < 5; i++) talker.say('USER', 700);
      await talker.until(() => client.pending() === 0 || talker.pressed > 0, 'credit');
      await talker.roundTrip();
    }
    assert(client.paused.get('USER'));
    client.resumeChannel('AGENT');
    await talker.until(() => talker.returned === talker.made, 'what waited under pressure');
    await talker.until(() => !client.paused.get('USER'), 'RESUME');
  },

  /** A person who pauses what it says, and what it hears. */
  async pauses(talker) {
    const { client, random } = talker;
    for (let round = 0; round < 25; round++) {
      const channel = ['USER', 'AGENT'][random(2)];
      client.pauseChannel(channel);
      for (let left = 1 + random(30); left > 0; left--) talker.say('USER', size(random));
      client.resumeChannel(channel);
      const rest = random(20);
      await talker.until(() => talker.made - talker.returned <= rest, 'the end of a pause');
    }
  },
};

const HABITS = [
  {},
  { asksInDrain: true },
  { drainsOnResume: true },
  { asksInDrain: true, drainsOnResume: true },
];

console.log(`${scenario} ${kind} ${configName} seed ${seed}`);
try {
  await Promise.all(
    HABITS.map(async (habits, number) => {
      const random = randomFrom(Number(seed) * HABITS.length + number);
      const talker = new Talker(`client ${JSON.stringify(habits)}`, habits, random);
      await talker.client.connect();
      await scenarios[scenario](talker);
      await talker.finish();
      console.log(`${talker.name}: ${talker.made} messages, ${[...talker.seen].sort().join(' ')}`);
    }),
  );
  console.log(`${scenario}: well`);
  process.exit(0);
} catch (error) {
  console.error(error);
  process.exit(1);
}
