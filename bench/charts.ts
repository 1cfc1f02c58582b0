import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Page } from 'playwright';
import { build, preview } from 'vite';

const RUNS = 20;
const POINTS = 10_000;
const TIMES = 5;

/** First paint of 20 runs × 10,000 points in the built app, from the drop of their directory. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'));
  const outDir = join(folder, 'dist');
  await build({ logLevel: 'error', build: { outDir } });
  const server = await preview({ logLevel: 'error', build: { outDir }, preview: { port: 0 } });
  const { findChromium, CHROMIUM_FLAGS } = await import(resolve('scripts/chromium.mjs'));
  const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS });
  try {
    const training = join(folder, 'training');
    await writeRuns(training);
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const paints: number[] = [];
    const redraws: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      await page.goto('about:blank');
      await page.goto(server.resolvedUrls?.local[0] ?? '');
      paints.push(await firstPaint(page, training));
      redraws.push(await redraw(page));
    }
    const what = `${RUNS} runs × ${POINTS} points`;
    console.log(`${what}: drop to all curves painted, logs read: ${summary(paints)}`);
    console.log(`${what}: logarithmic y to painted again: ${summary(redraws)}`);
  } finally {
    await browser.close();
    await server.close();
    await rm(folder, { recursive: true });
  }
}

function summary(times: readonly number[]): string {
  const sorted = times.map(Math.round).sort((a, b) => a - b);
  return `median ${sorted[Math.floor(sorted.length / 2)]} ms, best ${sorted[0]} ms of ${sorted.length}`;
}

async function writeRuns(root: string): Promise<void> {
  for (let run = 0; run < RUNS; run++) {
    const path = join(root, `run-${String(run).padStart(2, '0')}`);
    await mkdir(path, { recursive: true });
    const rows = Array.from(
      { length: POINTS },
      (_, i) =>
        `${i},${(2 * Math.exp(-i / (1500 + 100 * run)) + 0.05 * Math.sin(i * run)).toFixed(6)}`,
    );
    await writeFile(join(path, 'metrics.csv'), `step,loss\n${rows.join('\n')}\n`);
  }
}

/** Milliseconds until the chart names all runs and the frame after that is out. */
async function firstPaint(page: Page, directory: string): Promise<number> {
  await page.getByRole('button', { name: 'Open directory' }).waitFor();
  const start = Date.now();
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [directory], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
  const figure = page.getByRole('figure', { name: 'loss' });
  await figure
    .getByText(`run-${RUNS - 1}`)
    .first()
    .waitFor();
  await painted(page);
  return Date.now() - start;
}

async function redraw(page: Page): Promise<number> {
  const start = Date.now();
  await page.getByText('Log y').click();
  await painted(page);
  return Date.now() - start;
}

function painted(page: Page): Promise<unknown> {
  return page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
}
