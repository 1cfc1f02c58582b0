import { readdirSync, statSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryChunk, Series } from '#domain/history.ts';
import { CheckpointError } from '#domain/problem.ts';
import { joinChunks, summarize } from '#domain/series.ts';
import { probe } from '#formats/index.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { bytesSource, expected, FIXTURES, fileSource, hasFixtures, sha256 } from '#io/testing.ts';
import { tfevents } from './history.ts';
import { ascii, double, field, float, eventLog as log, nested, summary } from './testing.ts';

const OWN = 'src/formats/tfevents/fixtures';

/** A series as `expected.json` has it: what is not finite is `null`. */
interface Expected {
  readonly tag: string;
  readonly count: number;
}

interface ExpectedHistory {
  readonly path: string;
  readonly series: readonly Expected[];
  readonly damaged_record?: { readonly offset: number };
}

async function chunksOf(source: ByteSource, from?: number): Promise<HistoryChunk[]> {
  const chunks: HistoryChunk[] = [];
  for await (const chunk of tfevents.read(source, { from })) chunks.push(chunk);
  return chunks;
}

/** All event files of a directory in the order of their names, or the one file. */
async function readRun(path: string): Promise<HistoryChunk[]> {
  if (statSync(path).isFile()) return chunksOf(await fileSource(dirname(path), basename(path)));
  const names = readdirSync(path).filter((name) => name.includes('tfevents'));
  const chunks = [];
  for (const name of names.sort()) chunks.push(...(await chunksOf(await fileSource(path, name))));
  return chunks;
}

function asExpected(series: Series): Expected {
  const { count, nonfinite, first, last, min, max } = summarize(series);
  const finite = (value: number | undefined) => (Number.isFinite(value) ? (value ?? null) : null);
  return {
    tag: series.tag,
    count,
    first: [first?.step, finite(first?.value)],
    last: [last?.step, finite(last?.value)],
    min: finite(min?.value),
    max: finite(max?.value),
    nonfinite,
  } as Expected;
}

const byTag = (all: readonly Expected[]) =>
  [...all]
    .sort((a, b) => (a.tag < b.tag ? -1 : 1))
    .map(({ tag, ...rest }) => expect.objectContaining({ tag, ...rest }));

async function expectSeries(path: string, wanted: readonly Expected[]): Promise<void> {
  const chunks = await readRun(path);
  const found = (series: readonly Series[]) =>
    series.map(asExpected).sort((a, b) => (a.tag < b.tag ? -1 : 1));
  const kept = found(joinChunks(chunks));
  const count = (all: readonly Expected[]) => all.reduce((sum, one) => sum + one.count, 0);
  // TensorBoard drops what a restart superseded; Cairn can, too.
  const purged = found(joinChunks(chunks, { dropSuperseded: true }));
  expect(count(kept) === count(wanted) ? kept : purged).toEqual(byTag(wanted));
}

const own: readonly ExpectedHistory[] = expected(OWN).histories;
const sound = own.filter(({ path }) => !path.startsWith('damaged/'));

describe('what TensorFlow and PyTorch wrote', () => {
  it.each(sound.map(({ path, series }) => [path, series] as const))('%s', async (path, series) => {
    await expectSeries(join(OWN, path), series);
  });

  it('is dated to the second it was logged', async () => {
    const [series] = joinChunks(await readRun(join(OWN, 'tfevents-kinds/torch')));
    expect(series?.times).toHaveLength(20);
    expect(series?.times[0]).toBe(1.7e9);
    expect(series?.times[1]).toBe(1.7e9 + 1);
    expect(series?.epochs).toHaveLength(0);
  });
});

describe('what Keras logs once an epoch', () => {
  const events = [0, 1, 2].map((epoch) => [
    ...field(0x10, epoch),
    ...summary(nested(0x0a, ascii('epoch_loss')), half),
  ]);

  it.each([
    ['has epochs', 'train/events.out.tfevents.1.vm.2.0.v2', [0, 1, 2]],
    ['has none when another wrote it', 'events.out.tfevents.1.vm.2.0', []],
  ])('%s', async (_, path, epochs) => {
    const [series] = joinChunks(await chunksOf(bytesSource(log(...events), path)));
    expect([...(series?.epochs ?? [])]).toEqual(epochs);
  });
});

describe('a damaged file', () => {
  const good = own.find(({ path }) => path === 'damaged/good')?.series ?? [];
  const points = good.reduce((sum, { count }) => sum + count, 0);

  it.each(
    own
      .filter(({ path }) => path.startsWith('damaged/flip'))
      .map((one) => [one.path, one] as const),
  )('%s loses that record and no more', async (path, { damaged_record }) => {
    const chunks = await readRun(join(OWN, path));
    const series = joinChunks(chunks);
    expect(series.reduce((sum, { steps }) => sum + steps.length, 0)).toBe(points - 1);
    expect(series.map(asExpected)).toContainEqual(good.find(({ tag }) => tag === 'loss'));
    expect(chunks.flatMap(({ defects }) => defects)).toMatchObject([
      { problem: { kind: 'corrupt' }, place: { offset: damaged_record?.offset } },
    ]);
  });

  it.each([
    ['truncated-tail', []],
    ['truncated-in-header', []],
    ['empty-file', []],
    ['zero-filled-tail', [{ problem: { kind: 'corrupt' }, place: { offset: 3272 } }]],
    ['garbage', [{ problem: { kind: 'corrupt' }, place: { offset: 0 } }]],
    ['valid-record-not-a-proto', [{ problem: { kind: 'malformed' } }]],
  ])('%s keeps what TensorBoard keeps', async (name, defects) => {
    const path = `damaged/${name}`;
    await expectSeries(join(OWN, path), own.find((one) => one.path === path)?.series ?? []);
    const chunks = await readRun(join(OWN, path));
    expect(chunks.flatMap((chunk) => chunk.defects)).toMatchObject(defects);
  });
});

describe('a file that grows', () => {
  it('is read on from where it ended, also when the kind of a tag was told before', async () => {
    const folder = join(OWN, 'tf2-summaries/train');
    const source = await fileSource(folder, readdirSync(folder)[0] ?? '');
    const whole = await source.read(0, source.size);
    const all = joinChunks(await chunksOf(source));
    for (let size = 0; size < whole.length; size += 397) {
      const first = await chunksOf(bytesSource(whole.slice(0, size)));
      const rest = await chunksOf(source, first.at(-1)?.end ?? 0);
      expect(joinChunks([...first, ...rest])).toEqual(all);
    }
  });

  it('says from which step a restart goes on', async () => {
    const chunks = await readRun(join(OWN, 'restarted/purged'));
    expect(chunks.map(({ restart }) => restart).filter((step) => step !== undefined)).toHaveLength(
      1,
    );
    expect(joinChunks(chunks).map(({ steps }) => steps.length)).toEqual([120]);
    expect(joinChunks(chunks, { dropSuperseded: true }).map(({ steps }) => steps.length)).toEqual([
      100,
    ]);
  });
});

const time = field(0x09, ...double(1.7e9));
const scalarsPlugin = nested(0x4a, nested(0x0a, nested(0x0a, ascii('scalars'))));
const tag = nested(0x0a, ascii('t'));
const half = field(0x15, ...float(0.5));
const tensor = (...parts: number[][]) => nested(0x42, ...parts);

async function valuesOf(...events: readonly number[][]) {
  const [series] = joinChunks(await chunksOf(bytesSource(log(...events))));
  return series ? [...series.steps].map((step, i) => [step, series.values[i]]) : [];
}

describe('the value of an event', () => {
  it.each<[string, number[][], number]>([
    ['a plain scalar', [tag, half], 0.5],
    ['a scalar whose tag comes last', [half, tag], 0.5],
    ['a float', [tag, tensor([8, 1], field(0x2d, ...float(0.25)))], 0.25],
    ['a packed float', [tag, tensor([8, 1], nested(0x2a, float(0.25)))], 0.25],
    ['a double', [tag, tensor([8, 2], nested(0x32, double(0.1)))], 0.1],
    ['float32 content', [tag, tensor([8, 1, 0x12, 0], nested(0x22, float(0.75)))], 0.75],
    ['float64 content', [tag, tensor([8, 2], nested(0x22, double(1e-9)))], 1e-9],
    ['a half', [tag, tensor([8, 19, 0x6a, 2, 0x80, 0x78])], 1],
    ['half content', [tag, tensor([8, 19, 0x22, 2, 0x00, 0xc4])], -4],
    ['an infinite half', [tag, tensor([8, 19, 0x22, 2, 0x00, 0x7c])], Number.POSITIVE_INFINITY],
    ['a small half', [tag, tensor([8, 19, 0x22, 2, 0x01, 0x00])], 2 ** -24],
    ['a bfloat16', [tag, tensor([8, 14, 0x6a, 3, 0xc0, 0xff, 0x02])], -1.5],
    ['bfloat16 content', [tag, tensor([8, 14, 0x22, 2, 0x00, 0x3f])], 0.5],
    ['an int32', [tag, tensor([8, 3, 0x38, 7])], 7],
    ['a negative int32', [tag, tensor([8, 3, 0x22, 4, 0xfe, 255, 255, 255])], -2],
    ['an int64', [tag, tensor([8, 9, 0x50, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20])], 2 ** 40],
    ['int64 content', [tag, tensor([8, 9, 0x22, 8, 255, 255, 255, 255, 255, 255, 255, 255])], -1],
    ['uint64 content', [tag, tensor([8, 23, 0x22, 8, 0, 0, 0, 0, 0, 0, 0, 128])], 2 ** 63],
    ['a truth', [tag, tensor([8, 10, 0x58, 1])], 1],
    ['a zero that was left out', [tag, tensor([8, 1, 0x12, 0])], 0],
    [
      'one element, where the plugin says scalar',
      [tag, tensor([8, 1, 0x12, 4, 0x12, 2, 8, 1], nested(0x2a, float(3))), scalarsPlugin],
      3,
    ],
  ])('is read from %s', async (_, parts, value) => {
    expect(await valuesOf([...time, 0x10, 9, ...summary(...parts)])).toEqual([[9, value]]);
  });

  const imagePlugin = nested(0x4a, nested(0x0a, nested(0x0a, ascii('images'))));
  it.each<[string, number[][]]>([
    ['a string', [tag, tensor([8, 7, 0x12, 0, 0x42, 1, 65])]],
    ['a vector', [tag, tensor([8, 1, 0x12, 4, 0x12, 2, 8, 2], nested(0x2a, float(1), float(2)))]],
    ['one element of a vector', [tag, tensor([8, 1, 0x12, 4, 0x12, 2, 8, 1, 0x2a, 4, 0, 0, 0, 0])]],
    ['a number of another plugin', [tag, tensor([8, 1], nested(0x2a, float(1))), imagePlugin]],
    [
      'a number of the hparams plugin',
      [nested(0x0a, ascii('_hparams_/experiment')), tensor([8, 1, 0x12, 0])],
    ],
    ['a histogram', [tag, nested(0x2a, double(1).slice(0, 0), [9], double(2))]],
    ['an image', [tag, nested(0x22, [8, 1])]],
    ['nothing', [tag]],
  ])('is not read from %s', async (_, parts) => {
    const chunks = await chunksOf(bytesSource(log([...time, ...summary(...parts)])));
    expect(chunks).toMatchObject([{ series: [], defects: [] }]);
  });

  it('has a step of up to 63 bits, also a negative one', async () => {
    const varint = (value: bigint) => {
      const bytes: number[] = [];
      let rest = BigInt.asUintN(64, value);
      for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
      return [...bytes, Number(rest)];
    };
    const steps = [0n, 127n, 128n, 2n ** 31n, 2n ** 32n + 1n, 2n ** 41n - 1n, 2n ** 42n];
    steps.push(2n ** 53n - 1n, 2n ** 62n, -1n, -(2n ** 40n));
    const events = steps.map((step) => [...time, 0x10, ...varint(step), ...summary(tag, half)]);
    const values = await valuesOf(...events);
    expect(values.map(([step]) => step)).toEqual(steps.map(Number));
    // And so has one whose fields come in an order that no plain reading expects.
    const other = steps.map((step) => [...summary(tag, half), 0x10, ...varint(step), ...time]);
    expect(await valuesOf(...other)).toEqual(values);
  });

  it('is told apart by tag, also when one is the beginning of another', async () => {
    const names = ['a', 'ab', 'b', 'a', 'a/b', 'ab', '', 'été', 'x'.repeat(300), 'a'];
    const events = names.map((name, i) => [
      ...field(0x10, i),
      ...summary(nested(0x0a, ascii(name)), half),
    ]);
    const series = joinChunks(await chunksOf(bytesSource(log(...events))));
    const steps = Object.fromEntries(series.map((one) => [one.tag, [...one.steps]]));
    expect(steps).toEqual({
      a: [0, 3, 9],
      ab: [1, 5],
      b: [2],
      'a/b': [4],
      '': [6],
      été: [7],
      ['x'.repeat(300)]: [8],
    });
  });

  it('is left out with its event when that breaks off', async () => {
    const broken = [...time, ...summary(tag, half), 0x2a, 40, 1];
    const [chunk] = await chunksOf(bytesSource(log([...time, ...summary(tag, half)], broken)));
    expect(chunk?.series.map(({ values }) => [...values])).toEqual([[0.5]]);
    expect(chunk?.defects).toMatchObject([{ problem: { kind: 'malformed' } }]);
  });
});

describe('detection', () => {
  it.each<[string, string, Uint8Array<ArrayBuffer>, boolean]>([
    ['an empty event file', 'run/events.out.tfevents.1.host', new Uint8Array(), true],
    ['one renamed', 'run/log', log([...time, ...nested(0x1a, ascii('brain.Event:2'))]), true],
    ['a data set of the same framing', 'data.tfrecord', log(nested(0x0a, ascii('feature'))), false],
    ['a folder of that name', 'my.tfevents.d/notes.txt', new TextEncoder().encode('a'), false],
  ])('of %s', async (_, path, bytes, detected) => {
    expect(tfevents.detect(await probe(bytesSource(bytes, path)))).toBe(detected);
  });
});

describe('whatever the bytes', () => {
  const byte = fc.nat(255);
  const payload = fc.oneof(
    fc.array(byte, { maxLength: 60 }),
    fc
      .array(fc.constantFrom(tag, half, scalarsPlugin, tensor([8, 1]), [0x42], [0x4a, 5], [0x0a]))
      .map((parts) => [...time, ...summary(...parts)]),
  );

  it('the outcome is chunks or a CheckpointError', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(payload),
        fc.array(fc.tuple(fc.nat(), byte), { maxLength: 4 }),
        async (events, flips) => {
          const bytes = log(...events);
          for (const [at, value] of flips) if (bytes.length) bytes[at % bytes.length] = value;
          const outcome = await chunksOf(bytesSource(bytes)).catch((error: unknown) => error);
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CheckpointError);
          else expect(outcome).toBeInstanceOf(Array);
        },
      ),
      { numRuns: 500 },
    ));
});

describe.runIf(hasFixtures)('the shared fixtures', () => {
  const directories = [
    'sample-training/digits-pytorch',
    'sample-training/digits-tensorflow',
    ...['tf2-summaries', 'torch-style', 'nan-and-inf', 'tags', 'long-run', 'restarted'].map(
      (name) => `tensorflow/events/${name}`,
    ),
    ...['tfevents-kinds', 'restarted', 'many-runs'].map((name) => `trackers/${name}`),
    ...['v1-saver', 'v2-saver', 'v2-ref-variables'].map((name) => `tensorflow/tf1/${name}`),
    'tensorflow/distributed/mirrored-two-replicas',
    'pytorch/lightning',
    'huggingface/bert-topics',
  ];
  const formats = ['tensorboard', 'tfevents'];
  const cases = !hasFixtures
    ? []
    : directories.flatMap((directory) =>
        (expected(join(FIXTURES, directory)).histories as (ExpectedHistory & { format: string })[])
          .filter(({ format }) => formats.includes(format))
          .map((history) => [`${directory}/${history.path}`, history.series] as const),
      );

  it.each(cases)('%s', async (path, series) => {
    await expectSeries(join(FIXTURES, path), series);
  });

  it('trackers/many-tags has 2000 tags, each with its last value', async () => {
    const folder = join(FIXTURES, 'trackers/many-tags');
    const [{ tags_sha256 }] = expected(folder).histories;
    const python = (value: number) =>
      Math.abs(value) < 1e-4 ? value.toExponential().replace(/e-(\d)$/, 'e-0$1') : String(value);
    const lines = joinChunks(await readRun(join(folder, 'run')))
      .map(({ tag, values }) => `${tag}\t${values.length}\t${python(values.at(-1) ?? 0)}\n`)
      .sort();
    expect(lines).toHaveLength(2000);
    expect(sha256(new TextEncoder().encode(lines.join('')))).toBe(tags_sha256);
  });

  it.each([
    ['good', 40, 0],
    ['cut-in-record', 29, 0],
    ['flipped-bit', 39, 1],
    ['length-lies', 40, 1],
    ['zero-tail', 40, 1],
    ['garbage', 0, 1],
    ['empty', 0, 0],
  ])('trackers/tfevents-damaged/%s keeps %i points', async (name, points, damaged) => {
    const chunks = await readRun(join(FIXTURES, 'trackers/tfevents-damaged', name));
    const count = joinChunks(chunks).reduce((sum, { steps }) => sum + steps.length, 0);
    expect([count, chunks.flatMap(({ defects }) => defects).length]).toEqual([points, damaged]);
  });
});
