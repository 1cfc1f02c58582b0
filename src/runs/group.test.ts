import { describe, expect, it } from 'vitest';
import { createGrouping } from './group.ts';

/** As MLflow calls its runs. */
const ID = '5b60ff9b08437925f9c410599e815def';

function group(paths: readonly string[]) {
  const grouping = createGrouping();
  grouping.add(paths);
  return grouping.grouping();
}

/** Runs as `path: checkpoints | histories`, by their last parts. */
function outline(paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    group(paths).runs.map(({ path, checkpoints, histories }) => [
      path,
      [checkpoints.map((ref) => ref.path), histories]
        .map((list) => list.map((one) => one.slice(path === '' ? 0 : path.length + 1)).join(' '))
        .join(' | '),
    ]),
  );
}

describe('a run', () => {
  it.each<[string, string[], Record<string, string>]>([
    [
      'is a folder with a checkpoint in it',
      ['simple/model.pth', 'simple/notes.txt'],
      { simple: 'model.pth | ' },
    ],
    [
      'may hold nothing but an exported program, which is its checkpoint',
      ['exported/model.pt2', 'graphs/a.pt2'],
      { exported: 'model.pt2 | ', graphs: 'a.pt2 | ' },
    ],
    [
      'is not made of graphs where anything else was saved',
      ['graphs/model.pt2', 'trained/a/epoch_1.pth', 'trained/model.pt2'],
      { 'trained/a': 'epoch_1.pth | ' },
    ],
    [
      'may be a model of TensorFlow.js, an ONNX file or arrays that are called weights',
      ['web/model.json', 'web/group1-shard1of1.bin', 'o/model.onnx', 'n/weights_100.npz'],
      { web: 'model.json | ', o: 'model.onnx | ', n: 'weights_100.npz | ' },
    ],
    [
      'may be one of MLflow, by the meta.yaml in the folder of its id, with its artifacts',
      [
        'mlruns/0/meta.yaml',
        `mlruns/0/${ID}/meta.yaml`,
        `mlruns/0/${ID}/metrics/val/loss`,
        `mlruns/0/${ID}/params/lr`,
        `mlruns/0/${ID}/artifacts/model/data/model.pth`,
        'mlruns/models/digits/meta.yaml',
        `mlruns/.trash/1/${ID}/meta.yaml`,
      ],
      { [`mlruns/0/${ID}`]: 'artifacts/model/data/model.pth | meta.yaml' },
    ],
    [
      'of MLflow may be the opened directory itself',
      ['meta.yaml', 'metrics/loss', 'params/lr'],
      { '': ' | meta.yaml' },
    ],
    [
      'may be one of Weights & Biases, with the files beside its log',
      [
        'wandb/run-20240101_120000-abc/run-abc.wandb',
        'wandb/run-20240101_120000-abc/files/wandb-summary.json',
        'wandb/run-20240101_120000-abc/logs/debug.log',
        'wandb/offline-run-20240102_120000-def/files/wandb-summary.json',
      ],
      {
        'wandb/offline-run-20240102_120000-def': ' | files/wandb-summary.json',
        'wandb/run-20240101_120000-abc': ' | run-abc.wandb',
      },
    ],
    [
      'has the only log of Weights & Biases beside its checkpoints',
      [
        'a/last.pt',
        'a/wandb/run-20240101_120000-abc/run-abc.wandb',
        'a/wandb/run-20240102_120000-abc/run-abc.wandb',
      ],
      {
        a: 'last.pt | wandb/run-20240101_120000-abc/run-abc.wandb wandb/run-20240102_120000-abc/run-abc.wandb',
      },
    ],
    [
      'has the logs of each start by OpenMMLab',
      [
        'a/epoch_1.pth',
        'a/20240101_120000/vis_data/scalars.json',
        'b/20240101_120000/vis_data/scalars.json',
      ],
      { a: 'epoch_1.pth | ' },
    ],
    [
      'may be a log of JSON lines that has just begun',
      ['a/metrics.jsonl', 'b/test.jsonl', 'c/data.jsonl'],
      { a: ' | metrics.jsonl' },
    ],
    [
      'can be the opened directory itself',
      ['epoch_1.pth', 'metrics.csv'],
      { '': 'epoch_1.pth | metrics.csv' },
    ],
    [
      'has the folders that belong to it folded in',
      [
        'a/checkpoints/epoch_1.pth',
        'a/events.out.tfevents.1.host',
        'a/train/events.out.tfevents.2.host',
        'a/validation/events.out.tfevents.3.host',
        'a/logs/train/events.out.tfevents.4.host',
        'a/backup/latest.weights.h5',
      ],
      {
        a: 'backup/latest.weights.h5 checkpoints/epoch_1.pth | events.out.tfevents.1.host logs/train/events.out.tfevents.4.host train/events.out.tfevents.2.host validation/events.out.tfevents.3.host',
      },
    ],
    [
      'stays apart from one nested in it',
      ['a/epoch_1.pth', 'a/finetune/epoch_1.pth'],
      { a: 'epoch_1.pth | ', 'a/finetune': 'epoch_1.pth | ' },
    ],
    [
      'is a version of a Lightning log',
      [
        'lightning_logs/version_0/checkpoints/epoch=1-step=9.ckpt',
        'lightning_logs/version_0/metrics.csv',
        'lightning_logs/version_1/metrics.csv',
      ],
      {
        'lightning_logs/version_0': 'checkpoints/epoch=1-step=9.ckpt | metrics.csv',
        'lightning_logs/version_1': ' | metrics.csv',
      },
    ],
    [
      'is called train where it is a run of its own',
      [
        'runs/detect/train/results.csv',
        'runs/detect/train/args.yaml',
        'runs/detect/train/weights/best.pt',
      ],
      { 'runs/detect/train': 'weights/best.pt | results.csv' },
    ],
    [
      'of the Hugging Face Trainer has its log below',
      [
        'out/checkpoint-8/model.safetensors',
        'out/checkpoint-16/model.safetensors',
        'out/checkpoint-16/optimizer.pt',
        'out/runs/Jan01_00-00-00_box/events.out.tfevents.1.box',
      ],
      { out: 'checkpoint-8 checkpoint-16 | runs/Jan01_00-00-00_box/events.out.tfevents.1.box' },
    ],
    [
      'of a plain writer below runs is its own',
      ['runs/Jan01_00-00-00_box/events.out.tfevents.1.box'],
      { 'runs/Jan01_00-00-00_box': ' | events.out.tfevents.1.box' },
    ],
    [
      'does not hold what other workers of a save left behind',
      ['a/ckpt-1.index', 'a/ckpt-1.data-00000-of-00001', 'a/workertemp_1/ckpt-1.index'],
      { a: 'ckpt-1 | ' },
    ],
    ['is not a folder of data', ['data/test.npz', 'data/train.pt', 'data/x.npy'], {}],
    ['is not a folder of documents', ['README.md', 'src/main.py', 'config.json'], {}],
  ])('%s', (_, paths, runs) => {
    expect(outline(paths)).toEqual(runs);
  });
});

describe('a checkpoint', () => {
  it.each<[string, string[], [string, string, number][]]>([
    // path, main, files
    ['is one file', ['r/a.pth'], [['r/a.pth', 'r/a.pth', 1]]],
    [
      'is a prefix with its shards',
      ['r/ckpt-1.index', 'r/ckpt-1.data-00000-of-00002', 'r/ckpt-1.data-00001-of-00002'],
      [['r/ckpt-1', 'r/ckpt-1.index', 3]],
    ],
    ['can lack its index', ['r/ckpt-1.data-00000-of-00001'], [['r/ckpt-1', 'r/ckpt-1.index', 1]]],
    [
      'can be left half saved',
      ['r/ckpt-5_temp/part-00000-of-00001.index', 'r/ckpt-4.index.tempstate12', 'r/ckpt-9.index'],
      [
        ['r/ckpt-4', 'r/ckpt-4.index', 1],
        ['r/ckpt-5', 'r/ckpt-5.index', 1],
        ['r/ckpt-9', 'r/ckpt-9.index', 1],
      ],
    ],
    [
      'is a folder with all that was saved at once',
      [
        'r/checkpoint-500/model.safetensors',
        'r/checkpoint-500/optimizer.pt',
        'r/checkpoint-500/rng_state.pth',
      ],
      [['r/checkpoint-500', 'r/checkpoint-500/model.safetensors', 3]],
    ],
    [
      'is an index with its shards',
      [
        'r/model.safetensors.index.json',
        'r/model-00001-of-00002.safetensors',
        'r/model-00002-of-00002.safetensors',
      ],
      [['r/model.safetensors.index.json', 'r/model.safetensors.index.json', 3]],
    ],
    [
      'of Megatron lies two folders down',
      [
        'r/iter_0000100/mp_rank_00/model_optim_rng.pt',
        'r/iter_0000100/mp_rank_01/model_optim_rng.pt',
      ],
      [['r/iter_0000100', 'r/iter_0000100/mp_rank_00/model_optim_rng.pt', 2]],
    ],
    [
      'shares its folder with another model',
      ['r/epoch_3/generator.pth', 'r/epoch_3/critic.pth', 'r/epoch_3/optimizer.pth'],
      [
        ['r/epoch_3/critic.pth', 'r/epoch_3/critic.pth', 2],
        ['r/epoch_3/generator.pth', 'r/epoch_3/generator.pth', 2],
      ],
    ],
    [
      'is a SavedModel with its variables',
      [
        'r/saved_model/saved_model.pb',
        'r/saved_model/variables/variables.index',
        'r/saved_model/variables/variables.data-00000-of-00001',
      ],
      [['r/saved_model', 'r/saved_model/saved_model.pb', 3]],
    ],
    [
      'is a SavedModel that lost its graph',
      ['r/m/variables/variables.index', 'r/m/variables/variables.data-00000-of-00001'],
      [['r/m', 'r/m/saved_model.pb', 2]],
    ],
    [
      'is a SavedModel that lost its variables',
      ['r/m/saved_model.pb'],
      [['r/m', 'r/m/saved_model.pb', 1]],
    ],
    [
      'is what several files of Keras are listed in',
      ['r/m.weights.json', 'r/m_00000.weights.h5', 'r/m_00001.weights.h5', 'r/n.weights.h5'],
      [
        ['r/m.weights.json', 'r/m.weights.json', 3],
        ['r/n.weights.h5', 'r/n.weights.h5', 1],
      ],
    ],
    [
      'of TensorFlow 1 has no extension',
      ['r/model.ckpt-100', 'r/model.ckpt-100.meta'],
      [['r/model.ckpt-100', 'r/model.ckpt-100', 1]],
    ],
    ['is no file of training arguments', ['r/training_args.bin', 'r/firmware.bin'], []],
    ['is no set of data', ['r/test.pt', 'r/test.safetensors', 'r/val_data.h5'], []],
  ])('%s', (_, paths, refs) => {
    const found = group(paths).runs.flatMap(({ checkpoints }) => checkpoints);
    expect(found.map(({ path, main, files }) => [path, main, files.length])).toEqual(refs);
  });

  it('comes in the order in which people number', () => {
    const [run] = group(['r/epoch_10.pth', 'r/epoch_9.pth', 'r/epoch_100.pth']).runs;
    expect(run?.checkpoints.map(({ path }) => path)).toEqual([
      'r/epoch_9.pth',
      'r/epoch_10.pth',
      'r/epoch_100.pth',
    ]);
  });
});

describe('beside runs', () => {
  const paths = [
    'a/model.pth',
    'a/model.pt2',
    'a/config.json',
    'a/checkpoint',
    'test.npz',
    'test.csv',
    'test.pt',
    'test-images/0/1.png',
    'test-images/1/1.png',
    'docs/figure.png',
    'net.tflite',
  ];

  it('there are data sets, graphs, configurations and pointers', () => {
    const { runs, datasets, graphs } = group(paths);
    expect(datasets).toEqual(['test-images', 'test.csv', 'test.npz']);
    expect(graphs).toEqual(['a/model.pt2']);
    expect(runs[0]).toMatchObject({
      configurations: ['a/config.json'],
      pointers: ['a/checkpoint'],
      graphs: ['a/model.pt2'],
    });
  });

  it('there is what is known and not read, called by its name', () => {
    expect(group(paths).unread).toEqual([{ path: 'net.tflite', title: 'TensorFlow Lite' }]);
  });

  it('tables wait for what their content says, and until then are what their names say', () => {
    const grouping = createGrouping();
    grouping.add(['a/results.csv', 'a/run1.csv', 'a/table.csv', 'a/test.csv', 'a/metrics.csv']);
    const outlineNow = () => {
      const { runs, datasets } = grouping.grouping();
      return [runs.flatMap(({ histories }) => histories), datasets];
    };
    expect(outlineNow()).toEqual([['a/metrics.csv', 'a/results.csv'], ['a/test.csv']]);
    expect(grouping.undecided()).toEqual([
      'a/run1.csv',
      'a/table.csv',
      'a/results.csv',
      'a/metrics.csv',
    ]);
    grouping.decide('a/run1.csv', 'history');
    grouping.decide('a/table.csv', 'dataset');
    grouping.decide('a/results.csv', 'other');
    expect(outlineNow()).toEqual([
      ['a/metrics.csv', 'a/run1.csv'],
      ['a/table.csv', 'a/test.csv'],
    ]);
  });

  it('a million other files leave nothing behind', () => {
    const grouping = createGrouping();
    const names = ['jpg', 'txt', 'json', 'csv', 'npy'];
    for (let folder = 0; folder < 1000; folder++) {
      grouping.add(Array.from({ length: 1000 }, (_, i) => `d${folder}/${i}.${names[i % 5]}`));
    }
    grouping.add(['run/epoch_1.pth']);
    const { runs, unread, datasets } = grouping.grouping();
    expect(runs).toHaveLength(1);
    expect(unread.length + datasets.length).toBeLessThan(3000);
  });
});

describe('a file that may be a log', () => {
  const paths = [
    'a/metrics.json',
    'a/scalars.json',
    'a/train.log',
    'a/slurm-1.out',
    'a/20240101_120000.log.json',
  ];

  it('is looked into, unless it is what programs say of themselves', () => {
    const grouping = createGrouping();
    grouping.add([...paths, 'a/debug.log', 'a/notes.txt', 'a/vocab.json']);
    expect([...grouping.undecided()].sort()).toEqual([...paths].sort());
  });

  it('is a text of its run where its content says so', () => {
    const grouping = createGrouping();
    grouping.add(paths);
    grouping.decide('a/train.log', 'text');
    grouping.decide('a/scalars.json', 'history');
    expect(grouping.grouping().runs).toMatchObject([
      { path: 'a', histories: ['a/scalars.json'], texts: ['a/train.log'] },
    ]);
  });
});

it('knows the files that a run of MLflow is made of', () => {
  const grouping = createGrouping();
  const run = `mlruns/7/${ID}`;
  grouping.add([
    'mlruns/7/meta.yaml',
    `${run}/meta.yaml`,
    `${run}/metrics/loss`,
    `${run}/tags/mlflow.user`,
  ]);
  expect(grouping.partsOf(`${run}/meta.yaml`)).toEqual([
    `${run}/metrics/loss`,
    `${run}/tags/mlflow.user`,
    'mlruns/7/meta.yaml',
  ]);
  expect(grouping.partsOf('mlruns/7/meta.yaml')).toEqual([]);
});
