// One connection: its state on its card, and the button that cuts it.
import { Client } from '/client.js';
import { part, write } from './dom.js';
import { seconds, why } from './words.js';

const TICK_MS = 100;
const SHORT_ID = 8;

export class Line {
  #card;
  #token;
  #tell;
  #lostAt = 0;
  #ever = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #ticker;

  /**
   * @param {HTMLElement} card has a chip, a status and a button to cut
   * @param {string} token
   * @param {(text: string, kind?: string) => void} tell what happened, for people
   * @param {(error: any) => void} onRefused
   */
  constructor(card, token, tell, onRefused) {
    this.#card = card;
    this.#token = token;
    this.#tell = tell;
    this.client = new Client('/ws', { token });
    this.client.on('state', (state, detail) => {
      this.#show(state, detail);
      if (state === 'refused') onRefused(detail.error);
    });
    this.client.on('error', (error) => {
      if (!error.closeCode && this.client.state === 'connected') tell(why(error), 'bad');
    });
    part(card, 'cut').addEventListener('click', () => this.#cut());
    part(card, 'cut').setAttribute('aria-disabled', 'true');
  }

  open() {
    this.client.connect().catch(() => {});
  }

  close() {
    clearInterval(this.#ticker);
    this.client.close().catch(() => {});
  }

  /** @param {string} state @param {any} detail */
  #show(state, detail) {
    clearInterval(this.#ticker);
    this.#card.dataset.state = state;
    // Not `disabled`: whoever cuts by keyboard keeps the focus.
    part(this.#card, 'cut').setAttribute('aria-disabled', String(state !== 'connected'));
    this.#chip(state);
    switch (state) {
      case 'connecting':
        return this.#tell(this.#ever ? 'Connecting again.' : 'Connecting.');
      case 'connected':
        return this.#connected();
      case 'waiting':
        return this.#waiting(detail);
      case 'closed':
        return this.#tell('Closed.');
      default:
        return this.#tell(why(detail.error), 'bad');
    }
  }

  #connected() {
    const id = (this.client.connection?.connectionId ?? '').slice(0, SHORT_ID);
    if (this.#ever && this.#lostAt) {
      const away = seconds(performance.now() - this.#lostAt);
      this.#tell(`Connected again after ${away}, as connection ${id}.`, 'good');
    } else {
      this.#tell(`Connected, as connection ${id}.`, 'good');
    }
    this.#ever = true;
    this.#lostAt = 0;
  }

  /** @param {any} detail */
  #waiting({ error, retryMs = 0, previous }) {
    if (previous === 'connected') this.#lostAt = performance.now();
    const code = error?.closeCode ? `closed with ${error.closeCode}` : why(error);
    const said = previous === 'connected' ? `Line lost, ${code}` : `No connection, ${code}`;
    this.#tell(`${said}. Trying again in ${seconds(retryMs)}.`, 'warn');
    const until = performance.now() + retryMs;
    const tick = () => this.#chip(`waiting ${seconds(Math.max(until - performance.now(), 0))}`);
    tick();
    this.#ticker = setInterval(tick, TICK_MS);
  }

  /** @param {string} text */
  #chip(text) {
    write(part(this.#card, 'chip'), text);
  }

  /** The server is asked to reset this very connection, as a dying network would. */
  async #cut() {
    const { connectionId } = this.client.connection ?? {};
    if (!connectionId) return;
    this.#tell('Cutting the line: the server is to reset the socket.', 'warn');
    try {
      const answer = await fetch('/api/v1/disconnect', {
        method: 'POST',
        headers: { Authorization: `Bearer ${this.#token}`, 'Content-Type': 'application/json' },
        body: JSON.stringify({ connectionId, reset: true }),
      });
      const body = await answer.json().catch(() => null);
      if (!answer.ok) this.#tell(why(body?.error ?? { code: `HTTP ${answer.status}` }), 'bad');
      else if (body?.disconnected === 0) this.#tell('That connection was gone already.', 'warn');
    } catch (error) {
      this.#tell(why(error), 'bad');
    }
  }
}
