import { describe, expect, it } from 'vitest';
import { classesOf, findLabelName, labelsOfNumbers, labelsOfOneHot } from './labels.ts';

describe('the label', () => {
  it.each([
    [['x_train', 'y_train', 'x_test', 'y_test'], 'y_test'],
    [['x', 'y'], 'y'],
    [['images', 'labels'], 'labels'],
    [['target', 'age', 'label'], 'label'],
    [['Class', 'V1'], 'Class'],
    [['train_labels', 'test_labels', 'test_images'], 'test_labels'],
    [['input_ids', 'attention_mask'], undefined],
    [['label_cat', 'label_dog'], undefined],
  ])('of %j is %s', (names, label) => {
    expect(findLabelName(names)).toBe(label);
  });
});

describe('class indices', () => {
  it('are whole numbers, out of range or not', () => {
    expect(labelsOfNumbers([0, 9, -100])).toEqual(Int32Array.of(0, 9, -100));
  });

  it.each([
    [[0, 0.5], { row: 1, what: '0.5 is no class index' }],
    [[Number.NaN], { row: 0, what: 'NaN is no class index' }],
    [[2 ** 40], { row: 0, what: '1099511627776 is no class index' }],
  ])('are not in %j', (values, problem) => {
    expect(labelsOfNumbers(values)).toEqual(problem);
  });

  it('are places of ones', () => {
    expect(labelsOfOneHot([0, 1, 0, 0, 0, 1], 3)).toEqual(Int32Array.of(1, 2));
  });

  it.each([
    [[1, 1], /one 1 among zeros/],
    [[0, 0], /no 1/],
    [[0.5, 0.5], /one 1 among zeros/],
  ])('are not in rows like %j', (values, what) => {
    expect(labelsOfOneHot([0, 1, ...values], 2)).toEqual({
      row: 1,
      what: expect.stringMatching(what),
    });
  });
});

it('classes are sorted by code points', () => {
  expect(classesOf(['zero', 'One', 'été', 'two', 'zero', '10', '9', '😀', '\uff5e'])).toEqual([
    '10',
    '9',
    'One',
    'two',
    'zero',
    'été',
    '\uff5e',
    '😀',
  ]);
});
