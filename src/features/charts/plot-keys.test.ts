import { describe, expect, it } from 'vitest';
import { pointFinder } from './nearest.ts';
import { plotKey } from './plot-keys.ts';

const lines = [
  { finder: pointFinder(Float64Array.from([0, 10, 20, 30])) },
  { finder: pointFinder(Float64Array.from([5, 15, 100])) },
];

const plain = { shiftKey: false, altKey: false, ctrlKey: false, metaKey: false };
const state = { x: 0, isPinned: false, domain: [0, 40], isZoomed: true, lines } as const;

const press = (key: string, x: number | null, shiftKey = false) =>
  plotKey({ ...plain, key, shiftKey }, { ...state, x });

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
    ['PageDown', 0, 30],
    ['PageUp', 15, 0],
  ])('%s from %s moves to %d', (key, x, to) => {
    expect(press(key, x)).toEqual({ kind: 'move', to });
  });

  it('arrows with Shift pan', () => {
    expect(press('ArrowRight', 0, true)).toEqual({ kind: 'pan', part: 0.25 });
    expect(press('ArrowLeft', 0, true)).toEqual({ kind: 'pan', part: -0.25 });
  });

  it('+ and - zoom around the cursor', () => {
    expect(press('+', 10)).toEqual({ kind: 'zoom', factor: 0.5, at: 10 });
    expect(press('-', null)).toEqual({ kind: 'zoom', factor: 2, at: null });
  });

  it('Enter pins the cursor where it is, and lets it go again', () => {
    expect(press('Enter', 10)).toEqual({ kind: 'pin', at: 10 });
    expect(press('Enter', null)).toBeNull();
    expect(plotKey({ ...plain, key: 'Enter' }, { ...state, isPinned: true })).toEqual({
      kind: 'pin',
      at: null,
    });
  });

  it('Escape lets go of a pinned cursor, then shows all, then is left to the dialog around', () => {
    const press = (now: Partial<typeof state | { isPinned: boolean; isZoomed: boolean }>) =>
      plotKey({ ...plain, key: 'Escape' }, { ...state, ...now });
    expect(press({ isPinned: true })).toEqual({ kind: 'pin', at: null });
    expect(press({})).toEqual({ kind: 'reset' });
    expect(press({ isZoomed: false })).toBeNull();
  });

  it('others, and those with a modifier, are left to the browser', () => {
    expect(press('a', 0)).toBeNull();
    expect(plotKey({ ...plain, key: '+', ctrlKey: true }, state)).toBeNull();
  });
});
