import { describe, expect, it } from 'vitest';
import { pointFinder } from './nearest.ts';
import { plotKey } from './plot-keys.ts';

const lines = [
  { finder: pointFinder(Float64Array.from([0, 10, 20, 30])) },
  { finder: pointFinder(Float64Array.from([5, 15, 100])) },
];

const press = (key: string, x: number | null, shiftKey = false) =>
  plotKey(
    { key, shiftKey, altKey: false, ctrlKey: false, metaKey: false },
    { x, domain: [0, 40], isZoomed: true, lines },
  );

describe('keys of a plot', () => {
  it.each([
    ['ArrowRight', null, 5],
    ['ArrowRight', 5, 10],
    ['ArrowRight', 7, 10],
    ['ArrowRight', 30, 30],
    ['ArrowLeft', null, 30],
    ['ArrowLeft', 10, 5],
    ['ArrowLeft', 0, 0],
    ['Home', 20, 0],
    ['End', 20, 40],
  ])('%s from %s moves to %d', (key, x, to) => {
    expect(press(key, x)).toEqual({ kind: 'move', to });
  });

  it('Shift takes ten points at a time, and stops at the last in sight', () =>
    expect(press('ArrowRight', 0, true)).toEqual({ kind: 'move', to: 30 }));

  it.each([
    ['+', 10, [5, 25]],
    ['+', null, [10, 30]],
    ['-', 10, [-10, 70]],
    ['Escape', 10, null],
  ])('%s from %s zooms to %j', (key, x, range) => {
    expect(press(key, x)).toEqual({ kind: 'zoom', range });
  });

  it('Escape is left to the dialog around it while everything is in sight', () => {
    const pressed = {
      key: 'Escape',
      shiftKey: false,
      altKey: false,
      ctrlKey: false,
      metaKey: false,
    };
    expect(plotKey(pressed, { x: 0, domain: [0, 1], isZoomed: false, lines })).toBeNull();
  });

  it('others, and those with a modifier, are left to the browser', () => {
    expect(press('a', 0)).toBeNull();
    const control = { key: '+', shiftKey: false, altKey: false, ctrlKey: true, metaKey: false };
    expect(plotKey(control, { x: 0, domain: [0, 1], isZoomed: true, lines })).toBeNull();
  });
});
