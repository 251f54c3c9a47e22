// The handshake, numbers, what comes back after a cut, and what is wrong.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HaipServer, HaipWorld } from './haip.mjs';
import { rejection, settle } from './world.mjs';

const words = (count) => Array.from({ length: count }, (_, i) => `word ${i}`);
const UUID = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

/** Until the client has a line again. */
async function again(client, clock) {
  for (let i = 0; i < 100 && client.state !== 'connected'; i++) await clock.pass(500);
  assert.equal(client.state, 'connected');
}

test('connect resolves when both have introduced themselves, and what was sent before follows in order', async () => {
  const world = new HaipWorld();
  const server = new HaipServer(world);
  const client = world.haip();
  assert.equal(client.send('early').queued, true);
  assert.equal(client.sendMessage('earlier'), false);
  const connecting = client.connect();
  await settle();
  assert.deepEqual(world.socket.protocols, ['haip', 'token.a.b.c']);
  let connected = false;
  connecting.then(() => (connected = true));
  await world.clock.pass(5);
  assert.deepEqual(world.socket.sent.map(({ type }) => type), ['HAI']);
  assert.equal(connected, false);
  await world.clock.pass(20);
  const { id, resumed, previous } = await connecting;
  assert.match(id, UUID);
  assert.deepEqual([resumed, previous, client.session.id, client.state], [false, null, id, 'connected']);
  assert.deepEqual(server.texts(), ['early', 'earlier']);
  const [hai, ...others] = world.socket.sent;
  assert.deepEqual([hai.seq, hai.ack, hai.session, hai.channel], ['1', undefined, id, 'SYSTEM']);
  assert.deepEqual(hai.payload.accept_major, [1]);
  assert.deepEqual(hai.payload.capabilities.flow_control, { initial_credit_messages: 32, initial_credit_bytes: 262_144 });
  assert.deepEqual(hai.payload.flow_control, { enabled: true, initial_credits: 1_000, adaptive: true });
  assert.deepEqual(others.map(({ seq }) => seq), ['2', '3', '4', '5']);
  assert.ok(others.every(({ id, ts, ack }) => UUID.test(id) && /^\d{13}$/.test(ts) && ack === '1'));
  assert.deepEqual(server.broken, []);
});

test("in the seed's dialect only that is announced, and a text has an end, too", async () => {
  const { world, server, client, clock } = await HaipServer.with({ dialect: 'seed' });
  assert.equal(world.socket.sent[0].payload.capabilities.flow_control, undefined);
  client.sendMessage('hello');
  await clock.pass(10);
  const id = server.got[0].payload.message_id;
  assert.deepEqual(server.got.map(({ type, payload }) => [type, payload]), [
    ['MESSAGE_START', { message_id: id, author: 'user', text: 'hello' }],
    ['MESSAGE_END', { message_id: id }],
  ]);
});

test('a server that speaks first, and one that has another name for the session, are understood', async () => {
  const world = new HaipWorld();
  world.onsocket = (socket) => world.clock.setTimeout(() => socket.open(), 1);
  const client = world.haip();
  const connecting = client.connect();
  await settle();
  const id = '11111111-1111-7111-8111-111111111111';
  await world.clock.pass(1);
  const payload = { haip_version: '1.1.2', accept_major: [1], accept_events: ['HAI', 'TEXT_MESSAGE_START', 'FLOW_UPDATE'] };
  world.socket.say({ id, session: id, seq: '7', ts: '1', channel: 'SYSTEM', type: 'HAI', payload });
  assert.equal((await connecting).id, id);
  client.sendMessage('old name');
  const { type, session, ack } = world.socket.sent.at(-1);
  assert.deepEqual([type, session, ack], ['TEXT_MESSAGE_START', id, '7']);
  assert.equal((await rejection(client.send('with an end'))).code, 'invalid_option', 'it takes no MESSAGE_END');
});

test('no MAJOR in common, a bad token in HAI, and a refused upgrade are final', async () => {
  const world = new HaipWorld();
  const server = new HaipServer(world);
  server.majors = [2];
  const client = world.haip();
  assert.equal((await finish(client.connect(), world)).code, 'VERSION_INCOMPATIBLE');
  assert.equal(client.state, 'refused');
  assert.throws(() => client.call('echo'), { code: 'VERSION_INCOMPATIBLE' });

  const other = new HaipWorld();
  other.onsocket = (socket) => other.clock.setTimeout(() => socket.open(), 1);
  const turned = other.haip();
  const connecting = turned.connect();
  await other.clock.pass(1);
  other.socket.say(frame('ERROR', { code: 'AUTHENTICATION_FAILED', message: 'no' }));
  assert.equal((await rejection(connecting)).code, 'AUTHENTICATION_FAILED');
  assert.equal(turned.state, 'refused');

  const third = new HaipWorld();
  new HaipServer(third).mood = 'refusing';
  const refused = third.haip();
  assert.equal((await finish(refused.connect(), third)).code, 'bad_token');
});

async function finish(promise, world) {
  const rejected = rejection(promise);
  await world.clock.pass(30);
  return rejected;
}

function frame(type, payload, more = {}) {
  const id = '22222222-2222-4222-8222-222222222222';
  return { id, session: id, seq: '1', ts: '1', channel: 'SYSTEM', type, payload, ...more };
}

test('a token is fetched for each connection', async () => {
  const tokens = ['x.1.x', 'x.2.x'];
  const { world, server, client, clock } = await HaipServer.with({}, { token: async () => tokens.shift() });
  server.cut(4401);
  await again(client, clock);
  assert.deepEqual(world.sockets.map(({ protocols }) => protocols[1]), ['token.x.1.x', 'token.x.2.x']);
  assert.equal(world.errors[0].code, 'expired');
});

for (const dialect of ['official', 'seed']) {
  test(`${dialect}: after a cut the session goes on: nothing is lost and nothing comes twice, both ways`, async () => {
    const { server, client, clock, world } = await HaipServer.with({ dialect });
    const sessions = [];
    client.on('session', (session) => sessions.push(session));
    const got = [];
    client.on('message', async (message) => {
      for await (const part of message) got.push(part);
    });
    server.text(words(400));
    for (let i = 0; i < 40; i++) client.sendMessage(`mine ${i}`);
    for (let i = 40; i < 80; i++) {
      if (i % 10 === 5) server.cut(1006);
      client.sendMessage(`mine ${i}`);
      await clock.pass(i % 3 === 0 ? 1 : 300);
    }
    await again(client, clock);
    await clock.pass(20_000);
    assert.deepEqual(server.broken, []);
    assert.deepEqual(server.texts(), Array.from({ length: 80 }, (_, i) => `mine ${i}`));
    assert.deepEqual(got, words(400));
    assert.ok(sessions.length >= 2 && sessions.every(({ resumed, previous }) => resumed && previous === null));
    assert.equal(new Set(world.sockets.map(({ sent }) => sent[0]?.session)).size, 1);
  });
}

test('a server that begins with all of its credit on each line is not told of a violation', async () => {
  const { world, server, client, clock } = await HaipServer.with();
  server.restarts = true;
  const got = [];
  client.on('text', ({ text }) => {
    got.push(text);
    return new Promise((resolve) => clock.setTimeout(resolve, 50));
  });
  server.lose = () => true;
  server.text(words(100));
  server.lose = undefined;
  server.cut();
  await again(client, clock);
  await clock.pass(5_000);
  assert.deepEqual(world.errors.map(({ code }) => code), ['lost']);
  assert.deepEqual(got, words(100));
});

test('a session that is not kept is followed by a new one, and that is said', async () => {
  const { server, client, clock, world } = await HaipServer.with();
  const { id } = client.session;
  const sessions = [];
  client.on('session', (session) => sessions.push(session));
  let failed;
  client.on('message', async (message) => {
    try {
      for await (const part of message) if (!part) break;
    } catch (error) {
      failed = error;
    }
  });
  server.send('MESSAGE_START', { message_id: server.uuid(), text: 'half' });
  const call = client.call('echo');
  client.pauseChannel('AGENT');
  client.sendMessage('waits', 'AGENT');
  await clock.pass(10);
  server.forget();
  server.cut(1006);
  client.sendMessage('offline');
  await again(client, clock);
  await clock.pass(1_000);
  assert.equal(sessions.length, 1);
  const [session] = sessions;
  assert.deepEqual([session.resumed, session.previous], [false, id]);
  assert.equal(failed.code, 'lost');
  assert.equal((await rejection(call.done)).code, 'lost');
  assert.ok(world.errors.some(({ code }) => code === 'RESUME_FAILED'));
  assert.equal(client.state, 'connected');
  assert.deepEqual(server.texts(), ['offline']);
  assert.equal(client.isChannelPaused('AGENT'), true, 'what the program wishes stands');
  assert.deepEqual(server.of('PAUSE_CHANNEL').length, 2);
  client.resumeChannel('AGENT');
  await clock.pass(50);
  assert.deepEqual(server.texts('AGENT'), ['waits']);
  assert.deepEqual(server.broken, []);
});

test('a server that cannot send again has a new session on each connection', async () => {
  const { server, client, clock } = await HaipServer.with({ replays: false });
  const { id } = client.session;
  server.cut();
  await again(client, clock);
  assert.deepEqual([client.session.resumed, client.session.previous], [false, id]);
  assert.notEqual(client.session.id, id);
  assert.deepEqual(server.broken, []);
});

test('what is missing is asked for after half a second, and comes in its place', async () => {
  const { server, client, clock } = await HaipServer.with();
  const got = [];
  client.on('text', ({ text }) => void got.push(text));
  server.lose = (seq) => seq === 4 || seq === 5;
  server.text(words(6));
  server.lose = undefined;
  await clock.pass(499);
  assert.deepEqual([got, server.of('REPLAY_REQUEST')], [['word 0'], []]);
  await clock.pass(20);
  assert.deepEqual(server.of('REPLAY_REQUEST')[0].payload, { from_seq: '4', to_seq: '5' });
  assert.deepEqual(got, words(6));
  await clock.pass(10_000);
  assert.equal(server.of('REPLAY_REQUEST').length, 1);
});

test('what the server does not keep any more is told as a gap, and the rest goes on', async () => {
  const { world, server, client, clock } = await HaipServer.with();
  const got = [];
  const gaps = [];
  client.on('text', ({ text }) => void got.push(text));
  client.on('gap', (gap) => gaps.push(gap));
  server.lose = (seq) => seq >= 4 && seq <= 6;
  server.text(words(8));
  server.lose = undefined;
  server.session.oldest = 6;
  server.session.kept = server.session.kept.filter(({ seq }) => seq >= 6);
  await clock.pass(600);
  assert.deepEqual(gaps, [{ from: '4', to: '5' }]);
  assert.deepEqual(got, ['word 0', ...words(8).slice(3)]);
  assert.equal(world.errors[0].code, 'REPLAY_TOO_OLD');
});

test('a gap that is never filled is given up', async () => {
  const { server, client, clock } = await HaipServer.with();
  const gaps = [];
  client.on('gap', (gap) => gaps.push(gap));
  server.resend = () => {};
  server.lose = (seq) => seq === 3;
  server.text(words(4));
  server.lose = undefined;
  await clock.pass(20_000);
  assert.deepEqual(gaps, [], 'a server that says nothing may be gone');
  await clock.pass(100_000);
  assert.deepEqual(gaps, [{ from: '3', to: '3' }]);
  assert.ok(server.of('REPLAY_REQUEST').length >= 3);
  assert.equal(client.state, 'connected');
});

test('a server that cannot be asked is not waited for', async () => {
  const { server, client, clock } = await HaipServer.with({ replays: false });
  const got = [];
  const gaps = [];
  client.on('text', ({ text }) => void got.push(text));
  client.on('gap', (gap) => gaps.push(gap));
  server.lose = (seq) => seq === 4;
  server.text(words(4));
  await clock.pass(1);
  assert.deepEqual([got, gaps], [['word 0', 'word 2', 'word 3'], [{ from: '4', to: '4' }]]);
});

test('what comes twice is dropped, and a number that is a clock counts nothing', async () => {
  const { server, client, clock, world } = await HaipServer.with();
  const got = [];
  client.on('text', ({ text }) => void got.push(text));
  server.text(['once']);
  server.resend(server.session, 1, 100);
  assert.deepEqual(got, ['once']);

  const other = new HaipWorld();
  other.onsocket = (socket) => other.clock.setTimeout(() => socket.open(), 1);
  const clocked = other.haip();
  clocked.on('text', ({ text }) => void got.push(text));
  clocked.connect();
  await other.clock.pass(1);
  other.socket.say(frame('HAI', { accept_major: [1] }, { seq: '1755000000000' }));
  const part = frame('MESSAGE_START', { message_id: 'm', text: 'untracked' }, { seq: '1755000000000-x7', channel: 'AGENT' });
  other.socket.say(part).say(part);
  assert.deepEqual(got, ['once', 'untracked', 'untracked']);
  clocked.sendMessage('x');
  assert.equal(other.socket.sent.at(-1).ack, undefined);
  await clock.pass(1_000);
  assert.deepEqual(world.errors, []);
});

test('what the server misses of ours is sent again as it was, and what is not kept is refused', async () => {
  const world = new HaipWorld();
  world.onsocket = (socket) => world.clock.setTimeout(() => socket.open(), 1);
  const client = world.haip({ keepMessages: 4, dialect: 'seed' });
  client.connect();
  await world.clock.pass(1);
  const { socket } = world;
  let seq = 0;
  const say = (type, payload, more) => socket.say(frame(type, payload, { seq: String(++seq), ...more }));
  say('HAI', { accept_major: [1] });
  for (const word of words(3)) client.sendMessage(word);
  const before = [...socket.frames];
  const asked = (from_seq, to_seq) => {
    socket.frames.length = 0;
    say('REPLAY_REQUEST', { from_seq, to_seq });
    return socket.frames;
  };
  assert.deepEqual([...asked('5', '6')], before.slice(4, 6));
  assert.deepEqual([...asked('5', '6')], [], 'the same is not asked for twice in a moment');
  await world.clock.pass(100);
  const [...answer] = asked('2');
  const { type, payload } = JSON.parse(answer.pop());
  assert.deepEqual(answer, before.slice(3));
  assert.deepEqual([type, payload.code, payload.detail], ['ERROR', 'REPLAY_TOO_OLD', { from_seq: '2', available_from: '4' }]);
  for (const bad of [undefined, 'x', '-1', '99999999999999999999999']) {
    assert.equal(JSON.parse(asked(bad).at(-1)).payload.code, 'INVALID_PAYLOAD');
  }
  assert.equal(JSON.parse(asked('1000').at(-1)).payload.code, 'INVALID_PAYLOAD');
  assert.equal(JSON.parse(asked('1', '1000').at(-1)).payload.code, 'SEQ_VIOLATION');
  socket.frames.length = 0;
  say('PING', {}, { ack: '9' });
  assert.equal(JSON.parse(socket.frames[0]).type, 'PONG');
  assert.equal(JSON.parse(asked('8').at(-1)).payload.code, 'REPLAY_TOO_OLD', 'what it has is not kept');
  say('PING', {}, { ack: '999' });
  assert.equal(world.errors.at(-1).code, 'SEQ_VIOLATION');
});

test('frames that are none are answered one by one, and the session goes on', async () => {
  const { world, server, client, clock } = await HaipServer.with({}, { mistakes: 100 });
  const bad = [
    'not json', '', 'null', '[]', '"x"', '{}', '{"type":"MESSAGE_PART"}',
    JSON.stringify(frame('MESSAGE_PART', 'text')),
    JSON.stringify(frame('MESSAGE_PART', null)),
    JSON.stringify(frame('MESSAGE_PART', {}, { id: 'no uuid' })),
    JSON.stringify(frame('MESSAGE_PART', {}, { channel: 'no name' })),
    JSON.stringify(frame('AUDIO_CHUNK', {}, { bin_len: -1 })),
    JSON.stringify(frame('AUDIO_CHUNK', {}, { bin_len: 1.5 })),
    JSON.stringify(frame('RUN_STARTED', {}, { run_id: 7 })),
  ];
  for (const data of bad) server.raw(data);
  await clock.pass(10);
  assert.deepEqual(server.of('ERROR').map(({ payload }) => payload.code), Array(bad.length).fill('PROTOCOL_VIOLATION'));
  server.raw(JSON.stringify(frame('NO_SUCH_TYPE', {})));
  server.raw(JSON.stringify(frame('MESSAGE_PART', {}, { crit: true, strange: 1 })));
  await clock.pass(10);
  assert.deepEqual(server.of('ERROR').slice(bad.length).map(({ payload }) => [payload.code, payload.related_id]), [
    ['UNSUPPORTED_TYPE', frame().id],
    ['UNSUPPORTED_TYPE', frame().id],
  ]);
  const got = [];
  client.on('text', ({ text }) => void got.push(text));
  server.text(['still here']);
  assert.deepEqual(got, ['still here']);
  assert.equal(world.errors.length, bad.length + 2);
  assert.deepEqual([client.state, world.reported], ['connected', []]);
});

test('of too many mistakes the line is dropped, and made anew', async () => {
  const { world, server, client, clock } = await HaipServer.with();
  for (let i = 0; i < 12; i++) server.raw('garbage');
  assert.equal(client.state, 'waiting');
  assert.equal(world.errors.at(-1).code, 'bad_message');
  await again(client, clock);
  assert.equal(client.session.resumed, true);
});

test('a message that is too large, and more than there is room for, drop the line and not the session', async () => {
  const { world, server, client, clock } = await HaipServer.with({ dialect: 'none' }, { dialect: 'official', bufferMessages: 50, messageBytes: 10_000 });
  server.raw('x'.repeat(10_001));
  assert.equal(world.errors.at(-1).code, 'message_too_big');
  await again(client, clock);
  const got = [];
  const slow = [];
  const off = client.on('text', ({ text }) => new Promise((resolve) => slow.push({ text, resolve })));
  server.text(words(80));
  assert.equal(world.errors.at(-1).code, 'overflow');
  off();
  client.on('text', ({ text }) => void got.push(text));
  for (const { text, resolve } of slow) {
    got.push(text);
    resolve();
  }
  await again(client, clock);
  await clock.pass(5_000);
  assert.deepEqual(got, words(80));
});

test('names of channels are bounded, both ways', async () => {
  const { world, server, client, clock } = await HaipServer.with();
  for (let i = 0; i < 16; i++) client.sendMessage('x', `own_${i}`);
  assert.equal((await rejection(client.send('x', { channel: 'one_more' }))).code, 'channel_limit');
  assert.equal((await rejection(client.send('x', { channel: 'no name' }))).code, 'invalid_channel');
  server.send('MESSAGE_START', { message_id: 'm', text: 'x' }, { channel: 'another' });
  await clock.pass(10);
  const [{ payload }] = server.of('ERROR');
  assert.deepEqual([payload.code, payload.detail.reason], ['PROTOCOL_VIOLATION', 'CHANNEL']);
  assert.equal(world.errors.length, 1);
});

test('a ping is answered with its nonce, and ours says how long it took', async () => {
  const { server, client, clock } = await HaipServer.with();
  server.say(server.session, 'PING', { nonce: 'n' });
  const took = client.ping();
  await clock.pass(10);
  assert.deepEqual(server.of('PONG').map(({ payload }) => payload), [{ nonce: 'n' }]);
  assert.equal(await took, 3);
});

test('silence leads to a ping, and silence after it to a new connection in the same session', async () => {
  const { world, server, client, clock } = await HaipServer.with();
  await clock.pass(30_000);
  assert.equal(client.state, 'connected');
  assert.ok(world.socket.sent.some(({ type }) => type === 'PING'));
  server.line.mute = true;
  await clock.pass(35_000);
  assert.equal(world.errors.at(-1).code, 'silent');
  await again(client, clock);
  assert.equal(client.session.resumed, true);
});

test('disconnect ends all that is open, with a reason, and loops end', async () => {
  const { server, client, clock, world } = await HaipServer.with();
  const each = client.each('message');
  const waiting = each.next();
  client.pauseChannel('USER');
  const sending = client.send('never');
  const { done } = client.call('echo', {}, { channel: 'AGENT' });
  const closing = client.disconnect();
  assert.equal((await rejection(sending)).code, 'closed');
  assert.equal((await rejection(done)).code, 'closed');
  assert.equal((await rejection(client.connect())).code, 'closed');
  assert.equal((await rejection(client.send('x'))).code, 'closed');
  assert.deepEqual(await waiting, { value: undefined, done: true });
  await clock.pass(10);
  await closing;
  assert.equal(world.socket.closedWith, 1000);
  await clock.pass(100_000);
  assert.equal(clock.size, 0, 'no timer is left');
  assert.deepEqual(server.broken, []);
});

test('without a source of chance given, ids are what nobody guesses', async () => {
  const names = [];
  for (let i = 0; i < 20; i++) {
    const { client } = await HaipServer.with({}, { random: undefined });
    names.push(client.session.id);
  }
  assert.ok(names.every((name) => UUID.test(name)));
  assert.equal(new Set(names).size, 20);
});

test('nonsense among the options is told at once', () => {
  const world = new HaipWorld();
  for (const options of [{ dialect: 'french' }, { transport: 'pigeon' }, { gapMs: 0 }, { backPressureThreshold: 2 }, { creditThreshold: 'x' }]) {
    assert.throws(() => world.haip(options), { code: 'invalid_option' });
  }
  const saved = globalThis.WebSocket;
  delete globalThis.WebSocket;
  assert.throws(() => world.haip({ WebSocket: undefined }), { code: 'invalid_option' });
  globalThis.WebSocket = saved;
});
