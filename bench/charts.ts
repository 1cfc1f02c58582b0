import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright';
import { build, preview } from 'vite';
import type {} from './page/charts-page.ts';
import { type Gesture, measureFrames } from './page/gestures.ts';

const RUNS = 100;
const POINTS = 100_000;
const MANY_RUNS = 300;
const METRICS = 20;
const ROWS = 500;
const TIMES = 5;
const FRAMES = 180;
const GESTURES: readonly Gesture[] = ['hover', 'pan', 'zoom'];

/** How fast charts are painted, beside uPlot, and how smoothly they follow the pointer. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'));
  const { findChromium, CHROMIUM_FLAGS } = await import(resolve('scripts/chromium.mjs'));
  const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS });
  try {
    await measureChart(browser, join(folder, 'page'));
    await measureApp(browser, folder);
  } finally {
    await browser.close();
    await rm(folder, { recursive: true });
  }
}

/** One chart by itself, on a page with uPlot. */
async function measureChart(browser: Browser, outDir: string): Promise<void> {
  const input = resolve('bench/page/charts.html');
  await build({ logLevel: 'error', build: { outDir, rolldownOptions: { input } } });
  const server = await preview({ logLevel: 'error', build: { outDir }, preview: { port: 0 } });
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  try {
    await page.goto(`${server.resolvedUrls?.local[0]}bench/page/charts.html`);
    await page.evaluate(([runs, points]) => window.prepare(runs, points), [RUNS, POINTS] as const);
    const [ours, theirs]: number[][] = [[], []];
    // In turns, so that what else the machine does falls on both alike.
    for (let i = 0; i < TIMES; i++) {
      theirs?.push(await page.evaluate(() => window.uplotPaint()));
      ours?.push(await page.evaluate(() => window.cairnPaint()));
    }
    const what = `${RUNS} runs × ${POINTS} points`;
    console.log(`${what}: asked for to all painted, Cairn: ${summary(ours ?? [])}`);
    console.log(`${what}: given to all painted, uPlot: ${summary(theirs ?? [])}`);
    const ratio = median(ours ?? []) / median(theirs ?? []);
    console.log(`${what}: Cairn takes ${ratio.toFixed(2)} × as long as uPlot`);
    await reportGestures(page, what);
    const times: number[] = [];
    for (let i = 0; i < TIMES; i++) times.push(await page.evaluate(() => window.handOver()));
    console.log(`hand-over of 10 M points, x and y, from a worker: ${summary(times)}`);
  } finally {
    await page.close();
    await server.close();
  }
}

/** The built app, with a directory dropped on it. */
async function measureApp(browser: Browser, folder: string): Promise<void> {
  const outDir = join(folder, 'dist');
  await build({ logLevel: 'error', build: { outDir } });
  const server = await preview({ logLevel: 'error', build: { outDir }, preview: { port: 0 } });
  const training = join(folder, 'training');
  await writeRuns(training);
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  try {
    const opened: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      await page.goto('about:blank');
      await page.goto(server.resolvedUrls?.local[0] ?? '');
      opened.push(await open(page, training));
    }
    const what = `${MANY_RUNS} runs × ${METRICS} metrics`;
    console.log(`${what}: drop to the first charts, logs read: ${summary(opened)}`);
    await reportGestures(page, what);
  } finally {
    await page.close();
    await server.close();
  }
}

/** Until the first card's curves are painted, with all runs in them. */
async function open(page: Page, directory: string): Promise<number> {
  await page.getByRole('button', { name: 'Open directory' }).waitFor();
  const start = Date.now();
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [directory], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
  await page.getByRole('figure').first().locator('canvas').waitFor();
  await page.getByText('Reading logs').waitFor({ state: 'hidden' });
  await page
    .getByText(`and ${MANY_RUNS - 6} more`)
    .first()
    .waitFor();
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => setTimeout(done))));
  return Date.now() - start;
}

async function writeRuns(root: string): Promise<void> {
  const tags = Array.from({ length: METRICS }, (_, i) => `train/metric_${i}`);
  for (let run = 0; run < MANY_RUNS; run++) {
    const path = join(root, `run-${String(run).padStart(3, '0')}`);
    await mkdir(path, { recursive: true });
    const rows = Array.from({ length: ROWS }, (_, i) =>
      [i, ...tags.map((_, tag) => (Math.sin(i / (10 + tag)) + run / 100).toFixed(5))].join(),
    );
    await writeFile(join(path, 'metrics.csv'), `step,${tags.join()}\n${rows.join('\n')}\n`);
  }
}

async function reportGestures(page: Page, what: string): Promise<void> {
  for (const gesture of GESTURES) {
    const frames = await page.evaluate(measureFrames, { gesture, count: FRAMES });
    // What it set moving comes to rest.
    await page.waitForTimeout(1000);
    const work = p95(frames.map((frame) => frame.work)).toFixed(1);
    const interval = p95(frames.map((frame) => frame.interval)).toFixed(1);
    console.log(`${what}: ${gesture}, p95 of a frame: work ${work} ms, interval ${interval} ms`);
  }
}

function p95(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.95)] ?? Number.NaN;
}

function median(times: readonly number[]): number {
  return times.toSorted((a, b) => a - b)[times.length >> 1] ?? Number.NaN;
}

function summary(times: readonly number[]): string {
  const best = Math.min(...times).toFixed(1);
  return `median ${median(times).toFixed(1)} ms, best ${best} ms of ${times.length}`;
}
