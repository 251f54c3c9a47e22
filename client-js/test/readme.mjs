// The examples of README.md as one program, to be run against whatever `url` names.
import { readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const page = new URL('../README.md', import.meta.url);
const client = new URL('../client.js', import.meta.url);

/** @returns {string[]} the examples as they are written */
export const examples = () =>
  [...readFileSync(page, 'utf8').matchAll(/^```js\n([^]*?)^```$/gm)].map(([, code]) => code);

/**
 * Runs them one after the other, as one module.
 *
 * @returns {Promise<string[]>} what they printed
 */
export async function runExamples(url, fetchToken) {
  const printed = [];
  const console = { log: (...words) => printed.push(words.map(String).join(' ')) };
  globalThis.readmeWorld = { url, fetchToken, console };
  const code = examples().join('').replace("'@sluice/client'", JSON.stringify(client.href));
  const file = join(tmpdir(), `sluice-readme-${process.pid}.mjs`);
  await writeFile(file, `const { url, fetchToken, console } = globalThis.readmeWorld;\n${code}`);
  try {
    await import(pathToFileURL(file).href);
  } finally {
    await rm(file);
    delete globalThis.readmeWorld;
  }
  return printed;
}
