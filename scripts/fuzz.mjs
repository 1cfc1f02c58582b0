// Damages fixtures and opens them, for as long as one likes: `npm run fuzz -- --seconds 600`.
// Whatever does not end in a checkpoint or a typed problem, in time and in memory, is kept in fuzz-findings/.
import { fork } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { build } from 'vite';

const { values } = parseArgs({
  options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
});
const seconds = Number(values.seconds);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const findings = resolve('fuzz-findings');
const SHARED = '../shared/fixtures';
const roots = ['src/formats', ...(existsSync(SHARED) ? [SHARED] : [])].map((root) => resolve(root));
/** A case that has not ended after this is hanging: the child is ended, and another goes on. */
const MAX_HANG_MS = 20_000;

mkdirSync(findings, { recursive: true });
const out = mkdtempSync(resolve('node_modules', '.cairn-fuzz-'));
const heartbeat = join(out, 'heartbeat.json');
await build({
  configFile: false,
  logLevel: 'error',
  build: { ssr: 'bench/fuzz/child.ts', outDir: out, target: 'node20' },
});
writeFileSync(
  join(out, 'run.mjs'),
  `import { fuzz } from ${JSON.stringify(pathToFileURL(join(out, 'child.js')).href)};
   process.on('message', async (options) => process.send(await fuzz(options)));`,
);

/** Runs one child until it is done or hangs; gives what it counted. */
function runChild(options) {
  return new Promise((done) => {
    const child = fork(join(out, 'run.mjs'));
    const watch = setInterval(() => {
      if (!existsSync(heartbeat)) return;
      const { path, name, at } = JSON.parse(readFileSync(heartbeat, 'utf8') || '{}');
      if (!at || Date.now() - at < MAX_HANG_MS) return;
      console.log(`${name} of ${path}: hangs (seed ${options.seed})`);
      child.kill('SIGKILL');
    }, 1000);
    let counted = { cases: 0, findings: 1 };
    child.on('message', (message) => {
      counted = message;
      child.disconnect();
    });
    child.on('exit', () => {
      clearInterval(watch);
      done(counted);
    });
    child.send(options);
  });
}

console.log(`seed ${seed}, ${seconds} s`);
const totals = { cases: 0, findings: 0 };
const end = Date.now() + seconds * 1000;
for (let round = 0; Date.now() < end; round++) {
  rmSync(heartbeat, { force: true });
  const left = (end - Date.now()) / 1000;
  const counted = await runChild({ roots, seconds: left, seed: seed + round, findings, heartbeat });
  totals.cases += counted.cases;
  totals.findings += counted.findings;
}
rmSync(out, { recursive: true, force: true });
console.log(`${totals.cases} files, ${totals.findings} findings`);
process.exitCode = totals.findings ? 1 : 0;
