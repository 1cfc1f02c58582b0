// Runs the benchmarks: `npm run bench`, or some of them by name: `npm run bench -- histories scan`.
// Each is a module beside this one that exports `run()`; it is bundled first, so that what is timed
// is what ships.
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from 'vite';

const here = import.meta.dirname;
const all = readdirSync(here)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -3));
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !existsSync(join(here, `${name}.ts`)));
if (unknown.length) {
  console.error(`No benchmark ${unknown.join(', ')}; there are ${all.join(', ')}`);
  process.exit(2);
}

// Inside node_modules, so that packages are found from there.
const out = mkdtempSync(resolve('node_modules', '.cairn-bench-'));
try {
  for (const name of wanted.length ? wanted : all) {
    await build({
      configFile: false,
      logLevel: 'error',
      build: { ssr: join(here, `${name}.ts`), outDir: join(out, name), target: 'node20' },
    });
    console.log(`\n── ${name}`);
    const { run } = await import(pathToFileURL(join(out, name, `${name}.js`)).href);
    await run();
  }
} finally {
  rmSync(out, { recursive: true, force: true });
}
