import { expect, it } from 'vitest';
import { createGrouping } from './group.ts';

const DATA = 'd/0e7feb6eb6eee5b0755db44146cf49ec';

function refs(paths: readonly string[]) {
  const grouping = createGrouping();
  grouping.add(paths);
  return grouping
    .grouping()
    .runs.flatMap(({ path: run, checkpoints }) =>
      checkpoints.map(({ path, main, files }) => [
        run,
        path,
        main.slice(path.length),
        files.length,
      ]),
    );
}

it.each<[string, string[], unknown[][]]>([
  [
    'a step with its items is one checkpoint of the run above',
    [
      'run/checkpoints/10/_CHECKPOINT_METADATA',
      'run/checkpoints/10/state/_METADATA',
      'run/checkpoints/10/state/manifest.ocdbt',
      `run/checkpoints/10/state/${DATA}`,
      'run/checkpoints/10/state/ocdbt.process_0/manifest.ocdbt',
      `run/checkpoints/10/state/ocdbt.process_0/${DATA}`,
      'run/checkpoints/10/metrics/metrics',
      'run/checkpoints/9/_CHECKPOINT_METADATA',
      'run/checkpoints/9/state/_METADATA',
    ],
    [
      ['run', 'run/checkpoints/9', '/_CHECKPOINT_METADATA', 2],
      ['run', 'run/checkpoints/10', '/_CHECKPOINT_METADATA', 7],
    ],
  ],
  [
    'an item that was saved alone is one too',
    ['a/params/_METADATA', 'a/params/w/.zarray', 'a/params/w/0.0', 'a/params/b/c/0'],
    [['a', 'a/params', '/_METADATA', 4]],
  ],
  [
    'one that lost what describes it is found by its manifest',
    ['a/5/state/manifest.ocdbt', 'a/5/state/ocdbt.process_0/manifest.ocdbt'],
    [['a/5', 'a/5/state', '/manifest.ocdbt', 2]],
  ],
  [
    'one that is the opened directory itself',
    ['_CHECKPOINT_METADATA', 'default/_METADATA'],
    [['', '_CHECKPOINT_METADATA', '', 2]],
  ],
  [
    'one that was not finished',
    ['c/30.orbax-checkpoint-tmp/_CHECKPOINT_METADATA'],
    [['c', 'c/30.orbax-checkpoint-tmp', '/_CHECKPOINT_METADATA', 1]],
  ],
  ['files with numbers for names are none', ['mail/1', 'mail/2', 'a/metrics', 'zarr/.zarray'], []],
])('%s', (_, paths, found) => {
  expect(refs(paths)).toEqual(found);
});
