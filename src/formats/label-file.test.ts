import { expect, it } from 'vitest';
import { isLabelFile, labelFileOf } from './label-file.ts';

it.each<[string, string[], string | undefined]>([
  ['a/X_test.npy', ['a/y_test.npy', 'a/y_train.npy'], 'a/y_test.npy'],
  ['x.npy', ['y.npy'], 'y.npy'],
  ['images.npy', ['labels.npy', 'y.npy'], 'labels.npy'],
  ['test_images.npy', ['test_labels.npy', 'train_labels.npy'], 'test_labels.npy'],
  [
    't10k-images-idx3-ubyte.gz',
    ['t10k-labels-idx1-ubyte.gz', 'train-labels-idx1-ubyte.gz'],
    't10k-labels-idx1-ubyte.gz',
  ],
  ['t10k-images.idx3-ubyte', ['t10k-labels.idx1-ubyte'], 't10k-labels.idx1-ubyte'],
  [
    'emnist-letters-test-images-idx3-ubyte',
    ['emnist-letters-test-labels-idx1-ubyte'],
    'emnist-letters-test-labels-idx1-ubyte',
  ],
  ['x_fortran.npy', ['x_bigendian.npy', 'y_bigendian.npy'], 'y_bigendian.npy'],
  ['x_a.npy', ['y_b.npy', 'y_c.npy'], undefined],
  ['a/x.npy', ['b/y.npy'], undefined],
  ['y.npy', ['x.npy', 'labels.npy'], undefined],
  ['embeddings.npy', [], undefined],
])('the labels of %s out of %j: %s', (path, beside, labels) => {
  expect(labelFileOf(path, beside)).toBe(labels);
});

it.each([
  ['y_test.npy', true],
  ['t10k-labels-idx1-ubyte.gz', true],
  ['x_labels.npy', false],
  ['embeddings.npy', false],
])('%s holds labels: %s', (path, labels) => {
  expect(isLabelFile(path)).toBe(labels);
});
