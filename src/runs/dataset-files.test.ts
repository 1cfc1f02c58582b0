import { describe, expect, it } from 'vitest';
import { createGrouping } from './group.ts';

describe('data sets', () => {
  it('arrays of inputs have their labels beside them, and are one data set', () => {
    const grouping = createGrouping();
    grouping.add(['d/x_test.npy', 'd/y_test.npy', 'd/weights.npy', 'd/ids.npy']);
    grouping.add(['m/t10k-images-idx3-ubyte.gz', 'm/t10k-labels-idx1-ubyte.gz', 'm/val.bin']);
    grouping.add(['t/test.csv.gz', 't/test.jsonl']);
    expect(grouping.grouping().datasets).toEqual([
      'd/ids.npy',
      'd/x_test.npy',
      'm/t10k-images-idx3-ubyte.gz',
      'm/val.bin',
      't/test.csv.gz',
      't/test.jsonl',
    ]);
    expect(grouping.filesOfDataset('d/x_test.npy')).toEqual(['d/x_test.npy', 'd/y_test.npy']);
    expect(grouping.filesOfDataset('t/test.jsonl')).toEqual(['t/test.jsonl']);
  });

  it('tensors that may be examples wait for what is in them', () => {
    const grouping = createGrouping();
    grouping.add(['r/test.pt', 'r/digits_test.safetensors', 'r/model_test.pt', 'r/epoch_1.pt']);
    expect(grouping.undecided()).toEqual(['r/test.pt', 'r/digits_test.safetensors']);
    grouping.decide('r/test.pt', 'dataset');
    expect(grouping.grouping().datasets).toEqual(['r/test.pt']);
  });
});
