import { describe, expect, it } from 'vitest';
import { crc32 } from '#encodings/crc32.ts';
import { probe } from '#formats/index.ts';
import {
  chunksOf,
  columnsOf,
  expectSeries,
  expectToSurvive,
  type GoldenHistory,
} from '#formats/log-lines/testing.ts';
import { bytesSource, expected, fileSource, hasCorpus, SHARED } from '#io/testing.ts';
import { wandb, wandbSummary } from './history.ts';

const OWN = 'src/formats/wandb/fixtures';

interface GoldenRun extends GoldenHistory {
  readonly truncated: boolean;
}

const golden: readonly GoldenRun[] = expected(OWN).histories;

async function bytesOf(path: string) {
  const file = await fileSource(OWN, path);
  return file.read(0, file.size);
}

describe('a run that wandb wrote', () => {
  it.each(golden.map((run) => [run.path, run] as const))('%s', async (path, run) => {
    const source = await fileSource(OWN, path);
    expect(wandb.detect(await probe(source))).toBe(true);
    const chunks = await chunksOf(wandb, source);
    expectSeries(chunks, run);
    const { facts } = chunks.at(-1) ?? {};
    const { run: own, config } = run.metadata;
    expect(facts).toMatchObject({
      name: own.name,
      status: run.truncated ? 'running' : 'finished',
      configuration: config,
      tags: {
        project: own.project,
        id: own.run_id,
        ...(own.group && { group: own.group }),
        ...(own.tags.length > 0 && { tags: own.tags.join(', ') }),
      },
    });
    const problems = chunks.flatMap(({ defects }) => defects.map(({ problem }) => problem.kind));
    expect(problems).toEqual(run.truncated ? ['truncated'] : []);
  });

  it('lists histograms, and what only the summary has', async () => {
    const chunks = await chunksOf(wandb, await fileSource(OWN, golden[1]?.path ?? ''));
    expect(chunks.flatMap(({ media }) => media ?? [])).toEqual([
      { tag: 'grads', kind: 'histogram', count: 6, first: 0, last: 50 },
    ]);
    expect(chunks.at(-1)?.facts?.summary).toEqual({ 'best/val_loss': 0.125 });
  });

  it('says how much is missing of a record that is cut short', async () => {
    const source = await fileSource(OWN, golden[0]?.path ?? '');
    const chunks = await chunksOf(wandb, source);
    const defects = chunks.flatMap((chunk) => chunk.defects);
    expect(defects).toHaveLength(1);
    expect(defects[0]?.place.offset).toBe(chunks.at(-1)?.end);
    expect(defects[0]?.problem).toMatchObject({ kind: 'truncated', size: source.size });
  });

  it.each([7, 1000, 32_760, 32_768, 40_000])(
    'read on from where %i bytes of it end is the same',
    async (size) => {
      const bytes = await bytesOf(golden[1]?.path ?? '');
      const before = await chunksOf(wandb, bytesSource(bytes.slice(0, size), 'run.wandb'));
      const from = before.at(-1)?.end ?? 0;
      const after = await chunksOf(wandb, bytesSource(bytes, 'run.wandb'), { from });
      const whole = columnsOf(await chunksOf(wandb, bytesSource(bytes, 'run.wandb')));
      expect(columnsOf([...before, ...after])).toEqual(whole);
    },
  );

  it('loses the record that is damaged and no other', async () => {
    const bytes = await bytesOf(golden[1]?.path ?? '');
    const at = bytes.length / 2 + 100;
    bytes[at] = (bytes[at] ?? 0) ^ 1;
    const chunks = await chunksOf(wandb, bytesSource(bytes, 'run.wandb'));
    const defects = chunks.flatMap((chunk) => chunk.defects);
    expect(defects.map(({ problem }) => problem.kind)).toEqual(['corrupt']);
    expect(columnsOf(chunks)['loss']?.steps.length).toBeGreaterThanOrEqual(59);
  });

  it('that is damaged anyhow gives points or says what is wrong', async () => {
    const bytes = await bytesOf(golden[2]?.path ?? '');
    await expectToSurvive(wandb, bytes, { path: 'run.wandb', rounds: 150 });
  });
});

/** A log with one record after another, each in one fragment. */
function logOf(records: readonly (readonly number[])[]): Uint8Array<ArrayBuffer> {
  const fragments = records.flatMap((record) => {
    const data = Uint8Array.from([1, ...record]);
    const checksum = crc32(data);
    const bytes = [0, 8, 16, 24].map((shift) => (checksum >>> shift) & 255);
    return [...bytes, record.length & 255, record.length >>> 8, ...data];
  });
  return Uint8Array.from([0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0, ...fragments]);
}

const tag = (number: number) => {
  const key = (number << 3) | 2;
  return key < 128 ? [key] : [(key & 127) | 128, key >> 7];
};
const field = (number: number, bytes: readonly number[]): number[] => [
  ...tag(number),
  bytes.length,
  ...bytes,
];
const word = (text: string) => [...new TextEncoder().encode(text)];
const item = (key: string, json: string) =>
  field(1, [...field(1, word(key)), 0x82, 0x01, json.length, ...word(json)]);

const read = (records: readonly (readonly number[])[]) =>
  chunksOf(wandb, bytesSource(logOf(records), 'run.wandb'));

describe('a record', () => {
  it('of an old writer has keys that are not divided, values that are, and its step beside them', async () => {
    const row = [
      ...item('loss', '{"train": 0.5, "val": NaN}'),
      ...item('acc', '"NaN"'),
      ...field(2, [8, 7]),
    ];
    const [chunk] = await read([field(2, row)]);
    expect(columnsOf(chunk ? [chunk] : [])).toMatchObject({
      acc: { steps: [7], values: [Number.NaN] },
    });
  });

  it('of Lightning counts the steps of its trainer', async () => {
    const row = [
      ...item('loss', '0.5'),
      ...item('trainer/global_step', '49'),
      ...item('_step', '3'),
    ];
    const [chunk] = await read([field(2, row)]);
    expect(columnsOf(chunk ? [chunk] : [])['loss']?.steps).toEqual([49]);
  });

  it('of a run that failed says so', async () => {
    const [chunk] = await read([field(17, field(1, word('abc'))), field(18, [8, 1])]);
    expect(chunk?.facts?.status).toBe('failed');
  });
});

it('reads the summary of a run without a log', async () => {
  const text =
    '{"_step": 7, "_timestamp": 1700000000.5, "val/loss": 0.5, "best": "Infinity", "h": {"_type": "histogram", "values": [1]}}';
  const source = bytesSource(new TextEncoder().encode(text), 'files/wandb-summary.json');
  expect(wandbSummary.detect(await probe(source))).toBe(true);
  expect(columnsOf(await chunksOf(wandbSummary, source))).toEqual({
    'val/loss': { steps: [7], values: [0.5], epochs: [], times: [1700000000.5] },
    best: { steps: [7], values: [Number.POSITIVE_INFINITY], epochs: [], times: [1700000000.5] },
  });
});

describe.runIf(hasCorpus)('a run of the corpus', () => {
  it('has all its rows, and those of its machine', async () => {
    const path = 'corpus/wandb-run-2026/wandb/run-20260211_121423-kj3gdsjx/run-kj3gdsjx.wandb';
    const chunks = await chunksOf(wandb, await fileSource(SHARED, path));
    const columns = columnsOf(chunks);
    expect(chunks.flatMap(({ defects }) => defects)).toEqual([]);
    expect(columns['train/loss']?.values.at(-1)).toBe(3.6433827877044678);
    expect(columns['val/loss']?.values.at(-1)).toBe(3.7382119528246895);
    expect(columns['train/loss']?.steps.at(-1)).toBe(107_123);
    expect(columns['system/cpu']?.values.length).toBeGreaterThan(100);
    expect(chunks.at(-1)?.facts).toMatchObject({
      status: 'finished',
      configuration: { lr: 0.0005, seed: 42 },
    });
  });
});
