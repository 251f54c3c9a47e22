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
  assert.deepEqual(text.match(/^import .*/gm), ["import { utf8Length } from './client.js';"]);
  assert.doesNotMatch(text, /\bimport\(|\brequire\(|\beval\(|new Function/m);
});

test('no module is longer than a person reads at once', async () => {
  for (const name of await readdir(join(root, 'src'))) {
    const lines = (await read(`src/${name}`)).split('\n');
    assert.ok(lines.length <= 470, `${name} has ${lines.length} lines`);
    for (const line of lines) assert.ok(line.length <= 100, `${name}: ${line}`);
  }
});

test('every code the client makes up has its cause and cure in docs/errors.md', async () => {
  const page = await read('../docs/errors.md');
  const text = await read('client.js');
  const codes = [...text.matchAll(/SluiceError\(\s*'(\w+)'/g)].map(([, code]) => code);
  assert.ok(codes.length > 15, String(codes));
  for (const code of codes) assert.ok(page.includes(`<a id="${code}"></a>`), `${code} has no anchor`);
});

const CONSUMER = `
import { Client, SluiceError, Subscription, type Message } from '@sluice/client';
import type {} from '@sluice/client';

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
import * as all from '@sluice/client';
class Socket {}
const client = new Client('ws://127.0.0.1:1/ws', { token: 't', WebSocket: Socket });
if (!(client.subscribe('c') instanceof Subscription)) throw new Error('no subscription');
try { client.subscribe('c'); } catch (error) {
  if (!(error instanceof SluiceError)) throw error;
  console.log(error.code, Object.keys(all).join(), utf8Length('é'));
}
`;

test('a project that installs the package imports it and checks its own types', { timeout: 110_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'sluice-consumer-'));
  try {
    const packed = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root });
    const [{ filename, files }] = JSON.parse(packed.stdout.slice(packed.stdout.indexOf('[')));
    const names = files.map(({ path }) => path);
    assert.ok(names.includes('client.js') && names.includes('client-stream.js') && names.includes('types/index.d.ts'), String(names));
    assert.deepEqual(names.filter((name) => !/^(client(-stream)?\.js|types\/.*\.d\.ts|package\.json|README\.md)$/.test(name)), []);
    await writeFile(join(folder, 'package.json'), '{"type":"module","private":true}');
    const install = ['install', '--offline', '--ignore-scripts', '--no-audit', '--no-fund', `./${filename}`];
    await run('npm', install, { cwd: folder });
    await writeFile(join(folder, 'script.mjs'), SCRIPT);
    const { stdout } = await run('node', ['script.mjs'], { cwd: folder });
    assert.equal(stdout.trim(), 'already_subscribed Client,SluiceError,Subscription,utf8Length 2');
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
