// The package as others get it: its size, its types, what a project that installs it can do.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { build } from '../build.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('..', import.meta.url));
const read = (name) => readFile(join(root, name), 'utf8');

test('what is tested here is what the sources give now: `npm test` makes it anew', async () => {
  for (const [name, text] of Object.entries(build())) assert.equal(await read(name), text);
});

test('client.js has under 12 KB compressed, and imports the stream when it is needed', async () => {
  const text = await read('client.js');
  const { length } = gzipSync(text);
  assert.ok(length < 12_000, `${length} bytes`);
  assert.deepEqual(text.match(/\bimport\(.*?\)/g), ["import('./client-stream.js')"]);
  assert.doesNotMatch(text, /^\s*import |\brequire\(|\beval\(|new Function/m);
});

test('client-stream.js has under 5 KB compressed, and imports the client alone', async () => {
  const text = await read('client-stream.js');
  const { length } = gzipSync(text);
  assert.ok(length < 5_000, `${length} bytes`);
  assert.deepEqual([...text.matchAll(/^import\{.*\}from (.*);$/gm)].map(([, from]) => from), ["'./client.js'"]);
  assert.doesNotMatch(text, /\bimport\(|\brequire\(|\beval\(|new Function/m);
});

test('client-haip.js has under 17.5 KB compressed, has nothing twice, and imports the client alone', async () => {
  const text = await read('client-haip.js');
  const { length } = gzipSync(text);
  assert.ok(length < 17_500, `${length} bytes`);
  const [[, names, from], ...others] = text.matchAll(/^import\{(.*)\}from (.*);$/gm);
  assert.deepEqual([from, others], ["'./client.js'", []]);
  for (const name of ['SluiceError', 'Line', 'Emitter', 'systemClock', 'limitsOf']) assert.ok(names.includes(name), name);
  assert.deepEqual(text.match(/\bimport\(.*?\)/g), ["import('./client-stream.js')"]);
  assert.doesNotMatch(text, /\brequire\(|\beval\(|new Function/m);
});

test('client-visionflow.js has under 10.5 KB compressed, has nothing twice, and imports the client alone', async () => {
  const text = await read('client-visionflow.js');
  const { length } = gzipSync(text);
  assert.ok(length < 10_500, `${length} bytes`);
  const [[, names, from], ...others] = text.matchAll(/^import\{(.*)\}from (.*);$/gm);
  assert.deepEqual([from, others], ["'./client.js'", []]);
  for (const name of ['SluiceError', 'Line', 'Emitter', 'systemClock', 'limitsOf']) assert.ok(names.includes(name), name);
  assert.doesNotMatch(text, /\bimport\(|\brequire\(|\beval\(|new Function/m);
});

test('what the files lend each other is no name for users', async () => {
  const names = Object.keys(await import('../client.js'));
  const own = ['Client', 'SluiceError', 'Subscription', 'utf8Length'];
  assert.deepEqual(names.filter((name) => !name.startsWith('_')).sort(), own);
  assert.ok(names.includes('_Line'));
});

test('no module is longer than a person reads at once', async () => {
  const all = await readdir(join(root, 'src'), { recursive: true });
  for (const name of all.filter((name) => name.endsWith('.js'))) {
    const lines = (await read(`src/${name}`)).split('\n');
    assert.ok(lines.length <= 470, `${name} has ${lines.length} lines`);
    for (const line of lines) assert.ok(line.length <= 100, `${name}: ${line}`);
  }
});

test('every code the client makes up has its cause and cure in docs/errors.md', async () => {
  const page = await read('../docs/errors.md');
  const files = ['client.js', 'client-haip.js', 'client-visionflow.js'];
  const text = (await Promise.all(files.map(read))).join('\n');
  const codes = [...text.matchAll(/(?:SluiceError|refused)\(\s*'(\w+)'/g)].map(([, code]) => code);
  assert.ok(codes.length > 15, String(codes));
  for (const code of codes) assert.ok(page.includes(`<a id="${code}"></a>`), `${code} has no anchor`);
});

const CONSUMER = `
import { Client, SluiceError, Subscription, type Message } from '@sluice/client';
import type {} from '@sluice/client';
import { AGENT, GraphClient, VoiceClient, type GraphEvents, type Scene } from '@sluice/client/visionflow';
import { HaipClient, type HaipEvents, type Metrics, type Sending, type TextMessage } from '@sluice/client/haip';

interface Task { title: string }
const client = new Client('ws://127.0.0.1:1/ws', { token: async () => 'a.b.c', maxAttempts: 3 });
const sub: Subscription<Task> = client.subscribe<Task>('tasks', { filters: { a: [1, 'x', null] } }, (m) => {
  const title: string = m.data.title;
  const from: string | undefined = m.from;
  // @ts-expect-error there is no such field
  m.nonsense;
  return [title, from];
});
sub.on('gap', ({ firstOffset }) => firstOffset + 1);
sub.on('position', ({ conflated }) => conflated + sub.counters.repeats);
client.on('held', ({ channel, readers }) => client.heldChannels.includes(channel) && readers + 1);
client.subscribe('task.*', { policy: 'latest', conflateBy: '$key', hold: false }, ({ feed, pattern }) => [feed?.offset, pattern]);
// @ts-expect-error there is no such policy
client.subscribe('d', { policy: 'fast' });
client.on('state', (state, { retryMs, error }) => (state === 'waiting' ? retryMs : error?.code));
// @ts-expect-error there is no such event
client.on('nonsense', () => {});
// @ts-expect-error credits are numbers
client.subscribe('c', { credits: { messages: 'many' } });
// @ts-expect-error there is no such option
new Client('ws://x', { nonsense: 1 });
const haip = new HaipClient('ws://x/haip/websocket', { dialect: 'seed', token: 'a.b.c', initialCredits: 2000 });
haip.on('message', async (message: TextMessage) => {
  for await (const part of message) part.length;
});
haip.on('session', ({ resumed, previous, uncertain }) => (resumed ? 0 : [previous, uncertain]));
haip.onFlowUpdate = (channel, credits) => channel.length + credits;
// @ts-expect-error there is no such dialect
new HaipClient('ws://x', { dialect: 'french' });
const graph = new GraphClient('ws://x/ws/positions', { graph: 'g', form: 'raw', interval: 100, token: 'a.b.c' });
graph.on('nodes', (count, bytes) => count / bytes);
// @ts-expect-error there is no such form
new GraphClient('ws://x', { form: 'v3' });
// @ts-expect-error a node is moved to somewhere
graph.move(5, 1);
const voice = new VoiceClient('ws://x/ws/voice', { room: 'tea' });
voice.on('packet', ({ speaker, sequence, bytes }) => [voice.speakers.get(speaker), sequence, bytes.length]);
export async function watch(out: Float32Array): Promise<boolean> {
  const scene: Scene = await graph.connect();
  const rows: number = scene.sample(out, 0);
  const events: (keyof GraphEvents)[] = ['structure', 'dropped'];
  const went: boolean = voice.speak(new Uint8Array(20)) && graph.move(5, 1, 2, 3);
  return went && rows > events.length && scene.kinds[scene.rowOf(5)] === AGENT && graph.figures().latency?.p99 === 1;
}
export async function talk(): Promise<boolean> {
  const sending: Sending = haip.send('hello', { channel: 'USER', threadId: 't' });
  const sent: boolean = haip.sendMessage('hello', 'USER');
  const metrics: Metrics = haip.getPerformanceMetrics('USER');
  const all: Map<string, Metrics> = haip.getPerformanceMetrics();
  for await (const audio of haip.each('audio')) return audio.data.length > metrics.credit.units;
  const { result } = await haip.call('add', { a: 1 }).done;
  const names: (keyof HaipEvents)[] = ['text', 'gap'];
  return sending.queued && sent && all.size > names.length && result;
}
export async function loop(): Promise<number> {
  await client.writable;
  for await (const message of sub) {
    const typed: Message<Task> = message;
    return typed.offset;
  }
  const { offset } = await client.publish('tasks', {}, { key: 'k' });
  const nothing: undefined = await client.publish('tasks', {}, { ack: false });
  const { publications } = await client.history<Task>('tasks', { since: { epoch: 'e', offset: 1 } });
  const title: string | undefined = publications[0]?.data.title;
  if (sub.position === null || sub.credit === null) throw new SluiceError('x', 'y', { cause: title });
  return offset + sub.position.offset + (nothing ?? 0);
}
`;

const SCRIPT = `
import { Client, SluiceError, Subscription, utf8Length } from '@sluice/client';
import { HaipClient, SluiceError as Same } from '@sluice/client/haip';
import { GraphClient, SluiceError as Third } from '@sluice/client/visionflow';
class Socket {}
const client = new Client('ws://127.0.0.1:1/ws', { token: 't', WebSocket: Socket });
if (!(client.subscribe('c') instanceof Subscription)) throw new Error('no subscription');
try { client.subscribe('c'); } catch (error) {
  if (!(error instanceof SluiceError)) throw error;
  new HaipClient('ws://127.0.0.1:1/haip/websocket', { WebSocket: Socket }).sendMessage('x');
  new GraphClient('ws://127.0.0.1:1/ws/positions', { WebSocket: Socket }).move(1, 2, 3, 4);
  console.log(error.code, error instanceof Same && error instanceof Third, utf8Length('é'));
}
`;

test('a project that installs the package imports it and checks its own types', { timeout: 110_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-consumer-'));
  try {
    const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
    const [{ filename, files }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[')));
    const names = files.map(({ path }) => path);
    assert.ok(names.includes('client.js') && names.includes('client-stream.js') && names.includes('client-haip.js') && names.includes('client-visionflow.js') && names.includes('types/index.d.ts'), String(names));
    assert.deepEqual(names.filter((name) => !/^(client(-stream|-haip|-visionflow)?\.js|types\/.*\.d\.ts|package\.json|README\.md)$/.test(name)), []);
    await writeFile(join(folder, 'package.json'), '{"type":"module","private":true}');
    const install = ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', `./${filename}`];
    await run('npm', install, { cwd: folder });
    await writeFile(join(folder, 'script.mjs'), SCRIPT);
    const { stdout } = await run('node', ['script.mjs'], { cwd: folder });
    assert.equal(stdout.trim(), 'already_subscribed true 2');
    await writeFile(join(folder, 'consumer.ts'), CONSUMER);
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    const strict = ['--strict', '--noEmit', '--target', 'es2022', '--lib', 'es2022'];
    for (const module of [['nodenext', 'nodenext'], ['esnext', 'bundler']]) {
      const [kind, resolution] = module;
      const args = [tsc, ...strict, '--module', kind, '--moduleResolution', resolution, 'consumer.ts'];
      await run('node', args, { cwd: folder }).catch(({ stdout }) => assert.fail(stdout));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
});
