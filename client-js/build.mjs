// Makes client.js and client-stream.js, which are published and served, of the modules in src:
// `node build.mjs`. It joins them and leaves out comments and what lines are set in by, nothing
// else, so that lines can be found again. Maven does so before it builds the server.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LONG_IMPORT = /^import \{[^}]*\}/gm;
const IMPORT = /^import \{[^}]*\} from '\.\/(.+)';$/;
const PUBLIC = /^export (\{[^}]*\}) from '\.\/(.+)';$/;
const TYPES = /^export \* from '\.\/types\.js';$/;
const NOTE = /^\s*(\/\*\*|\*|\/\/)/;
const CAST = /\/\*\* @(?:type|param) [^*]*\*\/ ?/g;

const LAZY = /import\('\.\/stream\.js'\)/g;
const INDENT = /^ +/gm;

const HEAD = `// Sluice's client, made of the commented sources in client-js/src. Apache License 2.0.
`;

/** @returns {Record<string, string>} the files by their names */
export function build() {
  const joined = new Set();
  const names = [];
  let text = HEAD;
  const join = (file) => {
    if (joined.has(file)) return;
    joined.add(file);
    const source = readFileSync(new URL(`src/${file}`, import.meta.url), 'utf8');
    const lines = source.replace(LONG_IMPORT, (list) => list.replace(/\s+/g, ' ')).split('\n');
    const own = [];
    for (const line of lines.filter((line) => !NOTE.test(line) && !TYPES.test(line))) {
      const inner = IMPORT.exec(line) ?? PUBLIC.exec(line);
      if (!inner) own.push(line.replace(/^export /, '').replace(CAST, '').trimEnd());
      else join(inner.at(-1));
      if (PUBLIC.test(line)) names.push(...inner[1].match(/\w+/g));
    }
    const body = own.join('\n').replace(/\n{2,}/g, '\n\n').trim();
    if (/^(import|export) /m.test(body)) throw new Error(`${file}: what kind of import is this?`);
    if (body) text += `\n${body}\n`;
  };
  join('index.js');
  const client = `${text}\nexport { ${names.sort().join(', ')} };\n`;
  text = `${HEAD}\nimport { utf8Length } from './client.js';\n`;
  joined.add('parts.js');
  join('stream.js');
  return {
    'client.js': slim(client),
    'client-stream.js': slim(`${text}\nexport { Stream };\n`),
  };
}

function slim(text) {
  return text.replace(LAZY, "import('./client-stream.js')").replace(INDENT, '');
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(build())) {
    writeFileSync(new URL(name, import.meta.url), text);
  }
}
