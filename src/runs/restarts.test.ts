import { describe, expect, it } from 'vitest';
import type { Series } from '#domain/history.ts';
import { applyCuts, findCuts } from './restarts.ts';
import { logOf, logsOf } from './run-log.ts';

interface Columns {
  readonly epochs?: readonly number[];
  readonly times?: readonly number[];
}

function series(steps: readonly number[], { epochs = [], times = [] }: Columns = {}): Series {
  return {
    tag: 'loss',
    steps: Float64Array.from(steps),
    values: Float64Array.from(steps, (_, i) => i),
    epochs: Float64Array.from(epochs),
    times: Float64Array.from(times),
  };
}

const to = (from: number, last: number, by = 1) =>
  Array.from({ length: Math.floor((last - from) / by) + 1 }, (_, i) => from + i * by);

const restartsOf = (one: Series) => applyCuts(one, findCuts(one)).restarts;

describe('steps that go back', () => {
  it.each<[string, Series, readonly [number, number][]]>([
    ['never', series(to(0, 50)), []],
    ['once and then on', series([...to(0, 59), ...to(45, 104)]), [[45, 59]]],
    [
      'twice, to where each process had saved',
      series([...to(0, 57), ...to(50, 88), ...to(75, 120)]),
      [
        [50, 57],
        [75, 88],
      ],
    ],
    [
      'twice to the same checkpoint',
      series([...to(0, 57), ...to(50, 63), ...to(50, 90)]),
      [
        [50, 57],
        [50, 63],
      ],
    ],
    ['to the start, as a second training does', series([...to(0, 40), ...to(0, 90)]), [[0, 40]]],
    ['right before the log ends', series([...to(0, 40), 38]), [[38, 40]]],
    ['at every epoch, as the batch does', series([...to(0, 9), ...to(0, 9), ...to(0, 4)]), []],
    [
      'at an epoch, which the log counts as well',
      series([...to(0, 9), ...to(0, 9)], { epochs: [...Array(10).fill(0), ...Array(10).fill(1)] }),
      [],
    ],
    [
      'at once, without the pause in which a process comes back',
      series([...to(0, 9), ...to(0, 9)], { times: to(100, 119) }),
      [],
    ],
    [
      'after such a pause',
      series([...to(0, 9), ...to(0, 9)], { times: [...to(100, 109), ...to(200, 209)] }),
      [[0, 9]],
    ],
    ['for a single point that comes late', series([1, 2, 3, 5, 4, 6, 7, 8]), []],
    ['all the time, where workers log out of order', series([3, 1, 2, 5, 4, 3, 7, 6, 5, 9]), []],
  ])('%s', (_, one, restarts) => {
    expect(restartsOf(one)).toEqual(restarts.map(([at, until]) => ({ at, until })));
  });

  it('leave a branch for each restart, and the line without them', () => {
    const one = series([...to(0, 5), ...to(4, 7), ...to(6, 9)]);
    const { drawn, ghosts } = applyCuts(one, findCuts(one));
    expect([...drawn.steps]).toEqual(to(0, 9));
    expect(ghosts.map(({ steps }) => [...steps])).toEqual([
      [4, 5],
      [6, 7],
    ]);
  });
});

function file(path: string, columns: readonly Series[]) {
  return { path, chunks: [{ series: columns, end: 0, defects: [], unit: 'step' as const }] };
}

const named = (tag: string, one: Series): Series => ({ ...one, tag });

describe('metrics of one log', () => {
  it('that are logged seldom go back with the one that is logged most', () => {
    const loss = series([...to(0, 59), ...to(45, 104)]);
    const val = named('val', series([0, 50, 50, 100]));
    const [, found] = logOf([file('a.csv', [loss, val])]).series;
    expect([...(found?.drawn.steps ?? [])]).toEqual([0, 50, 100]);
    expect(found?.ghosts.map(({ steps }) => [...steps])).toEqual([[50]]);
  });
});

describe('event files of one folder', () => {
  const times = (from: number, count: number) => to(from, from + count - 1);

  it('follow on from each other by their times, whatever they are called', () => {
    const first = file('b', [series(to(0, 9), { times: times(100, 10) })]);
    const then = file('a', [series(to(8, 15), { times: times(200, 8) })]);
    const [log, ...others] = logsOf([then, first]);
    expect(others).toEqual([]);
    expect([...(log?.series[0]?.drawn.steps ?? [])]).toEqual(to(0, 15));
    expect(log?.series[0]?.restarts).toEqual([{ at: 8, until: 9 }]);
  });

  it('are logs of their own where two processes wrote the same metric at the same time', () => {
    const rank0 = file('a', [series(to(0, 9), { times: times(100, 10) })]);
    const rank1 = file('b', [series(to(0, 9), { times: times(101, 10) })]);
    expect(logsOf([rank0, rank1])).toHaveLength(2);
  });

  it('have rewritten nothing where one only evaluates the last step again', () => {
    const first = file('a', [series(to(0, 9), { times: times(100, 10) })]);
    const then = file('b', [series([9], { times: [200] })]);
    expect(logsOf([first, then])[0]?.series[0]?.restarts).toEqual([]);
  });

  it('are one log where they hold other metrics', () => {
    const loss = file('a', [series(to(0, 9), { times: times(100, 10) })]);
    const accuracy = file('b', [named('accuracy', series(to(0, 9), { times: times(100, 10) }))]);
    expect(logsOf([loss, accuracy])).toHaveLength(1);
  });
});
