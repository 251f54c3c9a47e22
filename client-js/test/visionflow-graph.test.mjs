// A graph as the client sees it: what comes, what is drawn, what it moves, and what is wrong.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { AGENT, GraphClient } from '../client-visionflow.js';
import { MAX_ID, MAX_RAW_ID, NodeReader } from '../src/visionflow/nodes.js';
import { GRAPH_NUMBERS } from '../src/visionflow/graph.js';
import * as frames from '../src/visionflow/frames.js';
import { FORMS, GraphLine, columnsOf, jsonFrame, nodesIn, pathsFrame } from './visionflow.mjs';
import { World, rejection, settle } from './world.mjs';

const THREE = [
  { id: 5, kind: AGENT, at: [1, 2, 3], by: [0.5, 0, 0], dist: 0 },
  { id: 7, at: [4, 5, 6], dist: 1.5, parent: 5 },
  { id: 9, at: [7, 8, 9] },
];

/** A client of its own world that is not connected. */
function made(options = {}) {
  const world = new World();
  const probe = async (url, init) => (world.probes.push({ url, ...init }), world.probe(url, init));
  const client = world.make(GraphClient, 'ws://sluice.test/ws/positions', { graph: 'g', pingMs: Infinity, ...options }, probe);
  return { world, client, clock: world.clock };
}

async function opened(options) {
  const { world, client, clock } = made(options);
  const connecting = client.connect();
  connecting.catch(() => {});
  await settle();
  const line = new GraphLine(world.socket.open(), options?.form);
  return { world, client, clock, line, connecting };
}

async function standing(options, nodes = THREE, update) {
  const all = await opened(options);
  all.line.all(nodes, update);
  await all.connecting;
  return all;
}

/** The next line, after this one broke. */
async function again({ world }, form) {
  const before = world.sockets.length;
  for (let i = 0; i < 100 && world.sockets.length === before; i++) await world.clock.pass(500);
  return new GraphLine(world.socket.open(), form);
}

const sampled = (client, clock) => {
  const out = new Float32Array(3 * client.scene.count);
  client.scene.sample(out, clock.now());
  return [...out];
};

for (const form of Object.keys(FORMS)) {
  test(`${form}: connect gives the scene when all of the graph is there`, async () => {
    const { world, client, line, connecting } = await opened({ form });
    const { protocols, url } = world.socket;
    assert.deepEqual(protocols, FORMS[form].protocols);
    const { searchParams, pathname } = new URL(url);
    assert.deepEqual([pathname, searchParams.get('graph')], ['/ws/positions', 'g']);
    // Browsers take it amiss if a protocol was offered and none is spoken.
    assert.equal(searchParams.get('token'), form === 'raw' ? 'a.b.c' : null);
    assert.equal(world.socket.binaryType, 'arraybuffer');
    const edges = { added: [[5, 7, 1.5]] };
    line.all(THREE, { edges, names: { 5: 'Ada' }, source: 5 });
    const scene = await connecting;
    assert.equal(scene, client.scene);
    assert.equal(client.state, 'connected');
    assert.deepEqual([scene.count, scene.isWhole, scene.revision, scene.source], [3, true, 1, 5]);
    const row = scene.rowOf(7);
    assert.deepEqual([...scene.positions.slice(3 * row, 3 * row + 3)], [4, 5, 6]);
    assert.deepEqual([scene.distances[row], scene.parents[row], scene.kinds[scene.rowOf(5)]], [1.5, 5, AGENT]);
    assert.equal(scene.distances[scene.rowOf(9)], Infinity);
    assert.equal(scene.rowOf(6), -1);
    assert.deepEqual([scene.edges.count, scene.edges.from[0], scene.edges.to[0], scene.edges.weights[0]], [1, 5, 7, 1.5]);
    assert.deepEqual([...scene.names], [[5, 'Ada']]);
    assert.deepEqual(client.figures().nodes, 3);
    assert.deepEqual(world.errors, []);
  });

  test(`${form}: what is moved goes in one message, the newest of each`, async () => {
    const { client, clock, line } = await standing({ form });
    assert.equal(client.move(5, 1, 1, 1), true);
    client.move(7, 2, 2, 2, 0.5, 0, -0.5);
    client.move(5, 3, 3, 3);
    assert.deepEqual(client.figures().moves, { sent: 0, dropped: 0, waiting: 2 });
    await clock.pass(1);
    const into = columnsOf([]);
    into.limit = 10;
    const [message] = line.binary;
    const view = new DataView(message.slice().buffer);
    if (form === 'framed') frames.readPayload(frames.NODE_UPDATE, view, frames.HEADER, new NodeReader(), into);
    else new NodeReader()[form](view, into);
    assert.deepEqual([...into.ids.slice(0, 2)], [5, 7]);
    assert.deepEqual([into.kinds[0], into.kinds[1]], [AGENT, 0]);
    assert.deepEqual([...into.positions.slice(0, 6)], [3, 3, 3, 2, 2, 2]);
    assert.deepEqual([...into.velocities.slice(3, 6)], [0.5, 0, -0.5]);
    assert.deepEqual(client.figures().moves, { sent: 2, dropped: 0, waiting: 0 });
  });
}

test('pieces of a structure make one, and changes that come between them follow it', async () => {
  const { client, line, connecting } = await opened();
  const told = [];
  client.on('structure', ({ revision }) => told.push(revision));
  line.sync().structure({ revision: 3, added: [99] });
  assert.deepEqual([client.scene.count, client.scene.revision], [0, null]);
  line.structure({ whole: true, more: true, revision: 4, added: [1, 2], names: { 1: 'one' } });
  line.structure({ revision: 4, more: true, added: [3], edges: { added: [[1, 2, 1]] } });
  line.structure({ revision: 5, removed: [2] });
  line.structure({ revision: 3, added: [98] });
  assert.equal(client.scene.isWhole, false);
  assert.deepEqual(told, []);
  line.structure({ revision: 4, edges: { added: [[2, 3, 1], [3, 1, 2]] }, source: 3 });
  line.nodes({ id: 1 }, { id: 3 }).established();
  const scene = await connecting;
  assert.deepEqual([scene.isWhole, scene.revision, scene.source, scene.count], [true, 5, 3, 2]);
  assert.deepEqual([scene.rowOf(2), scene.rowOf(98), scene.rowOf(99)], [-1, -1, -1]);
  assert.deepEqual([scene.edges.count, scene.edges.from[0], scene.edges.to[0]], [1, 3, 1]);
  line.structure({ revision: 5, added: [97] }).structure({ revision: 6, added: [4], names: { 4: 'four' }, source: null });
  assert.deepEqual([scene.count, scene.names.get(4), scene.source], [3, 'four', null]);
  assert.deepEqual(told, [5, 6]);
});

test('a whole that is asked for takes the place of everything, and positions stay', async () => {
  const { client, clock, line } = await standing({}, THREE, { edges: { added: [[5, 7, 1]] }, names: { 9: 'nine' }, source: 5 });
  client.refresh();
  assert.deepEqual(line.said('request_full_snapshot'), [{ type: 'request_full_snapshot' }]);
  const { version } = client.scene;
  line.structure({ whole: true, more: true, revision: 8, added: [9] });
  line.structure({ revision: 8, added: [5] });
  assert.ok(client.scene.version > version);
  await clock.pass(1_000);
  assert.deepEqual([client.scene.count, client.scene.edges.count, client.scene.names.size, client.scene.source], [2, 0, 0, null]);
  assert.deepEqual(sampled(client, clock), [7, 8, 9, 1, 2, 3]);
});

test('a hole in the changes leads to a new connection, and what is whole there', async () => {
  const all = await standing();
  all.line.structure({ revision: 2, added: [11] }).structure({ revision: 4, added: [12] });
  assert.deepEqual(all.world.errors.map(({ code }) => code), ['gap']);
  assert.equal(all.client.state, 'waiting');
  const next = all.client.connect();
  const line = await again(all);
  line.all([{ id: 1, at: [1, 0, 0] }], { revision: 9 });
  assert.deepEqual([(await next).count, all.client.scene.revision, all.client.figures().reconnects], [1, 9, 1]);
});

test('positions of a node that the structure does not name yet are there when it does', async () => {
  const { client, clock, line } = await standing();
  line.nodes({ id: 20, at: [9, 9, 9] });
  assert.equal(client.scene.count, 3);
  line.structure({ revision: 2, added: [20, 21] });
  assert.deepEqual(sampled(client, clock).slice(9), [9, 9, 9, NaN, NaN, NaN]);
  await clock.pass(100);
  line.nodes({ id: 21, at: [1, 1, 1] });
  assert.deepEqual(sampled(client, clock).slice(12), [1, 1, 1], 'it does not glide out of nowhere');
  line.structure({ revision: 3, removed: [7, 20] });
  line.nodes({ id: 7, at: [0, 0, 0] });
  assert.deepEqual([client.scene.count, client.scene.rowOf(7)], [3, -1]);
  assert.deepEqual([5, 9, 21].map((id) => client.scene.ids[client.scene.rowOf(id)]), [5, 9, 21]);
});

test('a position that overtakes the changes is that of a node which goes and comes back', async () => {
  const { client, clock, line } = await standing();
  line.nodes({ id: 5, at: [9, 9, 9] });
  line.structure({ revision: 2, removed: [5] });
  assert.deepEqual([client.scene.count, client.scene.rowOf(5)], [2, -1]);
  line.structure({ revision: 3, added: [5] });
  await clock.pass(1_000);
  const row = client.scene.rowOf(5);
  assert.deepEqual(sampled(client, clock).slice(3 * row, 3 * row + 3), [9, 9, 9]);
});

test('who was removed is forgotten before it fills the memory', async () => {
  const { client, line } = await standing({ nodes: 1_000 });
  for (let round = 0, revision = 2; round < 150; round++) {
    const ids = Array.from({ length: 900 }, (_, n) => 1_000 + 900 * round + n);
    line.structure({ revision: revision++, added: ids }).nodes(...ids.map((id) => ({ id })));
    line.structure({ revision: revision++, removed: ids });
  }
  assert.deepEqual([client.scene.count, client.state], [3, 'connected']);
  assert.ok(client.scene.ids.length <= 101_000);
  assert.deepEqual([5, 7, 9].map((id) => client.scene.ids[client.scene.rowOf(id)]), [5, 7, 9]);
});

test('more than a thousand changes between two pieces of a structure lead to a new connection', async () => {
  const all = await opened();
  all.line.sync().structure({ whole: true, more: true, revision: 4, added: [1] });
  for (let n = 1; n <= 1_000; n++) all.line.structure({ revision: 4 + n, names: { 1: `name ${n}` } });
  assert.deepEqual(all.world.errors, []);
  all.line.structure({ revision: 1_005 });
  assert.deepEqual(all.world.errors.map(({ code }) => code), ['gap']);
  assert.equal(all.client.state, 'waiting');
  const line = await again(all);
  line.sync().structure({ whole: true, more: true, revision: 4, added: [1] });
  for (let n = 1; n <= 1_000; n++) line.structure({ revision: 4 + n, names: { 1: `name ${n}` } });
  line.structure({ revision: 4 }).nodes({ id: 1 }).established();
  const scene = await all.connecting;
  assert.deepEqual([scene.revision, scene.names.get(1)], [1_004, 'name 1000']);
});

test('names of nobody are passed over', async () => {
  const { client, line } = await standing({}, THREE, { names: { 5: 'five', 6: 'six' } });
  assert.deepEqual([...client.scene.names], [[5, 'five']]);
  line.structure({ revision: 2, removed: [7], names: { 7: 'seven', 9: 'nine', 10: 'ten' } });
  assert.deepEqual([...client.scene.names], [[5, 'five'], [9, 'nine']]);
});

test('what is drawn glides from where it was drawn to where it was said to be, and rests there', async () => {
  const { client, clock, line } = await standing({}, [{ id: 1, at: [0, 0, 0] }]);
  for (let n = 1; n <= 6; n++) {
    await clock.pass(100);
    line.nodes({ id: 1, at: [n, 0, 0] });
  }
  assert.equal(client.scene.interval, 100);
  assert.equal(sampled(client, clock)[0], 5, 'one message behind');
  await clock.pass(50);
  assert.equal(sampled(client, clock)[0], 5.5);
  // Early: it goes on from there, and jumps nowhere.
  line.nodes({ id: 1, at: [8, 0, 0] });
  assert.equal(sampled(client, clock)[0], 5.5);
  await clock.pass(50);
  assert.equal(sampled(client, clock)[0], 6.75);
  await clock.pass(10_000);
  assert.equal(sampled(client, clock)[0], 8);
  // One long silence is no new interval.
  line.nodes({ id: 1, at: [9, 0, 0] });
  assert.equal(client.scene.interval, 100);
  await clock.pass(100);
  assert.equal(sampled(client, clock)[0], 9);
  assert.throws(() => client.scene.sample(new Float32Array(2), clock.now()), { code: 'invalid_option' });
});

test('a pace is asked for at each connection, and told when the server has agreed', async () => {
  const all = await standing({ interval: 33 });
  const { client } = all;
  const asked = (line) => line.said('subscribe_position_updates').map(({ data }) => data);
  assert.deepEqual(asked(all.line), [{ interval: 33, binary: true }]);
  const told = [];
  client.on('interval', (ms) => told.push(ms));
  all.line.socket.say({ type: 'subscription_confirmed', subscription: 'position_updates', interval: 34, binary: true });
  assert.deepEqual([told, client.interval], [[34], 34]);
  client.pace(1_000);
  assert.deepEqual(asked(all.line)[1], { interval: 1_000, binary: true });
  for (const wrong of [-1, 60_001, NaN]) assert.throws(() => client.pace(wrong), { code: 'invalid_option' });
  all.line.socket.shut();
  assert.equal(client.interval, null);
  const line = await again(all);
  line.sync();
  client.pace(500);
  assert.deepEqual(asked(line), [], 'while the graph is on its way nothing is asked');
  line.all(THREE);
  assert.deepEqual(asked(line), [{ interval: 500, binary: true }]);
});

test('moves are sent at most every 16 ms, and wait while the socket is full', async () => {
  const { client, clock, line } = await standing();
  client.move(5, 1, 0, 0);
  await clock.pass(0);
  assert.equal(line.binary.length, 1);
  client.move(5, 2, 0, 0);
  await clock.pass(15);
  assert.equal(line.binary.length, 1);
  client.move(5, 3, 0, 0);
  await clock.pass(1);
  assert.equal(line.binary.length, 2);
  line.socket.bufferedAmount = 100_000;
  client.move(5, 4, 0, 0);
  await clock.pass(200);
  client.move(5, 5, 0, 0);
  assert.deepEqual([line.binary.length, client.figures().moves.waiting], [2, 1]);
  line.socket.bufferedAmount = 0;
  await clock.pass(20);
  assert.equal(line.binary.length, 3);
  assert.equal(new DataView(line.binary[2].slice().buffer).getFloat32(5, true), 5);
});

test('a move that cannot be is thrown, one too many is refused, and a cut drops what waits and says so', async () => {
  const { world, client, line } = await standing({ maxMoves: 2, form: 'raw' });
  for (const id of [-1, 1.5, MAX_RAW_ID + 1]) assert.throws(() => client.move(id, 0, 0, 0), { code: 'id_out_of_range' });
  for (const x of [NaN, Infinity, 1e39]) assert.throws(() => client.move(1, x, 0, 0), { code: 'not_finite' });
  assert.deepEqual([5, 7, 9, 7].map((id) => client.move(id, 0, 0, 0)), [true, true, false, true]);
  const dropped = [];
  client.on('dropped', (count) => dropped.push(count));
  line.socket.shut();
  assert.deepEqual(dropped, [2]);
  assert.equal(client.move(5, 0, 0, 0), false);
  assert.deepEqual(client.figures().moves, { sent: 0, dropped: 4, waiting: 0 });
  assert.equal(world.clock.size, 1, 'only the timer of the next attempt');
});

test('who is not there is not moved: the server would refuse all that go with it', async () => {
  const { client, clock, line } = await standing();
  line.structure({ revision: 2, added: [11] });
  // What kind 11 is has not come, and 12 is nobody.
  assert.deepEqual([5, 7, 9, 11, 12].map((id) => client.move(id, id, 0, 0)), [true, true, true, false, false]);
  line.structure({ revision: 3, removed: [5] }).nodes({ id: 9, kind: AGENT });
  await clock.pass(1);
  const into = columnsOf([]);
  into.limit = 10;
  new NodeReader().v2(new DataView(line.binary[0].slice().buffer), into);
  assert.deepEqual([...into.ids.slice(0, into.count)], [7, 9]);
  assert.deepEqual([...into.kinds.slice(0, 2)], [0, AGENT]);
  assert.deepEqual([...into.positions.slice(0, 6)], [7, 0, 0, 9, 0, 0]);
  assert.deepEqual(client.figures().moves, { sent: 2, dropped: 3, waiting: 0 });
  client.move(7, 1, 1, 1);
  line.structure({ revision: 4, removed: [7] });
  await clock.pass(100);
  assert.equal(line.binary.length, 1, 'nothing is left to go');
  assert.deepEqual(client.figures().moves, { sent: 2, dropped: 4, waiting: 0 });
});

test('pings are answered with their timestamp, and the way is measured, one question at a time', async () => {
  const { client, clock, line } = await standing({ pingMs: 1_000 });
  line.socket.say({ type: 'ping', timestamp: 1_767_225_600_123 });
  assert.deepEqual(line.said('pong'), [{ type: 'pong', timestamp: 1_767_225_600_123 }]);
  const answer = () => line.socket.say({ type: 'pong', timestamp: line.said('ping').at(-1).timestamp });
  for (let n = 1; n <= 100; n++) {
    await clock.pass(n);
    assert.equal(client.figures().waits, n);
    answer();
    answer();
    await clock.pass(1_000 - n);
  }
  assert.deepEqual(client.figures().latency, { last: 100, min: 1, avg: 50.5, max: 100, p95: 95, p99: 99 });
  await clock.pass(2_500);
  assert.equal(line.said('ping').length, 101);
  assert.equal(client.figures().waits, 2_500);
});

test('after silence the server is asked, and then left', async () => {
  const { world, client, clock, line } = await standing();
  await clock.pass(25_000);
  assert.deepEqual(line.said('ping'), [{ type: 'ping' }]);
  await clock.pass(10_000);
  assert.deepEqual([client.state, world.errors[0].code], ['waiting', 'silent']);
});

test('bytes that are none are an error, what is known stays, and the line begins anew', async () => {
  const wrong = {
    invalid_length: Uint8Array.of(2, 0, 0).buffer,
    unknown_version: Uint8Array.of(3).buffer,
    duplicate_id: nodesIn('v2', [{ id: 1, at: [9, 9, 9] }, { id: 1 }]),
  };
  for (const [code, bytes] of Object.entries(wrong)) {
    const all = await standing();
    all.line.bytes(bytes);
    assert.deepEqual(all.world.errors.map((error) => error.code), [code]);
    assert.equal(all.client.state, 'waiting');
    assert.deepEqual([...all.client.scene.positions.slice(0, 9)], [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const next = all.client.connect();
    (await again(all)).all([{ id: 5, at: [0, 0, 1] }], { revision: 1 });
    assert.equal((await next).count, 1);
    assert.deepEqual(all.world.reported, []);
  }
});

test('texts and structures that are none are errors, too, and change nothing', async () => {
  const texts = ['nonsense', '[]', '{}', '{"type":7}', '{"type":""}', 'null'];
  const updates = [
    {},
    { revision: 'two' },
    { revision: 2, added: [-1] },
    { revision: 2, added: [1.5] },
    { revision: 2, added: 7 },
    { revision: 2, added: [11], removed: ['5'] },
    { revision: 2, added: [11], edges: { added: [[1, 2]] } },
    { revision: 2, added: [11], edges: { added: [[1, 2, -1]] } },
    { revision: 2, added: [11], edges: { removed: [[1]] } },
    { revision: 2, added: [11], edges: { removed: {} } },
    { revision: 2, added: [11], names: { x: 'y' } },
    { revision: 2, added: [11], names: { 5: 5 } },
    { revision: 2, added: [11], names: 'none' },
    { revision: 2, added: [11], source: -5 },
  ].map((update) => JSON.stringify({ type: 'graph_update', ...update }));
  for (const text of [...texts, ...updates]) {
    const { world, client, line } = await standing();
    line.socket.say(text);
    assert.deepEqual(world.errors.map(({ code }) => code), ['bad_message'], text);
    assert.deepEqual([client.state, client.scene.count], ['waiting', 3], text);
  }
});

test('numbers that fell together under one factor do not in this page', () => {
  // Multiplied by it they are 0, 1, 2 …: all begin in the same few places.
  const factor = 0x9e3779b1;
  let inverse = factor;
  for (let n = 0; n < 5; n++) inverse = Math.imul(inverse, 2 - Math.imul(factor, inverse));
  const view = new DataView(new ArrayBuffer(FORMS.v2.size(100_000)));
  view.setUint8(0, 2);
  for (let n = 0, row = 0; row < 100_000; n++) {
    const id = Math.imul(inverse, n) >>> 0;
    if (id <= MAX_ID) view.setUint32(1 + 36 * row++, id, true);
  }
  const into = columnsOf([]);
  into.limit = 100_000;
  const before = performance.now();
  new NodeReader().v2(view, into);
  const took = performance.now() - before;
  assert.equal(into.count, 100_000);
  assert.ok(took < 2_000, `${took} ms for one message`);
});

test('neither text nor bytes, and what is too large, ends the connection', async () => {
  const one = await standing();
  one.line.bytes(new Blob([]));
  assert.equal(one.world.errors[0].code, 'bad_message');
  const other = await standing({ messageBytes: 1_000 });
  other.line.bytes(new ArrayBuffer(1_001));
  assert.equal(other.world.errors[0].code, 'message_too_big');
});

test('a graph beyond the limits is given up', async () => {
  const nodes = await opened({ nodes: 2 });
  nodes.line.sync().structure({ whole: true, revision: 1, added: [1, 2, 3] });
  assert.equal(nodes.client.state, 'failed');
  assert.equal((await rejection(nodes.connecting)).code, 'graph_full');
  const edges = await standing({ edges: 1 });
  edges.line.structure({ revision: 2, edges: { added: [[5, 7, 1], [5, 7, 2]] } });
  assert.equal(edges.client.state, 'connected');
  edges.line.structure({ revision: 3, edges: { added: [[7, 5, 1]] } });
  assert.deepEqual([edges.client.state, edges.world.errors[0].code], ['failed', 'graph_full']);
});

test('strangers in messages are forgotten before they fill the memory', async () => {
  const { client, line } = await standing({ nodes: 3 });
  for (let round = 0; round < 3; round++) {
    line.nodes(...Array.from({ length: 60_000 }, (_, n) => ({ id: 1_000 + 60_000 * round + n })));
  }
  assert.ok(client.scene.ids.length <= 100_003);
  assert.deepEqual([client.scene.count, client.state, client.figures().nodes], [3, 'connected', 180_003]);
  assert.equal(client.scene.ids[client.scene.rowOf(9)], 9);
});

for (const code of ['unknown_graph', 'forbidden']) {
  test(`${code} at the door is final`, async () => {
    const { world, client, line, connecting } = await opened();
    line.socket.say({ type: 'error', code, message: 'no', recoverable: true });
    assert.equal((await rejection(connecting)).code, code);
    assert.deepEqual([client.state, world.errors.map((error) => error.code)], ['refused', [code]]);
    assert.equal(world.clock.size, 0);
  });
}

test('a graph that is removed is refused; an error that is recoverable leaves the line', async () => {
  const { world, client, line } = await standing();
  line.socket.say({ type: 'error', code: 'forbidden', message: 'no', recoverable: true, details: { id: 5 } });
  assert.equal(client.state, 'connected');
  assert.deepEqual([world.errors[0].code, world.errors[0].cause.details], ['forbidden', { id: 5 }]);
  line.socket.say({ type: 'rate_limit_warning', message: 'slower', retry_after: 1 });
  assert.equal(world.errors[1].code, 'rate_limited');
  line.socket.say({ type: 'error', code: 'unknown_graph', message: 'gone', recoverable: false });
  line.socket.shut(1008);
  assert.equal(client.state, 'refused');
  assert.equal((await rejection(client.connect())).code, 'unknown_graph');
});

test('after a cut it comes back with a fresh token, and all of the graph', async () => {
  let tokens = 0;
  const all = await standing({ token: async () => `a.b.${++tokens}` });
  all.line.socket.shut();
  assert.equal(all.client.state, 'waiting');
  const next = all.client.connect();
  await settle();
  const line = new GraphLine(all.world.socket.open());
  line.all([{ id: 5, at: [0, 0, 9] }], { revision: 1 });
  assert.equal((await next).count, 1);
  assert.deepEqual(all.world.socket.protocols, ['visionflow.v2', 'token.a.b.2']);
  assert.equal(all.client.figures().reconnects, 1);
});

test('who waits for a graph when the line breaks gets it on the next', async () => {
  const all = await opened();
  all.line.sync(3);
  all.line.socket.shut();
  (await again(all)).all(THREE);
  assert.equal((await all.connecting).count, 3);
});

test('close ends it politely', async () => {
  const { client, line, world } = await standing();
  const closed = client.close();
  line.socket.shut(1000);
  await closed;
  assert.deepEqual([client.state, line.socket.closedWith, world.clock.size], ['closed', 1000, 0]);
});

test('frames: errors, pings, ways alone, and what concerns nobody', async () => {
  const { world, client, line } = await standing({ form: 'framed' });
  const { scene } = client;
  line.bytes(jsonFrame(frames.ERROR, '{"code":"unknown_node","message":"no","recoverable":true}', 1).buffer);
  assert.equal(world.errors[0].code, 'unknown_node');
  line.bytes(frames.pingFrame(frames.PING, 2n ** 63n, 1).buffer);
  const pong = new DataView(line.binary[0].slice().buffer);
  assert.deepEqual([pong.getUint8(0), pong.getBigUint64(frames.HEADER, true)], [frames.PONG, 2n ** 63n]);
  line.bytes(pathsFrame(columnsOf([{ id: 9, dist: 2.5, parent: 7 }]), 1).buffer);
  const row = scene.rowOf(9);
  assert.deepEqual([scene.distances[row], scene.parents[row]], [2.5, 7]);
  assert.deepEqual([...scene.positions.slice(3 * row, 3 * row + 3)], [7, 8, 9]);
  line.bytes(jsonFrame(frames.SETTINGS_UPDATE, '{"version":1}', 1).buffer);
  assert.deepEqual([client.state, world.errors.length], ['connected', 1]);
  line.bytes(frames.voiceFrame(1, 2, Uint8Array.of(1), 1).subarray(0, 18).slice().buffer);
  assert.equal(world.errors[1].code, 'invalid_length');
});

/** A NODE_UPDATE whose payload is compressed. */
function packed(nodes) {
  const plain = new Uint8Array(nodesIn('framed', nodes));
  const payload = gzipSync(plain.subarray(frames.HEADER));
  const bytes = new Uint8Array(frames.HEADER + payload.length);
  bytes.set(plain.subarray(0, frames.HEADER));
  bytes.set(payload, frames.HEADER);
  bytes[1] |= 1;
  new DataView(bytes.buffer).setUint32(4, payload.length, true);
  return bytes.buffer;
}

test('compressed frames are inflated, and what comes behind them waits for its turn', async () => {
  const { world, client, line } = await standing({ form: 'framed' });
  const seen = [];
  client.on('nodes', () => seen.push(client.scene.positions[0]));
  line.bytes(packed([{ id: 5, at: [10, 0, 0] }])).nodes({ id: 5, at: [11, 0, 0] });
  line.bytes(packed([{ id: 5, at: [12, 0, 0] }])).nodes({ id: 5, at: [13, 0, 0] });
  line.structure({ revision: 2, added: [30] });
  assert.deepEqual(seen, []);
  while (client.scene.count < 4) await settle();
  assert.deepEqual(seen, [10, 11, 12, 13]);
  const corrupt = new Uint8Array(packed([{ id: 5 }]));
  corrupt[corrupt.length - 6] ^= 1;
  line.bytes(corrupt.buffer).nodes({ id: 5, at: [14, 0, 0] });
  while (client.state === 'connected') await settle();
  assert.deepEqual(world.errors.map(({ code }) => code), ['invalid_gzip']);
  assert.equal(client.scene.positions[0], 13);
});

test('more than 256 messages do not wait behind a compressed one', async () => {
  const { world, line } = await standing({ form: 'framed' });
  line.bytes(packed([{ id: 5 }]));
  for (let n = 0; n <= 256; n++) line.nodes({ id: 5, at: [n, 0, 0] });
  assert.deepEqual(world.errors.map(({ code }) => code), ['overflow']);
});

test('the limits are those that the types name', async () => {
  const text = await readFile(new URL('../src/visionflow/types.js', import.meta.url), 'utf8');
  for (const name of ['nodes', 'edges', 'maxMoves', 'moveMs']) {
    const [, said] = new RegExp(`\\{number\\} \\[${name}\\] [^(]*\\(([\\d,]+)\\)`).exec(text);
    assert.equal(Number(said.replaceAll(',', '')), GRAPH_NUMBERS[name], name);
  }
});

test('what was never possible is said at once', () => {
  for (const options of [{ form: 'v3' }, { interval: -1 }, { nodes: 0 }, { moveMs: 'soon' }]) {
    assert.throws(() => made(options), { code: 'invalid_option' });
  }
});

test('a thousand messages of a thousand nodes leave hardly anything behind', async () => {
  const { client, clock, line } = await standing({}, Array.from({ length: 1_000 }, (_, id) => ({ id })));
  const message = nodesIn('v2', Array.from({ length: 1_000 }, (_, id) => ({ id, at: [id, 1, 2] })));
  const out = new Float32Array(3_000);
  const rounds = async (count) => {
    for (let n = 0; n < count; n++) {
      line.bytes(message);
      client.scene.sample(out, clock.now());
    }
  };
  // Until it is compiled.
  await rounds(500);
  const { ids, positions } = client.scene;
  const before = process.memoryUsage().heapUsed;
  await rounds(1_000);
  const grown = process.memoryUsage().heapUsed - before;
  assert.ok(grown < 2_000_000, `${grown} bytes for a million nodes`);
  assert.ok(client.scene.ids === ids && client.scene.positions === positions);
  assert.equal(client.figures().frames, 1_501);
});
