import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import { bytesSource, fixture, sha256 } from '#io/testing.ts';
import { idx } from './dataset.ts';
import { openIdx } from './reader.ts';

const IMAGES = 't10k-images-idx3-ubyte.gz';
const LABELS = 't10k-labels-idx1-ubyte.gz';

/** From `expected.json` of the shared fixtures, as float32 and as int64. */
const X = 'a0fb0953be14ccdd329ecde534d0c8d7be5253a8a515b677870e62c7bd8f9d32';
const Y = 'fb84d478bc19f0628a9fd0800a6b43023c1660dc6305daacdc9f1c109fd98831';

const source = async (name: string) => bytesSource(await fixture(`idx/${name}`), name);
const part = (name: string) => ({ path: name, open: () => source(name) });

/** An array of bytes. */
function array(shape: readonly number[], data: readonly number[]): Uint8Array<ArrayBuffer> {
  const sizes = shape.flatMap((size) => [0, 0, 0, size]);
  return Uint8Array.from([0, 0, 8, shape.length, ...sizes, ...data]);
}

describe('MNIST', () => {
  it('pictures and their labels are one data set, read in batches out of gzip', async () => {
    const dataset = await openIdx(await source(IMAGES), { parts: [part(IMAGES), part(LABELS)] });
    expect(dataset).toMatchObject({ count: 120, label: 't10k-labels-idx1-ubyte' });
    expect(dataset.columns[0]).toMatchObject({ dtype: 'uint8', shape: [8, 8], kind: 'image' });
    const [input] = dataset.columns;
    const values: number[] = [];
    const labels: number[] = [];
    for (let from = 0; from < 120; from += 50) {
      const to = Math.min(120, from + 50);
      const { name = '' } = input ?? {};
      const batch = await dataset.read({ inputs: [name], label: dataset.label, from, to });
      values.push(...(batch.inputs[0]?.values ?? []));
      labels.push(...(batch.labels ?? []));
    }
    expect(sha256(new Uint8Array(Float32Array.from(values).buffer))).toBe(X);
    expect(sha256(new Uint8Array(BigInt64Array.from(labels, BigInt).buffer))).toBe(Y);
  });

  it('pictures alone have no labels', async () => {
    const dataset = await openIdx(await source(IMAGES));
    expect(dataset).toMatchObject({ count: 120, label: null });
  });

  it('not as many labels as pictures', async () => {
    const images = bytesSource(array([3, 1, 1], [1, 2, 3]), 'a-images-idx3-ubyte');
    const labels = bytesSource(array([2], [0, 1]), 'a-labels-idx1-ubyte');
    const parts = [{ path: labels.path, open: async () => labels }];
    await expect(openIdx(images, { parts })).rejects.toMatchObject({ problem: { kind: 'data' } });
  });

  it.each([
    ['short-idx3-ubyte', { kind: 'truncated', needed: 1552 }],
    ['magic-idx3-ubyte', { kind: 'malformed' }],
  ])('%s', async (name, problem) => {
    await expect(openIdx(await source(name))).rejects.toMatchObject({ problem });
  });

  it('a packed one that is cut, when what is missing is asked for', async () => {
    const dataset = await openIdx(await source('cut-idx3-ubyte.gz'));
    const request = { inputs: ['cut-idx3-ubyte'], label: null, from: 0, to: dataset.count };
    await expect(dataset.read(request)).rejects.toMatchObject({ problem: { kind: 'truncated' } });
  });

  it('a header that claims more than gzip can hold', async () => {
    const packed = new Uint8Array(gzipSync(Uint8Array.of(0, 0, 8, 1, 0xff, 0xff, 0xff, 0xff)));
    await expect(openIdx(bytesSource(packed, 'a-idx1-ubyte.gz'))).rejects.toMatchObject({
      problem: { kind: 'truncated' },
    });
  });

  it.each([
    ['t10k-images-idx3-ubyte', true],
    ['train-labels.idx1-ubyte', true],
    ['y.idx', true],
    ['pack-1234.idx.txt', false],
  ])('%s is known by its name: %s', (path, known) => {
    const head = Uint8Array.of(0, 0, 8, 1);
    expect(idx.detect({ path, head, tail: head, size: 4 })).toBe(known);
  });
});

it('whatever the bytes, a data set or a CheckpointError', () =>
  fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), fc.boolean(), async (rest, isPacked) => {
      const bytes = Uint8Array.from([0, 0, ...rest]);
      const contents = isPacked ? new Uint8Array(gzipSync(bytes)) : bytes;
      const outcome = await openIdx(bytesSource(contents, 'a.idx')).catch(
        (error: unknown) => error,
      );
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CheckpointError);
    }),
  ));
