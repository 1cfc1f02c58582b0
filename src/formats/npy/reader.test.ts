import { expect, it } from 'vitest';
import { bytesSource, fixture, sha256 } from '#io/testing.ts';
import { openNpy } from './reader.ts';

/** From `expected.json` of the shared fixtures, as float32 and as int64. */
const X = '89ca3480750eb2c9e92b794bfa1ece907ac32656f8adc76ad5b1c3556aa2a2e9';
const Y = 'bb5ca69ac521183de55abe1fc6555db82a1286c8164caa5c5ea842c45ea78725';

const source = async (name: string) => bytesSource(await fixture(`npy/${name}`), name);

it.each(['x_fortran.npy', 'x_bigendian.npy'])(
  '%s with its labels is one data set',
  async (name) => {
    const labels = 'y_bigendian.npy';
    const dataset = await openNpy(await source(name), {
      parts: [name, labels].map((path) => ({ path, open: () => source(path) })),
    });
    expect(dataset).toMatchObject({ count: 80, label: 'y_bigendian' });
    const [{ name: input } = { name: '' }] = dataset.columns;
    const batch = await dataset.read({ inputs: [input], label: dataset.label, from: 0, to: 80 });
    expect(sha256(new Uint8Array(batch.inputs[0]?.values.buffer ?? new ArrayBuffer(0)))).toBe(X);
    const wide = BigInt64Array.from(batch.labels ?? [], BigInt);
    expect(sha256(new Uint8Array(wide.buffer))).toBe(Y);
  },
);

it('an array alone is inputs without labels', async () => {
  const dataset = await openNpy(await source('x_fortran.npy'));
  expect(dataset).toMatchObject({ count: 80, label: null, columns: [{ shape: [64] }] });
});

it('an array that is cut says so', async () => {
  const bytes = await fixture('npy/x_fortran.npy');
  const cut = openNpy(bytesSource(bytes.slice(0, 900), 'x.npy'));
  await expect(cut).rejects.toMatchObject({ problem: { kind: 'truncated' } });
});
