// Text, runs, tools and audio, over WebSockets and over server-sent events.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HaipServer, HaipWorld } from './haip.mjs';
import { rejection, settle } from './world.mjs';

const words = (count) => Array.from({ length: count }, (_, i) => `word ${i}`);

test('a text is read part by part, or whole, or as it passes', async () => {
  const { server, client, clock } = await HaipServer.with();
  const wholes = [];
  client.on('message', async (message) => {
    assert.deepEqual([message.author, message.channel, message.runId, message.threadId], ['agent', 'AGENT', 'r', 't']);
    wholes.push(await message.whole());
  });
  server.text(['one ', 'two'], { run_id: 'r', thread_id: 't' });
  await clock.pass(10);
  assert.deepEqual(wholes, ['one two']);
});

test('a text at the beginning is the first part, and two texts do not mix', async () => {
  const { server, client, clock } = await HaipServer.with();
  const got = {};
  client.on('message', async (message) => {
    got[message.id] = [message.text];
    for await (const part of message) got[message.id].push(part);
    got[message.id].push('end');
  });
  server.send('MESSAGE_START', { message_id: 'a', text: 'A' });
  server.send('MESSAGE_START', { message_id: 'b', text: 'B' });
  server.send('MESSAGE_PART', { message_id: 'a', text: '1' });
  server.send('MESSAGE_PART', { message_id: 'b', text: '2' });
  server.send('MESSAGE_END', { message_id: 'b' });
  server.send('MESSAGE_PART', { message_id: 'a', text: '3' });
  server.send('MESSAGE_END', { message_id: 'a' });
  await clock.pass(10);
  assert.deepEqual(got, { a: ['A', 'A', '1', '3', 'end'], b: ['B', 'B', '2', 'end'] });
});

test('a text that nobody ends is over after a minute of nothing, unless its run goes on', async () => {
  const { server, client, clock } = await HaipServer.with();
  const done = [];
  client.on('message', async (message) => done.push([message.id, await message.whole()]));
  server.send('RUN_STARTED', { run_id: 'r' }, { run_id: 'r' });
  server.send('MESSAGE_START', { message_id: 'a', text: 'short' });
  server.send('MESSAGE_START', { message_id: 'b', text: 'long ' }, { run_id: 'r' });
  await clock.pass(130_000);
  assert.deepEqual(done, [['a', 'short']]);
  server.send('MESSAGE_PART', { message_id: 'b', text: 'thought' });
  server.send('MESSAGE_PART', { message_id: 'a', text: 'and late' });
  server.send('RUN_FINISHED', { run_id: 'r', status: 'OK' }, { run_id: 'r' });
  await clock.pass(61_000);
  assert.deepEqual(done, [['a', 'short'], ['b', 'long thought'], ['a', 'and late']]);
});

test('a text that is open when the client is closed just ends', async () => {
  const { world, server, client, clock } = await HaipServer.with();
  const got = [];
  client.on('message', async (message) => {
    for await (const part of message) got.push(part);
    got.push('end');
  });
  server.send('MESSAGE_START', { message_id: 'a', text: 'half' });
  await clock.pass(10);
  client.disconnect();
  await clock.pass(10);
  assert.deepEqual([got, world.reported], [['half', 'end'], []]);
});

test('a loop over messages holds the next until its body is done with the last', async () => {
  const { server, client, clock } = await HaipServer.with();
  const got = [];
  const reading = (async () => {
    for await (const message of client.each('message')) {
      got.push(await message.whole());
      if (got.length === 3) break;
    }
  })();
  await settle();
  for (const word of words(3)) server.text([word, '!']);
  await clock.pass(100);
  await reading;
  assert.deepEqual(got, ['word 0!', 'word 1!', 'word 2!']);
  server.text(words(100));
  await clock.pass(1_000);
  assert.equal(server.session.channels.get('AGENT').queue.length, 0, 'who left the loop holds nothing');
});

test('what is written part by part is sent part by part', async () => {
  const { server, client, clock } = await HaipServer.with();
  async function* parts() {
    yield 'a';
    yield 'b';
  }
  const { id } = await Promise.all([client.send(parts(), { author: 'ada', threadId: 't' }), clock.pass(50)]).then(([sent]) => sent);
  await clock.pass(10);
  assert.deepEqual(server.got.map(({ type, payload, thread_id }) => [type, payload.message_id, payload.text, thread_id]), [
    ['MESSAGE_START', id, undefined, 't'],
    ['MESSAGE_PART', id, 'a', 't'],
    ['MESSAGE_PART', id, 'b', 't'],
    ['MESSAGE_END', id, undefined, 't'],
  ]);
});

test('a run of the agent begins, ends, fails, and is asked to end', async () => {
  const { server, client, clock } = await HaipServer.with();
  const runs = [];
  client.on('run', (run) => void runs.push(run));
  for (const id of ['r1', 'r2', 'r3']) server.send('RUN_STARTED', { run_id: id, metadata: 7 }, { run_id: id, thread_id: 't' });
  const [one, two, three] = runs;
  assert.deepEqual([one.id, one.threadId, one.metadata], ['r1', 't', 7]);
  server.send('RUN_FINISHED', { status: 'OK', summary: 'done' }, { run_id: 'r1' });
  assert.deepEqual(await one.finished, { status: 'OK', summary: 'done' });
  server.send('RUN_ERROR', { run_id: 'r2', code: 'TOOL_EXECUTION_ERROR', message: 'broke' });
  assert.equal((await rejection(two.finished)).code, 'TOOL_EXECUTION_ERROR');
  client.pauseChannel('AGENT');
  three.cancel();
  await clock.pass(10);
  assert.deepEqual(server.of('RUN_CANCEL').map(({ payload, run_id }) => [payload.run_id, run_id]), [['r3', 'r3']]);
  server.send('RUN_FINISHED', { status: 'CANCELLED' }, { channel: 'USER' });
  assert.deepEqual(await three.finished, { status: 'CANCELLED', summary: undefined });
});

test('a run of ours begins and ends, and the agent may ask for its end', async () => {
  const { server, client, clock } = await HaipServer.with();
  const cancelled = [];
  client.on('cancel', (run) => cancelled.push(run.id));
  const run = client.startRun({ threadId: 't', metadata: { a: 1 } });
  client.send('of it', { runId: run.id });
  await clock.pass(10);
  server.send('RUN_CANCEL', { run_id: run.id });
  assert.deepEqual(cancelled, [run.id]);
  await Promise.all([run.finish({ status: 'CANCELLED' }), clock.pass(10)]);
  assert.equal((await run.finished).status, 'CANCELLED');
  assert.deepEqual(server.got.filter(({ run_id }) => run_id === run.id).map(({ type }) => type), [
    'RUN_STARTED', 'MESSAGE_START', 'MESSAGE_END', 'RUN_FINISHED',
  ]);
});

test('a tool is called, tells how far it is, and answers', async () => {
  const { server, client, clock } = await HaipServer.with();
  server.agent = ({ type, payload: { call_id } = {} }) =>
    type !== 'TOOL_CALL' ? [] : [
      ['TOOL_UPDATE', { call_id, status: 'RUNNING', progress: 50 }],
      ['TOOL_DONE', { call_id, result: { sum: 3 } }],
    ];
  const call = client.call('add', { a: 1, b: 2 });
  const updates = [];
  const reading = (async () => {
    for await (const { progress } of call) updates.push(progress);
  })();
  await clock.pass(10);
  assert.deepEqual(await call.done, { status: 'OK', result: { sum: 3 } });
  await reading;
  assert.deepEqual(updates, [50]);
  assert.deepEqual(server.of('TOOL_CALL')[0].payload, { call_id: call.id, tool: 'add', params: { a: 1, b: 2 } });
});

test('what the agent has is asked for: its tools, the schema of one, and what it has not', async () => {
  const { world, server, client, clock } = await HaipServer.with();
  const schema = { type: 'object' };
  server.agent = ({ type, id, payload: { tool } = {} }) => {
    if (type === 'TOOL_LIST') return [['TOOL_LIST', { tools: [{ name: 'add', description: 'Adds' }] }, { related_id: id }]];
    if (type === 'TOOL_SCHEMA' && tool === 'add') return [['TOOL_SCHEMA', { tool, schema }]];
    if (type === 'TOOL_SCHEMA') return [['ERROR', { code: 'TOOL_NOT_FOUND', message: 'no', related_id: id }]];
    return [];
  };
  assert.deepEqual(client.tools, []);
  const told = [];
  client.on('tools', (tools) => void told.push(tools.length));
  const asked = Promise.all([client.listTools(), client.listTools(), client.describeTool('add'), rejection(client.describeTool('sub'))]);
  await clock.pass(20);
  const [tools, again, add, error] = await asked;
  assert.deepEqual([tools, again].map((all) => all.map(({ name }) => name)), [['add'], ['add']]);
  assert.deepEqual(client.tools, [{ name: 'add', description: 'Adds', schema }]);
  assert.deepEqual([add, error.code, world.errors], [schema, 'TOOL_NOT_FOUND', []]);
  assert.ok(told.length >= 2);
});

test('an agent that does not answer is waited for so long, and a lost session not at all', async () => {
  const { server, client, clock } = await HaipServer.with({}, { answerMs: 1_000, openCalls: 2 });
  const late = rejection(client.listTools());
  await clock.pass(1_010);
  assert.equal((await late).code, 'timeout');
  // An agent that asks what we have is no answer.
  const lost = [rejection(client.listTools()), rejection(client.listTools())];
  server.send('TOOL_LIST', {});
  await clock.pass(10);
  assert.equal((await rejection(client.listTools())).code, 'overflow');
  server.forget();
  server.cut();
  await clock.pass(500);
  client.connect();
  await clock.pass(500);
  assert.deepEqual((await Promise.all(lost)).map(({ code }) => code), ['lost', 'lost']);
});

test('a call is cancelled past all that waits, and one that has not gone never goes', async () => {
  const { server, client, clock } = await HaipServer.with();
  const call = client.call('sleep');
  await clock.pass(10);
  client.pauseChannel('USER');
  const other = client.call('sleep');
  other.cancel();
  assert.equal((await other.done).status, 'CANCELLED');
  call.cancel('bored');
  await clock.pass(10);
  assert.deepEqual(server.of('TOOL_CANCEL').map(({ payload }) => payload), [{ call_id: call.id, reason: 'bored' }]);
  client.resumeChannel('USER');
  await clock.pass(10);
  assert.equal(server.of('TOOL_CALL').length, 1);
  server.send('TOOL_DONE', { call_id: call.id, status: 'CANCELLED' });
  assert.deepEqual(await call.done, { status: 'CANCELLED', result: undefined });
});

test('what is cancelled offline is said first when there is a line again', async () => {
  const { server, client, clock } = await HaipServer.with();
  const call = client.call('sleep');
  await clock.pass(10);
  server.cut();
  call.cancel();
  client.sendMessage('behind');
  await clock.pass(5_000);
  assert.deepEqual(server.got.map(({ type }) => type), ['TOOL_CALL', 'TOOL_CANCEL', 'MESSAGE_START', 'MESSAGE_END']);
});

test('a tool of ours is called, and told that it is not wanted any more', async () => {
  const { server, client, clock } = await HaipServer.with();
  let aborted;
  client.on('call', async (call) => {
    call.signal.addEventListener('abort', () => (aborted = call.signal.reason));
    await call.update({ status: 'RUNNING', progress: 1 });
    if (call.tool === 'fast') await call.finish({ n: call.params.n + 1 });
  });
  server.send('TOOL_CALL', { call_id: 'c1', tool: 'fast', params: { n: 1 } }, { run_id: 'r' });
  server.send('TOOL_CALL', { call_id: 'c2', tool: 'slow', params: {} });
  server.send('TOOL_CANCEL', { call_id: 'c2', reason: 'late' });
  await clock.pass(10);
  assert.equal(aborted, 'late');
  assert.deepEqual(server.of('TOOL_DONE').map(({ payload, channel, run_id }) => [payload, channel, run_id]), [
    [{ call_id: 'c1', status: 'OK', result: { n: 2 } }, 'AGENT', 'r'],
  ]);
  assert.equal(server.of('TOOL_UPDATE').length, 2);
});

test('what tools there are is told and remembered', async () => {
  const { server, client } = await HaipServer.with();
  const told = [];
  client.on('tools', (tools) => told.push(tools));
  server.send('TOOL_LIST', { tools: [{ name: 'add', description: 'adds' }, { name: 'echo' }] });
  server.send('TOOL_SCHEMA', { tool: 'add', schema: { type: 'object' } });
  assert.deepEqual(client.tools, [{ name: 'add', description: 'adds', schema: { type: 'object' } }, { name: 'echo' }]);
  assert.equal(told.length, 2);
});

test('audio travels as binary frames behind their envelopes, and costs what it is long', async () => {
  const { server, client, clock } = await HaipServer.with();
  const heard = [];
  client.on('audio', (audio) => void heard.push(audio));
  const data = Uint8Array.from({ length: 1_000 }, (_, i) => i % 256);
  const before = client.getCredits('AUDIO_IN');
  await Promise.all([client.sendAudio(data, { durationMs: 20, messageId: 'm' }), settle()]);
  assert.equal(before - client.getCredits('AUDIO_IN'), 1_000);
  await clock.pass(10);
  const [{ payload, bin_len, bin_mime, binary, channel }] = server.of('AUDIO_CHUNK');
  assert.deepEqual([channel, payload, bin_len, bin_mime], ['AUDIO_IN', { message_id: 'm', mime: 'audio/opus', duration_ms: '20' }, 1_000, 'audio/opus']);
  assert.deepEqual(binary, data);
  server.send('AUDIO_CHUNK', { message_id: 'n', mime: 'audio/opus', duration_ms: '40' }, { channel: 'AUDIO_OUT', binary: data });
  assert.deepEqual(heard, [{ channel: 'AUDIO_OUT', messageId: 'n', mime: 'audio/opus', data, durationMs: 40 }]);
  assert.deepEqual(server.broken, []);
});

test('to a server without binary frames audio goes as text', async () => {
  const { server, client, clock } = await HaipServer.with({ binary: false });
  const heard = [];
  client.on('audio', ({ data }) => void heard.push(...data));
  client.sendAudio(new Uint8Array([1, 2, 255]));
  await clock.pass(10);
  const [{ payload, bin_len }] = server.of('AUDIO_CHUNK');
  assert.deepEqual([payload.data, bin_len], ['AQL/', undefined]);
  server.send('AUDIO_CHUNK', { message_id: 'n', mime: 'x', data: 'AQL/' }, { channel: 'AUDIO_OUT' });
  assert.deepEqual(heard, [1, 2, 255]);
  server.send('AUDIO_CHUNK', { message_id: 'n', mime: 'x', data: '%' }, { channel: 'AUDIO_OUT' });
  assert.equal(client.state, 'connected');
});

test('live audio makes room for what is newer', async () => {
  const { server, client, clock } = await HaipServer.with({}, { queueMessages: 3 });
  client.pauseChannel('AUDIO_IN');
  const sent = [1, 2, 3, 4, 5].map((n) => client.sendAudio(new Uint8Array([n])).then(() => n, ({ code }) => code));
  client.resumeChannel('AUDIO_IN');
  assert.deepEqual(await Promise.all(sent), ['dropped', 'dropped', 3, 4, 5]);
  await clock.pass(10);
  assert.deepEqual(server.of('AUDIO_CHUNK').map(({ binary }) => binary[0]), [3, 4, 5]);
});

test('a binary frame without its envelope, the reverse, and one of another length are refused', async () => {
  const { world, server, client, clock } = await HaipServer.with();
  const heard = [];
  client.on('audio', (audio) => void heard.push(audio));
  server.raw(new Uint8Array(3).buffer);
  server.send('AUDIO_CHUNK', { message_id: 'a' }, { binary: new Uint8Array(4) });
  const { socket } = server.line;
  const say = socket.say.bind(socket);
  const hear = socket.onmessage;
  socket.onmessage = ({ data }) => hear({ data: typeof data === 'string' ? data : data.slice(1) });
  server.send('AUDIO_CHUNK', { message_id: 'b' }, { binary: new Uint8Array(4) });
  socket.onmessage = ({ data }) => typeof data === 'string' && hear({ data });
  server.send('AUDIO_CHUNK', { message_id: 'c' }, { binary: new Uint8Array(4) });
  socket.onmessage = hear;
  server.text(['on it goes']);
  await clock.pass(10);
  assert.deepEqual(heard.map(({ messageId }) => messageId), ['a']);
  assert.deepEqual(server.of('ERROR').map(({ payload: { code, detail } }) => [code, detail.reason]), Array(3).fill(['PROTOCOL_VIOLATION', 'BINARY_FRAME_ERROR']));
  assert.equal(server.of('ERROR')[1].payload.related_id !== undefined, true);
  assert.deepEqual([client.state, world.reported, typeof say], ['connected', [], 'function']);
  await clock.pass(2_000);
  assert.equal(server.of('REPLAY_REQUEST').length, 0, 'what came is not missing');
});

test('every message can be had as it came, also one of a type that means nothing here', async () => {
  const { server, client } = await HaipServer.with();
  const got = [];
  client.on('event', ({ type, payload, channel }) => void got.push([type, payload, channel]));
  server.send('INFO', { a: 1 });
  server.send('MESSAGE', 'just text');
  assert.deepEqual(got, [['INFO', { a: 1 }, 'AGENT'], ['MESSAGE', 'just text', 'AGENT']]);
});

test('a listener that throws stops nobody', async () => {
  const { world, server, client, clock } = await HaipServer.with();
  const got = [];
  client.on('text', () => {
    throw new Error('mine');
  });
  client.on('text', async () => {
    throw new Error('later');
  });
  client.on('text', ({ text }) => void got.push(text));
  server.text(words(100));
  await clock.pass(2_000);
  assert.equal(got.length, 100);
  assert.ok(world.reported.length >= 100);
});

test('over server-sent events and POST everything goes in the same order, and no binary frames', async () => {
  const world = new HaipWorld(7);
  const server = new HaipServer(world);
  server.serveHttp();
  const client = world.haip({ transport: 'sse', WebSocket: null });
  const got = [];
  client.on('message', async (message) => {
    for await (const part of message) got.push(part);
  });
  client.connect();
  for (const word of words(20)) client.sendMessage(word);
  await world.clock.pass(500);
  assert.equal(client.state, 'connected');
  client.sendAudio(new Uint8Array([1]));
  // Two characters that end a line for a script and not in an event stream.
  const said = [...words(99), 'one\u2028two\u2029'];
  server.text(said);
  await world.clock.pass(2_000);
  server.cut(1006);
  client.sendMessage('behind');
  await world.clock.pass(60_000);
  assert.equal(client.session.resumed, true);
  assert.deepEqual(server.texts(), [...words(20), 'behind']);
  assert.deepEqual(got, said);
  assert.equal(server.of('AUDIO_CHUNK')[0].payload.data, 'AQ==');
  assert.deepEqual(server.broken, []);
  assert.deepEqual([world.sockets.length, world.reported], [0, []]);
  server.mood = 'down';
  client.sendMessage('not taken');
  await world.clock.pass(100);
  assert.equal(client.state, 'waiting');
  server.mood = 'healthy';
  await world.clock.pass(60_000);
  assert.equal(server.texts().at(-1), 'not taken');
  const closing = client.disconnect();
  await world.clock.pass(100);
  await closing;
  assert.equal(world.clock.size, 0);
});

test('over server-sent events what waits goes together, in order, and again if there was no room', async () => {
  const world = new HaipWorld();
  const server = new HaipServer(world);
  server.serveHttp();
  const client = world.haip({ transport: 'sse' });
  const connecting = client.connect();
  await world.clock.pass(50);
  await connecting;
  const before = server.posts;
  server.mood = 'busy';
  for (const word of words(10)) client.sendMessage(word);
  await world.clock.pass(600);
  assert.deepEqual([server.posts - before, server.texts()], [3, []]);
  server.mood = 'healthy';
  await world.clock.pass(600);
  assert.deepEqual(server.texts(), words(10));
  // The first went alone; what came meanwhile went together; acknowledgements are few.
  assert.ok(server.posts - before <= 6, `${server.posts - before} requests`);
  // Who is told of one bad message in the stream need not lose its line for it.
  server.mood = 'picky';
  const large = 'x'.repeat(100_000);
  for (let i = 0; i < 3; i++) client.sendMessage(large);
  await world.clock.pass(600);
  assert.deepEqual(server.texts().slice(10), [large, large, large]);
  assert.ok(server.longest < 240_000, `${server.longest} characters in a request`);
  assert.deepEqual([server.broken, world.errors, client.session.resumed], [[], [], false]);
});

test('over server-sent events a refusal is final too', async () => {
  const world = new HaipWorld();
  const server = new HaipServer(world);
  server.serveHttp();
  server.mood = 'refusing';
  const client = world.haip({ transport: 'sse' });
  const connecting = client.connect();
  await world.clock.pass(10);
  assert.equal((await rejection(connecting)).code, 'bad_token');
  assert.equal(client.state, 'refused');
});
