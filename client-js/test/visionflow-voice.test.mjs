// A room as the client hears it.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { VoiceClient } from '../client-visionflow.js';
import * as frames from '../src/visionflow/frames.js';
import { jsonFrame } from './visionflow.mjs';
import { World, rejection, settle } from './world.mjs';

const ADA = { speaker: 1, name: 'ada' };
const ROOM = { type: 'room', room: 'tea', speaker: 2, speakers: [ADA] };

async function opened(options = {}) {
  const world = new World();
  const probe = async () => world.probe();
  const client = world.make(VoiceClient, 'ws://sluice.test/ws/voice', { room: 'tea', pingMs: Infinity, ...options }, probe);
  const connecting = client.connect();
  connecting.catch(() => {});
  await settle();
  return { world, client, clock: world.clock, socket: world.socket.open(), connecting };
}

async function inside(options) {
  const all = await opened(options);
  all.socket.say(ROOM);
  await all.connecting;
  all.heard = [];
  all.client.on('packet', ({ speaker, sequence, bytes }) => all.heard.push([speaker, sequence, ...bytes]));
  return all;
}

const bytesOf = (...bytes) => ({ data: Uint8Array.from(bytes).buffer });

test('whoever comes is told who is there, and who comes and goes', async () => {
  const { client, socket, connecting } = await opened();
  const { searchParams, pathname } = new URL(socket.url);
  assert.deepEqual([pathname, searchParams.get('room'), searchParams.get('token')], ['/ws/voice', 'tea', 'a.b.c']);
  assert.deepEqual(socket.protocols, []);
  socket.say(ROOM);
  const { room, speaker, speakers } = await connecting;
  assert.deepEqual([room, speaker, [...speakers], client.speaker], ['tea', 2, [[1, 'ada']], 2]);
  const told = [];
  client.on('join', (one) => told.push(['join', one]));
  client.on('leave', (one) => told.push(['leave', one]));
  const bob = { speaker: 3, name: 'bob' };
  socket.say({ type: 'join', ...bob }).say({ type: 'leave', speaker: 1 }).say({ type: 'leave', speaker: 9 });
  assert.deepEqual(told, [['join', bob], ['leave', ADA]]);
  assert.deepEqual([...client.speakers], [[3, 'bob']]);
  socket.shut();
  assert.deepEqual([client.speaker, client.speakers.size, client.state], [null, 0, 'waiting']);
});

test('packets go with a sequence that counts to 65,535 and begins again', async () => {
  const { client, socket } = await inside();
  for (let n = 0; n < 65_536; n++) client.speak(Uint8Array.of(7));
  assert.equal(client.speak(Uint8Array.of(8, 9)), true);
  const [first, second] = socket.sent.slice(-65_537);
  assert.deepEqual([[...first], [...second]], [[0, 0, 7], [1, 0, 7]]);
  assert.deepEqual([...socket.sent.at(-2)], [255, 255, 7]);
  assert.deepEqual([...socket.sent.at(-1)], [0, 0, 8, 9]);
});

test('what the others say comes with their numbers, and is not looked into', async () => {
  const { heard, socket } = await inside();
  socket.onmessage(bytesOf(1, 0, 255, 255, 3, 2, 1));
  assert.deepEqual(heard, [[1, 65_535, 3, 2, 1]]);
});

test('framed it is the same', async () => {
  const { world, client, socket, heard } = await inside({ form: 'framed' });
  assert.deepEqual(socket.protocols, ['visionflow.framed', 'token.a.b.c']);
  client.speak(Uint8Array.of(5, 6));
  const view = new DataView(socket.sent.at(-1).slice().buffer);
  const said = frames.readPayload(frames.VOICE_FRAME, view, frames.HEADER);
  assert.deepEqual([said.sequence, ...said.opus], [0, 5, 6]);
  socket.onmessage({ data: frames.voiceFrame(1, 9, Uint8Array.of(4), 0).buffer });
  assert.deepEqual(heard, [[1, 9, 4]]);
  socket.onmessage({ data: jsonFrame(frames.ERROR, '{"code":"forbidden","message":"no","recoverable":true}', 0).buffer });
  assert.deepEqual([world.errors[0].code, client.state], ['forbidden', 'connected']);
});

test('what cannot go at once is dropped, and leaves a hole in the sequence', async () => {
  const { client, socket } = await inside();
  socket.bufferedAmount = 100_000;
  assert.equal(client.speak(Uint8Array.of(1)), false);
  socket.bufferedAmount = 0;
  assert.equal(client.speak(Uint8Array.of(2)), true);
  assert.deepEqual([...socket.sent.at(-1)], [1, 0, 2]);
  socket.shut();
  assert.equal(client.speak(Uint8Array.of(3)), false);
  for (const length of [0, 4_001]) {
    assert.throws(() => client.speak(new Uint8Array(length)), { code: 'invalid_length' });
  }
});

test('a room that is full is tried again, one that may not be entered is not', async () => {
  const full = await opened();
  full.socket.say({ type: 'error', code: 'busy', message: 'full', recoverable: true }).shut(1008, 'busy');
  assert.equal(full.client.state, 'waiting');
  const closed = await opened();
  closed.socket.say({ type: 'error', code: 'forbidden', message: 'no', recoverable: true });
  assert.equal((await rejection(closed.connecting)).code, 'forbidden');
  assert.equal(closed.client.state, 'refused');
});

test('rooms and packets that are none are errors, and the line begins anew', async () => {
  for (const wrong of [{ speaker: 0 }, { speakers: null }, { speakers: [{ speaker: 1 }] }, { speaker: 70_000 }]) {
    const { world, socket, client } = await opened();
    socket.say({ ...ROOM, ...wrong });
    assert.deepEqual([world.errors[0]?.code, client.state], ['bad_message', 'waiting'], JSON.stringify(wrong));
  }
  const joined = await inside();
  joined.socket.say({ type: 'join', speaker: 3 });
  assert.equal(joined.world.errors[0].code, 'bad_message');
  const short = await inside();
  short.socket.onmessage(bytesOf(1, 0, 2, 0));
  assert.deepEqual([short.world.errors[0].code, short.heard], ['invalid_length', []]);
  assert.throws(() => new VoiceClient('ws://x', { WebSocket: class {}, form: 'v2' }), { code: 'invalid_option' });
});

test('it leaves politely, and counts what came', async () => {
  const { client, socket } = await inside();
  socket.onmessage(bytesOf(1, 0, 2, 0, 3));
  assert.deepEqual([client.figures().messages, client.figures().bytes], [2, JSON.stringify(ROOM).length + 5]);
  const closed = client.close();
  socket.shut(1000);
  await closed;
  assert.equal(client.state, 'closed');
});
