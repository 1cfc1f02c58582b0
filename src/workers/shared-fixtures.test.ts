import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { CheckpointSummary } from '#domain/summary.ts';
import { isUsable } from '#domain/verdict.ts';
import { diskDirectory, expected, FIXTURES, hasFixtures, sha256 } from '#io/testing.ts';
import type { Reader } from './api.ts';
import { createReader } from './reader-api.ts';

/** Directories of files by the frameworks; the sample and the trackers have tests of their own. */
const WALKED = /^(?:pytorch|tensorflow|huggingface|jax|safetensors|misc)\//;

/** What is not compared here, and why. Each must still differ, or it has no place in the list. */
const LEFT_OUT: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^pytorch\/hostile /, 'their verdicts are compared in formats/pytorch and its neighbours'],
  [/\/checkpoint \[tf-checkpoint-state\]/, 'a state file names checkpoints and is none'],
  [/workertemp_\d+\//, 'left behind by another worker: part of no checkpoint'],
  [/^pytorch\/(?:pt2|torchscript) .*\.pt2/, 'the graph beside other checkpoints, opened as such'],
  [/^pytorch\/damaged .*\.pt2/, 'the same, in a directory of checkpoints'],
  [/directory\.pth/, 'a folder that is called like a file'],
  [/last\.ckpt/, 'a symbolic link when it was written, a text file here'],
  [/optimizer\.pt \[torch\]/, 'part of the Trainer folder, which is one checkpoint'],
  [
    /_states\.pt \[torch\]/,
    'part of what several processes wrote: the merged weights are compared',
  ],
  [/ \. \[hf-checkpoint\]/, 'the final model is listed by its file'],
  [/empty-directory/, 'git drops empty folders'],
  [/sparse\.pt /, 'sparse tensors are given by their parts, compared in formats/pytorch'],
  [/np_strings|\/null\/dataspace/, 'dtypes of NumPy and h5py that have no name here'],
  [/^tensorflow\/hdf5\/types types\.h5/, 'types that are refused by name, or split into fields'],
  [/(?:scaleoffset|nbit|szip)\.h5/, 'filters that are refused by name'],
  [
    /^misc\/gguf .* is \w+\/\w+ /,
    'GGUF names types its own way; values are compared in formats/gguf',
  ],
  [/float4_e2m1fn\/F4|float6_e\dm\dfn\/F6/, 'so does safetensors those of less than a byte'],
  [/^misc\/npz (?:half|odd|object|not-arrays|single|pickled)\./, 'names that are not of weights'],
  [/savedmodel-and-v1 v1-/, 'no extension, and a name that promises nothing: not looked into'],
  [/duplicate-keys-same-range/, 'the library takes the last of two; we say that there are two'],
  [/renamed-(?:npz|torch)/, 'opened as what it really is'],
];

interface Golden {
  readonly path: string;
  readonly format: string;
  readonly problem: string | null;
  readonly tensors?: readonly {
    readonly name: string;
    readonly dtype: string;
    readonly shape: readonly number[] | null;
    readonly sha256: string | null;
  }[];
}

const directories = hasFixtures
  ? readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('expected.json') && WALKED.test(path))
      .map(dirname)
      .filter((path) => expected(join(FIXTURES, path)).checkpoints.length > 0)
      .sort()
  : [];

const seen = new Set<RegExp>();

/** Whether a difference is one of those left out, which is noted. */
function isLeftOut(difference: string): boolean {
  const found = LEFT_OUT.filter(([pattern]) => pattern.test(difference));
  for (const [pattern] of found) seen.add(pattern);
  return found.length > 0;
}

async function rowsOf(reader: Reader, name: string): Promise<readonly CheckpointSummary[]> {
  const { runs } = await reader.open({ kind: 'http', name, url: '' });
  const details = [];
  for (const { path } of runs) details.push(await reader.run({ run: path }));
  return details.flatMap(({ checkpoints }) => checkpoints);
}

function rowOf(rows: readonly CheckpointSummary[], path: string) {
  return (
    rows.find(({ ref }) => ref.path === path || ref.main === path) ??
    rows.find(({ ref }) => ref.path.startsWith(`${path}/`)) ??
    rows.find(({ ref }) => ref.files.includes(path))
  );
}

/** How a checkpoint differs from what its framework says; empty when it does not. */
async function differences(reader: Reader, rows: readonly CheckpointSummary[], golden: Golden) {
  const row = rowOf(rows, golden.path);
  if (!row) return ['is not listed'];
  if (golden.problem) return isUsable(row.judgement) ? ['is called sound'] : [];
  const { verdict, defects } = row.judgement;
  const why = defects.map(({ problem }) => problem.kind).join();
  if (!isUsable(row.judgement)) return [`is called ${verdict} (${why})`];
  return golden.tensors?.length ? tensorDifferences(reader, row, golden.tensors) : [];
}

async function tensorDifferences(
  reader: Reader,
  { ref }: CheckpointSummary,
  wanted: NonNullable<Golden['tensors']>,
) {
  const checkpoint = ref.path;
  const { tensors } = await reader.checkpoint({ checkpoint });
  const byName = new Map(tensors.map((info) => [info.name, info]));
  const found: string[] = [];
  for (const { name, dtype, shape, sha256: hash } of wanted) {
    const info =
      byName.get(name) ??
      tensors.find(({ label, path }) => label === name || path?.join('.') === name);
    if (!info) found.push(`${name} is missing`);
    else if (info.dtype !== dtype || info.shape.join() !== shape?.join())
      found.push(`${name} is ${info.dtype}/${dtype} [${info.shape}]/[${shape}]`);
    else if (hash && dtype !== 'string') {
      const said = await hashOf(reader, checkpoint, info.name);
      if (said !== hash) found.push(`${name} has other contents: ${said}`);
    }
  }
  return found;
}

/** SHA-256 of a tensor's bytes, or why they cannot be read. */
async function hashOf(reader: Reader, checkpoint: string, tensor: string): Promise<string> {
  const bytes = await reader.tensor({ checkpoint, tensor }).catch(String);
  return typeof bytes === 'string' ? bytes : sha256(bytes);
}

describe.runIf(hasFixtures)(
  'every checkpoint that a framework wrote, through the whole reader',
  () => {
    it.each(directories)('%s', async (directory) => {
      const root = join(FIXTURES, directory);
      const reader = createReader({ openGrant: () => diskDirectory(root) });
      const rows = await rowsOf(reader, directory);
      const all: string[] = [];
      for (const golden of expected(root).checkpoints as readonly Golden[])
        for (const difference of await differences(reader, rows, golden))
          all.push(
            `${directory} ${golden.path} [${golden.format}] ${golden.problem ?? 'sound'}: ${difference}`,
          );
      expect(all.filter((one) => !isLeftOut(one))).toEqual([]);
    });

    it('differs where it is said to, and nowhere else', () => {
      expect(
        LEFT_OUT.filter(([pattern]) => !seen.has(pattern)).map(([, reason]) => reason),
      ).toEqual([]);
    });
  },
);
