// Live graphs and rooms, as the JavaScript client sees them of a real server.
import assert from 'node:assert/strict';
import WebSocket from 'ws';
import { AGENT, GraphClient, VoiceClient } from '../../../../client-js/client-visionflow.js';
import { event, over, play, tap, tokens, url } from './stage.mjs';

const NODES = 3_000;
const voiceUrl = url.replace('positions', 'voice');

/** A client of the demo's graph, and every error it has told. */
function watch({ to = url, token = tokens[0], ...options } = {}) {
  const client = new GraphClient(to, { token, WebSocket, retryMs: 50, graph: 'demo', form: over, interval: 33, ...options });
  const errors = [];
  client.on('error', ({ code }) => void errors.push(code));
  return { client, errors };
}

/** Until this holds of what comes. */
async function until(client, holds) {
  while (!holds()) await event(client, 'nodes');
}

function sampleOf({ scene }) {
  const places = new Float32Array(3 * scene.count);
  scene.sample(places, performance.now());
  return places;
}

const scenarios = {
  /** All of the graph is there, its ways hang together, and it moves. */
  async watches() {
    const { client, errors } = watch();
    const agreed = event(client, 'interval');
    const scene = await client.connect();
    assert.equal(await agreed, 33);
    assert.deepEqual([scene.count, scene.isWhole], [NODES, true]);
    assert.ok(scene.edges.count > 2 * NODES, String(scene.edges.count));
    assert.ok(scene.names.size > 0);
    await until(client, () => scene.distances[scene.rowOf(scene.source)] === 0);
    for (const [id] of scene.names) assert.equal(scene.kinds[scene.rowOf(id)], AGENT);
    const weights = new Map();
    const learn = ({ from, to, weights: all, count }) => {
      for (let i = 0; i < count; i++) weights.set(from[i] * 2 ** 20 + to[i], all[i]);
    };
    learn(scene.edges);
    let ways = 0;
    for (let row = 0; row < scene.count; row++) {
      const parent = scene.rowOf(scene.parents[row]);
      if (parent < 0) continue;
      const weight = weights.get(scene.ids[parent] * 2 ** 20 + scene.ids[row]);
      if (weight === undefined) continue;
      ways++;
      assert.ok(Math.abs(scene.distances[parent] + weight - scene.distances[row]) < 1e-2);
    }
    assert.ok(ways > NODES / 2, `${ways} ways`);
    const before = sampleOf(client);
    assert.ok(before.every(Number.isFinite));
    const { frames } = client.figures();
    await until(client, () => client.figures().frames > frames + 10);
    assert.ok(sampleOf(client).some((each, i) => Math.abs(each - before[i]) > 0.01), 'it moves');
    assert.deepEqual(errors, []);
    await client.close();
  },

  /** What one moves another sees, and what nobody has goes nowhere. */
  async moves() {
    const mover = watch();
    const witness = watch({ token: tokens[1], form: 'framed', graph: 'demo' });
    const [scene, other] = await Promise.all([mover.client.connect(), witness.client.connect()]);
    const id = scene.ids[17];
    const x = () => other.positions[3 * other.rowOf(id)];
    const far = x() + 300;
    // The layout pulls it back; where it was put is seen all the same.
    await until(witness.client, () => x() > far - 150 || !mover.client.move(id, far, 0, 0));
    assert.ok(mover.client.figures().moves.sent > 0);
    assert.deepEqual([...mover.errors, ...witness.errors], []);
    assert.equal(mover.client.move(1_000_000, 1, 1, 1), false);
    assert.deepEqual([mover.errors, mover.client.state], [[], 'connected']);
    await Promise.all([mover.client.close(), witness.client.close()]);
  },

  /** The line is cut: the client comes back, and has all of the graph. */
  async cut() {
    const line = await tap();
    const { client, errors } = watch({ to: line.url });
    const scene = await client.connect();
    line.cut();
    await event(client, 'error');
    assert.equal(await client.connect(), scene);
    assert.deepEqual([scene.count, scene.isWhole, client.figures().reconnects, errors], [NODES, true, 1, ['lost']]);
    const { frames } = client.figures();
    await until(client, () => client.figures().frames > frames);
    await client.close();
    line.close();
  },

  /** What one says the other hears, and not itself. */
  async talks() {
    const [ada, bob] = tokens.map((token) => new VoiceClient(voiceUrl, { token, WebSocket, room: 'tea', form: over }));
    const { speaker } = await ada.connect();
    const joined = event(ada, 'join');
    const { speakers } = await bob.connect();
    assert.deepEqual([await joined, [...speakers]], [{ speaker: bob.speaker, name: 'bob' }, [[speaker, 'ada']]]);
    const heard = [];
    ada.on('packet', () => assert.fail('an echo'));
    const three = new Promise((resolve) => {
      bob.on('packet', ({ speaker, sequence, bytes }) => {
        if (heard.push([speaker, sequence, ...bytes]) === 3) resolve();
      });
    });
    for (const byte of [7, 8, 9]) ada.speak(Uint8Array.of(byte));
    await three;
    assert.deepEqual(heard, [[speaker, 0, 7], [speaker, 1, 8], [speaker, 2, 9]]);
    const left = event(bob, 'leave');
    await ada.close();
    assert.deepEqual(await left, { speaker, name: 'ada' });
    await bob.close();
  },
};

await play(scenarios);
