import { describe, expect, it } from 'vitest';
import { fold } from './fold.ts';
import { Sizes } from './sizes.ts';
import { known } from './values.ts';

describe('lengths that only the inputs tell', () => {
  it('are the same where the same is worked out', () => {
    const sizes = new Sizes();
    const batch = sizes.ofInput('x', 0);
    const time = sizes.ofInput('x', 1);
    const rows = sizes.join('mul', sizes.join('mul', batch, 4), time);
    expect(sizes.join('mul', time, sizes.join('mul', 4, batch))).toBe(rows);
    expect(sizes.join('floor_div', rows, time)).toBe(sizes.join('mul', batch, 4));
    expect(sizes.join('floor_div', rows, batch)).toBe(sizes.join('mul', time, 4));
    expect(sizes.join('floor_div', rows, rows)).toBe(1);
    expect(sizes.join('remainder', rows, 2)).toBe(0);
    expect(sizes.join('sub', rows, rows)).toBe(0);
    expect(sizes.join('add', batch, batch)).toBe(sizes.join('mul', batch, 2));
    expect(sizes.join('sub', batch, 1)).not.toBe(batch);
  });

  it('can be computed in the order in which they are kept', () => {
    const sizes = new Sizes();
    const batch = sizes.ofInput('x', 0);
    sizes.join('add', sizes.join('mul', batch, 3), 5);
    const made = new Set(['x']);
    for (const { inputs, outputs } of sizes.nodes) {
      for (const input of inputs) expect(made).toContain(input);
      for (const output of outputs) made.add(output);
    }
  });
});

describe('what is known while a graph is read', () => {
  const sizes = new Sizes();
  const batch = sizes.ofInput('x', 0);
  const shape = known([batch, 6, 4], [3]);

  it('goes through the arithmetic of shapes', () => {
    const rest = fold('slice', [shape], { axis: 0, from: 1, to: null, step: 1 }, sizes);
    expect(rest).toEqual(known([6, 4], [2]));
    const all = fold('reduce', [shape], { name: 'prod', axes: [0], keep: false }, sizes);
    expect(all).toEqual(known([sizes.join('mul', batch, 24)], []));
    const order = known([2, 0], [2]);
    expect(fold('gather', [shape, order], { axis: 0 }, sizes)).toEqual(known([4, batch], [2]));
    const [a, b] = [known([1, 2], [2, 1]), known([3, 4], [1, 2])];
    expect(fold('concat', [a, a], { axis: 1 }, sizes)).toEqual(known([1, 1, 2, 2], [2, 2]));
    expect(fold('binary', [a, b], { name: 'mul' }, sizes)?.values).toEqual([3, 4, 6, 8]);
  });

  it('is not guessed where it depends on the input', () => {
    const two = known([2], []);
    const first = known([batch], []);
    expect(fold('compare', [first, two], { name: 'lt' }, sizes)).toBeNull();
    expect(fold('compare', [first, first], { name: 'le' }, sizes)?.values).toEqual([1]);
    const half = known([0.5], [], 'float32');
    const float = known([batch], [], 'float32');
    expect(fold('binary', [float, half], { name: 'mul' }, sizes)).toBeNull();
  });
});
