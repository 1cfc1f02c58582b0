import { execFile } from 'node:child_process';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { promisify } from 'node:util';
import { maskedCrc32c } from '#encodings/crc32c.ts';
import { tfevents } from '#formats/tfevents/history.ts';
import type { ByteSource } from '#io/byte-source.ts';

const SCALARS = 1_000_000;
const TAGS = Array.from({ length: 10 }, (_, i) => `train/metric_${i}`);
const RUNS = 7;

/** How fast an event file of a million scalars becomes columns: checksums compared, all points kept. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'));
  try {
    const path = join(folder, 'events.out.tfevents.1700000000.bench.1.0');
    const size = await writeEvents(path);
    const binary = process.env.CAIRN_RUSTBOARD;
    const ours: number[] = [];
    const theirs: number[] = [];
    for (let i = 0; i < RUNS; i++) {
      ours.push(await readOnce(path, size));
      if (binary) theirs.push(await rustboardOnce(binary, folder));
    }
    report('Cairn', median(ours), size);
    if (binary) {
      report('RustBoard with checksums, 1000 points a tag', median(theirs), size);
      console.log(`tfevents, Cairn is ${(median(theirs) / median(ours)).toFixed(2)} times as fast`);
    } else console.log('tfevents, RustBoard: not compared; CAIRN_RUSTBOARD may name its binary');
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Seconds to read the file once, in slices from the disk. */
async function readOnce(path: string, size: number): Promise<number> {
  const file = await open(path);
  try {
    const source: ByteSource = {
      path,
      size,
      async read(start, end) {
        const bytes = new Uint8Array(end - start);
        await file.read(bytes, 0, bytes.length, start);
        return bytes;
      },
    };
    let points = 0;
    const start = performance.now();
    for await (const { series, defects } of tfevents.read(source)) {
      for (const { values } of series) points += values.length;
      if (defects.length > 0) throw new Error('The file of the benchmark is damaged');
    }
    const seconds = (performance.now() - start) / 1000;
    if (points !== SCALARS) throw new Error(`${points} points of ${SCALARS}`);
    return seconds;
  } finally {
    await file.close();
  }
}

function median(seconds: readonly number[]): number {
  return seconds.toSorted((a, b) => a - b)[seconds.length >> 1] ?? Number.NaN;
}

function report(name: string, seconds: number, size: number): void {
  const records = `${(SCALARS / seconds / 1e6).toFixed(2)} M records/s`;
  const bytes = `${(size / seconds / 1e6).toFixed(0)} MB/s`;
  console.log(`tfevents, ${name}: ${(seconds * 1000).toFixed(0)} ms, ${records}, ${bytes}`);
}

/**
 * Seconds that TensorBoard's loader takes for the same file with checksums, as it says itself.
 *
 * @param binary `tensorboard_data_server/bin/server` of the Python package `tensorboard-data-server`
 */
async function rustboardOnce(binary: string, folder: string): Promise<number> {
  const options = ['--logdir', folder, '--port', '0', '--die-after-stdin', '--checksum', '-vv'];
  const running = promisify(execFile)(binary, [...options, '--reload', 'once']);
  const { child } = running;
  const finished = new Promise<number>((resolve, reject) => {
    child.stderr?.on('data', (text: string) => {
      const took = /Finished load cycle \(([\d.]+)(ms|s|µs)\)/.exec(text);
      if (took) resolve(Number(took[1]) / ({ s: 1, ms: 1e3 }[took[2] ?? 's'] ?? 1e6));
    });
    running.then(() => reject(new Error('RustBoard said no time')), reject);
  });
  try {
    return await finished;
  } finally {
    child.stdin?.end();
    child.kill();
    await running.catch(() => undefined);
  }
}

/** Writes what torch's SummaryWriter would: `simple_value` scalars, ten tags in turn. */
async function writeEvents(path: string): Promise<number> {
  const file = await open(path, 'w');
  const bytes = new Uint8Array(64 * (SCALARS + 1));
  const view = new DataView(bytes.buffer);
  let at = record(bytes, view, 0, (start) => {
    view.setFloat64(start + 1, 1.7e9, true);
    bytes[start] = 0x09;
    bytes.set([0x1a, 13, ...new TextEncoder().encode('brain.Event:2')], start + 9);
    return start + 24;
  });
  for (let i = 0; i < SCALARS; i++) {
    const tag = TAGS[i % TAGS.length] ?? '';
    at = record(bytes, view, at, (start) => scalar(view, start, { tag, step: (i / 10) | 0 }));
  }
  await file.write(bytes, 0, at);
  await file.close();
  return at;
}

function record(
  bytes: Uint8Array,
  view: DataView,
  at: number,
  payload: (start: number) => number,
): number {
  const end = payload(at + 12);
  view.setUint32(at, end - at - 12, true);
  view.setUint32(at + 8, maskedCrc32c(bytes, at, at + 8), true);
  view.setUint32(end, maskedCrc32c(bytes, at + 12, end), true);
  return end + 4;
}

function scalar(
  view: DataView,
  start: number,
  { tag, step }: { readonly tag: string; readonly step: number },
): number {
  let at = start;
  const put = (byte: number) => view.setUint8(at++, byte);
  put(0x09);
  view.setFloat64(at, 1.7e9 + step * 0.1, true);
  at += 8;
  put(0x10);
  let rest = step;
  for (; rest > 127; rest >>>= 7) put((rest & 127) | 128);
  put(rest);
  for (const byte of [0x2a, tag.length + 9, 0x0a, tag.length + 7, 0x0a, tag.length]) put(byte);
  for (let i = 0; i < tag.length; i++) put(tag.charCodeAt(i));
  put(0x15);
  view.setFloat32(at, 1 / (1 + step), true);
  return at + 4;
}
