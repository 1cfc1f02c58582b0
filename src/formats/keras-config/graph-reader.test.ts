import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { bytesSource, fixture } from '#io/testing.ts';
import { openGraph } from './graph-reader.ts';
import { functional, jsonSource, sequential } from './testing.ts';

const open = async (name: string) =>
  openGraph(bytesSource(await fixture(`keras-config/${name}`), name));
const ops = ({ nodes }: Graph) => nodes.map(({ op }) => op).join(' ');

describe('models that Keras 3 described', () => {
  it('a sequential CNN: weights by their paths, without the name of the model', async () => {
    const graph = await open('digits-cnn.json');
    expect(graph).toMatchObject({
      title: 'digits-cnn.json · digits_cnn',
      inputs: [{ name: 'image', dtype: 'float32', shape: [null, 8, 8, 1] }],
      outputs: [{ means: 'logits' }],
      batch: null,
    });
    expect(ops(graph)).toBe('conv batch_norm unary max_pool conv unary flatten linear');
    const shapes = [...graph.parameters.values()].map(({ name, shape }) => [name, shape]);
    expect(shapes).toEqual([
      ['conv2d/kernel', [3, 3, 1, 8]],
      ['batch_normalization/gamma', [8]],
      ['batch_normalization/beta', [8]],
      ['batch_normalization/moving_mean', [8]],
      ['batch_normalization/moving_variance', [8]],
      ['conv2d_1/kernel', [3, 3, 8, 16]],
      ['conv2d_1/bias', [16]],
      ['logits/kernel', [256, 10]],
      ['logits/bias', [10]],
    ]);
  });

  it('a perceptron with layer normalization', async () => {
    expect(ops(await open('digits-mlp.json'))).toBe('flatten linear layer_norm unary linear');
  });

  it('depthwise and separable convolutions', async () => {
    const { parameters } = await open('separable-cnn.json');
    expect(parameters.get('depthwise_conv2d/kernel')?.shape).toEqual([3, 3, 8, 2]);
    expect(parameters.get('separable_conv2d/pointwise_kernel')?.shape).toEqual([1, 1, 16, 12]);
  });

  it('models within models share weights, named after sequential ones', async () => {
    const graph = await open('nested-models.json');
    expect(graph.inputs.map(({ name }) => name)).toEqual(['a', 'b']);
    expect([...graph.parameters.keys()].filter((name) => name.endsWith('kernel'))).toEqual([
      'b0/kernel',
      'b1/kernel',
      'tail/t0/kernel',
    ]);
    expect(graph.parameters.get('b0/kernel')?.aliases).toContain('branch/b0/kernel');
    expect(graph.nodes.filter(({ inputs }) => inputs.includes('b0/kernel'))).toHaveLength(2);
  });

  it('operators between layers, with numbers', async () => {
    const graph = await open('residual-ops.json');
    expect(ops(graph)).toBe('linear unary binary linear binary constant binary unary linear');
  });

  it('several inputs and outputs', async () => {
    const { inputs, outputs } = await open('two-inputs-two-outputs.json');
    expect(inputs.map(({ shape }) => shape)).toEqual([
      [null, 5],
      [null, 4, 2],
    ]);
    expect(outputs.map(({ means }) => means)).toEqual(['probabilities', 'logits']);
  });

  it('shapes are followed through resizing, padding and cropping', async () => {
    const { parameters } = await open('resize-pad-crop.json');
    expect(parameters.get('o/kernel')?.shape).toEqual([45, 2]);
  });
});

const dense = (units: number, more: object = {}) => ({ type: 'Dense', config: { units, ...more } });

describe('models that Keras 2 described', () => {
  const layer = (class_name: string, config: Record<string, unknown>, ...inbound: unknown[]) => ({
    class_name,
    name: config['name'],
    config,
    inbound_nodes: inbound,
  });

  it('a sequential one whose first layer knows its input', async () => {
    const document = {
      class_name: 'Sequential',
      config: {
        name: 'sequential',
        layers: [
          layer('DepthwiseConv2D', {
            name: 'dw',
            batch_input_shape: [null, 4, 4, 2],
            kernel_size: [3, 3],
            padding: 'same',
            activation: 'hard_sigmoid',
          }),
          layer('LeakyReLU', { name: 'leaky', alpha: 0.1 }),
        ],
      },
      keras_version: '2.11.0',
      backend: 'tensorflow',
    };
    const graph = await openGraph(jsonSource(document));
    expect(graph.inputs).toEqual([{ name: 'input', dtype: 'float32', shape: [null, 4, 4, 2] }]);
    expect(graph.parameters.get('dw/depthwise_kernel')).toMatchObject({
      shape: [3, 3, 2, 1],
      aliases: ['dw/kernel'],
    });
    expect(graph.nodes[1]).toMatchObject({ attributes: { name: 'hard_sigmoid_keras2' } });
    expect(graph.nodes[2]).toMatchObject({ op: 'leaky_relu', attributes: { alpha: 0.1 } });
  });

  it('a functional one with lists of lists, and a call that stands bare', async () => {
    const document = {
      class_name: 'Functional',
      config: {
        name: 'model',
        layers: [
          layer('InputLayer', { name: 'a', batch_input_shape: [null, 3], dtype: 'float32' }),
          layer('Dense', { name: 'd', units: 3, activation: 'relu' }, [['a', 0, 0, {}]]),
          layer('Add', { name: 'sum' }, [
            ['a', 0, 0, {}],
            ['d', 0, 0, {}],
          ]),
          layer('Dense', { name: 'o', units: 2, activation: 'softmax' }, ['sum', 0, 0, {}]),
        ],
        input_layers: [['a', 0, 0]],
        output_layers: [['o', 0, 0]],
      },
      keras_version: '2.4.0',
    };
    const graph = await openGraph(jsonSource(document));
    expect(ops(graph)).toBe('linear unary binary linear softmax');
    expect(graph.outputs[0]?.means).toBe('probabilities');
  });
});

describe('what the numbers of the last layer are', () => {
  it.each([
    ['linear', 3, 'logits'],
    ['softmax', 3, 'probabilities'],
    ['log_softmax', 3, 'log-probabilities'],
    ['sigmoid', 1, 'probabilities'],
    ['sigmoid', 3, 'logits'],
  ])('%s of %i: %s', async (activation, units, means) => {
    const graph = await openGraph(jsonSource(sequential([4], dense(units, { activation }))));
    expect(graph.outputs[0]?.means).toBe(means);
  });
});

describe('a model without the shape of its input', () => {
  it('is read by what it was built with', async () => {
    const document = {
      module: 'keras',
      class_name: 'Sequential',
      config: {
        name: 'lazy',
        build_input_shape: [32, 13],
        layers: [{ module: 'keras.layers', class_name: 'Dense', config: { name: 'd', units: 2 } }],
      },
    };
    const graph = await openGraph(jsonSource(document));
    expect(graph.inputs[0]?.shape).toEqual([null, 13]);
  });

  it('is refused where it was never built', async () => {
    const layers = [{ class_name: 'Dense', config: { name: 'd', units: 2 } }];
    const document = { class_name: 'Sequential', config: { name: 'lazy', layers } };
    await expect(openGraph(jsonSource(document))).rejects.toThrow(/before it was built/);
  });
});

describe('models that are refused', () => {
  it('name every class at once, wherever it stands', async () => {
    const inner = sequential([4], { type: 'Hashing', name: 'memory' }) as { config: object };
    const document = functional(
      [4],
      { type: 'Lambda', name: 'trick', from: ['x'] },
      { type: 'Sequential', name: 'inner', config: inner.config as never, from: ['trick'] },
    );
    await expect(openGraph(jsonSource(document))).rejects.toMatchObject({
      problem: {
        kind: 'unfit',
        reasons: [
          'the layer Lambda ("trick") is not supported',
          'the layer Hashing ("memory") is not supported',
        ],
      },
    });
  });

  it('name every setting that is not known, of all layers', async () => {
    const layers = [
      dense(3, { rank: 8, shrink: 2 }),
      { ...dense(2, { activation: 'wild' }), name: 'last' },
    ].map(({ type, config, ...rest }, i) => ({
      module: 'keras.layers',
      class_name: type,
      config: { name: 'name' in rest ? rest.name : 'first', ...config },
      build_config: { input_shape: [null, i === 0 ? 4 : 3] },
    }));
    const input = { class_name: 'InputLayer', module: 'keras.layers' };
    const document = {
      module: 'keras',
      class_name: 'Sequential',
      config: {
        name: 'net',
        layers: [{ ...input, config: { name: 'x', batch_shape: [null, 4] } }, ...layers],
      },
    };
    await expect(openGraph(jsonSource(document))).rejects.toMatchObject({
      problem: {
        reasons: [
          'Dense "first": rank = 8 is not understood',
          'Dense "first": shrink = 2 is not understood',
          'Dense "last": the activation wild',
        ],
      },
    });
  });

  it('name classes of their writer in full', async () => {
    await expect(open('subclassed-custom.json')).rejects.toThrow(/fixtures>SubclassedNet/);
    const disguised = functional([4], { type: 'Dense', from: ['x'], config: { units: 2 } });
    const text = JSON.stringify(disguised).replace(
      '"keras.layers","class_name":"Dense"',
      '"evil","class_name":"Dense"',
    );
    await expect(openGraph(jsonSource(JSON.parse(text)))).rejects.toThrow(/evil\.Dense/);
  });

  it.each<[string, unknown, RegExp]>([
    [
      'a circle',
      functional(
        [4],
        { ...dense(4), name: 'a', from: ['b'] },
        { ...dense(4), name: 'b', from: ['a'] },
      ),
      /circle: a, b/,
    ],
    ['a layer that is not there', functional([4], { ...dense(4), from: ['y'] }), /no layer y/],
    [
      'a call that is not there',
      functional([4], { ...dense(4), from: [['x', 7, 0]] }),
      /not called 8 times/,
    ],
    [
      'an output that is not there',
      functional([4], { ...dense(4), from: [['x', 0, 3]] }),
      /no output 3/,
    ],
    [
      'two layers of one name',
      functional([4], { ...dense(4), from: ['x'] }, { ...dense(4), from: ['x'] }),
      /two layers/,
    ],
    [
      'a setting that is not known',
      sequential([4], dense(2, { rank: 8 })),
      /Dense "dense": rank = 8 is not understood/,
    ],
    [
      'an activation that is not known',
      sequential([4], dense(2, { activation: 'sparsemax' })),
      /activation sparsemax/,
    ],
    [
      'a function of its own',
      sequential(
        [4],
        dense(2, {
          activation: {
            module: 'mine',
            class_name: 'function',
            config: 'relu',
            registered_name: 'function',
          },
        }),
      ),
      /activation mine\.relu/,
    ],
    [
      'weights of four bits',
      sequential(
        [4],
        dense(2, {
          dtype: {
            class_name: 'QuantizedDTypePolicy',
            config: { mode: 'int4', source_name: 'float32' },
          },
        }),
      ),
      /quantized weights \(int4_from_float32\)/,
    ],
    [
      'a state that is kept between batches',
      sequential([4, 2], { type: 'LSTM', config: { units: 3, stateful: true } }),
      /kept between batches/,
    ],
    [
      'an activation inside of a recurrent layer',
      sequential([4, 2], { type: 'GRU', config: { units: 3, activation: 'mish' } }),
      /mish inside a recurrent layer/,
    ],
    [
      'a cell of its own',
      sequential([4, 2], {
        type: 'RNN',
        config: { cell: { module: 'mine', class_name: 'MinimalCell', config: { units: 2 } } },
      }),
      /the cell MinimalCell/,
    ],
    ['an input of unknown length', sequential([null], dense(2)), /length of its input/],
    [
      'a reshape that does not fit',
      sequential([4], { type: 'Reshape', config: { target_shape: [3, -1] } }),
      /\[4\] into \[3, -1\]/,
    ],
  ])('for %s', async (_, document, reason) => {
    await expect(openGraph(jsonSource(document))).rejects.toThrow(reason);
    await expect(openGraph(jsonSource(document))).rejects.toBeInstanceOf(CheckpointError);
  });

  it.each<[string, unknown]>([
    ['a list', []],
    ['nothing', {}],
    ['layers that are none', { class_name: 'Sequential', config: { layers: [1] } }],
    ['models within models without end', nest(40)],
  ])('that are %s', async (_, document) => {
    await expect(openGraph(jsonSource(document))).rejects.toBeInstanceOf(CheckpointError);
  });
});

function nest(depth: number): unknown {
  const layers = depth === 0 ? [] : [nest(depth - 1)];
  return { class_name: 'Sequential', config: { name: `m${depth}`, layers } };
}

it('mixed precision is noted', async () => {
  const dtype = { class_name: 'DTypePolicy', config: { name: 'mixed_float16' } };
  const graph = await openGraph(jsonSource(sequential([4], dense(2, { dtype }))));
  expect(graph.notes).toEqual([{ code: 'precision', policy: 'mixed_float16' }]);
  expect(graph.parameters.get('dense/kernel')?.dtype).toBe('float32');
});

it('layers that change pictures in training alone are noted', async () => {
  const flip = { type: 'RandomFlip', name: 'flip', config: { mode: 'horizontal', seed: 3 } };
  const graph = await openGraph(jsonSource(sequential([8, 8, 3], flip, { type: 'Flatten' })));
  expect(graph.notes).toEqual([{ code: 'training-only', layer: 'flip' }]);
  expect(ops(graph)).toBe('identity flatten');
});

it('a name that two weights could go by is left out', async () => {
  const inner = (name: string) => ({
    type: 'Sequential',
    name,
    config: (sequential([4], dense(4)) as { config: object }).config as never,
  });
  const graph = await openGraph(jsonSource(sequential([4], inner('a'), inner('b'))));
  expect([...graph.parameters.keys()]).toContain('a/dense/kernel');
  for (const { aliases = [] } of graph.parameters.values()) {
    expect(aliases).not.toContain('dense/kernel');
  }
});

it('whatever the configuration says, the outcome is a graph or a CheckpointError', async () => {
  const good = JSON.stringify(
    functional(
      [8, 8, 3],
      { type: 'Conv2D', from: ['x'], config: { filters: 2, kernel_size: [3, 3], padding: 'same' } },
      { type: 'Flatten', from: ['conv2d'] },
      { ...dense(2), from: ['flatten'] },
    ),
  );
  await fc.assert(
    fc.asyncProperty(
      fc.nat(good.length),
      fc.nat(30),
      fc.constantFrom('', '0', 'null', '"x"', '[]', '{}', '-1', '1e400', '"conv2d"'),
      async (at, length, text) => {
        const damaged = good.slice(0, at) + text + good.slice(at + length);
        const source = bytesSource(new TextEncoder().encode(damaged));
        const outcome = await openGraph(source).catch((error: unknown) => error);
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CheckpointError);
      },
    ),
    { numRuns: 500 },
  );
});
