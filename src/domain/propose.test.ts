import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bind } from './bind.ts';
import { CheckpointError } from './problem.ts';
import type { Proposal } from './proposal.ts';
import { propose } from './propose.ts';
import { graphOfProposal } from './propose-graph.ts';
import type { TensorInfo } from './tensor.ts';

type Shapes = Readonly<Record<string, readonly number[]>>;

/** A state dict under a key, as a pickled checkpoint has it. */
function tensors(shapes: Shapes, ...keys: readonly string[]): TensorInfo[] {
  return Object.entries(shapes).map(([name, shape]) => ({
    name: [...keys, name].join('.'),
    path: [...keys, name],
    dtype: name.endsWith('num_batches_tracked') ? 'int64' : 'float32',
    shape,
    bytes: 0,
  }));
}

function guess(shapes: Shapes, ...keys: readonly string[]): Proposal {
  return propose(tensors(shapes, ...keys), 'model.pth');
}

/** `fc1 relu fc2`: names of layers with parameters, and what was put between them. */
function chain({ layers }: Proposal): string {
  return layers
    .map(({ name, kind, activation }) =>
      kind === 'activation' ? activation : /_norm$|linear|conv/.test(kind) ? name : kind,
    )
    .join(' ');
}

const linear = (name: string, into: number, out: number) => ({
  [`${name}.weight`]: [out, into],
  [`${name}.bias`]: [out],
});
const conv = (name: string, into: number, out: number, size = 3) => ({
  [`${name}.weight`]: [out, into, size, size],
  [`${name}.bias`]: [out],
});
const norm = (name: string, features: number) => ({
  [`${name}.weight`]: [features],
  [`${name}.bias`]: [features],
  [`${name}.running_mean`]: [features],
  [`${name}.running_var`]: [features],
  [`${name}.num_batches_tracked`]: [],
});

describe('one linear layer', () => {
  const proposal = guess({ weight: [2, 10], bias: [2] }, 'model_state_dict');

  it('is x · Wᵀ + b, and gives logits', () => {
    expect(proposal).toEqual({
      weights: 'model_state_dict',
      layers: [{ name: '', kind: 'linear', shapes: [[2, 10], [2]] }],
      input: [10],
      assumptions: [{ code: 'logits', layer: '' }],
    });
    expect(graphOfProposal(proposal)).toMatchObject({
      inputs: [{ name: 'input', shape: [null, 10] }],
      outputs: [{ name: 'output', means: 'logits' }],
      nodes: [{ op: 'linear', inputs: ['input', 'weight', 'bias'], attributes: { weight: 'OI' } }],
    });
  });

  it('is found beside its optimizer', () => {
    const optimizer = tensors({ 'state.0.exp_avg': [2, 10] }, 'optimizer_state_dict');
    const all = [...optimizer, ...tensors(linear('fc', 10, 2), 'net')];
    expect(propose(all, 'model.pth')).toMatchObject({ weights: 'net', input: [10] });
  });
});

describe('the order', () => {
  it('is that of the file', () => {
    const proposal = guess({
      ...linear('hidden', 4, 8),
      ...linear('a', 8, 8),
      ...linear('out', 8, 3),
    });
    expect(chain(proposal)).toBe('hidden relu a relu out');
    expect(proposal.assumptions).toContainEqual({ code: 'order', by: 'stored' });
  });

  it('is that of the numbers where the file is alphabetical', () => {
    const proposal = guess({
      ...linear('fc1', 6, 6),
      ...linear('fc10', 6, 6),
      ...linear('fc2', 6, 6),
    });
    expect(chain(proposal)).toBe('fc1 relu fc2 relu fc10');
    expect(proposal.assumptions).toContainEqual({ code: 'order', by: 'numbered' });
  });

  it('is that of the numbers where the other does not fit', () => {
    const proposal = guess({ ...linear('net.4', 8, 3), ...linear('net.0', 4, 8) });
    expect(chain(proposal)).toBe('net.0 relu net.4');
  });
});

describe('numbers of an nn.Sequential', () => {
  it('leave room for an activation, or for none', () => {
    const shapes = { ...linear('0', 4, 8), ...linear('1', 8, 8), ...linear('3', 8, 2) };
    expect(chain(guess(shapes))).toBe('0 1 relu 3');
  });

  it('without any gap are a list, with activations in the code', () => {
    expect(chain(guess({ ...linear('0', 4, 8), ...linear('1', 8, 2) }))).toBe('0 relu 1');
  });

  it('tell where no pooling fits in', () => {
    const shapes = {
      ...conv('features.0', 3, 8),
      ...conv('features.2', 8, 8),
      ...linear('classifier', 8 * 16 * 16, 10),
    };
    expect(chain(guess(shapes))).toBe(
      'features.0 relu features.2 relu max_pool flatten classifier',
    );
  });
});

describe('images', () => {
  it.each<[string, Shapes, string, readonly (number | null)[]]>([
    [
      'digits, padded',
      { ...conv('conv1', 1, 8), ...conv('conv2', 8, 16), ...linear('fc', 64, 10) },
      'conv1 relu max_pool conv2 relu max_pool flatten fc',
      [1, 8, 8],
    ],
    [
      'the MNIST example of PyTorch',
      { ...conv('conv1', 1, 32), ...conv('conv2', 32, 64), ...linear('fc1', 9216, 10) },
      'conv1 relu conv2 relu max_pool flatten fc1',
      [1, 28, 28],
    ],
    [
      'the CIFAR tutorial of PyTorch',
      { ...conv('conv1', 3, 6, 5), ...conv('conv2', 6, 16, 5), ...linear('fc1', 400, 10) },
      'conv1 relu max_pool conv2 relu max_pool flatten fc1',
      [3, 32, 32],
    ],
    [
      'normalized, in blocks of an nn.Sequential',
      {
        ...conv('layer1.0', 1, 16, 5),
        ...norm('layer1.1', 16),
        ...conv('layer2.0', 16, 32, 5),
        ...norm('layer2.1', 32),
        ...linear('fc', 32 * 7 * 7, 10),
      },
      'layer1.0 layer1.1 relu max_pool layer2.0 layer2.1 relu max_pool flatten fc',
      [1, 28, 28],
    ],
    [
      'normalized, with a mean at the end',
      {
        ...conv('0', 3, 8),
        ...norm('1', 8),
        ...conv('3', 8, 64),
        ...norm('4', 64),
        ...linear('fc', 64, 10),
      },
      '0 1 relu 3 4 relu global_avg_pool fc',
      [3, null, null],
    ],
    [
      'depthwise',
      { ...conv('a', 1, 8), ...conv('b', 1, 8), ...linear('c', 8 * 14 * 14, 10) },
      'a relu max_pool b relu flatten c',
      [1, 28, 28],
    ],
    [
      'of no usual size',
      { ...conv('a', 2, 4), ...linear('b', 4 * 25, 3) },
      'a relu flatten b',
      [2, 5, 5],
    ],
    [
      'series',
      { 'a.weight': [4, 2, 3], 'a.bias': [4], ...linear('b', 4 * 50, 3) },
      'a relu flatten b',
      [2, 50],
    ],
  ])('%s', (_, shapes, layers, input) => {
    const proposal = guess(shapes);
    expect(chain(proposal)).toBe(layers);
    expect(proposal.input).toEqual(input);
    const { parameters } = graphOfProposal(proposal);
    expect(bind(parameters, tensors(shapes))).toMatchObject({
      missing: [],
      unused: [],
      reshaped: [],
    });
  });

  it('list everything that was assumed', () => {
    const shapes = { ...conv('c', 1, 4), ...norm('n', 4), ...linear('f', 4 * 14 * 14, 10) };
    expect(guess(shapes).assumptions).toEqual([
      { code: 'order', by: 'stored' },
      { code: 'strides', layer: 'c', strides: [1, 1] },
      { code: 'padding', layer: 'c', padding: [1, 1] },
      { code: 'epsilon', layer: 'n', epsilon: 1e-5 },
      { code: 'activation', layer: 'c', activation: 'relu' },
      { code: 'max-pool', layer: 'c', size: [2, 2] },
      { code: 'input-size', size: [28, 28] },
      { code: 'logits', layer: 'f' },
    ]);
  });
});

describe('what is no chain is refused, with the reason', () => {
  it.each<[string, Shapes, RegExp]>([
    ['nothing', { 'bn.num_batches_tracked': [] }, /does not end|is no known layer|no weights/],
    ['attention', { ...linear('attn.q', 4, 4), ...linear('out', 4, 2) }, /attn\.q: its names/],
    [
      'residual blocks',
      { ...conv('layer1.0.conv1', 4, 4), ...linear('fc', 4, 2) },
      /layer1\.0\.conv1/,
    ],
    ['a recurrence', { 'cell.weight_ih_l0': [8, 4], ...linear('fc', 4, 2) }, /weight_ih_l0/],
    ['an embedding', { 'emb.weight': [100, 4], ...linear('fc', 4, 2) }, /emb is no known layer/],
    [
      'layers that do not fit',
      { ...linear('a', 4, 8), ...linear('b', 9, 2) },
      /b takes 9 features/,
    ],
    ['no linear end', conv('a', 1, 4), /does not end in a linear layer/],
    [
      'a convolution after features',
      { ...linear('a', 4, 8), ...conv('b', 8, 8) },
      /does not end|b /,
    ],
    ['features no image gives', { ...conv('a', 3, 8), ...linear('b', 8 * 7, 2) }, /no padding/],
  ])('%s', (_, shapes, reason) => {
    expect(() => guess(shapes)).toThrow(reason);
    expect(() => guess(shapes)).toThrow(
      expect.objectContaining({ problem: expect.objectContaining({ kind: 'unfit' }) }),
    );
  });

  it('several state dicts without a usual name', () => {
    const all = [...tensors(linear('a', 2, 2), 'gen'), ...tensors(linear('a', 2, 2), 'disc')];
    expect(() => propose(all, 'gan.pth')).toThrow(/several state dicts: gen, disc/);
  });
});

it('whatever the names and shapes, a proposal that is a graph, or a CheckpointError', () =>
  fc.assert(
    fc.property(
      fc.dictionary(
        fc.stringMatching(/^[ab0-9.]{0,5}\.?(?:weight|bias|running_mean|running_var)?$/),
        fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 5 }),
      ),
      (shapes) => {
        const outcome = attempt(() => graphOfProposal(guess(shapes)));
        if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CheckpointError);
      },
    ),
    { numRuns: 1000 },
  ));

function attempt<T>(work: () => T): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('a proposal that a person has corrected', () => {
  const proposal = guess({ ...conv('c', 1, 4), ...linear('f', 4 * 14 * 14, 10) });
  const change = (kind: string, change: object): Proposal => ({
    ...proposal,
    layers: proposal.layers.map((layer) => (layer.kind === kind ? { ...layer, ...change } : layer)),
  });

  it('takes another activation, or none', () => {
    const tanh = graphOfProposal(change('activation', { activation: 'tanh' }));
    expect(tanh.nodes[1]).toMatchObject({ op: 'unary', attributes: { name: 'tanh' } });
    const none = graphOfProposal(change('activation', { activation: 'none' }));
    expect(none.nodes.map(({ op }) => op)).toEqual(['conv', 'max_pool', 'flatten', 'linear']);
  });

  it('with a softmax at the end gives the logits before it, and says so', () => {
    const last = { name: 'end', kind: 'activation', shapes: [], activation: 'softmax' } as const;
    const graph = graphOfProposal({ ...proposal, layers: [...proposal.layers, last] });
    expect(graph.outputs).toEqual([{ name: 'output of f', means: 'logits' }]);
    expect(graph.notes).toEqual([{ code: 'softmax-left-out', layer: 'end' }]);
  });

  it('is refused where the features no longer fit', () => {
    expect(() => graphOfProposal(change('conv', { padding: [0, 0] }))).toThrow(
      /f takes 784 features, and gets 676/,
    );
    expect(() => graphOfProposal({ ...proposal, layers: [] })).toThrow(/no layers/);
  });
});
