import { expect, it } from 'vitest';
import { UNPREPARED } from '#domain/dataset.ts';
import { diskDirectory } from '#io/testing.ts';
import { createReader } from './reader-api.ts';

it('pictures of one size are prepared when a batch is read', async () => {
  const root = 'src/formats/idx/fixtures';
  const reader = createReader({ openGrant: () => diskDirectory(root) });
  await reader.open({ kind: 'http', name: 'idx', url: '' });
  const path = 't10k-images-idx3-ubyte.gz';
  const { columns, label } = await reader.dataset({ path });
  const inputs = [columns[0]?.name ?? ''];
  const read = async (preparation: Partial<typeof UNPREPARED>) => {
    const image = { ...UNPREPARED, ...preparation };
    const batch = await reader.batch({ path, inputs, label, from: 3, to: 5, image });
    return batch.inputs[0];
  };
  expect((await read({}))?.shape).toEqual([2, 8, 8]);
  const larger = await read({ resize: 12, crop: [10, 10], channels: 3 });
  expect(larger?.shape).toEqual([2, 10, 10, 3]);
  const [red, green, blue] = larger?.values.subarray(150, 153) ?? [];
  expect([green, blue]).toEqual([red, red]);
});
