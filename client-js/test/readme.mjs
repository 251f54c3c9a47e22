// The examples of README.md as one program, to be run against whatever `url` names.
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const page = new URL('../README.md', import.meta.url);
const MODULES = new Map([
  ["'@sluice/client'", new URL('../client.js', import.meta.url)],
  ["'@sluice/client/haip'", new URL('../client-haip.js', import.meta.url)],
  ["'@sluice/client/visionflow'", new URL('../client-visionflow.js', import.meta.url)],
]);

/**
 * @param {'js' | 'js haip' | 'js visionflow'} [kind] those of the client, of HAIP's, of VisionFlow's
 * @returns {string[]} the examples as they are written
 */
export const examples = (kind = 'js') =>
  [...readFileSync(page, 'utf8').matchAll(/^```(.*)\n([^]*?)^```$/gm)]
    .filter(([, word]) => word === kind)
    .map(([, , code]) => code);

/**
 * Runs them one after the other, as one module.
 *
 * @returns {Promise<string[]>} what they printed
 */
export async function runExamples(url, fetchToken, kind, voiceUrl) {
  const printed = [];
  const console = { log: (...words) => printed.push(words.map(String).join(' ')) };
  globalThis.readmeWorld = { url, fetchToken, console, voiceUrl };
  let code = examples(kind).join('');
  for (const [name, file] of MODULES) code = code.replace(name, JSON.stringify(file.href));
  const file = join(tmpdir(), `sluice-readme-${process.pid}.mjs`);
  await writeFile(file, `const { url, fetchToken, console, voiceUrl } = globalThis.readmeWorld;\n${code}`);
  try {
    await import(`${pathToFileURL(file).href}#${kind}`);
  } finally {
    await rm(file);
    delete globalThis.readmeWorld;
  }
  return printed;
}
