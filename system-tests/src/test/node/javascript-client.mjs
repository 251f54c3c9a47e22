// The JavaScript client against a real server: node javascript-client.mjs SCENARIO URL TOKEN…
import assert from 'node:assert/strict';
import WebSocket from 'ws';
import { Client } from '../../../../client-js/client.js';
import { runExamples } from '../../../../client-js/test/readme.mjs';
import { connect, event, line, play, tap, tokens, until, url } from './stage.mjs';

const scenarios = {
  /** Sockets fail for a while, and then do not, under full publishing. */
  async blocked() {
    let isBlocked = true;
    class Blocked {
      readyState = 0;
      constructor(url, protocols) {
        if (!isBlocked) return new WebSocket(url, protocols);
        setTimeout(() => this.onclose?.({ code: 1006, reason: '' }), 5);
      }
      send() {}
      close() {}
    }
    const client = connect({ WebSocket: Blocked, returnMs: 500 });
    const transports = [];
    client.on('state', (state) => state === 'connected' && transports.push(client.transport));
    const got = [];
    client.subscribe('busy', { credits: { messages: 16 } }, ({ data }) => void got.push(data));
    const published = [];
    await client.connect();
    assert.equal(client.transport, 'stream');
    for (let n = 0; client.transport === 'stream' || n < 600; n++) {
      published.push(client.publish('busy', n));
      if (n === 200) isBlocked = false;
      if (n % 10 === 0) await published.at(-1);
    }
    const receipts = await Promise.all(published);
    assert.deepEqual(transports, ['stream', 'websocket']);
    assert.deepEqual(receipts.map(({ offset }) => offset), receipts.map((_, i) => i + 1));
    await until(client, () => got.length === published.length);
    assert.deepEqual(got, published.map((_, n) => n));
    await client.close();
  },

  async basics() {
    const client = connect();
    const { userId, connectionId } = await client.connect();
    assert.equal(userId, 'ada');
    assert.ok(connectionId);
    const all = [];
    const tasks = client.subscribe('tasks', { filters: [{ a: 1 }, { b: [2, null] }] }, (m) => all.push(m));
    assert.deepEqual((await tasks.ready).offset, 0);
    const payloads = [{ a: 1 }, { a: 2 }, { b: null }, { b: 2, text: 'é€😀\u2028' }, 'plain'];
    const receipts = await Promise.all(payloads.map((payload) => client.publish('tasks', payload)));
    assert.deepEqual(receipts.map(({ offset }) => offset), [1, 2, 3, 4, 5]);
    await until(client, () => all.length === 3);
    assert.deepEqual(all.map(({ data }) => data), [payloads[0], payloads[2], payloads[3]]);
    assert.deepEqual([all[0].from, all[0].broadcast, all[0].channel], ['ada', false, 'tasks']);
    assert.equal(await client.publish('tasks', { a: 1 }, { ack: false }), undefined);
    const twice = [1, 2].map((n) => client.publish('tasks', n, { idempotencyKey: 'job' }));
    assert.equal((await twice[0]).offset, (await twice[1]).offset);
    await assert.rejects(client.publish('tasks', 'x'.repeat(2 ** 20)), { code: 'too_big' });
    await until(client, () => all.length === 4);
    await tasks.unsubscribe();
    await client.publish('tasks', { a: 1 });
    await client.ping();
    assert.equal(all.length, 4);
    await client.close();
  },

  /** The server's books of credit and ours agree to the byte, or the loop would come to a halt. */
  async credit() {
    const client = connect();
    const numbers = client.subscribe('numbers', { credits: { messages: 3, bytes: 400 } });
    const texts = Array.from({ length: 300 }, (_, i) => 'é€😀x'.repeat(i % 60));
    const published = Promise.all(texts.map((text) => client.publish('numbers', text)));
    client.connect();
    let i = 0;
    for await (const { data } of numbers) {
      assert.equal(data, texts[i++]);
      if (i === texts.length) break;
    }
    await published;
    assert.deepEqual(numbers.credit.messages <= 3, true);
    await client.close();
  },

  /** What one filter lets through and another does not is found again, whichever it was. */
  async filters() {
    const client = connect();
    await client.connect();
    const kinds = ['a', 'b', 'c'];
    for (let n = 0; n < 60; n++) await client.publish('many', { kind: kinds[n % 3], n });
    const [first] = [await client.publish('many', { kind: 'c', n: 60 })];
    const since = { epoch: first.epoch, offset: 0 };
    for (const credits of [undefined, null, { messages: 2 }]) {
      const sub = client.subscribe('many', { filters: [{ kind: 'a' }, { kind: 'b' }], since, credits });
      const seen = [];
      for await (const { data } of sub) {
        seen.push(data.n);
        if (seen.length === 40) break;
      }
      assert.deepEqual(seen, Array.from({ length: 60 }, (_, n) => n).filter((n) => n % 3 < 2));
      await sub.unsubscribe();
    }
    await client.close();
  },

  /** The line is cut again and again, on both sides: nothing is lost, doubled or reordered. */
  async cuts() {
    const line = await tap();
    const writer = new Client(line.url, { token: tokens[0], WebSocket, retryMs: 20 });
    const reader = new Client(line.url, { token: tokens[0], WebSocket, retryMs: 20 });
    const seen = [];
    let cuts = 0;
    const sub = reader.subscribe('cut', { credits: { messages: 50 } });
    reader.connect();
    writer.connect();
    await sub.ready;
    const published = Promise.all(Array.from({ length: 900 }, (_, n) => writer.publish('cut', n)));
    for await (const { data } of sub) {
      seen.push(data);
      if (data % 100 === 99 && data < 899) {
        line.cut();
        cuts++;
      }
      if (seen.length === 900) break;
    }
    assert.deepEqual(seen, Array.from({ length: 900 }, (_, n) => n));
    const offsets = (await published).map(({ offset }) => offset);
    assert.deepEqual(offsets, seen.map((n) => n + 1));
    console.log(`cut ${cuts} times`);
    await Promise.all([reader.close(), writer.close()]);
    line.close();
  },

  /** A line that swallows everything is noticed, and left. */
  async blackHole() {
    const line = await tap();
    const client = new Client(line.url, { token: tokens[0], WebSocket, retryMs: 20, silenceMs: 300, pongMs: 300, connectMs: 500 });
    await client.connect();
    const sub = client.subscribe('deep', () => {});
    await sub.ready;
    line.hold(true);
    const error = await event(client, 'error');
    assert.equal(error.code, 'silent');
    const late = client.publish('deep', 1);
    await event(client, 'error');
    line.hold(false);
    assert.equal((await late).offset, 1);
    await client.close();
    line.close();
  },

  async refused() {
    for (const [token, code, status] of [[undefined, 'no_token', 401], ['x.y.z', 'bad_token', 403]]) {
      const client = connect({ token });
      await assert.rejects(client.connect(), { code, status });
      assert.equal(client.state, 'refused');
    }
    const away = new Client('ws://127.0.0.1:9', { token: 'x', WebSocket, maxAttempts: 2, retryMs: 10 });
    await assert.rejects(away.connect(), { code: 'lost' });
    assert.equal(away.state, 'failed');
  },

  /** The first token ends during the connection, and there is none to replace it before. */
  async expiry() {
    const client = connect({
      token: () => {
        if (client.state === 'connected') throw new Error('not now');
        console.log('a token, please');
        return line();
      },
    });
    const got = [];
    const sub = client.subscribe('long', ({ data }) => got.push(data));
    const expired = new Promise((resolve) => {
      client.on('error', (error) => error.code === 'expired' && resolve(error));
    });
    await client.connect();
    await sub.ready;
    assert.equal((await expired).closeCode, 4401);
    await client.publish('long', 'after');
    await until(client, () => got.length);
    assert.deepEqual(got, ['after']);
    await client.close();
  },

  async history() {
    const client = connect();
    await client.connect();
    const payloads = Array.from({ length: 25 }, (_, n) => ({ n }));
    const [{ epoch }] = await Promise.all(payloads.map((payload) => client.publish('old', payload)));
    const newest = await client.history('old', { limit: 10 });
    const { publications, ...rest } = newest;
    assert.deepEqual(rest, { channel: 'old', epoch, offset: 25, recovered: false, more: false });
    assert.deepEqual(publications.map(({ offset }) => offset), payloads.slice(15).map(({ n }) => n + 1));
    assert.deepEqual([publications[0].from, publications[0].data], ['ada', { n: 15 }]);
    const all = [];
    let since = { epoch, offset: 0 };
    for (let page = { more: true }; page.more; since = { epoch, offset: all.at(-1).offset }) {
      page = await client.history('old', { since, limit: 7 });
      assert.equal(page.recovered, true);
      all.push(...page.publications);
    }
    assert.deepEqual(all.map(({ data }) => data), payloads);
    await assert.rejects(client.history('old', { since: { epoch, offset: 99 } }), { code: 'invalid_position' });
    await assert.rejects(client.history('old', { limit: 1001 }), { code: 'invalid_field' });
    await Promise.all(Array.from({ length: 60 }, () => client.history('old')));
    await client.close();
  },

  async presence() {
    const ada = connect();
    const told = [];
    const room = ada.subscribe('room', { presence: true });
    for (const kind of ['presence', 'join', 'leave']) {
      room.on(kind, ({ userId, users }) => told.push([kind, userId ?? users.map((user) => user.userId).join()]));
    }
    await ada.connect();
    await until(ada, () => told.length === 1);
    const bobs = [1, 2].map(() => connect({ token: tokens[1] }));
    for (const bob of bobs) {
      bob.connect();
      await bob.subscribe('room').ready;
    }
    await until(ada, () => told.length === 2);
    assert.deepEqual(await ada.presence('room'), {
      channel: 'room',
      users: [{ userId: 'ada', connections: 1 }, { userId: 'bob', connections: 2 }],
      total: 2,
    });
    for (const bob of bobs) await bob.close();
    await until(ada, () => told.length === 3);
    assert.deepEqual(told, [['presence', 'ada'], ['join', 'bob'], ['leave', 'bob']]);
    await ada.close();
  },

  /** The first token is replaced before it ends: the connection never notices. */
  async refresh() {
    const client = connect({
      token: () => {
        console.log('a token, please');
        return line();
      },
    });
    const states = [];
    const errors = [];
    const got = [];
    client.on('state', (state) => states.push(state));
    client.on('error', (error) => errors.push(error));
    client.subscribe('long', ({ data }) => got.push(data));
    const first = { ...(await client.connect()) };
    assert.ok(first.expiresAt > Date.now() && first.expiresAt < Date.now() + 10_000, String(first.expiresAt));
    await until(client, () => client.connection?.expiresAt !== first.expiresAt || errors.length);
    const left = first.expiresAt - Date.now();
    await new Promise((resolve) => setTimeout(resolve, left + 500));
    await client.publish('long', 'after the first token');
    await until(client, () => got.length);
    assert.deepEqual(errors, []);
    assert.deepEqual(states, ['connecting', 'connected']);
    assert.equal(client.connection.connectionId, first.connectionId);
    await client.close();
  },

  /** The examples of the client's page. */
  async readme() {
    globalThis.WebSocket = WebSocket;
    const printed = (await runExamples(url, () => tokens[0])).join('\n');
    for (const part of ['1 ada', 'appended as number 1', 'cpu 0.7', 'disk 0.5', 'true', 'Water the plants', 'ada ×1']) {
      assert.ok(printed.includes(part), `${part} is not in\n${printed}`);
    }
    assert.ok(!printed.includes('0.9'));
  },

  /** The server goes, and another comes to its place, which knows nothing of the first. */
  async restart() {
    const client = connect({ token: () => tokens.shift() ?? line() });
    const got = [];
    const sub = client.subscribe('lasting', { filters: { keep: true } }, ({ data }) => got.push(data.n));
    await client.connect();
    for (let n = 1; n <= 3; n++) await client.publish('lasting', { keep: n !== 2, n });
    await until(client, () => got.length === 2);
    const epoch = event(sub, 'epoch');
    console.log('ready');
    await event(client, 'error');
    const waiting = client.publish('lasting', { keep: true, n: 4 });
    const { previous, epoch: now } = await epoch;
    assert.notEqual(previous, now);
    assert.deepEqual(await waiting, { channel: 'lasting', epoch: now, offset: 1 });
    await until(client, () => got.length === 3);
    assert.deepEqual(got, [1, 3, 4]);
    assert.deepEqual(sub.position, { epoch: now, offset: 1 });
    await client.close();
  },
};

await play(scenarios);
