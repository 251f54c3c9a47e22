// Runs every test file, and fails where `node --test` alone would stay green: a test that was
// skipped or is still to do, a file without a test.
import { readdirSync } from 'node:fs';
import { run } from 'node:test';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('.', import.meta.url));
const files = readdirSync(folder)
  .filter((name) => name.endsWith('.test.mjs'))
  .map((name) => folder + name);
const passed = new Map(files.map((file) => [file, 0]));
const wrong = [];

const name = (test) => `${test.file?.slice(folder.length) ?? ''} ${test.name}`;

run({ files, concurrency: true, timeout: 120_000 })
  .on('test:pass', (test) => {
    if (test.skip !== undefined || test.todo !== undefined) wrong.push(`skipped: ${name(test)}`);
    // A file without any test counts as one itself.
    else if (passed.has(test.file) && test.name !== test.file) passed.set(test.file, passed.get(test.file) + 1);
  })
  .on('test:fail', (test) => {
    const cause = test.details.error?.cause ?? test.details.error;
    wrong.push(`failed: ${name(test)}\n${cause?.stack ?? cause}`);
  })
  .on('test:stderr', ({ message }) => process.stderr.write(message))
  .on('end', () => {
    for (const [file, count] of passed) {
      if (!count) wrong.push(`no test in ${file.slice(folder.length)}`);
    }
    const all = [...passed.values()].reduce((a, b) => a + b, 0);
    for (const line of wrong) console.error(line);
    console.log(`client-js: ${all} tests in ${files.length} files, ${wrong.length} wrong`);
    process.exitCode = wrong.length ? 1 : 0;
  })
  .resume();
