import { expect, it } from 'vitest';
import { makeZip } from '#encodings/zip-testing.ts';
import { bytesSource } from '#io/testing.ts';
import { openNpz } from './reader.ts';

it('a compressed array too large to be kept is inflated forward, batch by batch', async () => {
  const [rows, each] = [140, 2 ** 20];
  const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${rows}, ${each}), }\n`;
  const start = 10 + header.length;
  const bytes = new Uint8Array(start + rows * each);
  bytes.set([0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length, 0]);
  bytes.set(new TextEncoder().encode(header), 10);
  for (let row = 0; row < rows; row++)
    bytes.fill(row, start + row * each, start + (row + 1) * each);
  const archive = makeZip([{ name: 'x.npy', bytes, deflate: true }]);
  const dataset = await openNpz(bytesSource(archive, 'x.npz'));
  for (const from of [0, 1, 100, 139, 3]) {
    const { inputs } = await dataset.read({ inputs: ['x'], label: null, from, to: from + 1 });
    const values = inputs[0]?.values ?? new Float32Array();
    expect([values.length, values[0], values.at(-1)]).toEqual([each, from, from]);
  }
});
