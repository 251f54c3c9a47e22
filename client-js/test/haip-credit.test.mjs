// Credit, pauses and order, both ways and in both dialects.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HaipServer } from './haip.mjs';
import { rejection, settle } from './world.mjs';

const words = (count) => Array.from({ length: count }, (_, i) => `word ${i}`);

for (const dialect of ['official', 'seed']) {
  test(`${dialect}: a flood is sent within the credit, in order, and none is lost`, async () => {
    const { server, client, clock } = await HaipServer.with({ dialect });
    server.handleMs = 5;
    const sent = words(300);
    const admitted = [];
    for (const word of sent) client.send(word).then(({ id }) => admitted.push(id));
    assert.ok(client.getPendingCount('USER') > 200);
    await clock.pass(20_000);
    assert.deepEqual(server.broken, []);
    assert.deepEqual(server.texts(), sent);
    assert.equal(admitted.length, 300);
    assert.equal(client.getPendingCount(), 0);
  });

  test(`${dialect}: send says before that it waits, and resolves when it went`, async () => {
    const { server, client, clock } = await HaipServer.with({ dialect });
    server.handleMs = 1_000_000;
    const first = client.send('now');
    assert.equal(first.queued, false);
    await first;
    while (client.sendMessage('x'.repeat(900)));
    let done = false;
    const late = client.send('later');
    late.then(() => (done = true));
    assert.equal(late.queued, true);
    await settle();
    assert.equal(done, false);
    assert.equal(client.sendMessage('too late'), false);
    assert.ok(client.getPendingCount('USER') >= 2);
    assert.equal((await client.getPerformanceMetrics('USER')).pending, client.getPendingCount('USER'));
    await clock.pass(10);
    assert.deepEqual(server.broken, []);
  });

  test(`${dialect}: a message larger than the window goes when nothing is missing from it`, async () => {
    const { server, client, clock } = await HaipServer.with({ dialect });
    const large = 'x'.repeat(400_000);
    client.sendMessage('before');
    client.sendMessage(large);
    client.sendMessage('behind');
    await clock.pass(60_000);
    assert.deepEqual(server.broken, []);
    assert.deepEqual(server.texts(), ['before', large, 'behind']);
  });

  test(`${dialect}: what waits is bounded, and says so by its code`, async () => {
    const { world, client } = await HaipServer.with({ dialect }, { queueMessages: 3 });
    client.pauseChannel('USER');
    for (let i = 0; i < 10; i++) client.sendMessage('x');
    await settle();
    assert.ok(world.errors.length > 5);
    assert.ok(world.errors.every(({ code }) => code === 'queue_full'));
    assert.equal((await rejection(client.send('x'))).code, 'queue_full');
    assert.equal(client.sendMessage('elsewhere', 'AGENT'), true, 'other channels have room of their own');
    assert.equal((await rejection(client.send('x'.repeat(2_000_000), { channel: 'AGENT' }))).code, 'too_big');
  });

  test(`${dialect}: a loop over the parts is credit: the server stands still until they are read`, async () => {
    const { server, client, clock } = await HaipServer.with({ dialect });
    const messages = client.each('message');
    const sent = words(3_000);
    server.text(sent);
    const { value: message } = await messages.next();
    await clock.pass(10_000);
    const { channels } = server.session;
    const left = channels.get('AGENT').queue.length;
    assert.ok(left > 2_000, `${left} wait at the server`);
    const got = [];
    const reading = (async () => {
      for await (const part of message) {
        got.push(part);
        if (got.length % 10 === 0) await new Promise((resolve) => clock.setTimeout(resolve, 1));
      }
    })();
    await clock.pass(60_000);
    await reading;
    assert.deepEqual(got, sent);
    assert.deepEqual(server.broken, []);
  });

  test(`${dialect}: a listener that returns gives credit at once, and a promise when it settles`, async () => {
    const { server, client, clock } = await HaipServer.with({ dialect });
    const got = [];
    client.on('text', ({ text }) => void got.push(text));
    server.text(words(2_000));
    await clock.pass(5_000);
    assert.deepEqual(got, words(2_000));
    let release;
    client.on('text', () => new Promise((resolve) => (release = resolve)));
    server.text(words(2_000));
    await clock.pass(5_000);
    assert.ok(got.length < 2_600, `${got.length} came`);
    assert.equal(typeof release, 'function');
    assert.deepEqual(server.broken, []);
  });

  test(`${dialect}: a pause holds both ends, the echo is no pause, and resuming drains in order`, async () => {
    const { server, client, clock } = await HaipServer.with({ dialect });
    client.pauseChannel('USER');
    assert.equal(client.isChannelPaused('USER'), true);
    for (const word of words(5)) client.sendMessage(word);
    server.send('MESSAGE_START', { message_id: server.uuid(), text: 'held' }, { channel: 'USER' });
    await clock.pass(100);
    assert.deepEqual(server.texts(), []);
    assert.deepEqual(server.of('PAUSE_CHANNEL').map(({ payload }) => payload.channel), ['USER']);
    client.resumeChannel('USER');
    assert.equal(client.isChannelPaused('USER'), false);
    await clock.pass(100);
    assert.equal(client.isChannelPaused('USER'), false, 'the echoes have come');
    assert.deepEqual(server.texts(), words(5));
    assert.deepEqual(server.broken, []);
  });

  test(`${dialect}: each end clears its own pause only`, async () => {
    const { server, client, clock } = await HaipServer.with({ dialect });
    const { session } = server;
    server.say(session, 'PAUSE_CHANNEL', { channel: 'USER', reason: 'flow_control' });
    client.pauseChannel('USER');
    client.resumeChannel('USER');
    await clock.pass(50);
    assert.equal(client.isChannelPaused('USER'), true);
    assert.equal(client.sendMessage('waits'), false);
    server.say(session, 'RESUME_CHANNEL', { channel: 'USER', reason: 'flow_control' });
    await clock.pass(50);
    assert.equal(client.isChannelPaused('USER'), false);
    assert.deepEqual(server.texts(), ['waits']);
  });

  test(`${dialect}: who cannot keep up asks the server to wait once, and to go on when it is calm`, async () => {
    const { server, client, clock } = await HaipServer.with({ dialect }, { unhandledMessages: 20, adaptiveAdjustment: false });
    const waiting = [];
    client.on('text', () => new Promise((resolve) => waiting.push(resolve)));
    server.text(words(200));
    await clock.pass(3_000);
    assert.equal(server.of('PAUSE_CHANNEL').length, 1);
    assert.ok(client.getPerformanceMetrics('AGENT').pressure >= 0.8);
    const told = server.of('FLOW_UPDATE').map(({ payload }) => payload);
    if (dialect === 'seed') assert.deepEqual(told.map(({ action }) => action), ['back_pressure']);
    else assert.deepEqual(told, []);
    const calm = clock.setTimeout(() => {}, 0);
    clock.clearTimeout(calm);
    for (const resolve of waiting.splice(0)) resolve();
    await clock.pass(500);
    assert.equal(server.of('RESUME_CHANNEL').length, 0);
    await clock.pass(600);
    assert.ok(server.of('RESUME_CHANNEL').length >= 1);
    assert.equal(client.isChannelPaused('AGENT'), false, 'what we send is not held by it');
    assert.deepEqual(server.broken, []);
  });

  test(`${dialect}: bad numbers of credit change nothing, and get one ERROR each`, async () => {
    const { world, server, client, clock } = await HaipServer.with({ dialect });
    const { session } = server;
    const before = client.getCredits('USER');
    for (const credits of [-1, 0.5, 2 ** 31, 1e300, 'many', null, true]) {
      server.say(session, 'FLOW_UPDATE', { channel: 'USER', action: 'grant_credits', credits });
    }
    server.say(session, 'FLOW_UPDATE', { channel: 'USER', add_messages: -1, add_bytes: 5 });
    server.say(session, 'FLOW_UPDATE', { channel: 'no name', add_bytes: 5 });
    await clock.pass(10);
    assert.equal(client.getCredits('USER'), before);
    assert.deepEqual(world.errors.map(({ code }) => code), Array(9).fill('INVALID_PAYLOAD'));
    assert.equal(server.of('ERROR').length, 9);
    server.say(session, 'FLOW_UPDATE', { channel: 'USER', action: 'grant_credits', credits: 0 });
    await clock.pass(10);
    assert.equal(world.errors.length, 9, 'nothing for nothing');
    assert.equal(client.state, 'connected');
  });
}

test('seed: one request is under way at a time, and a fifth of the balance begins the next', async () => {
  const { server, client, clock } = await HaipServer.with({ dialect: 'seed' });
  client.sendMessage('x'.repeat(500));
  assert.equal(client.getCredits('USER') > 200, true);
  client.sendMessage('x'.repeat(30));
  client.sendMessage('x'.repeat(30));
  await clock.pass(100);
  assert.equal(server.asks, 1);
  assert.ok(client.getCredits('USER') > 1_000);
  assert.deepEqual(server.broken, []);
});

test('seed: who is in debt does not say that it has nothing', async () => {
  const { world, client, clock } = await HaipServer.with({ dialect: 'seed' });
  client.sendMessage('x'.repeat(50_000));
  client.sendMessage('behind');
  await clock.pass(20_000);
  const asked = world.socket.sent.filter(({ payload }) => payload.action === 'request_credits');
  assert.ok(asked.length > 30);
  assert.deepEqual(asked.filter(({ payload }) => !(payload.current_credits ?? 1)).map(({ payload }) => payload), []);
  assert.ok(asked.some(({ payload }) => !('current_credits' in payload)));
});

test('seed: back_pressure holds what is sent until the server says otherwise, or a while', async () => {
  const { server, client, clock } = await HaipServer.with({ dialect: 'seed' });
  const told = [];
  client.onBackPressure = (...args) => told.push(args);
  const press = (pressure_level) =>
    server.say(server.session, 'FLOW_UPDATE', { channel: 'USER', action: 'back_pressure', pressure_level, queue_size: 15 });
  press(0.5);
  assert.equal(client.sendMessage('still'), true);
  press(0.9);
  assert.equal(client.sendMessage('waits'), false);
  assert.deepEqual(told, [['USER', 0.5, 15], ['USER', 0.9, 15]]);
  assert.equal(client.getPerformanceMetrics('USER').backPressureEvents, 2);
  await clock.pass(990);
  assert.deepEqual(server.texts(), ['still']);
  await clock.pass(100);
  assert.deepEqual(server.texts(), ['still', 'waits']);
});

test('seed: what the server takes back is gone, but not below the least', async () => {
  const { server, client } = await HaipServer.with({ dialect: 'seed' });
  const reduce = (credits) => server.say(server.session, 'FLOW_UPDATE', { channel: 'USER', action: 'reduce_credits', credits });
  reduce(300);
  assert.equal(client.getCredits('USER'), 700);
  reduce(5_000);
  assert.equal(client.getCredits('USER'), 100);
});

test('without flow control only pauses and the socket hold anything up', async () => {
  const { world, server, client, clock } = await HaipServer.with({ dialect: 'none' }, { dialect: 'official' });
  assert.equal(client.getCredits('USER'), Infinity);
  for (const word of words(500)) client.sendMessage(word);
  world.socket.bufferedAmount = 2 << 20;
  assert.equal(client.sendMessage('the socket is full'), false);
  await clock.pass(100);
  world.socket.bufferedAmount = 0;
  await clock.pass(100);
  assert.equal(server.texts().at(-1), 'the socket is full');
  server.text(words(1_000));
  await clock.pass(10);
  assert.deepEqual(server.broken, []);
});

test('the window grows where everything is read at once, and shrinks where it is not', async () => {
  const { server, client, clock } = await HaipServer.with();
  const off = client.on('text', () => {});
  const talk = async () => {
    for (let i = 0; i < 12; i++) {
      server.text(words(50));
      await clock.pass(500);
    }
  };
  await talk();
  const { window } = client.getPerformanceMetrics('AGENT');
  assert.ok(window.messages > 32, `${window.messages}`);
  off();
  client.on('text', () => new Promise((resolve) => clock.setTimeout(resolve, 2_000)));
  await talk();
  await talk();
  assert.ok(client.getPerformanceMetrics('AGENT').window.messages < window.messages);
  assert.deepEqual(server.broken, []);
});

test('an idle channel is left alone, and has no timer', async () => {
  const { server, client, clock } = await HaipServer.with();
  server.text(words(3));
  client.sendMessage('x');
  await clock.pass(20_000);
  const { window } = client.getPerformanceMetrics('AGENT');
  const sent = server.got.length;
  await clock.pass(20_000);
  assert.deepEqual(client.getPerformanceMetrics('AGENT').window, window);
  assert.equal(server.got.length, sent);
});

test('official: what the server sends without credit is refused with its code', async () => {
  const { world, server, client, clock } = await HaipServer.with();
  client.on('text', () => new Promise(() => {}));
  const { session } = server;
  const channel = server.channel(session, 'AGENT');
  channel.out.messages = 40;
  server.text(words(60));
  await clock.pass(20);
  const [error] = world.errors;
  assert.equal(error.code, 'FLOW_CONTROL_VIOLATION');
  assert.equal(server.of('ERROR')[0].payload.code, 'FLOW_CONTROL_VIOLATION');
  assert.equal(client.state, 'connected');
});

test('the figures of each channel can be had', async () => {
  const { client, server, clock } = await HaipServer.with();
  const updates = [];
  client.onFlowUpdate = (...args) => updates.push(args);
  server.handleMs = 10;
  for (const word of words(20)) client.sendMessage(word);
  client.recordBackPressure('USER');
  await clock.pass(1_000);
  const metrics = client.getPerformanceMetrics('USER');
  assert.equal(metrics.messagesSent, 40, 'a text and its end');
  assert.ok(metrics.messagesQueued > 0 && metrics.averageLatency > 0);
  assert.equal(metrics.backPressureEvents, 1);
  assert.equal(metrics.credit.messages, 32);
  assert.ok(updates.every(([channel, credits]) => channel === 'USER' && credits > 0) && updates.length >= 8);
  assert.deepEqual([...client.getPerformanceMetrics().keys()], ['USER']);
  assert.throws(() => client.getCredits('no name'), { code: 'invalid_channel' });
  assert.throws(() => client.pauseChannel('SYSTEM'), { code: 'invalid_channel' });
});
