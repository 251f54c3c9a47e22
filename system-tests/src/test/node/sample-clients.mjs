// Two clients of HAIP as the founding document's samples behave, with what is wrong with them: they
// are what a server must live with, and no example of how to write one.
import { randomUUID } from 'node:crypto';
import WebSocket from 'ws';

export const CONFIGS = {
  usual: { initial: 1_000, least: 100, most: 10_000, threshold: 0.2, pressure: 0.1 },
  example: { initial: 2_000, least: 200, most: 20_000, threshold: 0.3, pressure: 0.15 },
};

const STANDING = ['USER', 'AGENT', 'SYSTEM', 'AUDIO_IN', 'AUDIO_OUT'];
const EVENTS = [
  'HAI',
  'FLOW_UPDATE',
  'PAUSE_CHANNEL',
  'RESUME_CHANNEL',
  'MESSAGE_START',
  'MESSAGE_PART',
  'MESSAGE_END',
];

/**
 * Spends what it does not have: it drains its queue by the balance it had before, paused or not,
 * lets the small pass what waits, asks with every message it queues, and pauses when it is pressed,
 * for ever.
 */
export class SampleClient {
  /**
   * @param config the numbers it goes by; it does not listen to the server's
   * @param habits where there is more than one way to read its text: `asksInDrain`, `drainsOnResume`
   */
  constructor(url, token, config, habits = {}) {
    this.url = `${url}?token=${token}`;
    this.config = config;
    this.habits = habits;
    this.session = randomUUID();
    this.seq = 0;
    this.credits = new Map(STANDING.map((channel) => [channel, config.initial]));
    this.paused = new Map(STANDING.map((channel) => [channel, false]));
    this.queues = new Map();
    /** Told of what comes and of how it ends; replaced by whoever drives it. */
    this.onSent = () => {};
    this.onFrame = () => {};
    this.onClose = () => {};
  }

  /** Resolves when the line is open: it waits for nobody's HAI. */
  connect() {
    return new Promise((resolve, reject) => {
      this.socket = new WebSocket(this.url);
      this.socket.on('error', reject);
      this.socket.on('close', (code) => this.onClose(code));
      this.socket.on('message', (bytes) => this.hear(JSON.parse(bytes.toString())));
      this.socket.on('open', () => {
        this.say('SYSTEM', 'HAI', {
          haip_version: '1.1.2',
          accept_major: [1],
          accept_events: EVENTS,
          flow_control: { enabled: true, initial_credits: this.config.initial, adaptive: true },
        });
        resolve();
      });
    });
  }

  close() {
    this.socket.close();
  }

  /** What is said while there is no line is lost, and its credit with it. */
  say(channel, type, payload) {
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    this.socket.send(
      JSON.stringify({
        id: randomUUID(),
        session: this.session,
        seq: String(++this.seq),
        ts: String(Date.now()),
        channel,
        type,
        payload,
      }),
    );
  }

  balance(channel) {
    return this.credits.get(channel) ?? 0;
  }

  queue(channel) {
    if (!this.queues.has(channel)) this.queues.set(channel, []);
    return this.queues.get(channel);
  }

  pending() {
    return [...this.queues.values()].reduce((sum, queue) => sum + queue.length, 0);
  }

  /** Whether it was sent at once. */
  sendMessage(channel, type, payload) {
    const size = JSON.stringify(payload).length;
    const entry = { channel, type, payload, size, timestamp: Date.now() };
    if (this.paused.get(channel)) {
      this.queue(channel).push(entry);
      return false;
    }
    if (this.balance(channel) < size) {
      this.queue(channel).push(entry);
      this.askFor(channel);
      return false;
    }
    this.credits.set(channel, this.balance(channel) - size);
    this.put(entry);
    this.askBelowThreshold(channel);
    return true;
  }

  put({ channel, type, payload }) {
    this.onSent(channel, payload);
    this.say(channel, type, payload);
  }

  askBelowThreshold(channel) {
    if (this.balance(channel) < this.config.initial * this.config.threshold) this.askFor(channel);
  }

  askFor(channel) {
    const amount = Math.min(this.config.most - this.balance(channel), this.config.initial);
    if (amount > 0) this.update(channel, 'request_credits', amount);
  }

  update(channel, action, credits, more = {}) {
    const current = action === 'request_credits' ? { current_credits: this.balance(channel) } : {};
    this.say('SYSTEM', 'FLOW_UPDATE', { channel, action, credits, ...current, ...more });
  }

  drain(channel) {
    const queue = this.queue(channel);
    const before = this.balance(channel);
    while (queue.length > 0 && before >= queue[0].size) {
      const entry = queue.shift();
      this.put(entry);
      this.credits.set(channel, before - entry.size);
      if (this.habits.asksInDrain) this.askBelowThreshold(channel);
    }
  }

  pauseChannel(channel) {
    this.paused.set(channel, true);
    this.say('SYSTEM', 'PAUSE_CHANNEL', { channel, reason: 'flow_control' });
  }

  resumeChannel(channel) {
    this.paused.set(channel, false);
    this.say('SYSTEM', 'RESUME_CHANNEL', { channel, reason: 'flow_control' });
    if (this.habits.drainsOnResume) this.drain(channel);
  }

  hear(frame) {
    const { type, payload } = frame;
    if (type === 'FLOW_UPDATE') {
      this.hearUpdate(payload);
    } else if (type === 'PAUSE_CHANNEL') {
      this.paused.set(payload.channel, true);
    } else if (type === 'RESUME_CHANNEL') {
      this.paused.set(payload.channel, false);
      if (this.habits.drainsOnResume) this.drain(payload.channel);
    }
    this.onFrame(frame);
  }

  hearUpdate({ channel, action, credits, pressure_level: level }) {
    switch (action) {
      case 'grant_credits':
        this.credits.set(channel, Math.min(this.balance(channel) + credits, this.config.most));
        this.drain(channel);
        break;
      case 'reduce_credits':
        this.credits.set(channel, Math.max(this.balance(channel) - credits, this.config.least));
        break;
      case 'back_pressure':
        if (level > this.config.pressure) this.pauseChannel(channel);
        break;
    }
  }
}

/** Judges its channels now and then, idle ones as the worst, and never lowers its own balance. */
export class AdaptiveSampleClient extends SampleClient {
  constructor(url, token, config, habits = {}, everyMs = 5_000) {
    super(url, token, config, habits);
    this.metrics = new Map(STANDING.map((channel) => [channel, this.nothing()]));
    this.loop = setInterval(() => this.metrics.forEach((_, channel) => this.adapt(channel)), everyMs);
  }

  nothing() {
    return { sent: 0, queued: 0, latency: 0, pressed: 0 };
  }

  close() {
    clearInterval(this.loop);
    super.close();
  }

  sendMessage(channel, type, payload) {
    const start = performance.now();
    const sent = super.sendMessage(channel, type, payload);
    if (!this.metrics.has(channel)) this.metrics.set(channel, this.nothing());
    const seen = this.metrics.get(channel);
    if (sent) {
      seen.sent++;
      // How long the call took, which says nothing about the server.
      seen.latency = (seen.latency + performance.now() - start) / 2;
    } else {
      seen.queued++;
    }
    return sent;
  }

  score({ sent, queued, latency, pressed }) {
    if (sent === 0) return 0;
    return (
      0.4 * (1 - queued / (sent + queued)) +
      0.4 * Math.max(0, 1 - latency / 1_000) +
      0.2 * Math.max(0, 1 - pressed / 10)
    );
  }

  adapt(channel) {
    const score = this.score(this.metrics.get(channel));
    const waiting = this.queue(channel).length;
    const reason = { reason: 'adaptive_adjustment' };
    if (score > 0.8 && waiting === 0) {
      this.update(channel, 'request_credits', Math.floor(this.balance(channel) * 0.1), reason);
    } else if (score < 0.3 || waiting > 10) {
      this.update(channel, 'reduce_credits', Math.floor(this.balance(channel) * 0.2), reason);
    }
    this.metrics.set(channel, this.nothing());
  }
}
