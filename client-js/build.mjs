// Makes client.js and client-stream.js, which are published and served, of the modules in src:
// `node build.mjs`. It joins them, leaves out comments and blanks that mean nothing, and gives private
// members short names; a line stays a line, so that it can be found again. Maven does so before it
// builds the server.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const LONG_IMPORT = /^import \{[^}]*\}/gm;
const IMPORT = /^import \{[^}]*\} from '\.\/(.+)';$/;
const PUBLIC = /^export (\{[^}]*\}) from '\.\/(.+)';$/;
const TYPES = /^export \* from '\.\/types\.js';$/;
const NOTE = /^\s*(\/\*\*|\*|\/\/)/;
const CAST = /\/\*\* @(?:type|param) [^*]*\*\/ ?/g;
const INDENT = /^ +/gm;
/** Text and patterns, which stay as they are; or an operator with the blanks around it. */
const BLANKS = /'[^'\n]*'|`[^`\n]*`|\/(?![ *])[^\n]*?[^\\ ]\/(?=[.,;)])| ?([=+\-*?:,;{}()<>&|!]+) ?/g;
const PRIVATE = /#[a-z]\w*/gi;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
/** What would mean something else without its blank. */
const GLUED = /\+ \+|- -/;
const LAZY = /import\('\.\/stream\.js'\)/g;

const HEAD = `// Sluice's client, made of the commented sources in client-js/src. Apache License 2.0.
`;

/** @returns {Record<string, string>} the files by their names */
export function build() {
  const joined = new Set();
  const names = [];
  let text = '';
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
  text = '';
  joined.add('parts.js');
  join('stream.js');
  return {
    'client.js': HEAD + slim(client),
    'client-stream.js': `${HEAD}\nimport { utf8Length } from './client.js';\n${slim(`${text}\nexport { Stream };\n`)}`,
  };
}

function slim(text) {
  const glued = GLUED.exec(text);
  if (glued) throw new Error(`cannot join ${glued}`);
  const short = shortNames(text);
  return text
    .replace(LAZY, "import('./client-stream.js')")
    .replace(PRIVATE, (name) => short.get(name))
    .replace(INDENT, '')
    .replace(BLANKS, (whole, operator) => operator ?? whole);
}

/** @returns {Map<string, string>} the commonest first */
function shortNames(text) {
  const counts = new Map();
  for (const [name] of text.matchAll(PRIVATE)) counts.set(name, (counts.get(name) ?? 0) + 1);
  const names = [...counts.keys()].sort((a, b) => counts.get(b) - counts.get(a));
  return new Map(names.map((name, i) => [name, `#${i < 26 ? '' : LETTERS[Math.floor(i / 26) - 1]}${LETTERS[i % 26]}`]));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [name, text] of Object.entries(build())) {
    writeFileSync(new URL(name, import.meta.url), text);
  }
}
