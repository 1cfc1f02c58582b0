import { describe, expect, it } from 'vitest';
import { type ConfiguredRun, grouping, groupRuns, isSeedKey, shortValue } from './run-groups.ts';
import type { Metadata } from './tensor.ts';

type Configurations = Readonly<Record<string, { readonly [key: string]: Metadata }>>;

const runsOf = (configurations: Configurations): ConfiguredRun[] =>
  Object.entries(configurations).map(([run, configuration]) => ({ run, configuration }));

const NO_SEED = { kind: 'no-seed' } as const;

const alike = (configurations: Configurations) =>
  grouping(runsOf(configurations), NO_SEED).groups.map(({ label, runs }) => [label, ...runs]);

const leftOut = (configurations: Configurations) =>
  Object.fromEntries(
    grouping(runsOf(configurations), NO_SEED).leftOut.map(({ key, why }) => [key, why]),
  );

describe('a seed is told by its name', () => {
  it.each([
    'seed',
    'trainer.seed',
    'SEED',
    'random_seed',
    'randomSeed',
    'np_seed',
    'seed_everything',
    'seed_value',
    'random_state',
    'rng',
    'data.rng_state',
    'PYTHONHASHSEED',
    'seed2',
  ])('%s', (key) => expect(isSeedKey(key)).toBe(true));

  it.each(['seed_model', 'seeds_per_plant', 'seedling', 'linseed', 'lr', 'seed.lr', 'state'])(
    '%s is none',
    (key) => expect(isSeedKey(key)).toBe(false),
  );
});

describe('runs whose configurations differ in the seed alone', () => {
  it('are one group, with what tells it from others', () => {
    expect(
      alike({
        a0: { lr: 0.001, width: 8, seed: 0 },
        b0: { lr: 0.001, width: 32, seed: 0 },
        a1: { lr: 0.001, width: 8, seed: 1 },
        b1: { lr: 0.001, width: 32, seed: 1 },
      }),
    ).toEqual([
      ['width=8', 'a0', 'a1'],
      ['width=32', 'b0', 'b1'],
    ]);
  });

  it('are one group whatever merely names them', () => {
    const named = (seed: number, lr: number): { readonly [key: string]: Metadata } => ({
      lr,
      seed,
      output_dir: `out/lr${lr}-${seed}`,
      'logging.log_dir': `/scratch/${seed}`,
      'hydra.run.dir': `a/${seed}`,
      'wandb.name': `w${seed}${lr}`,
      run_name: `kind-fox-${seed * lr}`,
      start_time: `2024-01-0${seed + 1}T10:00:00`,
      hostname: `node${seed}`,
      cuda_device: seed,
      token: `7f3a9c${seed}${lr * 10}`,
    });
    const runs = { a: named(0, 0.1), b: named(1, 0.1), c: named(0, 0.2), d: named(1, 0.2) };
    expect(alike(runs)).toEqual([
      ['lr=0.1', 'a', 'b'],
      ['lr=0.2', 'c', 'd'],
    ]);
    expect(leftOut(runs)).toEqual({
      cuda_device: 'name',
      hostname: 'name',
      'hydra.run.dir': 'name',
      'logging.log_dir': 'name',
      output_dir: 'name',
      run_name: 'name',
      seed: 'seed',
      start_time: 'name',
      token: 'name',
      'wandb.name': 'name',
    });
  });

  it('are told from runs that have not the key', () => {
    expect(alike({ a: { lr: 1, mixup: 0.2 }, b: { lr: 1 }, c: { lr: 1, mixup: null } })).toEqual([
      ['mixup=0.2', 'a'],
      ['mixup=—', 'b'],
      ['mixup=null', 'c'],
    ]);
  });

  it('are called by what they have, not by all that others have', () => {
    expect(
      alike({
        a: { lr: 1, width: 8 },
        b: { lr: 1, width: 32 },
        c: { lr: 1, NUM_CLASSES: 3, WEIGHTS: 'x' },
        d: { lr: 1 },
      }),
    ).toEqual([
      ['width=8', 'a'],
      ['width=32', 'b'],
      ['NUM_CLASSES=3, WEIGHTS=x', 'c'],
      ['NUM_CLASSES=—, WEIGHTS=—, width=—', 'd'],
    ]);
  });

  it('are called first by what tells them from those with the same keys', () => {
    const runs = { a: { lr: 1, width: 8 }, b: { lr: 1, width: 32 }, c: { lr: 2, depth: 3 } };
    expect(alike(runs).map(([label]) => label)).toEqual([
      'width=8, lr=1',
      'width=32, lr=1',
      'depth=3, lr=2',
    ]);
  });

  it('are alike all together without a word', () => {
    expect(alike({ a: { lr: 1, seed: 0 }, b: { lr: 1, seed: 1 } })).toEqual([['', 'a', 'b']]);
  });
});

describe('what may have been searched over is kept', () => {
  it.each<[string, readonly Metadata[]]>([
    ['lr', [0.1, 0.2, 0.3, 0.4]],
    ['optimizer', ['sgd', 'adam', 'lion', 'muon']],
    ['lora.rank', [4, 8, 16, 32]],
    ['task_name', ['mnli', 'sst2', 'qqp', 'cola']],
    ['model_name_or_path', ['a/b', 'a/c', 'a/d', 'a/e']],
    ['optimizer.name', ['sgd', 'adam', 'lion', 'muon']],
    ['data_dir', ['d1', 'd2', 'd3', 'd4']],
    ['num_time_steps', [1, 2, 3, 4]],
    ['world_size', [1, 2, 4, 8]],
  ])('%s', (key, values) => {
    const configurations = Object.fromEntries(
      values.map((value, i) => [`run${i}`, { [key]: value, batch: i % 2, seed: i }]),
    );
    expect(alike(configurations)).toHaveLength(4);
  });

  it('a folder that the runs of one kind share', () => {
    expect(
      alike({
        a: { lr: 1, output_dir: 'out/base', seed: 0 },
        b: { lr: 1, output_dir: 'out/base', seed: 1 },
        c: { lr: 1, output_dir: 'out/ours', seed: 0 },
        d: { lr: 1, output_dir: 'out/ours', seed: 1 },
      }),
    ).toEqual([
      ['output_dir=out/base', 'a', 'b'],
      ['output_dir=out/ours', 'c', 'd'],
    ]);
  });
});

describe('an identifier of each run is left out', () => {
  it.each<[string, readonly Metadata[]]>([
    ['checkpoint_callback', ['x/run0/ck', 'x/run1/ck', 'x/run2/ck', 'x/run3/ck']],
    ['git', ['0a1b2c3d', '1a1b2c3d', '2a1b2c3d', '3a1b2c3d']],
    ['stamp', ['2024-01-01', '2024-01-02', '2024-01-03', '2024-01-04']],
    ['array.id', [11, 12, 13, 14]],
  ])('%s', (key, values) => {
    const configurations = Object.fromEntries(
      values.map((value, i) => [`run${i}`, { [key]: value, batch: i % 2, seed: i }]),
    );
    expect(leftOut(configurations)).toMatchObject({ [key]: 'name' });
    expect(alike(configurations)).toHaveLength(2);
  });
});

describe('runs without a configuration are grouped by their names', () => {
  it.each<[string, Readonly<Record<string, readonly string[]>>]>([
    [
      'a seed',
      { 'small_seed*': ['small_seed0', 'small_seed1'], 'big_seed*': ['big_seed0', 'big_seed1'] },
    ],
    [
      'a folder of a seed',
      {
        'run-1/seed*': ['run-1/seed=3', 'run-1/seed=14'],
        'run-2/seed*': ['run-2/seed=3', 'run-2/seed=4'],
      },
    ],
    ['numbers of runs', { 'run*': ['run000', 'run001', 'run017'] }],
    [
      'versions of Lightning',
      { 'a/version*': ['a/version_0', 'a/version_1'], 'b/version_0': ['b/version_0'] },
    ],
    [
      'numbers that follow on',
      {
        'base-*': ['base-1', 'base-2', 'base-3'],
        'ours/*': ['ours/0', 'ours/1'],
        'x_s*': ['x_s0', 'x_s1'],
      },
    ],
    [
      'dates',
      {
        '*/sgd': ['2024-01-31/sgd', '2024-02-01/sgd'],
        '*': ['Jan01_12-00-00_host', 'Feb01_12-00-00_other'],
      },
    ],
    ['runs of W&B', { 'run*': ['run-20240131_120000-abcdefgh', 'run-20240201_120000-12345678'] }],
  ])('alike but for %s', (_, groups) => {
    const runs = Object.values(groups)
      .flat()
      .map((run) => ({ run, configuration: {} }));
    const found = groupRuns(runs, NO_SEED);
    expect(Object.fromEntries(found.map(({ label, runs }) => [label, runs]))).toEqual(groups);
    expect(found.every(({ isByName }) => isByName)).toBe(true);
  });

  it.each([
    'lr0.1',
    'lr_3',
    'resnet-18',
    'resnet18',
    'bs32',
    'vit_s16',
    'v1.5',
    'layers-2',
    'width/2',
  ])('never %s with another number there', (name) => {
    const other = name.replace(/\d+$/, (digits) => String(Number(digits) * 2));
    const runs = [name, other, `${name}/x`].map((run) => ({ run, configuration: {} }));
    expect(groupRuns(runs, NO_SEED)).toHaveLength(3);
  });

  it('also where their configuration is a seed alone', () => {
    expect(
      alike({ 'base/seed0': { seed: 0 }, 'base/seed1': { seed: 1 }, 'ours/seed0': { seed: 0 } }),
    ).toEqual([
      ['base/seed*', 'base/seed0', 'base/seed1'],
      ['ours/seed0', 'ours/seed0'],
    ]);
  });
});

describe('by one key', () => {
  it('each value is a group, and none at all is one too', () => {
    const runs = runsOf({ a: { 'optim.lr': 1e-3 }, b: {}, c: { 'optim.lr': 1e-3 } });
    const groups = groupRuns(runs, { kind: 'key', key: 'optim.lr' });
    expect(groups.map(({ label, runs }) => [label, ...runs])).toEqual([
      ['lr=1e-3', 'a', 'c'],
      ['lr=—', 'b'],
    ]);
  });
});

describe('a group keeps its id', () => {
  const base = { a: { lr: 1, seed: 0 }, b: { lr: 2, seed: 0 } };
  const idOf = (configurations: Configurations, run: string) =>
    groupRuns(runsOf(configurations), NO_SEED).find(({ runs }) => runs.includes(run))?.id;

  it('when runs are added, alike or not', () => {
    const more = { ...base, c: { lr: 1, seed: 1 }, d: { lr: 3, seed: 0 } };
    expect(idOf(more, 'a')).toBe(idOf(base, 'a'));
    expect(idOf(more, 'c')).toBe(idOf(base, 'a'));
    expect(idOf(more, 'b')).not.toBe(idOf(base, 'a'));
  });

  it('when the new one was called something else', () => {
    const named = { a: { lr: 1, output_dir: 'x' }, b: { lr: 2, output_dir: 'x' } };
    const more = { ...named, c: { lr: 1, output_dir: 'y' } };
    expect(idOf(more, 'a')).toBe(idOf(named, 'a'));
  });
});

describe('a value is written short', () => {
  it.each<[Metadata | undefined, string]>([
    [0.001, '1e-3'],
    [0.0003, '3e-4'],
    [0.05, '0.05'],
    [0.1, '0.1'],
    [1000, '1000'],
    [1e6, '1e6'],
    [0, '0'],
    [Number.NaN, 'NaN'],
    ['adamw', 'adamw'],
    ['', '""'],
    [true, 'true'],
    [null, 'null'],
    [[8, 16], '[8,16]'],
    [undefined, '—'],
  ])('%j as %s', (value, text) => expect(shortValue(value)).toBe(text));

  it('and its key as short as tells it from others', () => {
    const runs = runsOf({
      a: { 'optim.lr': 1, 'head.lr': 1, 'net.width': 1 },
      b: { 'optim.lr': 2, 'head.lr': 2, 'net.width': 2 },
    });
    expect(groupRuns(runs, NO_SEED)[0]?.label).toBe('head.lr=1, width=1, optim.lr=1');
  });
});
