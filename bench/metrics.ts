import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Page } from 'playwright';
import { build, preview } from 'vite';

const METRICS = 12_345;
const PER_PREFIX = 40;
const POINTS = 3;
const TIMES = 5;

/** A run with 12,345 metrics in the built app: to the list of their charts, and to what a search finds. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'));
  const outDir = join(folder, 'dist');
  await build({ logLevel: 'error', build: { outDir } });
  const server = await preview({ logLevel: 'error', build: { outDir }, preview: { port: 0 } });
  const { findChromium, CHROMIUM_FLAGS } = await import(resolve('scripts/chromium.mjs'));
  const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS });
  try {
    const training = join(folder, 'training');
    await writeRun(training);
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    const drops: number[] = [];
    const lists: number[] = [];
    const searches: number[] = [];
    for (let i = 0; i < TIMES; i++) {
      await page.goto('about:blank');
      await page.goto(server.resolvedUrls?.local[0] ?? '');
      drops.push(await dropped(page, training));
      lists.push(await listed(page));
      searches.push(await searched(page));
    }
    const what = `${METRICS} metrics`;
    console.log(
      `${what}: drop of their directory to the first charts, log read: ${summary(drops)}`,
    );
    console.log(`${what}: from details to the list of charts painted: ${summary(lists)}`);
    console.log(`${what}: search typed to what it finds painted: ${summary(searches)}`);
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

async function writeRun(root: string): Promise<void> {
  const names = Array.from(
    { length: METRICS },
    (_, i) => `layer${Math.floor(i / PER_PREFIX)}/tensor${i % PER_PREFIX}`,
  );
  const rows = Array.from({ length: POINTS }, (_, step) =>
    [step, ...names.map((_, i) => ((i * 7) % 13) / 13 + step / 10)].join(','),
  );
  await mkdir(join(root, 'run'), { recursive: true });
  await writeFile(
    join(root, 'run', 'metrics.csv'),
    `step,${names.join(',')}\n${rows.join('\n')}\n`,
  );
}

async function dropped(page: Page, directory: string): Promise<number> {
  await page.getByRole('button', { name: 'Open directory' }).waitFor();
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [directory], dragOperationsMask: 1 };
  const start = Date.now();
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
    await session.send('Input.dispatchDragEvent', { type, x: 400, y: 300, data });
  await page.getByRole('figure').first().waitFor();
  await painted(page);
  return Date.now() - start;
}

/** The details are there while another page is shown; going back makes the list anew. */
async function listed(page: Page): Promise<number> {
  const go = (name: string) => page.getByRole('link', { name, exact: true }).click();
  await page.getByText('Reading logs').waitFor({ state: 'hidden' });
  await go('Checkpoints');
  await page.getByRole('figure').first().waitFor({ state: 'detached' });
  await painted(page);
  const start = Date.now();
  await go('Charts');
  await page.getByRole('figure').first().waitFor();
  await painted(page);
  return Date.now() - start;
}

async function searched(page: Page): Promise<number> {
  const start = Date.now();
  await page.getByRole('searchbox', { name: 'Find metrics' }).fill('layer300/');
  await page.getByText(`${PER_PREFIX} of`).waitFor();
  await page.getByRole('figure', { name: 'layer300/tensor0', exact: true }).waitFor();
  await painted(page);
  return Date.now() - start;
}

function painted(page: Page): Promise<unknown> {
  return page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
  );
}
