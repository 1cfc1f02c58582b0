import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointError } from '#domain/problem.ts';
import { type Checkpoint, elementCount } from '#domain/tensor.ts';
import { checkpointFormats, probe } from '#formats/index.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import { type ByteSource, blobSource } from '#io/byte-source.ts';

/** No format may take longer over a file this small, whatever its bytes. */
const MAX_MS = 2000;
/** Larger seeds say nothing that small ones do not, only more slowly. */
const MAX_SEED_BYTES = 300_000;
/** Never more than this much beside 4 × what is stored. */
const SPARE_BYTES = 64 * 2 ** 20;

interface Options {
  readonly roots: readonly string[];
  readonly seconds: number;
  readonly seed: number;
  readonly findings: string;
  /** Written before each case, so that whoever waits knows which one hangs. */
  readonly heartbeat: string;
}

/** Mutates files and opens them until the time is up; keeps what does not end as it must. */
export async function fuzz(options: Options): Promise<{ cases: number; findings: number }> {
  const files = options.roots.flatMap(seedsIn);
  const random = seeded(options.seed);
  const end = Date.now() + 1000 * options.seconds;
  let cases = 0;
  let findings = 0;
  while (Date.now() < end) {
    const path = files[Math.floor(random() * files.length)] ?? '';
    const bytes = mutate(new Uint8Array(readFileSync(path)), random);
    const name = createHash('sha256').update(bytes).digest('hex').slice(0, 16);
    writeFileSync(options.heartbeat, JSON.stringify({ path, name, at: Date.now() }));
    const wrong = await outcome(path, bytes);
    cases++;
    if (!wrong) continue;
    findings++;
    writeFileSync(join(options.findings, name), bytes);
    writeFileSync(join(options.findings, `${name}.json`), JSON.stringify({ path, wrong }));
    console.log(`${name} of ${path}: ${wrong}`);
  }
  return { cases, findings };
}

function seedsIn(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .map((name) => join(root, name))
    .filter((path) => {
      const info = statSync(path);
      return info.isFile() && info.size > 0 && info.size <= MAX_SEED_BYTES;
    })
    .filter((path) => !/\.(json|py|mjs|md|csv|txt)$/.test(path));
}

/** What is wrong with how a file was taken, `undefined` when nothing is. */
async function outcome(path: string, bytes: Uint8Array<ArrayBuffer>): Promise<string | undefined> {
  const before = process.memoryUsage().arrayBuffers;
  const start = Date.now();
  const error = await readAll(blobSource(path, new Blob([bytes])), path).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  const ms = Date.now() - start;
  if (ms > MAX_MS) return `took ${ms} ms`;
  const grown = process.memoryUsage().arrayBuffers - before;
  if (grown > 4 * bytes.length + SPARE_BYTES) return `holds ${grown} bytes`;
  return error === undefined || error instanceof CheckpointError ? undefined : String(error);
}

async function readAll(source: ByteSource, path: string): Promise<void> {
  const ends = await probe(source);
  for (const format of checkpointFormats.filter((one) => one.detect(ends))) {
    const checkpoint = await format.open(source, { sibling: (name) => siblingOf(path, name) });
    await checkpoint.verify?.({});
    await readSome(checkpoint);
  }
}

async function readSome(checkpoint: Checkpoint): Promise<void> {
  for (const { name, shape } of [...checkpoint.tensors.values()].slice(0, 20)) {
    const read = checkpoint.read(name, { to: Math.min(99, elementCount(shape)) });
    await read.catch((error: unknown) => {
      if (!(error instanceof CheckpointError)) throw error;
    });
  }
}

async function siblingOf(path: string, name: string): Promise<ByteSource> {
  const full = join(path, '..', name);
  try {
    return blobSource(full, new Blob([readFileSync(full)]));
  } catch {
    throw new CheckpointError({ kind: 'missing', path: name }, { path });
  }
}
