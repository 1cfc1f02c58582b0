import { describe, expect, it } from 'vitest';
import { bind, weightsChoices } from './bind.ts';
import type { GraphParameter } from './graph.ts';
import type { TensorInfo } from './tensor.ts';

type Shapes = Readonly<Record<string, readonly number[]>>;

const MLP = { 'fc1.weight': [3, 4], 'fc1.bias': [3], 'fc2.weight': [2, 3], 'fc2.bias': [2] };
const KERAS = { 'dense/kernel': [4, 3], 'dense/bias': [3], 'dense_1/kernel': [3, 2] };

function parameters(shapes: Shapes): Map<string, GraphParameter> {
  return new Map(
    Object.entries(shapes).map(([name, shape]) => [`p ${name}`, { name, shape, dtype: 'float32' }]),
  );
}

function tensors(shapes: Shapes, prefix = ''): TensorInfo[] {
  return Object.entries(shapes).map(([name, shape]) => ({
    name: prefix + name,
    dtype: 'float32',
    shape,
    bytes: 0,
  }));
}

function renamed(shapes: Shapes, rename: (name: string) => string): Shapes {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [rename(name), shape]));
}

describe('parameters meet tensors', () => {
  it.each<[string, Shapes, TensorInfo[], string]>([
    ['of the same name', MLP, tensors(MLP), '*'],
    ['under a key', MLP, tensors(MLP, 'model_state_dict.'), 'model_state_dict.* → *'],
    ['under DDP', MLP, tensors(MLP, 'model.module.'), 'model.module.* → *'],
    ['of an attribute', MLP, tensors(MLP, 'state_dict.classifier.'), 'state_dict.classifier.* → *'],
    [
      'without a key that the graph has',
      renamed(MLP, (n) => `net.${n}`),
      tensors(MLP),
      '* → net.*',
    ],
    [
      'under another attribute',
      renamed(MLP, (name) => `net.${name}`),
      tensors(MLP, 'model.'),
      'model.* → net.*',
    ],
    ['with the name of the model', KERAS, tensors(KERAS, 'digits/'), 'digits/* → *'],
    ['with the suffix of Keras 2', KERAS, tensors(renamed(KERAS, (n) => `${n}:0`)), '*'],
    [
      'compiled inside',
      MLP,
      tensors(renamed(MLP, (name) => name.replace('.', '._orig_mod.'))),
      '…_orig_mod… *',
    ],
  ])('%s', (_, wanted, found, rule) => {
    const binding = bind(parameters(wanted), found);
    expect(binding).toMatchObject({ missing: [], reshaped: [], unused: [], ambiguous: [] });
    expect(binding.used.map((pair) => pair.parameter)).toEqual([...parameters(wanted).keys()]);
    expect(new Set(binding.used.map((pair) => pair.rule))).toEqual(new Set([rule]));
  });

  it('of the variables that Keras 3 keeps under its optimizer, by their labels', () => {
    const found = Object.entries(KERAS).map(([name, shape], i) => ({
      name: `optimizer/_trainable_variables/${i}/.ATTRIBUTES/VARIABLE_VALUE`,
      label: `digits_cnn/${name}`,
      dtype: 'float32' as const,
      shape,
      bytes: 0,
    }));
    const binding = bind(parameters(KERAS), found);
    expect(binding.used.map(({ tensor }) => tensor)).toEqual(found.map(({ name }) => name));
    expect(binding.used[0]?.rule).toBe('digits_cnn/* → *');
  });

  it('of layers that another session numbered anew, kind by kind', () => {
    const later = renamed(KERAS, (name) =>
      name.replace('dense_1/', 'dense_8/').replace('dense/', 'dense_7/'),
    );
    const binding = bind(parameters(KERAS), tensors(later, 'net/'));
    expect(binding.used.map(({ tensor, rule }) => [tensor, rule])).toEqual([
      ['net/dense_7/kernel', 'net/dense_7/* → dense/*'],
      ['net/dense_7/bias', 'net/dense_7/* → dense/*'],
      ['net/dense_8/kernel', 'net/dense_8/* → dense_1/*'],
    ]);
  });

  it('under the other name of a tied weight, which is then not unused', () => {
    const tied = new Map([
      [
        'w',
        { name: 'out.weight', aliases: ['emb.weight'], shape: [5, 2], dtype: 'float32' as const },
      ],
    ]);
    const one = bind(tied, tensors({ 'emb.weight': [5, 2] }, 'model.'));
    expect(one.used).toEqual([{ parameter: 'w', tensor: 'model.emb.weight', rule: 'model.* → *' }]);
    const both = bind(tied, tensors({ 'emb.weight': [5, 2], 'out.weight': [5, 2] }));
    expect(both).toMatchObject({ used: [{ tensor: 'out.weight' }], unused: [] });
  });
});

describe('what does not meet', () => {
  it('is listed: missing, reshaped, unused, without the optimizer and counts of batches', () => {
    const found = [
      ...tensors({ 'fc1.weight': [3, 4], 'fc1.bias': [5], 'fc3.weight': [7] }, 'state_dict.'),
      ...tensors({ 'state.0.exp_avg': [3, 4] }, 'optimizer.'),
      ...tensors({ 'bn.num_batches_tracked': [], epoch: [] }, 'state_dict.'),
    ];
    expect(bind(parameters(MLP), found)).toEqual({
      used: [
        { parameter: 'p fc1.weight', tensor: 'state_dict.fc1.weight', rule: 'state_dict.* → *' },
      ],
      reshaped: [
        { parameter: 'p fc1.bias', tensor: 'state_dict.fc1.bias', wanted: [3], found: [5] },
      ],
      missing: ['p fc2.weight', 'p fc2.bias'],
      unused: ['state_dict.fc3.weight'],
      ambiguous: [],
    });
  });

  it('is everything, where the names have nothing in common', () => {
    const binding = bind(parameters(MLP), tensors({ 'a.w': [3, 4], 'b.w': [2, 3] }));
    expect(binding).toMatchObject({ used: [], ambiguous: [], unused: ['a.w', 'b.w'] });
    expect(binding.missing).toHaveLength(4);
  });
});

describe('of several sets of weights', () => {
  it('the one that fits most parameters is taken', () => {
    const found = [...tensors({ 'fc1.weight': [3, 4] }), ...tensors(MLP, 'best.')];
    expect(bind(parameters(MLP), found)).toMatchObject({ missing: [], unused: ['fc1.weight'] });
  });

  it('the weights are taken before their running average', () => {
    const found = [...tensors(MLP, 'ema.'), ...tensors(MLP, 'weird.')];
    expect(bind(parameters(MLP), found).used[0]?.tensor).toBe('weird.fc1.weight');
    expect(bind(parameters(MLP), tensors(MLP, 'ema.')).used).toHaveLength(4);
  });

  it('the usual key is taken before an unusual one', () => {
    const found = [...tensors(MLP, 'best_model.'), ...tensors(MLP, 'model_state_dict.')];
    expect(bind(parameters(MLP), found).used[0]?.tensor).toBe('model_state_dict.fc1.weight');
  });

  it('none is taken where two fit equally well, until a person chooses', () => {
    const found = [...tensors(MLP, 'student.'), ...tensors(MLP, 'teacher.')];
    const binding = bind(parameters(MLP), found);
    expect(binding).toMatchObject({ used: [], ambiguous: ['student.', 'teacher.'] });
    const chosen = bind(parameters(MLP), found, { prefix: 'teacher.' });
    expect(chosen.used.map(({ tensor }) => tensor)).toEqual(
      Object.keys(MLP).map((name) => `teacher.${name}`),
    );
  });

  it('none is taken where two tensors have one label', () => {
    const found = ['a', 'b'].map((name) => ({
      ...(tensors({ [name]: [4, 3] })[0] as TensorInfo),
      label: 'dense/kernel',
    }));
    const binding = bind(parameters({ 'dense/kernel': [4, 3] }), found);
    expect(binding).toMatchObject({ used: [], ambiguous: ['a', 'b'] });
  });

  it('copies that a SavedModel lists of the same variable are no choice', () => {
    const found = ['_all_variables/0', 'variables/0'].map((name) => ({
      ...(tensors({ [name]: [4, 3] })[0] as TensorInfo),
      label: 'dense/kernel',
    }));
    const binding = bind(parameters({ 'dense/kernel': [4, 3] }), found);
    expect(binding.used).toMatchObject([{ tensor: 'variables/0' }]);
  });
});

describe('sets of weights that a graph could take', () => {
  it('are all named, raw ones before their EMA, and each can be asked for', () => {
    const both = [...tensors(MLP, 'model.'), ...tensors(MLP, 'ema.')];
    expect(weightsChoices(parameters(MLP), both)).toEqual([
      { prefix: 'model.', averages: false },
      { prefix: 'ema.', averages: true },
    ]);
    const { used } = bind(parameters(MLP), both, { prefix: 'ema.' });
    expect(used.map(({ tensor }) => tensor)).toEqual(Object.keys(MLP).map((key) => `ema.${key}`));
  });

  it('are none where one weight is missing', () => {
    const { 'fc2.bias': _, ...less } = MLP;
    expect(weightsChoices(parameters(MLP), tensors(less))).toEqual([]);
  });
});
