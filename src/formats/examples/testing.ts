import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Dataset } from '#domain/dataset.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { DatasetFolder } from '#formats/dataset-folder-format.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { fileSource, sha256 } from '#io/testing.ts';

/** A folder on disk. */
export function diskFolder(root: string, path: string): DatasetFolder {
  const entries = readdirSync(join(root, path), { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(join(root, path).length + 1));
  return { path, files, open: (file) => fileSource(root, `${path}/${file}`) };
}

/** A file on disk, and those beside it. */
export async function diskFile(root: string, name: string) {
  const sibling: OpenOptions['sibling'] = (other) => fileSource(root, other);
  return [await fileSource(root, name), { sibling }] as const;
}

/** All of some columns in batches of an odd size, with hashes as `expected.json` has them. */
export async function readAll(dataset: Dataset, inputs: readonly string[]) {
  const values: number[] = [];
  const labels: number[] = [];
  for (let from = 0; from < dataset.count; from += 7) {
    const to = Math.min(dataset.count, from + 7);
    const batch = await dataset.read({ inputs, label: dataset.label, from, to });
    values.push(...(batch.inputs[0]?.values ?? []));
    labels.push(...(batch.labels ?? []));
  }
  const x = sha256(new Uint8Array(Float32Array.from(values).buffer));
  const y = sha256(new Uint8Array(BigInt64Array.from(labels, BigInt).buffer));
  return { values, labels, x, y };
}

/** Opens a data set and reads each of its columns; nothing but a `CheckpointError` may come of it. */
export async function expectExamples(open: () => Promise<Dataset>): Promise<void> {
  try {
    const dataset = await open();
    const to = Math.min(5, dataset.count);
    for (const { name, dtype } of dataset.columns) {
      const columns = dtype === 'string' ? { slices: [name] } : { inputs: [name] };
      const request = { inputs: [], label: null, from: 0, to, ...columns };
      await dataset.read(request).catch(expectProblem);
    }
  } catch (error) {
    expectProblem(error);
  }
}

function expectProblem(error: unknown): void {
  if (!(error instanceof CheckpointError)) throw error;
  expect(error).toBeInstanceOf(CheckpointError);
}
