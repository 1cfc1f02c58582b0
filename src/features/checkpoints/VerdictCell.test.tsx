// @vitest-environment jsdom
import { cleanup, render } from '@testing-library/react';
import { afterEach, expect, it } from 'vitest';
import type { CheckpointSummary } from '#domain/summary.ts';
import type { Judgement } from '#domain/verdict.ts';
import { VerdictCell } from './VerdictCell.tsx';

afterEach(cleanup);

const path = 'run/model.ckpt';
const ref = { path, main: path, files: [path] };

const summary = (judgement: Judgement, title: string): CheckpointSummary => ({
  ref,
  run: 'run',
  file: null,
  format: null,
  title,
  framework: null,
  step: null,
  epoch: null,
  metrics: [],
  judgement,
  readiness: null,
  size: 0,
  tensors: 0,
  parameters: 0,
});

const unsupported = (feature: string) =>
  ({ problem: { kind: 'unsupported', feature }, place: { path } }) as const;

const UNREAD = { verdict: 'unread', verifiable: false } as const;

it.each<[string, Judgement, string]>([
  ['Keras HDF5', { ...UNREAD, defects: [] }, 'Keras HDF5, not read yet'],
  ['', { ...UNREAD, defects: [unsupported('Flax')] }, 'Flax, not read yet'],
  ['', { ...UNREAD, defects: [] }, '–Not read yetCairn does not read this format yet.'],
  ['PyTorch', { verdict: 'sound', defects: [], verifiable: true }, '✓Sound'],
  ['PyTorch', { verdict: 'unverified', defects: [], verifiable: true }, '○Unverified'],
  [
    'PyTorch',
    {
      verdict: 'incomplete',
      verifiable: false,
      defects: [
        { problem: { kind: 'missing', path: 'run/a.data' }, place: { path } },
        { problem: { kind: 'missing', path: 'run/b.data' }, place: { path } },
      ],
    },
    '◐IncompleteA file that belongs to it is missing. (run/a.data) (+1)',
  ],
])('%s %#', (title, judgement, words) => {
  const row = { ref, run: 'run', summary: summary(judgement, title), metrics: new Map() };
  expect(render(<VerdictCell row={row} />).container.textContent).toBe(words);
});

it('a row that is not read yet says so', () => {
  const row = { ref, run: 'run', summary: null, metrics: new Map() };
  expect(render(<VerdictCell row={row} />).container.textContent).toBe('Reading…');
});
