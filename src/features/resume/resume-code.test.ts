import { describe, expect, it } from 'vitest';
import { resumeCode } from './resume-code.ts';
import { details, tensor } from './testing.ts';

const code = (...parameters: Parameters<typeof resumeCode>) =>
  resumeCode(...parameters).blocks[0]?.code;

const paramGroups = { param_groups: [{ lr: 0.1 }] };

const classic = details({
  summary: {
    epoch: { value: 12, from: 'metadata', where: 'epoch' },
    step: { value: 300, from: 'metadata', where: 'state.global_step' },
    readiness: {
      weights: true,
      optimizer: true,
      scheduler: true,
      scaler: true,
      rng: false,
      dataPosition: null,
    },
  },
  tensors: [
    tensor('model_state_dict/fc.weight'),
    tensor('model_state_dict/fc.bias'),
    tensor('optimizer_state_dict/state/0/exp_avg', 'optimizer'),
  ],
  metadata: {
    epoch: 12,
    state: { global_step: 300 },
    optimizer_state_dict: paramGroups,
    lr_scheduler: { last_epoch: 12, _step_count: 13 },
    amp: { scale: 65536, growth_factor: 2, backoff_factor: 0.5 },
  },
});

describe('PyTorch', () => {
  it('loads every state under the key that the file has', () => {
    expect(code(classic, '/data')).toMatchInlineSnapshot(`
      "import torch

      model     = ...  # build it as it was when this was saved
      optimizer = ...  # the same kind, over the parameters of the model
      scheduler = ...  # the same kind, over the optimizer
      scaler    = ...  # torch.amp.GradScaler('cuda')

      path = '/data/run/epoch_12.pth'
      checkpoint = torch.load(path, map_location='cpu', weights_only=True)

      model.load_state_dict(checkpoint['model_state_dict'])
      optimizer.load_state_dict(checkpoint['optimizer_state_dict'])
      scheduler.load_state_dict(checkpoint['lr_scheduler'])
      scaler.load_state_dict(checkpoint['amp'])
      epoch = checkpoint['epoch']  # 12
      step = checkpoint['state']['global_step']  # 300"
    `);
  });

  it('loads a bare state dict', () => {
    const bare = details({ tensors: [tensor('fc.weight'), tensor('fc.bias')] });
    expect(code(bare, '/data')).toMatchInlineSnapshot(`
      "import torch

      model = ...  # build it as it was when this was saved

      path = '/data/run/epoch_12.pth'
      state = torch.load(path, map_location='cpu', weights_only=True)

      model.load_state_dict(state)"
    `);
  });

  it('takes off what DDP and torch.compile put before the names', () => {
    const wrapped = details({
      tensors: [
        tensor('model/module._orig_mod.fc.weight'),
        tensor('model/module._orig_mod.fc.bias'),
      ],
    });
    const result = resumeCode(wrapped, '/data');
    expect(result.blocks[0]?.code).toContain(
      "    key.removeprefix('module.').removeprefix('_orig_mod.'): value\n" +
        "    for key, value in checkpoint['model'].items()\n",
    );
    expect(result.notes).toContainEqual({ kind: 'stripped', prefixes: ['module.', '_orig_mod.'] });
  });

  it('leaves a prefix alone that only some names have', () => {
    const partly = details({
      tensors: [tensor('model/module.weight'), tensor('model/head.weight')],
    });
    expect(code(partly, '/data')).toContain("model.load_state_dict(checkpoint['model'])");
  });

  it('keeps several models apart, and reaches into lists', () => {
    const gan = details({
      tensors: [
        tensor('nets/generator_state_dict/0.weight'),
        tensor('nets/discriminator/0.weight'),
        tensor('optimizers/0/state/0/exp_avg', 'optimizer'),
      ],
      metadata: { optimizers: [paramGroups, paramGroups] },
    });
    const text = code(gan, '/data');
    expect(text).toContain("generator.load_state_dict(checkpoint['nets']['generator_state_dict'])");
    expect(text).toContain("discriminator.load_state_dict(checkpoint['nets']['discriminator'])");
    expect(text).toContain("optimizers.load_state_dict(checkpoint['optimizers'][0])");
    expect(text).toContain("optimizers_2.load_state_dict(checkpoint['optimizers'][1])");
  });

  it('finds an optimizer by its tensors where the metadata does not show it', () => {
    const plain = details({
      tensors: [tensor('net/w'), tensor('opt/state/0/momentum_buffer', 'optimizer')],
    });
    expect(code(plain, '/data')).toContain("optimizer.load_state_dict(checkpoint['opt'])");
  });

  it('has torch allow the classes that the file names', () => {
    const text = code(
      details({
        tensors: [tensor('model/w')],
        globals: [
          { name: 'collections.OrderedDict', allowed: true },
          { name: 'omegaconf.dictconfig.DictConfig', allowed: false },
          { name: '__main__.Config', allowed: false },
        ],
      }),
      '/data',
    );
    expect(text).toContain('from omegaconf.dictconfig import DictConfig\n');
    expect(text).toContain('# Config was defined in the training script: define it here first.\n');
    expect(text).toContain('torch.serialization.add_safe_globals([DictConfig, Config])\n');
    expect(text).not.toContain('OrderedDict');
  });

  it.each([
    ['posix.system'],
    ['builtins.eval'],
    ['os.path.join'],
    ['subprocess.Popen'],
    ['x\nimport os.y'],
    ["a'].b"],
    ['nodot'],
  ])('gives no code for a file that would import %j', (name) => {
    const hostile = details({ tensors: [tensor('model/w')], globals: [{ name, allowed: false }] });
    expect(resumeCode(hostile, '/data')).toEqual({
      blocks: [],
      notes: [{ kind: 'unsafe-globals', names: [name] }],
    });
  });

  it('gives no code for a whole object, and says why', () => {
    const object = details({ metadata: { $object: 'net.Net' }, tensors: [tensor('w')] });
    expect(resumeCode(object, '/data')).toEqual({
      blocks: [],
      notes: [{ kind: 'whole-object', name: 'net.Net' }],
    });
  });

  it('picks the tensors out of a dictionary that holds more', () => {
    const mixed = details({
      summary: { epoch: { value: 3, from: 'metadata', where: 'epoch' } },
      tensors: [tensor('fc.weight')],
      metadata: { 'fc.weight': { $tensor: 'fc.weight' }, epoch: 3 },
    });
    const text = code(mixed, '/data');
    expect(text).toContain('    if isinstance(value, torch.Tensor)\n');
    expect(text).toContain("epoch = state['epoch']  # 3");
  });

  it('loads a TorchScript program as one', () => {
    const program = details({ metadata: { $object: '__torch__.Net' }, tensors: [tensor('w')] });
    expect(code(program, '/data')).toContain(
      "model = torch.jit.load('/data/run/epoch_12.pth', map_location='cpu')",
    );
  });

  it('gives no code for an unsafe file, whatever its format', () => {
    const unsafe = details({
      summary: {
        format: 'safetensors',
        judgement: { verdict: 'unsafe', defects: [], verifiable: false },
      },
    });
    expect(resumeCode(unsafe, '/data')).toEqual({
      blocks: [],
      notes: [{ kind: 'unsafe-globals', names: [] }],
    });
  });

  it('says what would start afresh', () => {
    const weights = details({
      tensors: [tensor('w')],
      summary: {
        readiness: {
          weights: true,
          optimizer: false,
          scheduler: false,
          scaler: null,
          rng: false,
          dataPosition: false,
        },
      },
    });
    expect(resumeCode(weights, '/data').notes).toEqual([
      { kind: 'absent', parts: ['optimizer', 'scheduler'] },
    ]);
  });

  it('gives the trainer of Lightning its own file', () => {
    const lightning = details({
      tensors: [tensor('state_dict/net.weight')],
      metadata: { 'pytorch-lightning_version': '2.5.0', optimizer_states: [paramGroups] },
    });
    const { blocks } = resumeCode(lightning, '/data');
    expect(blocks.map(({ title }) => title)).toEqual(['PyTorch', 'Lightning']);
    expect(blocks[0]?.code).toContain(
      "optimizer.load_state_dict(checkpoint['optimizer_states'][0])",
    );
    expect(blocks[1]?.code).toContain("trainer.fit(model, ckpt_path='/data/run/epoch_12.pth')");
  });

  it('is relative where the place of the directory is not known', () => {
    const result = resumeCode(classic, '');
    expect(result.blocks[0]?.code).toContain("path = 'run/epoch_12.pth'");
    expect(result.notes[0]).toEqual({ kind: 'relative-path' });
  });

  it.each([["x'); import os; ('.pth"], ['x\\'], ['x\n__import__("os")\n#'], ['"""'], ['#{0}%s']])(
    'never lets the name %j out of its literal',
    (path) => {
      const key = "m'];__import__('os')#\n";
      const hostile = details({
        tensors: [tensor(`${key}/w`)],
        metadata: { [key]: {}, [`o${key}`]: paramGroups },
        summary: { ref: { path, main: path, files: [path] } },
      });
      const text = code(hostile, '/data') ?? '';
      expect(withoutStrings(text)).not.toMatch(/__import__|import os/);
    },
  );
});

/** The code without its string literals: what Python would run. */
function withoutStrings(text: string): string {
  return text.replace(/'(?:[^'\\\n]|\\.)*'/g, '');
}

const bundle = (names: readonly string[]) =>
  details({
    summary: {
      format: 'tensor-bundle',
      framework: 'tensorflow',
      ref: { path: 'run/ckpt-8', main: 'run/ckpt-8.index', files: ['run/ckpt-8.index'] },
      step: { value: 144, from: 'metadata', where: 'step' },
    },
    tensors: names.map((name) => ({
      name,
      dtype: name.startsWith('step') ? 'int64' : 'float32',
      shape: name.startsWith('model') ? [2] : [],
      bytes: 8,
      role: 'other',
    })),
  });

const VALUE = '.ATTRIBUTES/VARIABLE_VALUE';

describe('TensorFlow', () => {
  it('builds the object graph from its keys and restores the prefix', () => {
    const saved = bundle([
      '_CHECKPOINTABLE_OBJECT_GRAPH',
      `model/dense/kernel/${VALUE}`,
      `optimizer/_learning_rate/${VALUE}`,
      `save_counter/${VALUE}`,
      `step/${VALUE}`,
    ]);
    expect(code(saved, '/data')).toMatchInlineSnapshot(`
      "import tensorflow as tf

      model = ...  # build it as it was when saved
      optimizer = ...  # build it as it was when saved

      checkpoint = tf.train.Checkpoint(
          model=model,
          optimizer=optimizer,
          step=tf.Variable(0, dtype=tf.int64),
      )
      status = checkpoint.restore('/data/run/ckpt-8')
      status.assert_existing_objects_matched()

      step = int(checkpoint.step)  # 144

      # Goes on saving beside it; None deletes none of those that are there.
      manager = tf.train.CheckpointManager(
          checkpoint, '/data/run', max_to_keep=None, checkpoint_name='ckpt'
      )"
    `);
  });

  it('knows objects that have no variable under their own name', () => {
    const keras = {
      ...bundle([`optimizer/_trainable_variables/0/${VALUE}`, `step/${VALUE}`]),
      objects: ['model', 'optimizer', 'step', 'save_counter'],
    };
    expect(code(keras, '/data')).toContain(
      '    model=model,\n    optimizer=optimizer,\n    step=tf.Variable(0, dtype=tf.int64),\n)',
    );
  });

  it('escapes the names that are none in Python', () => {
    const odd = bundle([`model/w/${VALUE}`, `a.Sb..c'/${VALUE}`, `class/x/${VALUE}`]);
    const text = code(odd, '/data');
    expect(text).toContain("        'a/b.c\\'': tf.Variable(0, dtype=tf.float32),");
    expect(text).toContain("        'class': object_class,");
  });

  it.each([
    [[`layer_with_weights-0/kernel/${VALUE}`], "model.load_weights('/data/run/ckpt-8')"],
    [['dense/kernel', 'dense/bias'], "    saver.restore(session, '/data/run/ckpt-8')"],
  ])('knows other writers by their keys: %j', (names, line) => {
    expect(code(bundle(names), '/data')).toContain(line);
  });
});
