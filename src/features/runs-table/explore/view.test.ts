import { describe, expect, it } from 'vitest';
import { type ExploreView, parseExploreView } from './view.ts';

const DEFAULT: ExploreView = {
  across: null,
  up: null,
  size: null,
  colour: null,
  box: null,
  axes: null,
  flipped: [],
  brushes: {},
  logs: [],
  metric: null,
};

describe('the pictures in a URL', () => {
  it('are none when it says nothing', () => {
    expect(parseExploreView({})).toEqual(DEFAULT);
  });

  it('are kept as they were', () => {
    const view: ExploreView = {
      across: 'configuration:lr',
      up: 'metric:val/loss',
      size: null,
      colour: 'configuration:optimizer',
      box: { across: [1e-4, 1e-2], up: [0, 1] },
      axes: [],
      flipped: ['configuration:lr'],
      brushes: {
        'configuration:lr': { range: [1e-4, 1e-2], none: true },
        'configuration:optimizer': { range: ['adam', 'sgd'], none: false },
      },
      logs: ['configuration:lr'],
      metric: 'metric:val/loss',
    };
    expect(parseExploreView(JSON.parse(JSON.stringify(view)))).toEqual(view);
  });

  it.each([
    ['a box with one side', { box: { across: [0, 1] } }],
    ['ends of two kinds', { box: { across: [0, 'a'], up: [0, 1] } }],
    ['ends that are not finite', { box: { across: [0, null], up: [0, 1] } }],
    ['axes that are no list', { axes: 'lr' }],
    ['a brush with nothing in it', { brushes: { lr: { range: null, none: false } } }],
    ['brushes that are none', { brushes: [null, 1] }],
  ])('leave out %s', (_, search) => {
    expect(parseExploreView(search)).toEqual(DEFAULT);
  });
});
