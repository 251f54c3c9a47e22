// The job of /ws/positions as most would write it in Node: `ws`, JSON, one map of nodes. Each update
// is taken in, printed once, and sent to all who subscribed. Whoever has not taken the last two
// messages is passed over. `node positions.mjs` listens on a free port of loopback and says which.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../../../client-js/', import.meta.url));
const { WebSocketServer } = require('ws');

const UNREAD = 2;
const nodes = new Map();
const watchers = new Set();

function move(changed) {
  for (const { id, position, velocity } of changed) {
    if (![position, velocity].every(({ x, y, z }) => [x, y, z].every(Number.isFinite))) return;
    const node = nodes.get(id) ?? { id, sssp_distance: null, sssp_parent: -1 };
    nodes.set(id, Object.assign(node, { position, velocity }));
  }
  tell();
}

function tell() {
  const text = Buffer.from(JSON.stringify({ type: 'positions', nodes: [...nodes.values()] }));
  for (const watcher of watchers) {
    if (watcher.bufferedAmount < UNREAD * text.length) watcher.send(text, { binary: false });
  }
}

const server = new WebSocketServer({
  host: '127.0.0.1',
  port: 0,
  path: '/ws/positions',
  perMessageDeflate: false,
  maxPayload: 10 << 20,
});
server.on('listening', () => console.log(`peer ready ${server.address().port}`));
server.on('connection', (socket) => {
  socket.on('message', (text) => {
    const message = JSON.parse(text);
    if (message.type === 'subscribe_position_updates') watchers.add(socket);
    if (message.type === 'move') move(message.nodes);
  });
  socket.on('close', () => watchers.delete(socket));
});
