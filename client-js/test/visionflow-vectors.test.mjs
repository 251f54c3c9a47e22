// The golden vectors of VisionFlow's bytes, which the server and the Java client run too.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import * as frames from '../src/visionflow/frames.js';
import { MAX_NODES, NodeColumns, NodeReader, RAW_WIDTH, rawSize, v2Size, writeRaw, writeV2 } from '../src/visionflow/nodes.js';
import * as servers from './visionflow.mjs';
import { seeded } from './world.mjs';

const file = '../../protocol-visionflow/src/test/resources/vectors/visionflow.json';
const vectors = JSON.parse(readFileSync(new URL(file, import.meta.url), 'utf8'));

/** What JSON.parse takes, and a browser has nothing else. */
const LENIENT = ['a name twice'];

const KINDS = ['PLAIN', 'KNOWLEDGE', 'AGENT'];
const reader = new NodeReader();
const into = new NodeColumns(2);
const header = new frames.FrameHeader();

/** In the middle of other bytes. */
function viewOf(hex) {
  const bytes = Buffer.from(hex, 'hex');
  const wide = new Uint8Array(bytes.length + 10).fill(99);
  wide.set(bytes, 7);
  return new DataView(wide.buffer, 7, bytes.length);
}

const hexOf = (view) => Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString('hex');

function columnsOf(nodes) {
  const columns = new NodeColumns(1);
  for (const { id, kind, pos, vel, dist, parent } of nodes) {
    const row = columns.add(id, KINDS.indexOf(kind));
    columns.positions.set(pos.map(Number), 3 * row);
    columns.velocities.set(vel.map(Number), 3 * row);
    columns.distances[row] = Number(dist);
    columns.parents[row] = parent;
  }
  return columns;
}

/** By their bits, so that -0 is not 0. */
function bitsOf({ count, ids, kinds, positions, velocities, distances, parents }) {
  const bits = (floats, length) => [...new Uint32Array(floats.slice(0, length).buffer)];
  return {
    ids: [...ids.slice(0, count)],
    kinds: [...kinds.slice(0, count)],
    positions: bits(positions, 3 * count),
    velocities: bits(velocities, 3 * count),
    distances: bits(distances, count),
    parents: [...parents.slice(0, count)],
  };
}

const forms = {
  raw: {
    read: (view) => reader.raw(view, into),
    write: (columns, rows) => {
      const view = new DataView(new ArrayBuffer(rawSize(rows?.length ?? columns.count)));
      assert.equal(writeRaw(columns, view, 0, rows), view.byteLength);
      return view;
    },
  },
  v2: {
    read: (view) => reader.v2(view, into),
    write: (columns, rows) => {
      const view = new DataView(new ArrayBuffer(v2Size(rows?.length ?? columns.count)));
      assert.equal(writeV2(columns, view, 0, rows), view.byteLength);
      return view;
    },
  },
};

for (const [part, form] of Object.entries(forms)) {
  for (const { name, hex, nodes } of vectors[part].good) {
    test(`${part}: ${name}`, () => {
      form.read(viewOf(hex));
      assert.deepEqual(bitsOf(into), bitsOf(columnsOf(nodes)));
      assert.equal(hexOf(form.write(into)), hex);
      assert.equal(hexOf(form.write(columnsOf(nodes), nodes.map((_, i) => i))), hex);
    });
  }
  for (const { name, hex, code } of vectors[part].refused) {
    test(`${part}, refused: ${name}`, () => {
      form.read(viewOf(vectors[part].good.find(({ nodes }) => nodes.length > 1).hex));
      const before = bitsOf(into);
      assert.throws(() => form.read(viewOf(hex)), { name: 'SluiceError', code });
      assert.deepEqual(bitsOf(into), before);
    });
  }
  for (const { name, nodes, code } of vectors[part].unwritable) {
    test(`${part}, not written: ${name}`, () => {
      const columns = columnsOf(nodes);
      assert.throws(() => form.write(columns), { name: 'SluiceError', code });
      assert.throws(() => form.write(columns, [nodes.length - 1]), { name: 'SluiceError', code });
    });
  }
}

async function readFrame(view) {
  into.count = 1;
  header.read(view);
  if (!header.gzip) return frames.readPayload(header.type, view, frames.HEADER, reader, into);
  return frames.readPayload(header.type, await frames.inflate(view), 0, reader, into);
}

const write = {
  NODE_UPDATE: ({ nodes }, time) => {
    const columns = columnsOf(nodes);
    const view = new DataView(new ArrayBuffer(frames.nodesSize(columns.count)));
    assert.equal(frames.writeNodes(columns, time, view), view.byteLength);
    return new Uint8Array(view.buffer);
  },
  SSSP_UPDATE: ({ nodes }, time) => servers.pathsFrame(columnsOf(nodes), time),
  VOICE_FRAME: ({ speaker, sequence, opus }, time) =>
    frames.voiceFrame(speaker, sequence, new Uint8Array(Buffer.from(opus, 'hex')), time),
  SETTINGS_UPDATE: ({ json }, time) => servers.jsonFrame(frames.SETTINGS_UPDATE, json, time),
  AGENT_STATUS: ({ json }, time) => servers.jsonFrame(frames.AGENT_STATUS, json, time),
  ERROR: ({ json }, time) => servers.jsonFrame(frames.ERROR, json, time),
  PING: ({ value }, time) => frames.pingFrame(frames.PING, BigInt(value), time),
  PONG: ({ value }, time) => frames.pingFrame(frames.PONG, BigInt(value), time),
  CLOSE: ({ code, reason }, time) => servers.closeFrame(code, reason, time),
};

for (const vector of vectors.frames.good) {
  test(`frame: ${vector.name}`, async () => {
    const said = await readFrame(viewOf(vector.hex));
    const time = Number(vector.timestamp);
    const { type, gzip, priority, timestamp } = header;
    assert.deepEqual([type, gzip, priority, timestamp], [frames[vector.type], vector.gzip, vector.priority, time]);
    const { nodes, json, value, opus, ...rest } = vector;
    if (nodes) assert.deepEqual(bitsOf(said), bitsOf(columnsOf(nodes)));
    else if (json) assert.deepEqual(said.json, JSON.parse(json));
    else if (value) assert.equal(said.value, BigInt(value));
    else if (opus !== undefined) {
      assert.deepEqual([said.speaker, said.sequence, Buffer.from(said.opus).toString('hex')], [rest.speaker, rest.sequence, opus]);
    } else assert.deepEqual(said, { code: rest.code, reason: rest.reason });
    const written = Buffer.from(write[vector.type](vector, Number.isSafeInteger(time) ? time : 0)).toString('hex');
    // What is compressed or of another priority we would write differently.
    const usual = viewOf(written).getUint8(1) === viewOf(vector.hex).getUint8(1);
    if (usual && Number.isSafeInteger(time)) assert.equal(written, vector.hex);
  });
}

for (const { name, hex, code } of vectors.frames.refused) {
  test(`frame, refused: ${name}`, async () => {
    const view = viewOf(hex);
    if (LENIENT.includes(name)) return void (await readFrame(view));
    await assert.rejects(readFrame(view), { name: 'SluiceError', code });
    if (view.byteLength > frames.HEADER && !header.gzip) assert.ok(into.count <= 1);
  });
}

test('every truncation of every frame is refused', () => {
  for (const { name, hex } of vectors.frames.good) {
    for (let length = 0; length < hex.length / 2; length++) {
      const view = viewOf(hex.slice(0, 2 * length));
      assert.throws(() => header.read(view), { code: 'invalid_length' }, `${name}, ${length} bytes`);
    }
  }
});

test('every type byte is one of ours or refused', () => {
  const known = [];
  for (let type = 0; type < 256; type++) {
    const view = viewOf(vectors.frames.good[1].hex);
    view.setUint8(0, type);
    try {
      header.read(view);
      known.push(type);
    } catch (error) {
      assert.equal(error.code, 'unknown_type');
    }
  }
  assert.deepEqual(known, [1, 2, 3, 0x10, 0x11, 0x12, 0x20, 0x21, 0x22]);
});

test('a hundred thousand nodes are read, and one more is refused', () => {
  const columns = new NodeColumns(16, MAX_NODES + 1);
  for (let id = 0; id < MAX_NODES; id++) columns.add(id);
  forms.v2.read(forms.v2.write(columns));
  assert.equal(into.count, MAX_NODES);
  columns.add(MAX_NODES);
  assert.throws(() => forms.v2.read(forms.v2.write(columns)), { code: 'too_many_nodes' });
  assert.equal(into.count, MAX_NODES);
  assert.throws(() => reader.raw(new DataView(new ArrayBuffer((MAX_NODES + 1) * RAW_WIDTH)), into), { code: 'too_many_nodes' });
});

test('random bytes are read or refused, and nothing else is thrown', async () => {
  const seed = Date.now() >>> 0;
  const random = seeded(seed);
  for (let round = 0; round < 3000; round++) {
    const view = new DataView(new ArrayBuffer(Math.floor(random() * 120)));
    for (let i = 0; i < view.byteLength; i++) view.setUint8(i, random() * 256);
    if (view.byteLength >= frames.HEADER && random() < 0.75) {
      view.setUint8(0, [1, 2, 3, 16, 17, 18, 32, 33, 34][Math.floor(random() * 9)]);
      view.setUint8(1, view.getUint8(1) & (random() < 0.2 ? 7 : 6));
      view.setUint16(2, 0);
      view.setUint32(4, view.byteLength - frames.HEADER, true);
    }
    for (const read of [readFrame, async (v) => reader.raw(v, into), async (v) => reader.v2(v, into)]) {
      await read(view).catch((error) => assert.equal(error.name, 'SluiceError', `seed ${seed}: ${error.stack}`));
    }
  }
});

test('what is read leaves no garbage behind: the columns are used again', () => {
  const columns = new NodeColumns(1000);
  for (let id = 0; id < 1000; id++) columns.add(id);
  const message = forms.raw.write(columns);
  forms.raw.read(message);
  const { ids, kinds, positions, velocities, distances, parents } = into;
  for (let i = 0; i < 100; i++) forms.raw.read(message);
  assert.deepEqual([into.ids, into.kinds, into.positions].map((column, i) => column === [ids, kinds, positions][i]), [true, true, true]);
  assert.ok(into.velocities === velocities && into.distances === distances && into.parents === parents);
});
