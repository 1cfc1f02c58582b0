import { describe, expect, it } from 'vitest';
import type { RunDetails } from '#domain/run-details.ts';
import { drawnBands } from '#features/charts/bands.ts';
import { csvLine, numberCell, textCell } from '#ui/csv.ts';
import { allCsv, allJson } from './all-points.ts';
import { groupsCsv } from './groups-csv.ts';
import { element, text } from './markup.ts';
import { type Points, pointLines } from './points-csv.ts';

describe('a cell of a CSV', () => {
  it.each([
    ['val/loss', 'val/loss'],
    ['a,b', '"a,b"'],
    ['say "so"', '"say ""so"""'],
    ['two\nlines', '"two\nlines"'],
    ['=HYPERLINK("http://x")', '"\'=HYPERLINK(""http://x"")"'],
    ['+1', "'+1"],
    ['-cmd', "'-cmd"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['损失', '损失'],
  ])('of %j is %j', (content, cell) => expect(textCell(content)).toBe(cell));

  it.each([
    [0.1, '0.1'],
    [-0, '-0'],
    [1e-320, '1e-320'],
    [Number.NaN, 'NaN'],
    [Number.POSITIVE_INFINITY, 'inf'],
    [Number.NEGATIVE_INFINITY, '-inf'],
    [null, ''],
  ])('of the number %d is %j', (value, cell) => expect(numberCell(value)).toBe(cell));

  it('is one of a line with an end that every reader knows', () =>
    expect(csvLine(['a', 'b'])).toBe('a,b\r\n'));
});

describe('markup', () => {
  it.each([
    '<script>window.__pwned = 1</script>',
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    '&lt;b&gt;',
  ])('shows %j and does not follow it', (name) => {
    const made = element('td', { title: name }, name).markup;
    expect(made.match(/[<>]/g)).toHaveLength(4);
    expect(made).not.toMatch(/="[^"]*"[^>]*"/);
    expect(text(name).markup).not.toMatch(/[<>"']/);
  });

  it('writes out what is not seen, so that nothing is hidden and XML stays well-formed', () =>
    expect(element('b', {}, 'a\u202eb\u0000c').markup).toBe('<b>a\\u{202e}b\\u{0}c</b>'));

  it('leaves out attributes that are not given, and ends of elements that have none', () =>
    expect(element('meta', { charset: 'utf-8', name: undefined }).markup).toBe(
      '<meta charset="utf-8">',
    ));
});

const nan = Number.NaN;

const points: Points = {
  steps: Float64Array.of(0, 10, 20),
  epochs: Float64Array.of(nan, nan, nan),
  times: Float64Array.of(1_700_000_000.25, nan, 1_700_000_020),
  values: Float64Array.of(0.5, nan, Number.NEGATIVE_INFINITY),
};

function details(run: string, ...tags: readonly string[]): RunDetails {
  const point = { step: 0, value: 0 };
  const numbers = { count: 3, nonfinite: 0, first: point, last: point, min: point, max: point };
  const beside = { sources: [], origin: 'log', axes: ['step'], spark: [], ...numbers } as const;
  return {
    ...{ run, done: true, checkpoints: [], claims: [], defects: [], media: [], facts: {} },
    configuration: { lr: 0.1, big: 2n ** 60n, odd: nan },
    duration: null,
    state: { kind: 'finished', step: null, reason: { by: 'nothing' }, remarks: [] },
    metrics: tags.map((tag) => ({ tag, ...beside })),
  };
}

async function joined(pieces: AsyncIterable<string>): Promise<string> {
  let all = '';
  for await (const piece of pieces) all += piece;
  return all;
}

describe('points as they were logged', () => {
  it('are lines with what is no number as text, and nothing where the log does not say', () =>
    expect([...pointLines('a', 'val/loss', points)].join('')).toBe(
      'a,val/loss,0,,1700000000.25,0.5\r\na,val/loss,10,,,NaN\r\na,val/loss,20,,1700000020,-inf\r\n',
    ));

  it('of all metrics and runs are one CSV, and progress goes by points', async () => {
    const seen: number[] = [];
    const csv = await joined(
      allCsv([details('a', 'x', '=y'), details('b', 'x')], {
        read: async () => points,
        signal: new AbortController().signal,
        onProgress: (done) => seen.push(done),
      }),
    );
    expect(csv.split('\r\n')).toHaveLength(1 + 9 + 1);
    expect(csv).toContain("a,'=y,0,");
    expect(seen).toEqual([3, 6, 9]);
  });

  it('are JSON that any reader takes, with the configurations', async () => {
    const json: unknown = JSON.parse(
      await joined(
        allJson([details('a', 'x', '__proto__'), details('b')], {
          read: async () => points,
          signal: new AbortController().signal,
          onProgress: () => undefined,
        }),
      ),
    );
    expect(json).toMatchObject({
      runs: [
        {
          run: 'a',
          configuration: { lr: 0.1, big: '1152921504606846976', odd: 'NaN' },
          metrics: { x: { steps: [0, 10, 20], values: [0.5, 'NaN', '-Infinity'] } },
        },
        { run: 'b', metrics: {} },
      ],
    });
    expect(JSON.stringify(json)).not.toContain('epochs');
  });
});

describe('groups as CSV', () => {
  const band = {
    ...{ group: 'g', runs: 2, nonfinite: 0, isInterpolated: false, isSample: false, robust: null },
    x: Float64Array.of(0, 10),
    centre: Float64Array.of(0.5, nan),
    low: Float64Array.of(0.25, nan),
    high: Float64Array.of(0.75, nan),
    n: Float64Array.of(2, 0),
    span: [0, 10] as const,
  };
  const mark = { colour: 'var(--run-1)', dash: [] };
  const group = {
    id: 'g',
    name: '=lr',
    label: '=lr',
    mark,
    runs: ['a', 'b'],
    values: [],
    isByName: false,
  };
  const view = { tag: 'loss', axis: 'step', centre: 'mean' } as const;
  const groups = { groups: [group], leftOut: [] };

  it('have how many runs count at every place, and nothing where none does', () =>
    expect(groupsCsv(drawnBands([band], groups), { ...view, spread: 'std' })).toBe(
      "group,metric,step,n,mean,low (std),high (std)\r\n'=lr,loss,0,2,0.5,0.25,0.75\r\n'=lr,loss,10,0,,,\r\n",
    ));

  it('have no edges where there is to be no spread', () =>
    expect(groupsCsv(drawnBands([band], groups), { ...view, spread: 'none' })).toMatch(
      /^group,metric,step,n,mean\r\n'=lr,loss,0,2,0\.5\r\n/,
    ));
});
