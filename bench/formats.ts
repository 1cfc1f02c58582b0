import { mkdtemp, open, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Checkpoint } from '#domain/tensor.ts';
import { makeZip } from '#encodings/zip-testing.ts';
import { checkpointFormats, probe } from '#formats/index.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { statisticsOf } from '#workers/reader-tensors.ts';
import { writeCheckpoint } from './open.ts';

/** Float32 numbers of the tensor in each file but the PyTorch one. */
const COUNT = 2 ** 25;
const PIECE = 16 * 2 ** 20;

/** Per format: cost of opening, and the rates of statistics and checksums beside a plain read of the file. */
export async function run(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'cairn-bench-'));
  try {
    for (const [name, write] of FILES) {
      const path = join(folder, name);
      await write(path);
      await measure(path, name);
      await rm(path);
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

const FILES: readonly (readonly [string, (path: string) => Promise<unknown>])[] = [
  ['model.pth', writeCheckpoint],
  ['model.safetensors', (path) => writeFile(path, safetensors())],
  ['model.gguf', (path) => writeFile(path, gguf())],
  ['model.npy', (path) => writeFile(path, npy())],
  ['weights.npz', (path) => writeFile(path, makeZip([{ name: 'w.npy', bytes: npy() }]))],
];

function numbers(): Buffer {
  const values = new Float32Array(COUNT);
  for (let i = 0; i < COUNT; i++) values[i] = Math.sin(i);
  return Buffer.from(values.buffer);
}

function safetensors(): Buffer {
  const header = `{"w":{"dtype":"F32","shape":[${COUNT}],"data_offsets":[0,${4 * COUNT}]}}`;
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));
  return Buffer.concat([length, Buffer.from(header), numbers()]);
}

/** `GGUF · version 3 · 1 tensor · no pairs · name · axes · size · float32 · offset · padding · elements` */
function gguf(): Buffer {
  const head = Buffer.alloc(96);
  head.write('GGUF', 0, 'latin1');
  head.writeUInt32LE(3, 4);
  head.writeBigUInt64LE(1n, 8);
  head.writeBigUInt64LE(1n, 24);
  head.write('w', 32, 'latin1');
  head.writeUInt32LE(1, 33);
  head.writeBigUInt64LE(BigInt(COUNT), 37);
  return Buffer.concat([head.subarray(0, 64), numbers()]);
}

function npy(): Buffer {
  const text = `{'descr': '<f4', 'fortran_order': False, 'shape': (${COUNT},), }`;
  const header = `${text.padEnd(117)}\n`;
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]);
  return Buffer.concat([start, Buffer.from(header), numbers()]);
}

async function measure(path: string, name: string): Promise<void> {
  const { size } = await stat(path);
  const file = await open(path);
  const cost = { reads: 0, bytes: 0 };
  const source: ByteSource = {
    path: name,
    size,
    async read(start, end) {
      cost.reads++;
      cost.bytes += end - start;
      const bytes = new Uint8Array(end - start);
      await file.read(bytes, 0, bytes.length, start);
      return bytes;
    },
  };
  try {
    await readPlainly(source);
    const plain = await rate(size, () => readPlainly(source));
    Object.assign(cost, { reads: 0, bytes: 0 });
    const start = performance.now();
    const checkpoint = await openIt(source);
    const ms = (performance.now() - start).toFixed(1);
    const opened = `${cost.reads} reads, ${cost.bytes} bytes, ${ms} ms`;
    const statistics = await rate(size, () => allStatistics(checkpoint));
    const { verify } = checkpoint;
    const verified = verify ? await rate(size, () => verify({})) : null;
    const beside = (gb: number) => `${gb.toFixed(2)} GB/s (${(gb / plain).toFixed(2)} × plain)`;
    console.log(
      `${name}, ${(size / 1e9).toFixed(2)} GB: open ${opened}; plain read ${plain.toFixed(2)} GB/s; ` +
        `statistics ${beside(statistics)}; verify ${verified === null ? 'has no checksums' : beside(verified)}`,
    );
  } finally {
    await file.close();
  }
}

async function openIt(source: ByteSource): Promise<Checkpoint> {
  const seen = await probe(source);
  const format = checkpointFormats.find((candidate) => candidate.detect(seen));
  if (!format) throw new Error(`${source.path} is of no known format`);
  return format.open(source);
}

async function allStatistics(checkpoint: Checkpoint): Promise<void> {
  for (const info of checkpoint.tensors.values()) await statisticsOf(checkpoint, info, {});
}

async function readPlainly(source: ByteSource): Promise<void> {
  for (let at = 0; at < source.size; at += PIECE)
    await source.read(at, Math.min(source.size, at + PIECE));
}

/** GB/s of some work over `size` bytes. */
async function rate(size: number, work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return size / 1e6 / (performance.now() - start);
}
