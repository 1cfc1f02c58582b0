// Finds a Chromium for the tests and the benchmarks, and installs one where there is none.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { chromium } from 'playwright';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome.exe',
];
const PLACES = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Path of a Chromium: `CHROMIUM_PATH`, then the system's, then Playwright's own. */
export function findChromium() {
  const named = process.env.CHROMIUM_PATH;
  if (named) {
    if (existsSync(named)) return named;
    throw new Error(`CHROMIUM_PATH names ${named}, which does not exist`);
  }
  const onPath = (process.env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  return [...onPath, ...PLACES, chromium.executablePath()].find((path) => existsSync(path));
}

const INSTALLS = [
  ['npx', ['playwright', 'install', '--with-deps', 'chromium']],
  ['sh', ['-c', 'apt-get update && apt-get install -y chromium']],
];

/** The same, after an installation if need be. Throws when none can be had. */
export function needChromium() {
  const found = findChromium();
  if (found) return found;
  for (const [command, args] of INSTALLS) {
    console.log(`No Chromium here: ${command} ${args.join(' ')}`);
    spawnSync(command, args, { stdio: 'inherit' });
    const installed = findChromium();
    if (installed) return installed;
  }
  throw new Error('No Chromium found or installed; name one in CHROMIUM_PATH');
}

/** Flags: WebGPU in software where there is no GPU, and no sandbox for root, who cannot have one. */
export const CHROMIUM_FLAGS = [
  '--enable-unsafe-webgpu',
  ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
];
