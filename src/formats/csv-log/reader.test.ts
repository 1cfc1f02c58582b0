import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryChunk, Series } from '#domain/history.ts';
import { CheckpointError } from '#domain/problem.ts';
import { joinChunks, summarize } from '#domain/series.ts';
import { probe } from '#formats/index.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { bytesSource, expected, FIXTURES, fileSource, hasFixtures } from '#io/testing.ts';
import { csvLog } from './history.ts';

const OWN = 'src/formats/csv-log/fixtures';
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

interface ExpectedHistory {
  readonly path: string;
  readonly format: string;
  readonly step_column?: string | null;
  readonly problem?: string | null;
  readonly series: readonly { readonly tag: string; readonly count: number }[];
}

const source = (text: string, path = 'metrics.csv') =>
  bytesSource(new TextEncoder().encode(text), path);

async function chunksOf(from: ByteSource): Promise<HistoryChunk[]> {
  const chunks: HistoryChunk[] = [];
  for await (const chunk of csvLog.read(from)) chunks.push(chunk);
  return chunks;
}

function asExpected(series: Series) {
  const { count, nonfinite, first, last, min, max } = summarize(series);
  const finite = (value: number | undefined) => (Number.isFinite(value) ? value : null);
  return {
    tag: series.tag,
    count,
    first: [first?.step, finite(first?.value)],
    last: [last?.step, finite(last?.value)],
    min: finite(min?.value),
    max: finite(max?.value),
    nonfinite,
  };
}

/** Every series that is expected and has points. Epochs beside steps may be one more. */
async function expectHistory(from: ByteSource, { series, problem, step_column }: ExpectedHistory) {
  const chunks = await chunksOf(from);
  const wanted = series.filter(({ count }) => count > 0);
  const found = joinChunks(chunks)
    .map(asExpected)
    .filter(({ tag }) => tag !== 'epoch' || wanted.some((one) => one.tag === tag));
  expect(found).toHaveLength(wanted.length);
  for (const one of wanted) {
    const { na, ...rest } = one as typeof one & { na?: number };
    expect(found).toContainEqual(rest);
  }
  expect(chunks.flatMap(({ defects }) => defects.map(({ problem }) => problem.kind))).toEqual(
    problem ? [problem] : [],
  );
  if (step_column) expect(chunks.at(-1)?.unit).toBe(step_column === 'epoch' ? 'epoch' : 'step');
}

const own: readonly ExpectedHistory[] = expected(OWN).histories;

describe('what trainers wrote', () => {
  it.each(own.map((history) => [history.path, history] as const))('%s', async (path, history) => {
    const file = await fileSource(OWN, path);
    expect(csvLog.detect(await probe(file))).toBe(file.size > 0);
    await expectHistory(file, history);
  });
});

async function columnsOf(text: string) {
  const series = joinChunks(await chunksOf(source(text)));
  return Object.fromEntries(
    series.map(({ tag, steps, values, epochs, times }) => [
      tag,
      {
        steps: [...steps],
        values: [...values],
        ...(epochs.length ? { epochs: [...epochs] } : {}),
        ...(times.length ? { times: [...times] } : {}),
      },
    ]),
  );
}

describe('a table', () => {
  it('with steps and epochs keeps both', async () => {
    expect(await columnsOf('epoch,step,loss\n0,10,3\n0,20,2\n1,30,1\n')).toEqual({
      epoch: { steps: [10, 20, 30], values: [0, 0, 1], epochs: [0, 0, 1] },
      loss: { steps: [10, 20, 30], values: [3, 2, 1], epochs: [0, 0, 1] },
    });
  });

  it('with epochs alone has them for steps, too', async () => {
    expect(await columnsOf('epoch,loss\n1,3\n2,2\n')).toEqual({
      loss: { steps: [1, 2], values: [3, 2], epochs: [1, 2] },
    });
  });

  it.each([
    ['global_step'],
    ['trainer/global_step'],
    ['Step'],
    ['_step'],
    ['iteration'],
    ['iter'],
    ['batch'],
    [' step '],
    ['"step"'],
    ['time/total_timesteps'],
    ['# step'],
  ])('counts by a column named %s', async (name) => {
    const text = `${name},loss\n5,1\n6,2\n`;
    expect(csvLog.detect(await probe(source(text)))).toBe(true);
    expect(await columnsOf(text)).toEqual({ loss: { steps: [5, 6], values: [1, 2] } });
  });

  it('of steps over all epochs prefers them to those within one', async () => {
    expect(await columnsOf('batch,global_step,loss\n0,7,1\n')).toMatchObject({
      loss: { steps: [7] },
      batch: { steps: [7], values: [0] },
    });
  });

  it.each([
    ['in seconds', '1700000000.5', 1_700_000_000.5],
    ['in milliseconds', '1700000000500', 1_700_000_000.5],
    ['in nanoseconds', '1700000000500000000', 1_700_000_000.5],
    ['in words', '2023-11-14T22:13:20.500Z', 1_700_000_000.5],
    ['in words as Python has them', '2023-11-14 22:13:20.500000+00:00', 1_700_000_000.5],
  ])('with dates %s is dated, and they are no metric', async (_, date, seconds) => {
    expect(await columnsOf(`step,timestamp,loss\n1,${date},2\n`)).toEqual({
      loss: { steps: [1], values: [2], times: [seconds] },
    });
  });

  it('with the time since its start has it as a metric, too', async () => {
    expect(await columnsOf('epoch,time,loss\n1,3.5,2\n2,7,1\n')).toMatchObject({
      time: { values: [3.5, 7], times: [3.5, 7] },
      loss: { values: [2, 1], times: [3.5, 7] },
    });
  });

  it('with the duration of each step is not dated by it', async () => {
    expect(await columnsOf('step,time,loss\n1,3,2\n2,2,1\n')).toEqual({
      time: { steps: [1, 2], values: [3, 2] },
      loss: { steps: [1, 2], values: [2, 1] },
    });
  });

  it.each<[string, string, number | undefined]>([
    ['nothing', '', undefined],
    ['spaces', '   ', undefined],
    ['NA', 'NA', undefined],
    ['None', 'None', undefined],
    ['a dash', '-', undefined],
    ['nan', 'nan', nan],
    ['NaN', ' NaN', nan],
    ['inf', 'inf', infinity],
    ['-inf', '-inf', -infinity],
    ['Infinity', 'Infinity', infinity],
    ['0', '0', 0],
    ['an exponent', '1.5e-05', 1.5e-5],
    ['a sign', '+2.5', 2.5],
    ['quotes', '"3"', 3],
    ['a dot at the end', '4.', 4],
  ])('whose cell holds %s', async (_, cell, value) => {
    const { loss } = await columnsOf(`step,loss,x\n1,9,0\n2,${cell},0\n`);
    expect(loss?.values).toEqual(value === undefined ? [9] : [9, value]);
  });

  it('of text has no series for it, and no fault', async () => {
    const chunks = await chunksOf(source('step,phase,loss\n1,train,2\n2,val,1\n'));
    expect(joinChunks(chunks).map(({ tag }) => tag)).toEqual(['loss']);
    expect(chunks[0]?.defects).toEqual([]);
  });

  it('may have a decimal comma between semicolons', async () => {
    expect(await columnsOf('epoch;loss\n0;2,5\n1;1,25\n')).toMatchObject({
      loss: { values: [2.5, 1.25] },
    });
  });

  it('may have cells of several lines, and separators within quotes', async () => {
    expect(await columnsOf('step,"loss, all",note\n1,2,"a\nb,""c"""\n2,1,\n')).toEqual({
      'loss, all': { steps: [1, 2], values: [2, 1] },
    });
  });

  it('may have names in any script, twice, and columns without one', async () => {
    expect(await columnsOf('epoch,损失,a,a,\n0,1,2,3,4\n')).toMatchObject({
      损失: { values: [1] },
      a: { values: [2] },
      'a (2)': { values: [3] },
    });
  });

  it('goes on under another header, when one comes', async () => {
    const text = 'epoch,loss\n0,3\n1,2\nepoch,acc,loss\n0,0.5,1\n';
    expect(await columnsOf(text)).toMatchObject({
      loss: { steps: [0, 1, 0], values: [3, 2, 1] },
      acc: { steps: [0], values: [0.5] },
    });
  });

  it('may begin with remarks and empty lines', async () => {
    const text = '#{"seed": 1}\n\nstep,loss\r\n1,2\r\n\r\n2,1\r\n';
    expect(csvLog.detect(await probe(source(text)))).toBe(true);
    expect(await columnsOf(text)).toEqual({ loss: { steps: [1, 2], values: [2, 1] } });
  });

  it('larger than what is read at once loses nothing between the pieces', async () => {
    const count = 300_000;
    const rows = Array.from({ length: count }, (_, i) => `${i},${i / 7},"x\ny",损`);
    const chunks = await chunksOf(source(`step,loss,note,损失\n${rows.join('\n')}\n`));
    expect(chunks.length).toBeGreaterThan(1);
    const [loss] = joinChunks(chunks);
    expect(loss?.steps).toEqual(Float64Array.from({ length: count }, (_, i) => i));
    expect(loss?.values).toEqual(Float64Array.from({ length: count }, (_, i) => i / 7));
    expect(chunks.flatMap(({ defects }) => defects)).toEqual([]);
  });
});

describe('a fault', () => {
  it.each<[string, string, string, number]>([
    ['text among numbers', 'step,loss\n1,2\n2,oops\n3,1\n', 'text in the column of loss', 14],
    ['a row without a step', 'step,loss\n1,2\n,3\n', 'a row says no step or epoch', 14],
    [
      'cells past the last column',
      'step,loss\n1,2\n2,1,0.5\n3,1,7\n',
      'a row has more cells than there are columns (2 times)',
      14,
    ],
  ])('of %s is told with its place', async (_, text, what, offset) => {
    const [chunk] = await chunksOf(source(text));
    expect(chunk?.defects).toEqual([
      { problem: { kind: 'malformed', what }, place: { path: 'metrics.csv', offset } },
    ]);
  });

  it('of a last row that was cut is told, and a cell that may be cut is no point', async () => {
    const [chunk] = await chunksOf(source('step,loss,acc\n1,2,0.5\n2,1.'));
    expect(chunk?.series.map(({ values }) => [...values])).toEqual([[2], [0.5]]);
    expect(chunk?.defects).toMatchObject([
      { problem: { kind: 'truncated' }, place: { offset: 22 } },
    ]);
  });

  it('of a quote that is never closed loses its row at most', async () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i},${i === 20 ? '"1' : 1},0\n`).join('');
    const { acc } = await columnsOf(`step,loss,acc\n${rows}`);
    expect(acc?.steps.length).toBeGreaterThanOrEqual(59);
  });

  it('of a table without steps is an error', async () => {
    await expect(chunksOf(source('a,b\n1,2\n'))).rejects.toMatchObject({
      problem: { kind: 'malformed' },
    });
  });

  it('of a row without an end is an error before it fills the memory', async () => {
    const endless = new Uint8Array(40 << 20).fill(0x61);
    endless.set(new TextEncoder().encode('step,loss\n1,'));
    await expect(chunksOf(bytesSource(endless))).rejects.toMatchObject({
      problem: { kind: 'too-large' },
    });
  });

  it('of any kind is a defect or a CheckpointError', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        'step',
        'epoch',
        'time',
        'loss',
        ',',
        ',',
        ';',
        '\t',
        '\n',
        '\n',
        '\r\n',
        '"',
      ),
      fc.constantFrom(
        '1',
        '2.5',
        'nan',
        'NA',
        '-inf',
        '1e400',
        '2024-01-01 00:00',
        '#',
        'é',
        '\ufeff',
      ),
      fc.string({ maxLength: 5 }),
    );
    return fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 60 }), fc.boolean(), async (pieces, valid) => {
        const text = (valid ? 'step,loss,time\n' : '') + pieces.join('');
        const file = source(text);
        expect(csvLog.detect(await probe(file))).toBeTypeOf('boolean');
        const outcome = await chunksOf(file).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CheckpointError);
        else expect(outcome).toBeInstanceOf(Array);
      }),
      { numRuns: 1000 },
    );
  });
});

describe('detection', () => {
  it.each<[string, string, string, boolean]>([
    ['a header alone', 'metrics.csv', 'epoch,loss\n', true],
    ['a header alone in no table', 'notes.md', 'epoch,loss\n', false],
    ['a data set', 'test.csv', 'px0,px1,label\n0,1,2\n', false],
    ['a data set without a header', 'test.csv', '0,1,2\n1,2,3\n', false],
    ['steps beside text alone', 'notes.csv', 'step,what\n1,boil water\n', false],
    ['steps alone', 'steps.csv', 'step\n1\n2\n', false],
    ['steps that are no numbers', 'recipe.csv', 'step,minutes\nboil,3\n', false],
    ['metrics that were never there', 'log.csv', 'epoch,val_loss\n0,NA\n', true],
    ['a log of JSON lines', 'log.jsonl', '{"step": 1, "loss": 2}\n', false],
    ['UTF-16', 'log.csv', 's\0t\0e\0p\0,\0a\0\n\0', false],
    ['a very wide table', 'log.csv', `step,${'metric,'.repeat(2000)}\n`, true],
    ['a very wide table of text', 'log.md', `step,${'metric,'.repeat(2000)}\n`, false],
    ['no bytes', 'log.csv', '', false],
  ])('of %s', async (_, path, text, detected) => {
    expect(csvLog.detect(await probe(source(text, path)))).toBe(detected);
  });
});

describe.runIf(hasFixtures)('the shared fixtures', () => {
  const files = hasFixtures
    ? readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' }).filter((path) =>
        /\.(csv|tsv)$/.test(path),
      )
    : [];
  const directories = [
    'sample-training/digits-pytorch',
    'sample-training/digits-tensorflow',
    'tensorflow/events/csv',
    'pytorch/lightning',
    ...['lightning-csv', 'keras-csv', 'ultralytics', 'timm', 'seeds', 'restarted'].map(
      (name) => `trackers/${name}`,
    ),
  ];
  const histories = hasFixtures
    ? directories.flatMap((directory) =>
        (expected(join(FIXTURES, directory)).histories as ExpectedHistory[])
          .filter(({ format }) => format === 'csv')
          .map((history) => ({ ...history, path: `${directory}/${history.path}` })),
      )
    : [];

  it.each(histories.map((history) => [history.path, history] as const))(
    '%s',
    async (path, history) => {
      await expectHistory(await fileSource(FIXTURES, path), history);
    },
  );

  it('are told apart: logs, and tables that are data', async () => {
    const logs = [];
    for (const path of files) {
      if (csvLog.detect(await probe(await fileSource(FIXTURES, path)))) logs.push(path);
    }
    const written = histories
      .map(({ path }) => path)
      .filter((path) => !path.endsWith('/empty.csv'));
    expect(logs.sort()).toEqual(written.sort());
  });
});
