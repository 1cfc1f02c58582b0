import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diskDirectory, sha256 } from '#io/testing.ts';
import type { LinesRequest, Reader } from './api.ts';
import { createReader } from './reader-api.ts';

async function openSample(): Promise<Reader> {
  const reader = createReader({ openGrant: () => diskDirectory('public/sample') });
  await reader.open({ kind: 'http', name: '', url: '' });
  return reader;
}

const PYTORCH = 'digits-pytorch';
const TENSORFLOW = 'digits-tensorflow';

describe('runs of the sample', () => {
  it.each<[string, 'finished' | 'diverged' | 'empty', number | null]>([
    [`${PYTORCH}/mlp-adam-lr1e-3-seed0`, 'finished', null],
    [`${PYTORCH}/mlp-adam-lr3e-1-diverged`, 'diverged', 186],
    [`${TENSORFLOW}/cnn-checkpoint-manager`, 'finished', null],
    ['simple-model', 'empty', null],
  ])('%s is %s', async (run, kind, step) => {
    const { state, defects } = await (await openSample()).run({ run });
    expect(state).toMatchObject({ kind, step });
    expect(defects).toEqual([]);
  });

  it('show what they were started with', async () => {
    const { configuration } = await (await openSample()).run({
      run: `${PYTORCH}/cnn-sgd-lr5e-2-seed0`,
    });
    expect(configuration).toMatchObject({ 'model_args.c1': 8, lr: 0.05, schedule: 'cosine' });
  });
});

describe('checkpoints of the sample are marked', () => {
  const marks = async (run: string, tag: string, axis: LinesRequest['axis'] = 'step') => {
    const [line] = await (await openSample()).lines({
      tag,
      runs: [run],
      axis,
      range: null,
      width: 800,
      smoothing: { kind: 'none', amount: 0 },
      logX: false,
      y: 'linear',
    });
    return Object.fromEntries(
      line?.marks.map(({ checkpoint, x }) => [
        checkpoint.slice(checkpoint.lastIndexOf('/') + 1),
        x,
      ]) ?? [],
    );
  };

  it.each<[string, string, string, Record<string, number>]>([
    [
      'at the last step of their epoch on a curve over steps',
      `${PYTORCH}/mlp-adam-lr1e-3-seed0`,
      'train/loss',
      { 'epoch_02.pth': 52, 'epoch_06.pth': 156, 'epoch_12.pth': 312, 'best.pth': 312 },
    ],
    [
      'at their epoch on a curve over epochs',
      `${PYTORCH}/mlp-adam-lr1e-3-seed0`,
      'val/accuracy',
      { 'epoch_02.pth': 2, 'epoch_06.pth': 6, 'epoch_12.pth': 12, 'best.pth': 12 },
    ],
    [
      'at the step that TensorFlow saved',
      `${TENSORFLOW}/cnn-checkpoint-manager`,
      'validation/loss',
      { 'ckpt-6': 144, 'ckpt-7': 168, 'ckpt-8': 192 },
    ],
    [
      'at the epoch before, as Keras logs from 0 and names from 1',
      `${TENSORFLOW}/keras-model-checkpoint`,
      'validation/epoch_loss',
      { '01-2.185.keras': 0, '06-0.527.keras': 5 },
    ],
    [
      'at the iterations of that epoch',
      `${TENSORFLOW}/keras-model-checkpoint`,
      'validation/evaluation_loss_vs_iterations',
      { '01-2.185.keras': 25, '06-0.527.keras': 150 },
    ],
  ])('%s', async (_, run, tag, places) => {
    expect(await marks(run, tag)).toMatchObject(places);
  });

  it('at the same epoch on every curve over epochs', async () => {
    const run = `${PYTORCH}/mlp-adam-lr1e-3-seed0`;
    const all = [await marks(run, 'train/loss', 'epoch'), await marks(run, 'val/loss', 'epoch')];
    expect(all).toMatchObject([{ 'epoch_06.pth': 6 }, { 'epoch_06.pth': 6 }]);
  });
});

it('a metric that one run logs by the step and another by the epoch is drawn over steps', async () => {
  const runs = ['seed0', 'seed1'].map((seed) => `${PYTORCH}/mlp-adam-lr1e-3-${seed}`);
  const lines = await (await openSample()).lines({
    tag: 'val/loss',
    runs,
    axis: 'step',
    range: null,
    width: 800,
    smoothing: { kind: 'none', amount: 0 },
    logX: false,
    y: 'linear',
  });
  const ends = lines.map(({ x, steps, total }) => [x[0], x.at(-1), steps.at(-1), total]);
  expect(ends).toEqual([
    [26, 312, 312, 12],
    [26, 312, 312, 12],
  ]);
  const marks = lines.map((line) => line.marks.find(({ epoch }) => epoch === 6));
  expect(marks).toMatchObject([
    { x: 156, step: 156 },
    { x: 156, step: 156 },
  ]);
});

it('the best by accuracy is by the log, and the diverged are told', async () => {
  const reader = await openSample();
  const run = `${PYTORCH}/mlp-adam-lr3e-1-diverged`;
  const [before, latest, best] = await reader.suggestions({
    run,
    metric: 'val/accuracy',
    lower: null,
  });
  expect(before).toMatchObject({ kind: 'before', diverged: 186 });
  expect(latest).toMatchObject({ epoch: 12, diverged: 186 });
  expect(best).toMatchObject({
    checkpoint: `${run}/checkpoints/best.pth`,
    epoch: 3,
    metric: { tag: 'val/accuracy', value: Math.fround(0.8805555555555555), lower: false },
    claims: [{ says: 'best', agrees: true }],
  });
  expect(best?.diverged).toBeUndefined();
});

/** What the frameworks say is in the sample, copied by the script beside it. */
const EXPECTED: Readonly<Record<string, ExpectedProject>> = JSON.parse(
  readFileSync('src/workers/fixtures/sample-expected.json', 'utf8'),
);

interface ExpectedProject {
  readonly checkpoints: readonly {
    readonly path: string;
    readonly format: string;
    readonly problem: string | null;
    readonly tensors: readonly [string, string, readonly number[], string][];
  }[];
  readonly histories: readonly { readonly path: string; readonly series: ExpectedSeries[] }[];
}

interface ExpectedSeries {
  readonly tag: string;
  readonly count: number;
  readonly first: readonly [number, number | null];
  readonly last: readonly [number, number | null];
  readonly min: number;
  readonly max: number;
  readonly nonfinite: number;
}

describe('every series of the sample is what the framework logged', () => {
  const histories: [string, string, readonly ExpectedSeries[]][] = [PYTORCH, TENSORFLOW].flatMap(
    (project) =>
      (EXPECTED[project]?.histories ?? []).map(
        ({ path, series }): [string, string, readonly ExpectedSeries[]] => [project, path, series],
      ),
  );

  it.each(histories)('%s/%s', async (project, path, all) => {
    const reader = await openSample();
    const [run = '', ...below] = path.split('/');
    const { metrics } = await reader.run({ run: `${project}/${run}` });
    const split = below.find((part) => part === 'train' || part === 'validation');
    const read = all.map(({ tag }) => {
      const name = split ? `${split}/${tag}` : tag;
      const found = metrics.find((metric) => metric.tag === name || metric.aliases?.includes(name));
      return found && outline(found);
    });
    expect(read).toEqual(all.map(outline));
  });
});

interface AnySeries {
  readonly count: number;
  readonly nonfinite: number;
  readonly first:
    | { readonly step: number; readonly value: number }
    | readonly [number, number | null];
  readonly last:
    | { readonly step: number; readonly value: number }
    | readonly [number, number | null];
  readonly min: { readonly value: number } | number | null;
  readonly max: { readonly value: number } | number | null;
}

/** The same of both; the framework writes what is not finite as `null`. */
function outline({ count, nonfinite, first, last, min, max }: AnySeries) {
  const point = (at: AnySeries['first']) =>
    'step' in at ? [at.step, Number.isFinite(at.value) ? at.value : null] : at;
  const value = (of: AnySeries['min']) => (typeof of === 'object' ? (of?.value ?? null) : of);
  return [count, nonfinite, point(first), point(last), value(min), value(max)];
}

describe('every tensor of the sample has the bytes that its framework wrote', () => {
  const checkpoints = Object.entries(EXPECTED).flatMap(([project, { checkpoints }]) =>
    checkpoints
      .filter(({ format, problem }) => !problem && /^(torch-zip|tf-bundle)$/.test(format))
      .map(({ path, tensors }) => [`${project}/${path}`, tensors] as const),
  );

  it.each(checkpoints)('%s', async (path, tensors) => {
    const reader = await openSample();
    await reader.run({
      run: path
        .split('/')
        .slice(0, path.startsWith('simple') ? 1 : 2)
        .join('/'),
    });
    const { tensors: found } = await reader.checkpoint({ checkpoint: path });
    expect(found.map(({ name }) => name).sort()).toEqual(tensors.map(([name]) => name).sort());
    for (const [name, dtype, shape, hash] of tensors) {
      const info = found.find((tensor) => tensor.name === name);
      expect({ dtype: info?.dtype, shape: info?.shape }, name).toEqual({ dtype, shape });
      const bytes = await reader.tensor({ checkpoint: path, tensor: name });
      if (dtype !== 'string') expect(sha256(bytes), name).toBe(hash);
    }
  });
});
