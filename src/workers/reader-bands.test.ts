import { describe, expect, it } from 'vitest';
import { groupRuns } from '#domain/run-groups.ts';
import { diskDirectory, expected } from '#io/testing.ts';
import type { Band, BandsRequest, Reader } from './api.ts';
import { createReader } from './reader-api.ts';

/** Ten runs: two widths, five seeds of each; the values were computed by numpy. */
const SEEDS = 'src/workers/fixtures/seeds';

interface Aggregates {
  readonly group: string;
  readonly config: Readonly<Record<string, number>>;
  readonly runs: readonly string[];
  readonly series: string;
  readonly steps: readonly number[];
  readonly n: readonly number[];
  readonly mean: readonly number[];
  readonly std_population: readonly number[];
  readonly std_sample: readonly number[];
  readonly min: readonly number[];
  readonly max: readonly number[];
}

const aggregates: readonly Aggregates[] = expected(SEEDS).aggregates;

async function openSeeds(): Promise<Reader> {
  const reader = createReader({ openGrant: () => diskDirectory(SEEDS) });
  await reader.open({ kind: 'http', name: '', url: '' });
  return reader;
}

const request = (
  { group, runs, series }: Pick<Aggregates, 'group' | 'runs' | 'series'>,
  given: Partial<BandsRequest> = {},
): BandsRequest => ({
  tag: series,
  groups: [{ id: group, runs }],
  axis: 'step',
  range: null,
  width: 1000,
  smoothing: { kind: 'none', amount: 0 },
  logX: false,
  y: 'linear',
  centre: 'mean',
  spread: 'std',
  ...given,
});

const close = (column: Float64Array | undefined, wanted: readonly number[]) => {
  expect(column).toHaveLength(wanted.length);
  for (const [i, value] of wanted.entries()) expect(column?.[i]).toBeCloseTo(value, 12);
};

const halves = ({ low, high }: Band) => high.map((value, i) => (value - (low[i] ?? 0)) / 2);

describe.each(aggregates)('the runs of $group, $series', (given) => {
  const read = async (part: Partial<BandsRequest> = {}) => {
    const [band] = await (await openSeeds()).bands(request(given, part));
    return band as Band;
  };

  it('have the mean, the standard deviation and the count that numpy computes', async () => {
    const band = await read();
    close(band.x, given.steps);
    close(band.n, given.n);
    close(band.centre, given.mean);
    close(halves(band), given.std_sample);
    const population = halves(band).map((std, i) => {
      const n = given.n[i] ?? 0;
      return std * Math.sqrt((n - 1) / n);
    });
    close(population, given.std_population);
    expect(band).toMatchObject({ runs: 5, nonfinite: 0, isInterpolated: false, isSample: false });
  });

  it('have the least and the greatest value that numpy finds', async () => {
    const { low, high } = await read({ spread: 'range' });
    close(low, given.min);
    close(high, given.max);
  });
});

describe('groups of a directory', () => {
  it('are found by themselves, as the runs were made', async () => {
    const reader = await openSeeds();
    const runs = [...new Set(aggregates.flatMap((one) => one.runs))];
    const details = await reader.runs({ runs });
    const groups = groupRuns(details, { kind: 'no-seed' });
    const made = aggregates.filter(({ series }) => series === aggregates[0]?.series);
    expect(Object.fromEntries(groups.map(({ label, runs }) => [label, [...runs].sort()]))).toEqual(
      Object.fromEntries(made.map(({ config, runs }) => [`width=${config['width']}`, runs])),
    );
  });

  it('that have no such metric, or are not there, hide no others', async () => {
    const [given] = aggregates as [Aggregates];
    const groups = [
      { id: 'gone', runs: ['nowhere'] },
      { id: 'one', runs: given.runs },
    ];
    const reader = await openSeeds();
    const found = await reader.bands(request(given, { groups }));
    expect(found.map(({ group }) => group)).toEqual(['one']);
    expect(await reader.bands(request({ ...given, series: 'none' }, { groups }))).toEqual([]);
  });
});

describe('a band', () => {
  const [given] = aggregates as [Aggregates];

  it('keeps what lies around a range, so that it is drawn to the edges', async () => {
    const [band] = await (await openSeeds()).bands(request(given, { range: [3.5, 5] }));
    expect([...(band?.x ?? [])]).toEqual([3, 4, 5, 6]);
  });

  it('smooths each run before it puts them together', async () => {
    const smoothing = { kind: 'ema', amount: 0.5 } as const;
    const reader = await openSeeds();
    const [band] = await reader.bands(request(given, { smoothing }));
    const lines = await reader.lines({ ...request(given, { smoothing }), runs: given.runs });
    const second = lines.map(({ smoothY }) => smoothY[1] ?? 0);
    expect(band?.centre[1]).toBeCloseTo(second.reduce((sum, y) => sum + y, 0) / 5, 12);
    expect(band?.centre[1]).not.toBeCloseTo(given.mean[1] ?? 0, 3);
  });

  it('keeps the extremes of line and area on two pixels', async () => {
    const reader = await openSeeds();
    const [full] = await reader.bands(request(given, { spread: 'range' }));
    const [thin] = await reader.bands(request(given, { spread: 'range', width: 2 }));
    expect(thin?.x.length).toBeLessThan(full?.x.length ?? 0);
    expect(Math.min(...(thin?.low ?? []))).toBe(Math.min(...(full?.low ?? [])));
    expect(Math.max(...(thin?.high ?? []))).toBe(Math.max(...(full?.high ?? [])));
  });

  it('without a spread has no area', async () => {
    const [band] = await (await openSeeds()).bands(request(given, { spread: 'none' }));
    expect(band?.low.every(Number.isNaN)).toBe(true);
    close(band?.centre, given.mean);
  });
});
