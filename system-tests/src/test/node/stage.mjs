// What the scenarios of the JavaScript client have in common: node SCRIPT SCENARIO URL TOKEN…
import { once } from 'node:events';
import net from 'node:net';
import { createInterface } from 'node:readline';
import WebSocket from 'ws';
import { Client } from '../../../../client-js/client.js';

const [asked, address, ...given] = process.argv.slice(2);
// `stream:basics` is basics over HTTP.
export const [scenario, over] = asked.split(':').reverse();
const transports = over ? [over] : undefined;
const typed = createInterface({ input: process.stdin });
const lines = typed[Symbol.asyncIterator]();

export const url = address;
export const tokens = given;

export function connect({ url = address, ...options } = {}) {
  return new Client(url, { token: tokens[0], WebSocket, retryMs: 50, transports, ...options });
}

/** The next time the thing emits this. */
export const event = (emitter, name) => new Promise((resolve) => emitter.on(name, resolve));
export const line = async () => (await lines.next()).value;

/** Asks and asks: a pong may come before what is older. */
export async function until(client, holds) {
  while (!holds()) await client.ping();
}

/** A line to the server that can be cut and held still. */
export async function tap() {
  const { hostname, port } = new URL(url);
  const pairs = new Set();
  let still = false;
  const server = net.createServer((near) => {
    const far = net.connect(Number(port), hostname);
    const pair = [near, far];
    pairs.add(pair);
    const link = (from, to) => {
      from.on('data', (bytes) => still || to.write(bytes));
      from.on('close', () => {
        pairs.delete(pair);
        to.destroy();
      });
      from.on('error', () => {});
    };
    link(near, far);
    link(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.port = server.address().port;
  return {
    url: through.href,
    cut: () => pairs.forEach(([near]) => near.resetAndDestroy()),
    hold: (yes) => (still = yes),
    close: () => {
      server.close();
      pairs.forEach(([near]) => near.destroy());
    },
  };
}

/** Plays the scenario that was asked for, and says how it went. */
export async function play(scenarios) {
  const patience = setTimeout(() => {
    console.error('nothing came in time');
    process.exit(1);
  }, 25_000);
  try {
    await scenarios[scenario]();
    console.log(`${asked}: well`);
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
  clearTimeout(patience);
  typed.close();
}
