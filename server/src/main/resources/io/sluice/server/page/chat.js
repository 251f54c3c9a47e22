// The chat: a session with the server's agent over a line of its own, its text as it streams, and
// the credit of each channel.
import { HaipClient } from '/client-haip.js';
import { byId, make, part, write } from './dom.js';
import { Pace } from './pace.js';
import { count, pace, RATES, seconds, time, why } from './words.js';

/** What the agent may say before it is read: little, so that it is seen to fall. */
const WINDOW = 16;
const SPOKEN = 'AGENT';
const SAID = 'USER';
const MOST_ENTRIES = 60;
const MOST_TEXT = 20_000;
const FIGURES_MS = 50;
const TICK_MS = 100;

/** A socket that can be lost as a dying network would lose it, with all that is under way in it. */
class Severable extends WebSocket {
  sever() {
    const told = super.onclose;
    this.onmessage = null;
    this.onclose = null;
    this.close();
    told?.call(this, new CloseEvent('close', { code: 1006 }));
  }
}

/** In messages, where they are counted. @param {{messages: number, units: number}} credit */
function amount({ messages, units }) {
  if (Number.isFinite(messages)) return count(messages);
  return Number.isFinite(units) ? count(units) : '–';
}

export class Chat {
  #card = byId('chat');
  #client;
  /** @type {Severable | null} the present one */
  #socket = null;
  #onRefused;
  #pace = new Pace();
  #stopping = new AbortController();
  /** @type {Map<string, number>} the most credit seen to speak on a channel, which its gauge is part of */
  #most = new Map();
  #isPaused = false;
  #lostAt = 0;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;
  #drawing;

  /** @param {string} token @param {(error: any) => void} onRefused */
  constructor(token, onRefused) {
    this.#onRefused = onRefused;
    const keep = (/** @type {Severable} */ socket) => (this.#socket = socket);
    const WebSocket = class extends Severable {
      /** @param {string | URL} url @param {string | string[]} [protocols] */
      constructor(url, protocols) {
        super(url, protocols);
        keep(this);
      }
    };
    this.#client = new HaipClient('/haip/websocket', {
      token,
      WebSocket,
      initialCreditMessages: WINDOW,
      mostMessages: WINDOW,
      adaptiveAdjustment: false,
      // Who slows down here is meant to see credit at work, not a pause.
      unhandledMessages: 4 * WINDOW,
      slowMs: 60_000,
    });
    this.#listen();
    this.#wire();
    this.#drawing = setInterval(() => this.#figures(), FIGURES_MS);
  }

  open() {
    this.#client.connect().catch(() => {});
  }

  close() {
    clearInterval(this.#ticker);
    clearInterval(this.#drawing);
    this.#stopping.abort();
    this.#pace.clear();
    this.#client.disconnect().catch(() => {});
    part(this.#card, 'said').replaceChildren();
    part(this.#card, 'metrics').replaceChildren();
    this.#card.dataset.state = 'idle';
    this.#showPause(false);
  }

  /** @param {string} text @param {string} [kind] */
  #say(text, kind = '') {
    const status = part(this.#card, 'status');
    status.className = `status ${kind}`.trim();
    write(status, text);
  }

  #listen() {
    const client = this.#client;
    client.on('state', (state, detail) => this.#show(state, detail));
    client.on('session', (session) => this.#stands(session));
    client.on('error', (error) => {
      if (client.state === 'connected') this.#say(why(error), 'bad');
    });
    client.on('gap', ({ from, to }) => this.#say(`Messages ${from}–${to} are lost.`, 'bad'));
    client.on('message', (message) => this.#hear(message));
    client.on('call', (call) => this.#watch(call));
  }

  /** @param {string} state @param {any} detail */
  #show(state, { error, retryMs = 0, previous }) {
    clearInterval(this.#ticker);
    this.#card.dataset.state = state;
    part(this.#card, 'cut').setAttribute('aria-disabled', String(state !== 'connected'));
    write(part(this.#card, 'chip'), state);
    if (state === 'refused') this.#onRefused(error);
    else if (state === 'failed') this.#say(why(error), 'bad');
    if (state !== 'waiting') return;
    if (previous === 'connected') this.#lostAt = performance.now();
    this.#say(`Line lost. Trying again in ${seconds(retryMs)}; the agent’s words wait.`, 'warn');
    const until = performance.now() + retryMs;
    this.#ticker = setInterval(() => {
      write(part(this.#card, 'chip'), `waiting ${seconds(Math.max(until - performance.now(), 0))}`);
    }, TICK_MS);
  }

  /** @param {import('/client-haip.js').Session} session */
  #stands({ resumed, previous }) {
    const away = seconds(performance.now() - this.#lostAt);
    if (resumed) this.#say(`Back after ${away}, in the same session: nothing is missing.`, 'good');
    else if (previous) this.#say('The server did not keep the session: another began.', 'bad');
    else this.#say('Say something.', 'good');
    this.card.dataset.resumed = String(resumed);
  }

  get card() {
    return this.#card;
  }

  #wire() {
    const { signal } = this.#stopping;
    const on = (/** @type {string} */ name, /** @type {string} */ event, /** @type {(event: Event) => void} */ does) =>
      part(this.#card, name).addEventListener(event, does, { signal });
    on('form', 'submit', (event) => {
      event.preventDefault();
      this.#send();
    });
    on('pause', 'click', () => this.#showPause(!this.#isPaused));
    on('cut', 'click', () => {
      if (this.#client.state === 'connected') this.#socket?.sever();
    });
    on('pace', 'input', () => this.#turnPace());
    this.#turnPace();
  }

  /** What is not read is not granted again: the credit runs out, and the agent waits. */
  #turnPace() {
    const slider = part(this.#card, 'pace');
    const rate = RATES[slider.valueAsNumber] ?? Infinity;
    slider.setAttribute('aria-valuetext', pace(rate));
    write(part(this.#card, 'rate'), pace(rate));
    this.#pace.set(rate);
  }

  /** @param {boolean} paused */
  #showPause(paused) {
    const button = part(this.#card, 'pause');
    button.setAttribute('aria-pressed', String(paused));
    if (paused === this.#isPaused) return;
    this.#isPaused = paused;
    if (paused) this.#client.pauseChannel(SPOKEN);
    else this.#client.resumeChannel(SPOKEN);
  }

  async #send() {
    const field = part(this.#card, 'text');
    const text = field.value.trim();
    if (!text) return;
    const entry = this.#add('mine', text);
    entry.classList.add('queued');
    field.select();
    try {
      await this.#client.send(text, { channel: SAID });
      entry.classList.remove('queued');
    } catch (error) {
      this.#say(why(error), 'bad');
    }
  }

  /** @param {string} kind @param {string} [text] @returns {HTMLElement} */
  #add(kind, text = '') {
    const list = part(this.#card, 'said');
    const entry = make('li', kind, text);
    list.append(entry);
    while (list.childElementCount > MOST_ENTRIES) list.firstElementChild.remove();
    this.#follow();
    return entry;
  }

  #follow() {
    const box = part(this.#card, 'messages');
    box.scrollTop = box.scrollHeight;
  }

  /** Each part is paid for when it is read, at the pace that is set. */
  async #hear(/** @type {import('/client-haip.js').TextMessage} */ message) {
    const entry = this.#add('agent speaking');
    let shown = 0;
    try {
      for await (const words of message) {
        await this.#pace.take(() => {
          if (shown < MOST_TEXT) entry.append(words.slice(0, MOST_TEXT - shown));
          shown += words.length;
          this.#follow();
        });
      }
    } catch (error) {
      this.#say(why(error), 'bad');
    }
    entry.classList.remove('speaking');
  }

  /** The agent uses a tool of its own, and lets us see it. */
  #watch(/** @type {import('/client-haip.js').ToolCall} */ call) {
    const asked = `${call.tool} ${JSON.stringify(call.params)}`.slice(0, MOST_TEXT);
    const entry = this.#add('tool', asked);
    call.done.then(
      ({ status, result }) => {
        const answer = status === 'OK' ? JSON.stringify(result) : status;
        write(entry, `${asked} → ${answer}`.slice(0, MOST_TEXT));
      },
      () => {},
    );
  }

  /** Some times a second, however much comes. */
  #figures() {
    const { credit } = this.#client.getPerformanceMetrics(SAID);
    const { granted } = this.#client.getPerformanceMetrics(SPOKEN);
    this.#gauge(SAID, credit.messages);
    this.#gauge(SPOKEN, granted.messages);
    const waits = granted.messages < 1;
    write(part(this.#card, 'turn'), `AGENT: ${waits ? 'it waits for you to read' : 'it may send'}`);
    this.#card.dataset.behind = String(waits);
    for (const [name, figures] of this.#client.getPerformanceMetrics()) this.#row(name, figures);
  }

  /** One of the table, from when the channel is used. @param {string} name @param {any} figures */
  #row(name, { messagesSent: sent, messagesReceived: received, pending, ...more }) {
    const rows = part(this.#card, 'metrics');
    let row = rows.querySelector(`[data-channel="${name}"]`);
    if (!row && !sent && !received && !pending) return;
    if (!row) {
      row = make('tr');
      row.dataset.channel = name;
      row.append(make('th', '', name), ...Array.from({ length: 6 }, () => make('td')));
      row.firstChild.scope = 'row';
      rows.append(row);
    }
    const { credit, window, averageLatency, backPressureEvents } = more;
    const cells = [amount(credit), amount(window), count(sent), count(pending)];
    cells.push(time(averageLatency), count(backPressureEvents));
    cells.forEach((text, n) => write(row.children[n + 1], text));
  }

  /** @param {string} channel @param {number} left */
  #gauge(channel, left) {
    const isCounted = Number.isFinite(left);
    const most = Math.max(this.#most.get(channel) ?? 1, isCounted ? left : 1);
    this.#most.set(channel, most);
    write(part(this.#card, `credit-${channel}`), isCounted ? count(left) : '–');
    const share = isCounted ? Math.max(left / most, 0) : 0;
    const bar = part(this.#card, `gauge-${channel}`);
    bar.style.setProperty('transform', `scaleX(${share.toFixed(3)})`);
  }
}
