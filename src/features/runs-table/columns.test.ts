import { describe, expect, it } from 'vitest';
import { metricKind } from '#domain/metric-kind.ts';
import type { MetricInfo, RunDetails } from '#workers/api.ts';
import { aggregateOf, meanAndStd } from './aggregates.ts';
import {
  type ColumnList,
  expandColumns,
  hideColumn,
  moveColumn,
  showColumn,
  withToken,
} from './column-list.ts';
import { type ColumnSpec, columnId, parseColumn } from './column-spec.ts';
import { deltaOf, deltaWords } from './delta.ts';
import { namesOf, resolver, spellings } from './name-resolution.ts';
import { type RunRow, runRows } from './rows.ts';
import { type RunColumn, runColumns } from './run-columns.ts';
import { suggest } from './suggest-names.ts';
import { csvLines } from './table-csv.ts';
import { tableRows } from './table-rows.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

function metric(tag: string, last: number, others: Partial<MetricInfo> = {}): MetricInfo {
  const point = { step: 10, value: last };
  return {
    tag,
    sources: [],
    origin: 'log',
    count: 1,
    nonfinite: Number.isFinite(last) ? 0 : 1,
    first: point,
    last: point,
    min: Number.isFinite(last) ? point : null,
    max: Number.isFinite(last) ? point : null,
    axes: ['step'],
    spark: [],
    ...others,
  };
}

function row(run: string, part: Partial<RunDetails> = {}): RunRow {
  const details: RunDetails = {
    run,
    done: true,
    checkpoints: [],
    metrics: [],
    claims: [],
    configuration: {},
    defects: [],
    state: { kind: 'finished', step: null, reason: { by: 'nothing' }, remarks: [] },
    facts: {},
    media: [],
    duration: null,
    ...part,
  };
  return runRows([details], { marks: new Map(), names: new Map() })[0] as RunRow;
}

function column(rows: readonly RunRow[], id: string): RunColumn {
  const words = { fact: (fact: string) => fact, metric: ({ tag }: { tag: string }) => tag };
  return runColumns([id], { rows, kindOf: metricKind, valueAt: () => null, words })[0] as RunColumn;
}

describe('a column in a URL', () => {
  it.each<[string, ColumnSpec]>([
    ['state', { kind: 'fact', fact: 'state' }],
    ['c:optimizer.lr', { kind: 'configuration', key: 'optimizer.lr' }],
    ['t:a:b', { kind: 'tag', key: 'a:b' }],
    ['m:best:val/loss', { kind: 'metric', value: 'best', tag: 'val/loss', step: null }],
    ['m:at:1000:m:at:1', { kind: 'metric', value: 'at', tag: 'm:at:1', step: 1000 }],
    ['m:at:-1.5e+21:x', { kind: 'metric', value: 'at', tag: 'x', step: -1.5e21 }],
  ])('%s is what it was', (id, spec) => {
    expect(parseColumn(id)).toEqual(spec);
    expect(columnId(spec)).toBe(id);
  });

  it.each(['', 'foo', 'm:', 'm:mean:x', 'm:at:x:y', 'm:best:'])('%s is none', (id) => {
    expect(parseColumn(id)).toBeNull();
  });
});

describe('columns in their order', () => {
  const keys = { differing: ['lr', 'seed'], all: ['epochs', 'lr', 'seed'] };
  const list: ColumnList = ['state', 'differing', 'm:best:loss'];
  it.each<[string, ColumnList, string[]]>([
    ['the keys that differ', list, ['state', 'c:lr', 'c:seed', 'm:best:loss']],
    ['all keys but one', ['all', '-c:seed'], ['c:epochs', 'c:lr']],
    ['a key of its own place', ['c:seed', 'state', 'differing'], ['c:seed', 'state', 'c:lr']],
    ['hidden', hideColumn(list, keys, 'c:lr'), ['state', 'c:seed', 'm:best:loss']],
    ['all but the name, which stays', hideColumn(['state'], keys, 'name'), ['state']],
    [
      'moved',
      moveColumn(list, keys, { id: 'm:best:loss', before: 'c:seed' }),
      ['state', 'c:lr', 'm:best:loss', 'c:seed'],
    ],
    [
      'moved to the end',
      moveColumn(list, keys, { id: 'state', before: null }),
      ['c:lr', 'c:seed', 'm:best:loss', 'state'],
    ],
    [
      'never moved before the name',
      moveColumn(list, keys, { id: 'c:seed', before: 'name' }),
      ['c:seed', 'state', 'c:lr', 'm:best:loss'],
    ],
    [
      'added behind its like',
      showColumn(list, keys, 'c:epochs'),
      ['state', 'c:lr', 'c:seed', 'c:epochs', 'm:best:loss'],
    ],
    [
      'shown again',
      showColumn(hideColumn(list, keys, 'c:lr'), keys, 'c:lr'),
      ['state', 'c:seed', 'c:lr', 'm:best:loss'],
    ],
    [
      'all keys',
      withToken(list, keys, 'all'),
      ['state', 'c:epochs', 'c:lr', 'c:seed', 'm:best:loss'],
    ],
  ])('%s', (_, columns, expected) => {
    expect(expandColumns(columns, keys)).toEqual(['name', ...expected]);
  });

  it('get keys that only later runs have, beside the others', () => {
    const moved = moveColumn(list, keys, { id: 'c:seed', before: 'c:lr' });
    const later = { differing: ['lr', 'seed', 'width'], all: [] };
    expect(expandColumns(moved, later)).toEqual([
      'name',
      'state',
      'c:seed',
      'c:lr',
      'c:width',
      'm:best:loss',
    ]);
  });
});

describe('what a run has in a column', () => {
  const runs = [
    row('a', {
      configuration: { lr: '1e-3', clip: null, layers: [1, 2], mixed: 1, big: 10n },
      metrics: [metric('loss', nan, { min: { step: 3, value: 0.5 } }), metric('foo', 1)],
    }),
    row('b', {
      configuration: { lr: '0.01', clip: 2, mixed: 'x' },
      metrics: [metric('loss', infinity)],
    }),
    row('c'),
  ];
  it.each<[string, 'number' | 'category', unknown[]]>([
    ['c:lr', 'number', [0.001, 0.01, null]],
    ['c:clip', 'number', [null, 2, null]],
    ['c:mixed', 'category', [1, 'x', null]],
    ['c:layers', 'category', ['["1","2"]', null, null]],
    ['c:big', 'number', [10, null, null]],
    ['m:best:loss', 'number', [0.5, infinity, null]],
    ['m:last:loss', 'number', [nan, infinity, null]],
    ['m:best:foo', 'number', [null, null, null]],
    ['m:last:foo', 'number', [1, null, null]],
    ['bytes', 'number', [null, null, null]],
    ['checkpoints', 'number', [0, 0, 0]],
  ])('%s', (id, kind, values) => {
    const { kind: found, read } = column(runs, id);
    expect(found).toBe(kind);
    expect(runs.map((one) => read(one).value)).toEqual(values);
  });
});

describe('a group', () => {
  const of = (...losses: (number | null)[]) =>
    losses.map((loss, i) =>
      row(`run${i}`, { metrics: loss === null ? [] : [metric('loss', loss)] }),
    );
  // numpy.mean, numpy.std(ddof=1)
  it.each<[string, (number | null)[], object]>([
    [
      'of finite values',
      [1, 2, 4],
      {
        kind: 'mean',
        mean: 2.3333333333333335,
        std: 1.5275252316519465,
        n: 3,
        nonfinite: 0,
        best: { run: 'run0', value: 1 },
      },
    ],
    [
      'with a run that diverged',
      [1, nan, 3],
      { kind: 'mean', mean: 2, std: Math.SQRT2, n: 2, nonfinite: 1 },
    ],
    ['with a run without it', [1, null], { kind: 'mean', mean: 1, std: null, n: 1 }],
    ['without a finite value', [nan, infinity], { kind: 'nonfinite', n: 2 }],
    ['without a value', [null, null], { kind: 'none' }],
  ])('%s', (_, losses, expected) => {
    const rows = of(...losses);
    expect(aggregateOf(column(rows, 'm:last:loss'), rows)).toMatchObject(expected);
  });

  it('says what all of its runs have, or how many values there are', () => {
    const rows = ['adam', 'adam', 'sgd'].map((optimizer, i) =>
      row(`r${i}`, { configuration: { optimizer, lr: 0.1 } }),
    );
    expect(aggregateOf(column(rows, 'c:lr'), rows)).toMatchObject({ kind: 'same', value: 0.1 });
    expect(aggregateOf(column(rows, 'c:optimizer'), rows)).toMatchObject({
      kind: 'several',
      count: 2,
    });
  });

  it('keeps the digits of a small spread beside a large mean, and does not overflow', () => {
    expect(meanAndStd([1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16])).toEqual({
      mean: 1e9 + 10,
      std: Math.sqrt(30),
    });
    expect(meanAndStd([1e308, 1e308, 1e308]).mean).toBe(1e308);
  });
});

describe('the difference to the baseline', () => {
  it.each<[number, number, 'lower' | 'higher' | null, [string, string | null]]>([
    [0.9, 0.8, 'higher', ['+0.1 (+12.5 %)', 'better']],
    [0.9, 0.8, 'lower', ['+0.1 (+12.5 %)', 'worse']],
    [-3, -2, null, ['−1 (−50 %)', null]],
    [1, 0, 'lower', ['+1', 'worse']],
    [1, 1, 'lower', ['±0', null]],
  ])('of %s to %s, %s being better', (value, base, better, [words, verdict]) => {
    const delta = deltaOf(value, base, better);
    expect(delta?.verdict).toBe(verdict);
    expect(delta && deltaWords(delta, (number) => String(Number(number.toPrecision(3))))).toBe(
      words,
    );
  });

  it.each([
    [nan, 1],
    [1, infinity],
    [null, 1],
    ['a', 1],
  ])('of %s to %s is none', (value, base) => {
    expect(deltaOf(value, base, 'lower')).toBeNull();
  });
});

describe('names in an expression', () => {
  const names = namesOf([
    row('a', {
      configuration: { lr: 1, state: 'x', 'a b': 2 },
      metrics: [metric('lr', 1), metric('loss', 1)],
      facts: { tags: { owner: 'me' } },
    }),
  ]);
  it.each<[string, 'best' | null, string | null]>([
    ['lr', null, 'c:lr'],
    ['lr', 'best', 'm:best:lr'],
    ['loss', null, 'm:last:loss'],
    ['state', null, 'state'],
    ['config.state', null, 'c:state'],
    ['tags.owner', null, 't:owner'],
    ['owner', null, null],
    ['state', 'best', null],
  ])('%s as %s is %s', (name, taker, id) => {
    const spec = resolver(names)(name, taker);
    expect(spec && columnId(spec)).toBe(id);
  });

  it('are offered as they are written', () => {
    const all = spellings(names);
    expect(all).toEqual(
      expect.arrayContaining([
        'lr',
        'config.state',
        '`a b`',
        'loss',
        'best(lr)',
        'tags.owner',
        'state',
      ]),
    );
    expect(suggest('lr < 1 and be', 13, all)).toEqual({
      from: 11,
      names: ['best(lr)', 'best(loss)'],
    });
    expect(suggest('name = "be', 10, all)).toBeNull();
  });
});

it('is written as comma-separated values with all digits, and no formulas', () => {
  const rows = ['=x', 'b'].map((name, i) =>
    row(name, { configuration: { lr: 0.1 + 0.2 }, metrics: [metric('loss', i)] }),
  );
  const columns = ['name', 'c:lr', 'm:last:loss'].map((id) => column(rows, id));
  expect([...csvLines(columns, tableRows(rows, null))]).toEqual([
    'run,path,lr,loss\r\n',
    "'=x,'=x,0.30000000000000004,0\r\n",
    'b,b,0.30000000000000004,1\r\n',
  ]);
  const grouped = [...csvLines(columns, tableRows(rows, { kind: 'key', key: 'lr' }))];
  expect(grouped[0]).toBe('group,run,path,lr,loss,loss std,loss n\r\n');
  expect(grouped[1]).toBe(`,,,0.30000000000000004,0.5,${Math.SQRT1_2},2\r\n`);
  expect(grouped).toHaveLength(4);
});
