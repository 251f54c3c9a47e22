// Makes client.js, client-stream.js, client-haip.js and client-visionflow.js, which are published
// and served, of the modules in src: `node build.mjs`. It joins them, leaves out comments and blanks that mean nothing,
// and gives private members and inner classes short names; a line stays a line, so that it can be
// found again. Maven does so before it builds the server.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The files by the modules that name what is in them. A module is in the first that needs it. */
const FILES = [
  ['client.js', 'index.js'],
  ['client-stream.js', 'fallbacks.js'],
  ['client-haip.js', 'haip/index.js'],
  ['client-visionflow.js', 'visionflow/index.js'],
];

const SOURCES = new URL('src/', import.meta.url);
const LIST = /^(?:im|ex)port \{[^}]*\}/gm;
const NAMED = /^(import|export) \{([^}]*)\} from '(\..+)';$/;
const TYPES = /^export \* from '\.\/types\.js';$/;
const NOTE = /^\s*(\/\*\*|\*|\/\/)/;
/** It would be left out with its comment. */
const HIDDEN = /^ *\/\*\*.*\*\/ *\S.*/m;
const CAST = /\/\*\* @(?:type|param) [^*]*\*\/ ?/g;
const LAZY = /import\('(.+?)'\)/g;
const INDENT = /^ +/gm;
/** Text and patterns, which stay as they are; or an operator with the blanks around it. */
const BLANKS = /'[^'\n]*'|`[^`\n]*`|\/(?![ *])[^\n]*?[^\\ ]\/(?=[.,;)])| ?([=+\-*?:,;{}()<>&|!]+) ?/g;
const PRIVATE = /#[a-z]\w*/gi;
/** Classes and constants of a module. */
const INNER = /^(?:class|const) ([A-Z]\w+)/gm;
/** What they are called instead. */
const TAKEN = /(?<![\w$'"])(?<!(?<!\.\.)\.)\$*[A-Z](?![\w$'"])/;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
/** What would mean something else without its blank. */
const GLUED = /\+ \+|- -/;

const HEAD = `// Sluice's client, made of the commented sources in client-js/src. Apache License 2.0.
`;

/** @returns {Record<string, string>} the files by their names */
export function build() {
  const homes = new Map();
  const drafts = FILES.map(([name, entry]) => draft(name, entry, homes));
  return Object.fromEntries(
    drafts.map(({ name, text, names, borrowed }) => {
      const lent = new Set(drafts.flatMap((other) => [...(other.borrowed.get(name) ?? [])]));
      // What is only for the other files has a name that says so.
      const exports = [...names, ...[...lent].filter((one) => !names.has(one)).map((one) => `${one} as _${one}`)];
      const imports = [...borrowed].map(([from, wanted]) => {
        const open = drafts.find((other) => other.name === from).names;
        const list = [...wanted].map((one) => (open.has(one) ? one : `_${one} as ${one}`));
        return `\nimport { ${list.sort().join(', ')} } from './${from}';\n`;
      });
      const lazy = (_, file) => `import('./${homes.get(file)}')`;
      const body = shortClasses(`${imports.join('')}${text}`.replace(LAZY, lazy), exports);
      return [name, HEAD + slim(body)];
    }),
  );
}

/**
 * @param {string} name of a file
 * @param {string} entry the module that names what is in it
 * @param {Map<string, string>} homes the files by the modules that are in them
 */
function draft(name, entry, homes) {
  const names = new Set();
  const borrowed = new Map();
  let text = '';
  const join = (file) => {
    homes.set(file, name);
    const here = new URL(file, SOURCES);
    const at = (path) => new URL(path, here).href.slice(SOURCES.href.length);
    const source = readFileSync(here, 'utf8').replace(LIST, (list) => list.replace(/\s+/g, ' '));
    const own = [];
    const hidden = HIDDEN.exec(source);
    if (hidden) throw new Error(`${file}: code behind a comment: ${hidden}`);
    for (const line of source.split('\n').filter((line) => !NOTE.test(line) && !TYPES.test(line))) {
      const [, kind, list, path] = NAMED.exec(line) ?? [];
      if (kind) follow(at(path), list.match(/\w+/g), kind === 'export');
      else own.push(line.replace(/^export /, '').replace(CAST, '').replace(LAZY, (_, path) => `import('${at(path)}')`).trimEnd());
    }
    const body = own.join('\n').replace(/\n{2,}/g, '\n\n').trim();
    if (/^(import|export) /m.test(body)) throw new Error(`${file}: what kind of import is this?`);
    if (body) text += `\n${body}\n`;
  };
  const follow = (file, list, isPublic) => {
    if (!homes.has(file)) join(file);
    const home = homes.get(file);
    if (home !== name) borrowed.set(home, new Set([...(borrowed.get(home) ?? []), ...list]));
    if (isPublic) for (const one of list) names.add(one);
  };
  join(entry);
  return { name, text, names, borrowed };
}

/** Short names for what no other file sees. @param {string} text @param {string[]} exports */
function shortClasses(text, exports) {
  const taken = TAKEN.exec(text);
  if (taken) throw new Error(`short already: ${taken}`);
  const inner = [...text.matchAll(INNER)].map(([, name]) => name).filter((name) => !exports.includes(name));
  const last = `\nexport { ${exports.sort().join(', ')} };\n`;
  return inner.reduce((all, name, i) => {
    const short = '$'.repeat(Math.floor(i / 26)) + LETTERS[i % 26].toUpperCase();
    return all.replace(new RegExp(`(?<![\\w$'"])(?<!(?<!\\.\\.)\\.)${name}(?![\\w$'"])`, 'g'), () => short);
  }, text + last);
}

function slim(text) {
  const glued = GLUED.exec(text);
  if (glued) throw new Error(`cannot join ${glued}`);
  const short = shortNames(text);
  return text
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
