import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { chromium, type Page } from 'playwright';
import { build } from 'vite';
import type { Scanned } from './page/scan-page.ts';

const FOLDERS = 250;
const FILES = 80;
const RUNS = 5;

/** How fast a directory of 20,000 files is listed into runs, beside the bare iteration of its handle. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'));
  const { server, url } = await serve(await bundle());
  const { findChromium, CHROMIUM_FLAGS } = await import(resolve('scripts/chromium.mjs'));
  const browser = await chromium.launch({
    executablePath: findChromium(),
    args: CHROMIUM_FLAGS,
  });
  try {
    await writeTree(join(folder, 'training'));
    const page = await browser.newPage();
    await page.goto(url);
    await drop(page, join(folder, 'training'));
    await page.evaluate(() => window.iterate());
    const bare: Scanned[] = [];
    const scans: Scanned[] = [];
    for (let i = 0; i < RUNS; i++) {
      bare.push(await page.evaluate(() => window.iterate()));
      scans.push(await page.evaluate(() => window.scan()));
    }
    report(bare, scans);
  } finally {
    await browser.close();
    server.close();
    await rm(folder, { recursive: true });
  }
}

function report(bare: readonly Scanned[], scans: readonly Scanned[]): void {
  const [b, s] = [fastest(bare), fastest(scans)];
  const rate = ({ entries, ms }: Scanned) => `${Math.round((1000 * entries) / ms)} entries/s`;
  console.log(`bare iteration: ${b.entries} entries, ${rate(b)}`);
  console.log(
    `scan: ${s.entries} entries, ${s.runs} runs, ${rate(s)}, ` +
      `${(b.ms / s.ms).toFixed(2)} × bare, first runs after ${Math.round(s.firstMs ?? s.ms)} ms`,
  );
}

/** Whatever else the machine does can only make a run slower. */
function fastest(all: readonly Scanned[]): Scanned {
  return all.reduce((best, one) => (one.ms < best.ms ? one : best));
}

/** Folders of a training among folders of other things. */
async function writeTree(root: string): Promise<void> {
  for (let i = 0; i < FOLDERS; i++) {
    const folder = join(root, `part-${i % 10}`, `run-${i}`);
    await mkdir(folder, { recursive: true });
    const isRun = i % 5 === 0;
    await Promise.all(
      Array.from({ length: FILES }, (_, file) => {
        const name = isRun && file < 10 ? `epoch_${file}.pth` : `img-${file}.jpg`;
        return writeFile(join(folder, name), '');
      }),
    );
  }
}

/** The readers of formats are loaded when they are needed, which is never here. */
async function bundle(): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      target: 'esnext',
      minify: false,
      rollupOptions: {
        input: resolve('bench/page/scan-page.ts'),
        output: { format: 'es', codeSplitting: false },
      },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !('output' in output)) throw new Error('The page of the benchmark was not built');
  return output.output[0].code;
}

async function serve(script: string): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.setHeader('Content-Type', isScript ? 'text/javascript' : 'text/html');
    response.end(
      isScript ? script : '<!doctype html><script type="module" src="/page.js"></script>',
    );
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
