import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium } from 'playwright';
import { build, preview } from 'vite';
import type {} from './page/table-page.tsx';

const RUNS = 10_000;
const TIMES = 5;
const FRAMES = 180;

/** What is done to the table, and what the URL then says. */
const CHANGES: readonly (readonly [string, Record<string, unknown>, Record<string, unknown>])[] = [
  ['sort by a metric', { sort: ['m:best:metric3/loss'] }, { sort: [] }],
  ['sort by two columns', { sort: ['c:key0', '-m:best:metric1/loss'] }, { sort: [] }],
  ['filter', { filter: 'key1 < 0.5 and best(metric2/loss) > 0.3' }, { filter: '' }],
  ['group by a key', { group: 'key:key0' }, { group: null }],
  ['compare with a baseline', { base: 'sweep/run-7' }, { base: null }],
];

/** The runs page with 10,000 rows of 30 columns: how soon it is there, and how smoothly it scrolls. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'));
  const { findChromium, CHROMIUM_FLAGS } = await import(resolve('scripts/chromium.mjs'));
  const input = resolve('bench/page/table.html');
  await build({ logLevel: 'error', build: { outDir: folder, rolldownOptions: { input } } });
  const server = await preview({
    logLevel: 'error',
    build: { outDir: folder },
    preview: { port: 0 },
  });
  const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS });
  try {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const paints: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      await page.goto(`${server.resolvedUrls?.local[0]}bench/page/table.html`);
      paints.push(await page.evaluate((runs) => window.paint(runs), RUNS));
    }
    report('first paint', paints);
    for (const [what, there, back] of CHANGES) {
      const times: number[] = [];
      for (let i = 0; i < TIMES; i++) {
        times.push(await page.evaluate((search) => window.change(search), there));
        await page.evaluate((search) => window.change(search), back);
      }
      report(what, times);
    }
    const gaps = await page.evaluate((frames) => window.scrollTable(frames), FRAMES);
    const sorted = gaps.sort((a, b) => a - b);
    const p95 = sorted[Math.floor(sorted.length * 0.95)] ?? 0;
    console.log(`${RUNS} rows × 30 columns: scroll, p95 between frames ${p95.toFixed(1)} ms`);
  } finally {
    await browser.close();
    await server.close();
    await rm(folder, { recursive: true });
  }
}

function report(what: string, times: readonly number[]): void {
  const sorted = times.map(Math.round).sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  console.log(
    `${RUNS} rows × 30 columns: ${what}: median ${middle} ms, best ${sorted[0]} ms of ${sorted.length}`,
  );
}
