import { expect, it } from 'vitest';
import { parseEvaluateView, USUAL_BATCH } from './view.ts';

const usual = parseEvaluateView({});

it.each([
  [{ checkpoints: ['a', 2, 'b'] }, { checkpoints: ['a', 'b'] }],
  [{ checkpoints: 'a' }, { checkpoints: ['a'] }],
  [
    { batch: 32, backend: 'wasm', divide: 255 },
    { batch: 32, backend: 'wasm', divide: 255 },
  ],
  [
    { batch: 0, backend: 'webgl', divide: '255' },
    { batch: USUAL_BATCH, backend: null },
  ],
  [{ batch: 1e9 }, {}],
  [{ classes: [1, 0, 4] }, { classes: [1, 0, 4] }],
  [{ classes: [1, -1] }, {}],
  [
    { mean: 0.5, std: '0.2, 0.3' },
    { mean: '0.5', std: '0.2, 0.3' },
  ],
  [
    { proposed: true, layers: [{ name: 'fc' }] },
    { proposed: true, layers: [{ name: 'fc' }] },
  ],
])('%j', (search, view) => {
  expect(parseEvaluateView(search)).toEqual({ ...usual, ...view });
});
