import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as h5wasm from 'h5wasm/node';
import * as jsfive from 'jsfive';
import { beforeAll, describe, expect, it } from 'vitest';
import { fileSource, hasFixtures, SHARED, sha256 } from '#io/testing.ts';
import type { Hdf5Dataset } from './dataset.ts';
import { dtypeOf, littleEndian } from './elements.ts';
import { openHdf5 } from './hdf5.ts';
import { countOf, FIXTURES_HERE, listAll } from './testing.ts';

/** Files of a folder and below, by path. */
function filesBelow(root: string): string[] {
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(?:h5|hdf5)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1));
}

const ROOTS = hasFixtures
  ? [FIXTURES_HERE, join(SHARED, 'fixtures/tensorflow'), join(SHARED, 'corpus')]
  : [FIXTURES_HERE];
const paths = ROOTS.flatMap((root) =>
  filesBelow(root).map((path): [string, string] => [path, root]),
);

/** Numbers that other readers can give; complex ones, texts and structures are compared elsewhere. */
const NUMBERS = /^(?:u?int(?:8|16|32|64)|float(?:32|64))$/;

/** Datasets that this reader refuses, or that others would follow out of the file. */
async function numbersOf(root: string, path: string): Promise<Map<string, Hdf5Dataset>> {
  const file = await openHdf5(await fileSource(root, path));
  if (file.endOfFile > readFileSync(join(root, path)).length) return new Map();
  const { datasets } = await listAll(file);
  return new Map(
    [...datasets].filter(([, dataset]) => {
      const plain = dataset.refused === null && dataset.unknownFilters.length === 0;
      const isNumber = dataset.type.kind === 'integer' || dataset.type.kind === 'float';
      return plain && isNumber && NUMBERS.test(dtypeOf(dataset.type) ?? '');
    }),
  );
}

async function bytesOf(dataset: Hdf5Dataset): Promise<string> {
  return sha256(littleEndian(dataset.type, await dataset.read(0, countOf(dataset))));
}

const hash = (values: ArrayBufferView) =>
  sha256(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));

describe('the same numbers as other readers give', () => {
  beforeAll(async () => {
    await h5wasm.ready;
  });

  it.each(paths)('h5wasm: %s', async (path, root) => {
    const datasets = await numbersOf(root, path).catch(() => new Map<string, Hdf5Dataset>());
    if (datasets.size === 0) return;
    const other = new h5wasm.File(join(root, path), 'r');
    try {
      for (const [name, dataset] of datasets) {
        const found = other.get(name);
        if (!(found instanceof h5wasm.Dataset) || countOf(dataset) === 0) continue;
        expect(dataset.shape, name).toEqual(found.shape);
        if (!ofH5wasm(path, name)) continue;
        const value = found.value as ArrayBufferView | number | bigint;
        if (typeof value === 'object') expect(await bytesOf(dataset), name).toBe(hash(value));
      }
    } finally {
      other.close();
    }
  });

  // it looks every name up from the start: not for groups of a thousand
  it.each(paths.filter(([path]) => !path.includes('groups-and-links')))(
    'jsfive: %s',
    async (path, root) => {
      const datasets = await numbersOf(root, path).catch(() => new Map<string, Hdf5Dataset>());
      const bytes = readFileSync(join(root, path));
      let other: jsfive.File;
      try {
        const view = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
        other = new jsfive.File(view as ArrayBuffer, path);
      } catch {
        return; // user blocks, damage: it does not open as much
      }
      for (const [name, dataset] of datasets) {
        let theirs: readonly (number | bigint | undefined)[];
        try {
          theirs = (other.get(name) as jsfive.Dataset).value as readonly (
            | number
            | bigint
            | undefined
          )[];
        } catch {
          continue; // chunk indexes and filters that it does not know
        }
        if (!Array.isArray(theirs) || theirs.length !== countOf(dataset)) continue;
        if (theirs.includes(undefined)) continue; // it does not know of fill values
        expect(numbersIn(dataset, await dataset.read(0, countOf(dataset))), name).toEqual(
          theirs.map(Number),
        );
      }
    },
  );
});

/** h5wasm says nothing when it cannot undo LZF, or finds a wrong checksum: it gives whatever was in memory. */
function ofH5wasm(path: string, name: string): boolean {
  return !name.includes('lzf') && !path.endsWith('fletcher32-bit.h5');
}

const ARRAYS = {
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  uint8: Uint8Array,
  uint16: Uint16Array,
  uint32: Uint32Array,
  float32: Float32Array,
  float64: Float64Array,
  int64: BigInt64Array,
  uint64: BigUint64Array,
} as const;

function numbersIn({ type }: Hdf5Dataset, stored: Uint8Array<ArrayBuffer>): number[] {
  const array = ARRAYS[dtypeOf(type) as keyof typeof ARRAYS];
  const bytes = littleEndian(type, stored.slice());
  return Array.from(new array(bytes.buffer), Number);
}
