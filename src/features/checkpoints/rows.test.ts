import { describe, expect, it } from 'vitest';
import type { Run } from '#domain/run.ts';
import type { RunDetails } from '#workers/api.ts';
import { checkpointRows, metricColumns, metricTags, nameInRun } from './rows.ts';

const ref = (path: string) => ({ path, main: path, files: [path] });

const run: Run = {
  path: 'a',
  checkpoints: [ref('a/1.pth'), ref('a/2.pth')],
  histories: [],
  configurations: [],
  graphs: [],
  pointers: [],
};

describe('rows', () => {
  it('are there before they are read, with the metrics that are known', () => {
    const metrics = new Map([['loss', [{ checkpoint: 'a/2.pth', value: 0.5, step: 3 }]]]);
    const rows = checkpointRows([{ run, details: undefined, metrics }]);
    expect(
      rows.map(({ ref, summary, metrics }) => [ref.path, summary, metrics.get('loss')]),
    ).toEqual([
      ['a/1.pth', null, null],
      ['a/2.pth', null, 0.5],
    ]);
  });
});

it.each([
  ['a/b/c.pth', 'a/b', 'c.pth'],
  ['a/b/x/c.pth', 'a/b', 'x/c.pth'],
  ['c.pth', '', 'c.pth'],
  ['ab/c.pth', 'a', 'ab/c.pth'],
])('%s in run %j is called %s', (path, inRun, name) => {
  expect(nameInRun(path, inRun)).toBe(name);
});

const details = (...tags: string[]) =>
  ({ metrics: tags.map((tag) => ({ tag })) }) as unknown as RunDetails;

it('metrics that most runs have come before those of one', () => {
  expect(metricTags([details('val_loss'), details('val/loss'), details('val/loss')])).toEqual([
    'val/loss',
    'val_loss',
  ]);
});

it('metrics of validation come before those of training, and those before all else', () => {
  expect(
    metricTags([details('lr', 'train/loss', 'val/loss'), details('grad', 'val/accuracy')]),
  ).toEqual(['val/loss', 'val/accuracy', 'train/loss', 'lr', 'grad']);
});

describe('columns of metrics', () => {
  const tags = ['val/accuracy', 'val/loss', 'val/f1', 'lr'];
  it.each([
    [null, null, ['val/accuracy', 'val/loss']],
    [null, 'lr', ['lr', 'val/accuracy']],
    [['lr'], 'val/loss', ['lr']],
    [[], null, []],
  ])('chosen %j, best by %j: %j', (chosen, best, columns) => {
    expect(metricColumns(tags, chosen, best)).toEqual(columns);
  });
});
