// A small server of VisionFlow for sockets of the fake world, and the frames that only servers write.
import * as frames from '../src/visionflow/frames.js';
import { NodeColumns, SSSP_WIDTH, rawSize, v2Size, writeRaw, writeV2 } from '../src/visionflow/nodes.js';

function frame(type, payload, timestamp) {
  const view = new DataView(new ArrayBuffer(frames.HEADER + payload.byteLength));
  frames.writeHeader(view, type, payload.byteLength, timestamp);
  const bytes = new Uint8Array(view.buffer);
  bytes.set(payload, frames.HEADER);
  return bytes;
}

export function pathsFrame({ count, ids, kinds, distances, parents }, timestamp) {
  const view = new DataView(new ArrayBuffer(count * SSSP_WIDTH));
  for (let row = 0, at = 0; row < count; row++, at += SSSP_WIDTH) {
    view.setUint16(at, (kinds[row] << 14) | ids[row], true);
    view.setFloat32(at + 2, distances[row], true);
    view.setInt32(at + 6, parents[row], true);
  }
  return frame(frames.SSSP_UPDATE, new Uint8Array(view.buffer), timestamp);
}

export function jsonFrame(type, json, timestamp) {
  return frame(type, new TextEncoder().encode(json), timestamp);
}

export function closeFrame(code, reason, timestamp) {
  const text = new TextEncoder().encode(reason);
  const payload = new Uint8Array(2 + text.length);
  new DataView(payload.buffer).setUint16(0, code, true);
  payload.set(text, 2);
  return frame(frames.CLOSE, payload, timestamp);
}

export const FORMS = {
  raw: { protocols: [], size: rawSize, write: writeRaw, width: 34 },
  v2: { protocols: ['visionflow.v2', 'token.a.b.c'], size: v2Size, write: writeV2, width: 36 },
  framed: { protocols: ['visionflow.framed', 'token.a.b.c'], size: frames.nodesSize, width: 34 },
};

/** Nodes as `{id, kind, at, by, dist, parent}`, in columns. */
export function columnsOf(nodes) {
  const columns = new NodeColumns(Math.max(nodes.length, 1), Math.max(nodes.length, 1));
  for (const { id, kind = 0, at = [0, 0, 0], by = [0, 0, 0], dist = Infinity, parent = -1 } of nodes) {
    const row = columns.add(id, kind);
    columns.positions.set(at, 3 * row);
    columns.velocities.set(by, 3 * row);
    columns.distances[row] = dist;
    columns.parents[row] = parent;
  }
  return columns;
}

/** A message of nodes in a form. */
export function nodesIn(form, nodes, timestamp = 0) {
  const columns = columnsOf(nodes);
  const view = new DataView(new ArrayBuffer(FORMS[form].size(columns.count)));
  if (form === 'framed') frames.writeNodes(columns, timestamp, view);
  else FORMS[form].write(columns, view);
  return view.buffer;
}

/** A socket of the fake world as a server of graphs speaks over it. */
export class GraphLine {
  constructor(socket, form = 'v2') {
    this.socket = socket;
    this.form = form;
  }

  bytes(buffer) {
    this.socket.onmessage?.({ data: buffer });
    return this;
  }

  nodes(...nodes) {
    return this.bytes(nodesIn(this.form, nodes));
  }

  structure(update) {
    this.socket.say({ type: 'graph_update', ...update });
    return this;
  }

  sync(nodes = 0) {
    if (this.socket.readyState === 0) this.socket.open();
    const graph = { nodes_count: nodes, edges_count: 0, metadata_count: 0 };
    this.socket.say({ type: 'state_sync', data: { graph, settings: { version: 0 }, timestamp: 0 } });
    return this;
  }

  established() {
    this.socket.say({ type: 'connection_established', timestamp: 1, is_reconnection: false, state_sync_sent: true });
    return this;
  }

  /** All of a graph with these nodes, as main's server says it: whole, in one. */
  all(nodes, update = {}) {
    this.sync(nodes.length).structure({ whole: true, revision: 1, added: nodes.map(({ id }) => id), ...update });
    return this.nodes(...nodes).established();
  }

  said(type) {
    return this.socket.sent.filter((message) => message.type === type);
  }

  /** What was sent in binary. */
  get binary() {
    return this.socket.sent.filter((message) => message instanceof Uint8Array);
  }
}
