// A headless Chromium out of its npm package, unpacked once below target.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pack from '@sparticuz/chromium';
import { chromium } from 'playwright-core';

const HOME = fileURLToPath(new URL('../../../../target/browser/', import.meta.url));

function version() {
  const index = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const manifest = join(dirname(index), '..', 'package.json');
  return JSON.parse(readFileSync(manifest, 'utf8')).version;
}

/** Unpacks beside the place and moves it there, so that what stands there is whole. */
async function unpacked() {
  const ready = join(HOME, version());
  if (existsSync(ready)) return ready;
  const draft = join(HOME, `unpacking-${process.pid}`);
  mkdirSync(draft, { recursive: true });
  const before = process.env.TMPDIR;
  // The package unpacks into the temporary folder.
  process.env.TMPDIR = draft;
  await pack.executablePath();
  if (before === undefined) delete process.env.TMPDIR;
  else process.env.TMPDIR = before;
  try {
    renameSync(draft, ready);
  } catch (error) {
    rmSync(draft, { recursive: true });
    if (!existsSync(ready)) throw error;
  }
  return ready;
}

/** @returns {Promise<import('playwright-core').Browser>} */
export async function launch() {
  const folder = await unpacked();
  const fonts = join(folder, 'fonts');
  const env = { ...process.env };
  if (!existsSync('/etc/fonts') && existsSync(fonts)) env.FONTCONFIG_PATH = fonts;
  return chromium.launch({
    executablePath: join(folder, 'chromium'),
    // Containers have no user namespaces; what runs here is our own.
    args: ['--no-sandbox', '--disable-gpu'],
    env,
  });
}
