import { expect, it } from 'vitest';
import { kindOf } from './file-kind.ts';
import { shardedDatasets } from './sharded-datasets.ts';

it('files that are numbered are one data set', () => {
  const paths = [
    'a/test-00000-of-00002.tfrecord',
    'a/test-00001-of-00002.tfrecord',
    'a/train-00000-of-00001.parquet',
    'b/data-00000-of-00002.arrow',
    'b/data-00001-of-00002.arrow',
    'c.parquet',
    'data-00000-of-00001.arrow',
  ];
  expect([...shardedDatasets(paths)]).toEqual([
    ['a/test-00000-of-00002.tfrecord', paths.slice(0, 2)],
    ['a/train-00000-of-00001.parquet', [paths[2]]],
    ['b', paths.slice(3, 5)],
    ['c.parquet', ['c.parquet']],
    ['data-00000-of-00001.arrow', ['data-00000-of-00001.arrow']],
  ]);
});

it.each([
  ['a/x.tfrecord-00003-of-00010', 'dataset'],
  ['a/x.tfrecord.gz', 'dataset'],
  ['a/x.tfrecords-00003-of-00010.gz', 'dataset'],
  ['a/validation-00012-of-00128', 'dataset'],
  ['a/x.parquet', 'dataset'],
  ['a/x.feather', 'dataset'],
  ['a/model.ckpt-7-00000-of-00002', 'checkpoint'],
  ['a/cat.webp', 'image'],
])('%s is a %s by its name', (path, kind) => {
  expect(kindOf(path)).toBe(kind);
});
