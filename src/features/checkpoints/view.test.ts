import { expect, it } from 'vitest';
import { parseCheckpointsView } from './view.ts';

const usual = { metric: null, lower: null, columns: null, sort: null, find: '', resume: null };

it.each([
  [{}, {}],
  [
    { metric: 'loss', lower: true },
    { metric: 'loss', lower: true },
  ],
  [{ columns: ['loss', 3] }, { columns: ['loss'] }],
  [{ columns: [] }, { columns: [] }],
  [
    { sort: '-step', find: 12, resume: 'a.pth' },
    { sort: '-step', find: '12', resume: 'a.pth' },
  ],
  [{ metric: 7, lower: 'yes', columns: 'loss', sort: [], find: null, resume: '' }, {}],
])('%j', (search, view) => {
  expect(parseCheckpointsView(search)).toEqual({ ...usual, ...view });
});
