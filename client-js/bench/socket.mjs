// The same over a real socket of Node's ws, its server in a thread of its own:
//   node --expose-gc client-js/bench/socket.mjs [seconds] [messages a second]
// The share of time in which the client's thread was busy is what one core has to give for it.
import { performance } from 'node:perf_hooks';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import WebSocket, { WebSocketServer } from 'ws';
import { Client, utf8Length } from '../client.js';

const seconds = Number(process.argv[2] ?? 10);
const rate = Number(process.argv[3] ?? 50_000);
const payload = JSON.stringify({ agent_id: 'a-17', metric: 'cpu', value: 0.7321, text: 'x'.repeat(60) });
const HEAD = `{"type":"message","channel":"c","from":"u-17","data":${payload},"timestamp":"2026-01-31T08:05:09.007Z","offset":`;

function serve() {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' }, () => {
    parentPort.postMessage(server.address().port);
  });
  server.on('connection', (socket) => {
    const left = { messages: 0, bytes: 0 };
    let offset = 0;
    let start;
    socket.send('{"type":"connected","userId":"u","connectionId":"k"}');
    socket.on('message', (text) => {
      const { action, id, credits } = JSON.parse(String(text));
      left.messages += credits?.messages ?? 0;
      left.bytes += credits?.bytes ?? 0;
      if (action !== 'subscribe') return;
      socket.send(`{"type":"subscribed","channel":"c","id":${id},"epoch":"e","offset":0,"recovered":false}`);
      start = performance.now();
    });
    setInterval(() => {
      const due = ((performance.now() - start) / 1000) * workerData.rate;
      while (offset < due && left.messages > 0 && left.bytes > 0) {
        const data = `${HEAD}${++offset}}`;
        left.messages--;
        left.bytes -= utf8Length(data);
        socket.send(data);
      }
    }, 2);
  });
}

async function measure() {
  const worker = new Worker(new URL(import.meta.url), { workerData: { rate } });
  const port = await new Promise((resolve) => worker.once('message', resolve));
  const client = new Client(`ws://127.0.0.1:${port}`, { token: 't', WebSocket });
  await client.connect();
  let read = 0;
  client.subscribe('c', () => read++);
  const heap = () => {
    globalThis.gc?.();
    return (process.memoryUsage().heapUsed / 2 ** 20).toFixed(2);
  };
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  const [before, first, busy] = [read, heap(), performance.eventLoopUtilization()];
  const start = performance.now();
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const { utilization } = performance.eventLoopUtilization(busy);
  const per = (read - before) / ((performance.now() - start) / 1_000);
  console.log(
    `Node ${process.version}: ${Math.round(per)} messages/s of ${utf8Length(HEAD) + 6} bytes,` +
      ` client's thread busy ${(utilization * 100).toFixed(0)} %, ${((utilization / per) * 1e6).toFixed(2)} µs each,` +
      ` heap after gc ${first} → ${heap()} MiB`,
  );
  process.exit();
}

if (isMainThread) await measure();
else serve();
