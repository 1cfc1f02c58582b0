import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { MetricInfo } from '#domain/run-details.ts';
import { diskDirectory, expected, FIXTURES, hasFixtures } from '#io/testing.ts';
import type { Reader, RunDetails } from './api.ts';
import { createReader } from './reader-api.ts';

/** Directories in which a logger wrote what is expected. */
const WALKED =
  /^(?:trackers|tensorflow\/(?:events|tf1|distributed)|sample-training|huggingface|pytorch\/lightning|safetensors\/run-mlp|jax\/orbax-mlp)(?:\/|$)/;

/** What is not compared here, and why. Each must still differ, or it has no place in the list. */
const LEFT_OUT: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/: (?:\w+\/)?epoch is not listed$/, 'a column of epochs is an axis of the others'],
  [
    /^huggingface\/(?!bert-interrupted)\S+ \S*checkpoint-\d+\/trainer_state\.json/,
    'each state of the Trainer repeats those before it: the longest is read',
  ],
  [
    /^huggingface\/bert-topics \S*trainer_state\.json \S+: \w+ is \[/,
    "one series with TensorBoard's, which keeps float32, and the evaluation after the training",
  ],
  [
    /^huggingface\/bert-topics runs\/\S+ \[tfevents\]: \S+ is \[(?:5|22),/,
    'two files of one folder that follow on from each other, compared one by one there',
  ],
  [
    /^tensorflow\/events\/damaged flip-|^trackers\/tfevents-damaged flipped-bit/,
    'TensorFlow stops at the damage; what follows is read, too',
  ],
  [
    /^tensorflow\/events\/restarted purged .*loss is \[120,/,
    'TensorBoard drops what a restart superseded; it is kept, apart',
  ],
  [/^tensorflow\/events\/csv na\.csv/, 'another file beside it has the same points, and more'],
  [/^trackers\/keras-csv training\.csv/, 'resumed.csv beside it has the same points, and more'],
  [/^trackers\/text-log /, 'text is read when it is asked for'],
];

interface Golden {
  readonly path: string;
  readonly format: string;
  readonly problem?: string | null;
  readonly series: readonly {
    readonly tag: string;
    readonly count: number;
    readonly first: readonly [number, number | null];
    readonly last: readonly [number, number | null];
    readonly min: number | null;
    readonly max: number | null;
    readonly nonfinite: number;
  }[];
}

const directories = hasFixtures
  ? readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('expected.json') && WALKED.test(path))
      .map(dirname)
      .filter((path) => expected(join(FIXTURES, path)).histories?.length > 0)
      .sort()
  : [];

const seen = new Set<RegExp>();

/** Whether a difference is one of those left out, which is noted. */
function isLeftOut(difference: string): boolean {
  const found = LEFT_OUT.filter(([pattern]) => pattern.test(difference));
  for (const [pattern] of found) seen.add(pattern);
  return found.length > 0;
}

async function detailsIn(reader: Reader, name: string): Promise<readonly RunDetails[]> {
  const { runs } = await reader.open({ kind: 'http', name, url: '' });
  const details = [];
  for (const { path } of runs) details.push(await reader.run({ run: path }));
  return details;
}

/** Metrics with a file that is the golden's, or in its folder. */
function metricsOf(details: readonly RunDetails[], path: string): readonly MetricInfo[] {
  const isOf = (source: string) => path === '.' || source === path || source.startsWith(`${path}/`);
  return details.flatMap(({ metrics }) => metrics.filter(({ sources }) => sources.some(isOf)));
}

const finite = (value: number | undefined) =>
  value !== undefined && Number.isFinite(value) ? value : null;

function differences(metrics: readonly MetricInfo[], { series }: Golden): string[] {
  return series
    .filter(({ count }) => count > 0)
    .flatMap((wanted) => {
      const { tag } = wanted;
      const named = metrics.filter(({ tag: own, aliases = [] }) =>
        [own, ...aliases].some(
          (name) => name === tag || name.startsWith(`${tag} (`) || name.endsWith(`/${tag}`),
        ),
      );
      if (named.length === 0) return [`${tag} is not listed`];
      const nearest = named.map((one) => fieldsOf(one));
      const { count, first, last, min, max, nonfinite } = wanted;
      const want = JSON.stringify([count, first, last, min, max, nonfinite]);
      return nearest.includes(want) ? [] : [`${tag} is ${nearest.join(' or ')}, not ${want}`];
    });
}

function fieldsOf({ count, first, last, min, max, nonfinite }: MetricInfo): string {
  return JSON.stringify([
    count,
    [first.step, finite(first.value)],
    [last.step, finite(last.value)],
    finite(min?.value),
    finite(max?.value),
    nonfinite,
  ]);
}

describe.runIf(hasFixtures)('every series that a logger wrote, through the whole reader', () => {
  it.each(directories)('%s', async (directory) => {
    const root = join(FIXTURES, directory);
    const reader = createReader({ openGrant: () => diskDirectory(root) });
    const details = await detailsIn(reader, directory);
    const all = (expected(root).histories as readonly Golden[]).flatMap((golden) =>
      differences(metricsOf(details, golden.path), golden).map(
        (difference) => `${directory} ${golden.path} [${golden.format}]: ${difference}`,
      ),
    );
    expect(all.filter((one) => !isLeftOut(one))).toEqual([]);
  });

  it('differs where it is said to, and nowhere else', () => {
    expect(LEFT_OUT.filter(([pattern]) => !seen.has(pattern)).map(([, reason]) => reason)).toEqual(
      [],
    );
  });
});
