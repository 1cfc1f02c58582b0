import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Page } from 'playwright';
import { build } from 'vite';
import { writeCheckpoint } from './open.ts';
import type { Way } from './page/verify-page.ts';

const RUNS = 5;
const WAYS: readonly Way[] = ['plain', 'verify', 'overlap'];

/** How fast all checksums of a checkpoint of 1 GB are compared, beside reading it and doing nothing. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'));
  const { server, url } = await serve(await bundle());
  const { findChromium, CHROMIUM_FLAGS } = await import(resolve('scripts/chromium.mjs'));
  const browser = await chromium.launch({ executablePath: findChromium(), args: CHROMIUM_FLAGS });
  try {
    await mkdir(join(folder, 'training'));
    const size = await writeCheckpoint(join(folder, 'training/model.pth'));
    const page = await browser.newPage();
    await page.goto(url);
    await drop(page, join(folder, 'training'));
    const times = new Map<Way, number[]>(WAYS.map((way) => [way, []]));
    // In turns, so that what else the machine does falls on all alike.
    for (let i = 0; i < RUNS; i++) {
      for (const way of WAYS) {
        times.get(way)?.push(await page.evaluate((one) => window.measure(one), way));
      }
    }
    report(size, times);
  } finally {
    await browser.close();
    server.close();
    await rm(folder, { recursive: true });
  }
}

function report(size: number, times: ReadonlyMap<Way, readonly number[]>): void {
  const plain = Math.min(...(times.get('plain') ?? []));
  for (const [way, all] of times) {
    // Whatever else the machine does can only make a run slower.
    const ms = Math.min(...all);
    const rate = (size / ms / 1e6).toFixed(2);
    const runs = all.map((one) => Math.round(one)).join(' ');
    console.log(`${way}: ${rate} GB/s, ${(plain / ms).toFixed(2)} × plain (${runs} ms)`);
  }
}

/** By the path that asks for it. */
async function bundle(): Promise<ReadonlyMap<string, string>> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'esnext',
      modulePreload: false,
      rollupOptions: {
        input: resolve('bench/page/verify-page.ts'),
        output: { format: 'es', entryFileNames: 'page.js' },
      },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !('output' in output)) throw new Error('The page of the benchmark was not built');
  const chunks = output.output.flatMap((one) =>
    one.type === 'chunk' ? [[`/${one.fileName}`, one.code] as const] : [],
  );
  return new Map(chunks);
}

async function serve(
  scripts: ReadonlyMap<string, string>,
): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const script = scripts.get(request.url ?? '');
    response.setHeader('Content-Type', script === undefined ? 'text/html' : 'text/javascript');
    response.end(script ?? '<!doctype html><script type="module" src="/page.js"></script>');
  }).listen(0);
  await new Promise((done) => server.once('listening', done));
  return { server, url: `http://localhost:${(server.address() as AddressInfo).port}/` };
}

async function drop(page: Page, directory: string): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const data = { items: [], files: [directory], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await session.send('Input.dispatchDragEvent', { type, x: 5, y: 5, data });
  }
  await session.detach();
}
