import { expect, it } from 'vitest';
import type { RunFacts } from '#domain/history.ts';
import { factsOf, mergeFacts } from './run-facts.ts';
import { logOf } from './run-log.ts';

const log = (path: string, facts: RunFacts) =>
  logOf([{ path, chunks: [{ series: [], end: 0, defects: [], unit: 'step', facts }] }]);

it('of two trackers, the first that says a thing counts', () => {
  const told = factsOf([
    log('events', { configuration: { lr: 0.1 } }),
    log('meta.yaml', { status: 'failed', name: 'base', configuration: { lr: 0.2, seed: 1 } }),
    log('other', { status: 'finished', name: undefined }),
  ]);
  expect(told).toEqual({
    facts: { status: 'failed', name: 'base', configuration: { lr: 0.1, seed: 1 } },
    statusFile: 'meta.yaml',
  });
});

it('of one log, the last counts, but for when it began', () => {
  expect(
    mergeFacts([
      { status: 'running', started: 1 },
      { status: 'finished', started: 5, ended: 9 },
    ]),
  ).toEqual({ status: 'finished', started: 1, ended: 9 });
});
