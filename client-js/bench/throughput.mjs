// How many messages a second one client takes on one core, and what stays of them in memory:
//   node --expose-gc client-js/bench/throughput.mjs [seconds] [messages a second, 0: all it can]
// The socket is a stand-in that hands over ready texts as a real one does, and takes what the
// client sends, so that only the client is measured. Three ways of reading, credit always on.
import { performance } from 'node:perf_hooks';
import { Client, utf8Length } from '../client.js';

const seconds = Number(process.argv[2] ?? 10);
const rate = Number(process.argv[3] ?? 50_000);
const BATCH = 250;

class Socket {
  readyState = 1;
  bufferedAmount = 0;
  messages = 0;
  bytes = 0;
  last = 0;

  send(text) {
    const { action, id, credits } = JSON.parse(text);
    if (action === 'ping') this.say({ type: 'pong', timestamp: Date.now() });
    if (credits) {
      this.messages += credits.messages;
      this.bytes += credits.bytes;
    }
    if (action !== 'subscribe') return;
    this.say({ type: 'subscribed', channel: 'c', id, epoch: 'e', offset: 0, recovered: false });
  }

  say(message) {
    queueMicrotask(() => this.onmessage({ data: JSON.stringify(message) }));
  }

  close() {}

  /** As many as there is credit for, at most a batch. */
  pour(most) {
    let count = 0;
    while (count < most && this.messages > 0 && this.bytes > 0) {
      const data = `${HEAD}${++this.last}}`;
      this.messages--;
      this.bytes -= utf8Length(data);
      this.onmessage({ data });
      count++;
    }
    return count;
  }
}

const payload = JSON.stringify({ agent_id: 'a-17', metric: 'cpu', value: 0.7321, text: 'x'.repeat(60) });
const HEAD = `{"type":"message","channel":"c","from":"u-17","data":${payload},"timestamp":"2026-01-31T08:05:09.007Z","offset":`;

const readers = {
  callback: (sub, count) => sub.on('message', () => count()),
  promise: (sub, count) => sub.on('message', async () => count()),
  loop: async (sub, count) => {
    for await (const message of sub) count(message);
  },
};

function heap() {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

async function measure(name) {
  let socket;
  const WebSocket = class extends Socket {
    constructor() {
      super();
      socket = this;
    }
  };
  const client = new Client('ws://bench/ws', { token: 't', WebSocket });
  client.connect();
  socket.say({ type: 'connected', userId: 'u', connectionId: 'k' });
  let read = 0;
  readers[name](client.subscribe('c'), () => read++);
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  await turn();
  const heaps = [];
  const cpu = process.cpuUsage();
  const start = performance.now();
  for (let second = 1; second <= seconds; second++) {
    while (performance.now() - start < second * 1000) {
      const due = rate ? ((performance.now() - start) / 1000) * rate - socket.last : Infinity;
      if (due >= 1) socket.pour(Math.min(due, BATCH));
      await turn();
    }
    heaps.push(heap());
  }
  const { user, system } = process.cpuUsage(cpu);
  const ms = performance.now() - start;
  const mib = (bytes) => (bytes / 2 ** 20).toFixed(2);
  const [first, last] = [heaps[0], heaps.at(-1)];
  console.log(
    `${name.padEnd(8)} ${Math.round((read / ms) * 1000)} messages/s, ${((user + system) / read).toFixed(2)} µs of CPU each,` +
      ` waiting ${socket.last - read}, heap after gc ${mib(first)} → ${mib(last)} MiB`,
  );
  client.close();
}

console.log(`Node ${process.version}, ${utf8Length(HEAD) + 6} bytes a message, ${rate || 'as many as it can'} a second, ${seconds} s each`);
for (const name of Object.keys(readers)) await measure(name);
process.exit();
