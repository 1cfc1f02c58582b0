import { createReadStream } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { loadavg } from 'node:os';
import { resolve } from 'node:path';
import { chromium, type Page } from 'playwright';
import { build } from 'vite';
import type { Compared } from './page/evaluate-page.ts';
import { NETWORKS } from './page/networks.ts';

const RUNS = 30;

/** At most this times the time of onnxruntime-web. */
const WANTED = 1.2;

/**
 * How fast batches are computed, beside onnxruntime-web on the same weights, data and backend, each with its
 * upload and its download.
 */
export async function run(): Promise<void> {
  const { server, url } = await serve(await bundle());
  const { findChromium, CHROMIUM_FLAGS } = await import(resolve('scripts/chromium.mjs'));
  const args = [...CHROMIUM_FLAGS, '--enable-unsafe-webgpu'];
  const browser = await chromium.launch({ executablePath: findChromium(), args });
  try {
    const page = await browser.newPage();
    await page.goto(url);
    const isolated = await page.evaluate(() => crossOriginIsolated);
    console.log(
      `Chromium ${browser.version()}, one thread each, crossOriginIsolated ${isolated}; ` +
        `load ${loadavg()
          .map((load) => load.toFixed(1))
          .join(' ')}`,
    );
    await compareAll(page, 'wasm');
    const why = await page.evaluate(() => window.withoutGpu());
    if (why === null) await compareAll(page, 'webgpu');
    else console.log(`WebGPU is not measured: ${why}`);
  } finally {
    await browser.close();
    server.close();
  }
}

async function compareAll(page: Page, backend: 'wasm' | 'webgpu'): Promise<void> {
  for (const network of Object.keys(NETWORKS)) {
    const compared = await page.evaluate(([name, on, runs]) => window.compare(name, on, runs), [
      network,
      backend,
      RUNS,
    ] as const);
    report(`${backend}, ${network}`, compared);
  }
}

function report(title: string, { cairn, onnxruntime, difference }: Compared): void {
  const [ours, theirs] = [summary(cairn), summary(onnxruntime)];
  const show = ({ median, least }: Summary) =>
    `${(1000 / median).toFixed(1)} batches/s (median ${median.toFixed(1)}, min ${least.toFixed(1)} ms)`;
  const ratio = ours.median / theirs.median;
  console.log(
    `${title}: Cairn ${show(ours)}, onnxruntime-web ${show(theirs)}; ` +
      `${ratio.toFixed(2)} × its time (min ${(ours.least / theirs.least).toFixed(2)} ×)` +
      `${ratio > WANTED ? `, more than ${WANTED}` : ''}; outputs differ by ${difference.toExponential(1)}`,
  );
  if (ratio > WANTED) process.exitCode = 1;
}

interface Summary {
  readonly median: number;
  readonly least: number;
}

function summary(times: readonly number[]): Summary {
  const sorted = times.toSorted((a, b) => a - b);
  return { median: sorted[Math.floor(sorted.length / 2)] ?? 0, least: sorted[0] ?? 0 };
}

type Files = ReadonlyMap<string, string | Uint8Array>;

/** By the path that asks for it. */
async function bundle(): Promise<Files> {
  const result = await build({
    configFile: false,
    logLevel: 'error',
    base: '/',
    build: {
      write: false,
      target: 'esnext',
      modulePreload: false,
      assetsInlineLimit: 0,
      rollupOptions: {
        input: resolve('bench/page/evaluate-page.ts'),
        output: { format: 'es', entryFileNames: 'page.js' },
      },
    },
  });
  const [output] = Array.isArray(result) ? result : [result];
  if (!output || !('output' in output)) throw new Error('The page of the benchmark was not built');
  return new Map(
    output.output.map((one) => [`/${one.fileName}`, one.type === 'chunk' ? one.code : one.source]),
  );
}

const TYPES: Readonly<Record<string, string>> = {
  js: 'text/javascript',
  mjs: 'text/javascript',
  wasm: 'application/wasm',
};

async function serve(files: Files): Promise<{ server: Server; url: string }> {
  const other = resolve('node_modules/onnxruntime-web/dist');
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? '', 'http://localhost');
    const extension = pathname.slice(pathname.lastIndexOf('.') + 1);
    response.setHeader('Content-Type', TYPES[extension] ?? 'text/html');
    // As on the page that ships: clocks are precise then.
    response.setHeader('Cross-Origin-Opener-Policy', 'same-origin');
    response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp');
    if (pathname.startsWith('/onnxruntime/')) {
      createReadStream(resolve(other, pathname.slice('/onnxruntime/'.length))).pipe(response);
      return;
    }
    const page = '<!doctype html><script type="module" src="/page.js"></script>';
    response.end(files.get(pathname) ?? page);
  }).listen(0);
  await new Promise((done) => server.once('listening', done));
  return { server, url: `http://localhost:${(server.address() as AddressInfo).port}/` };
}
