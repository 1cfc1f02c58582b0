import { expect, it } from 'vitest';
import { openBundle } from './testing.ts';

const OWN = 'src/formats/tensor-bundle/fixtures';

it.each([
  ['adam-1', ['model', 'optimizer', 'step', 'save_counter']],
  ['raw-dtypes', []],
])('the objects that were saved in %s', async (path, objects) => {
  expect((await openBundle(OWN, path)).objects).toEqual(objects);
});
