// Another client of the same server, outside of the browser.
import { once } from 'node:events';
import { WebSocket } from 'ws';

export class Peer {
  #socket;
  #ids = 0;
  /** @type {Map<number, (message: any) => void>} */
  #waiting = new Map();

  /** @param {WebSocket} socket */
  constructor(socket) {
    this.#socket = socket;
    socket.on('message', (text) => {
      const message = JSON.parse(String(text));
      this.#waiting.get(message.id)?.(message);
      this.#waiting.delete(message.id);
    });
  }

  /** @param {string} base @param {string} token */
  static async connect(base, token) {
    const socket = new WebSocket(base.replace('http', 'ws') + '/ws', ['sluice.1', `token.${token}`]);
    const peer = new Peer(socket);
    await once(socket, 'open');
    return peer;
  }

  /** @param {object} command @returns {Promise<any>} its answer */
  async ask(command) {
    const id = ++this.#ids;
    const answer = new Promise((resolve) => this.#waiting.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, ...command }));
    const message = await answer;
    if (message.type === 'error') throw new Error(`${message.code}: ${message.message}`);
    return message;
  }

  /** @param {string} channel @param {unknown} payload @returns {Promise<any>} the receipt */
  publish(channel, payload) {
    return this.ask({ action: 'publish', channel, payload, ack: true });
  }

  async close() {
    const closed = once(this.#socket, 'close');
    this.#socket.close(1000);
    await closed;
  }
}
