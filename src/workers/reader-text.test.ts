import { describe, expect, it } from 'vitest';
import { diskDirectory } from '#io/testing.ts';
import { createReader } from './reader-api.ts';

async function open(format: string) {
  const root = `src/formats/${format}/fixtures`;
  const reader = createReader({ openGrant: () => diskDirectory(root) });
  const scan = await reader.open({ kind: 'http', name: format, url: '' });
  return { reader, scan };
}

describe('a text log', () => {
  it('is listed, and read when asked for, until it is not wanted any more', async () => {
    const { reader, scan } = await open('text-log');
    expect(scan.runs).toMatchObject([
      { path: '', histories: [], texts: ['epochs.log', 'nanogpt.log', 'train.log'] },
    ]);
    const before = await reader.run({ run: '' });
    expect(before.metrics).toEqual([]);
    const read = await reader.readText({ run: '', path: 'train.log', isWanted: true });
    expect(read.metrics.map(({ tag, count }) => [tag, count])).toEqual([
      ['acc', 31],
      ['loss', 31],
      ['lr', 31],
      ['val_loss', 7],
    ]);
    expect((await reader.run({ run: '' })).metrics).toHaveLength(4);
    const without = await reader.readText({ run: '', path: 'train.log', isWanted: false });
    expect(without.metrics).toEqual([]);
  });

  it('is none that was not offered', async () => {
    const { reader } = await open('text-log');
    await expect(reader.readText({ run: '', path: 'a.log', isWanted: true })).rejects.toThrow(
      'a.log',
    );
  });
});

it('reads the metrics of runs of MLflow, which are files of their own', async () => {
  const { reader, scan } = await open('mlflow');
  expect(scan.runs).toHaveLength(6);
  const run = 'mlruns/438701/5b60ff9b08437925f9c410599e815def';
  const { metrics } = await reader.run({ run });
  expect(metrics.map(({ tag, count }) => [tag, count])).toEqual([
    ['loss', 30],
    ['val/acc', 6],
    ['val/loss', 6],
  ]);
});
