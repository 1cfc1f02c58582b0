import type { Graph, GraphNode, OpAttributes, OpName } from '#domain/graph.ts';
import type { Weight } from './onnx-writer.ts';

/** A network with weights drawn at random, and a batch for it. */
export interface BenchNetwork {
  readonly graph: Graph;
  readonly weights: ReadonlyMap<string, Weight>;
  /** Of the input `x`. */
  readonly shape: readonly number[];
}

export const NETWORKS: Readonly<Record<string, () => BenchNetwork>> = {
  'CNN, 64 images of 3 × 32 × 32': cnn,
  'ResNet, 16 images of 3 × 32 × 32': resNet,
  'transformer, 8 rows of 64 tokens of 128': transformer,
};

function cnn(): BenchNetwork {
  const net = builder();
  let x = 'x';
  for (const [layer, [inputs, filters]] of [
    [3, 32],
    [32, 32],
    [32, 64],
  ].entries()) {
    x = net.relu(
      net.conv(x, `conv${layer}`, { inputs: inputs ?? 0, filters: filters ?? 0, bias: true }),
    );
    if (layer > 0) x = net.pool(x);
  }
  const flat = net.add('flatten', { from: 1, to: -1 }, [x]);
  const hidden = net.relu(net.linear(flat, 'fc1', [64 * 8 * 8, 128], 'OI'));
  net.linear(hidden, 'fc2', [128, 10], 'OI');
  return net.build('cnn', [64, 3, 32, 32]);
}

/** Three stages of two blocks, as for CIFAR-10. */
function resNet(): BenchNetwork {
  const net = builder();
  const normal = (x: string, name: string, shape: Omit<ConvShape, 'bias'>) =>
    net.batchNorm(net.conv(x, name, { ...shape, bias: false }), `${name}/bn`, shape.filters);
  let x = net.relu(normal('x', 'stem', { inputs: 3, filters: 32 }));
  let inputs = 32;
  for (const [stage, filters] of [32, 64, 128].entries()) {
    for (const block of [0, 1]) {
      const name = `stage${stage}.${block}`;
      const stride = stage > 0 && block === 0 ? 2 : 1;
      const first = net.relu(normal(x, `${name}.conv1`, { inputs, filters, stride }));
      const second = normal(first, `${name}.conv2`, { inputs: filters, filters });
      const shortcut =
        stride > 1 ? normal(x, `${name}.down`, { inputs, filters, stride, size: 1 }) : x;
      x = net.relu(net.add('binary', { name: 'add' }, [second, shortcut]));
      inputs = filters;
    }
  }
  const mean = net.add('reduce', { name: 'mean', axes: [2, 3], keep: false }, [x]);
  net.linear(mean, 'fc', [128, 10], 'OI');
  return net.build('resnet', [16, 3, 32, 32]);
}

const TOKENS = 64;
const WIDTH = 128;
const HEADS = 4;
const ROWS = 8;

/** Two blocks with the normalisation before, as in GPT-2 and ViT. */
function transformer(): BenchNetwork {
  const net = builder();
  let x = 'x';
  for (const block of [0, 1]) {
    const attended = attention(net, net.layerNorm(x, `${block}.norm1`, WIDTH), `${block}`);
    x = net.add('binary', { name: 'add' }, [x, attended]);
    const normal = net.layerNorm(x, `${block}.norm2`, WIDTH);
    const hidden = net.linear(normal, `${block}.up`, [WIDTH, 4 * WIDTH], 'IO');
    const bent = net.add('unary', { name: 'gelu' }, [hidden]);
    const down = net.linear(bent, `${block}.down`, [4 * WIDTH, WIDTH], 'IO');
    x = net.add('binary', { name: 'add' }, [x, down]);
  }
  const mean = net.add('reduce', { name: 'mean', axes: [1], keep: false }, [x]);
  net.linear(mean, 'head', [WIDTH, 10], 'OI');
  return net.build('transformer', [ROWS, TOKENS, WIDTH]);
}

function attention(net: Builder, x: string, block: string): string {
  const heads = (name: string, axes: readonly number[]) => {
    const all = net.linear(x, `${block}.${name}`, [WIDTH, WIDTH], 'IO');
    const shape = [ROWS, TOKENS, HEADS, WIDTH / HEADS];
    return net.add('transpose', { axes }, [net.add('reshape', { shape }, [all])]);
  };
  const [q, k, v] = [heads('q', [0, 2, 1, 3]), heads('k', [0, 2, 3, 1]), heads('v', [0, 2, 1, 3])];
  const scale = net.weight(`${block}.scale`, [1], () => 1 / Math.sqrt(WIDTH / HEADS));
  const scores = net.add('binary', { name: 'mul' }, [net.add('matmul', {}, [q, k]), scale]);
  const weights = net.add('softmax', { axis: -1 }, [scores]);
  const mixed = net.add('matmul', {}, [weights, v]);
  const together = net.add('transpose', { axes: [0, 2, 1, 3] }, [mixed]);
  const rows = net.add('reshape', { shape: [ROWS, TOKENS, WIDTH] }, [together]);
  return net.linear(rows, `${block}.out`, [WIDTH, WIDTH], 'IO');
}

interface ConvShape {
  readonly inputs: number;
  readonly filters: number;
  readonly stride?: number;
  readonly size?: number;
  readonly bias: boolean;
}

type Builder = ReturnType<typeof builder>;

function builder() {
  const nodes: GraphNode[] = [];
  const weights = new Map<string, Weight>();
  const random = randomNumbers(1);
  const weight = (name: string, shape: readonly number[], value: () => number) => {
    const length = shape.reduce((all, size) => all * size, 1);
    weights.set(name, { shape, values: Float32Array.from({ length }, value) });
    return name;
  };
  /** Such that what comes out is about as large as what goes in. */
  const kernel = (name: string, shape: readonly number[], fanIn: number) =>
    weight(name, shape, () => (random() - 0.5) * Math.sqrt(12 / fanIn));
  const small = (name: string, size: number, around = 0) =>
    weight(name, [size], () => around + (random() - 0.5) * 0.2);
  const add = <Op extends OpName>(
    op: Op,
    attributes: OpAttributes[Op],
    inputs: readonly (string | null)[],
  ) => {
    const output = `${op}_${nodes.length}`;
    nodes.push({
      op,
      attributes,
      inputs,
      outputs: [output],
      source: output,
    } as unknown as GraphNode);
    return output;
  };
  return {
    add,
    weight,
    relu: (x: string) => add('unary', { name: 'relu' }, [x]),
    pool: (x: string) =>
      add(
        'max_pool',
        { layout: 'NCHW', size: [2, 2], strides: [2, 2], padding: NONE, ceil: false },
        [x],
      ),
    conv(x: string, name: string, { inputs, filters, stride = 1, size = 3, bias }: ConvShape) {
      const pad = (size - 1) / 2;
      return add(
        'conv',
        {
          layout: 'NCHW',
          kernel: 'OIHW',
          strides: [stride, stride],
          dilations: [1, 1],
          padding: [
            [pad, pad],
            [pad, pad],
          ],
          groups: 1,
        },
        [
          x,
          kernel(`${name}.weight`, [filters, inputs, size, size], inputs * size * size),
          ...(bias ? [small(`${name}.bias`, filters)] : []),
        ],
      );
    },
    batchNorm: (x: string, name: string, size: number) =>
      add('batch_norm', { axis: 1, epsilon: 1e-5 }, [
        x,
        small(`${name}.weight`, size, 1),
        small(`${name}.bias`, size),
        small(`${name}.mean`, size),
        small(`${name}.var`, size, 1),
      ]),
    layerNorm: (x: string, name: string, size: number) =>
      add('layer_norm', { axes: [-1], epsilon: 1e-5 }, [
        x,
        small(`${name}.weight`, size, 1),
        small(`${name}.bias`, size),
      ]),
    linear(
      x: string,
      name: string,
      [inputs, outputs]: readonly [number, number],
      way: 'OI' | 'IO',
    ) {
      const shape = way === 'OI' ? [outputs, inputs] : [inputs, outputs];
      const operands = [x, kernel(`${name}.weight`, shape, inputs), small(`${name}.bias`, outputs)];
      return add('linear', { weight: way }, operands);
    },
    build(title: string, shape: readonly number[]): BenchNetwork {
      const parameters = [...weights].map(
        ([name, of]) => [name, { name, shape: of.shape, dtype: 'float32' }] as const,
      );
      const graph: Graph = {
        title,
        inputs: [{ name: 'x', dtype: 'float32', shape }],
        outputs: [{ name: nodes.at(-1)?.outputs[0] ?? '', means: 'logits' }],
        parameters: new Map(parameters),
        constants: new Map(),
        nodes,
        batch: shape[0] ?? null,
        notes: [],
      };
      return { graph, weights, shape };
    },
  };
}

const NONE = [
  [0, 0],
  [0, 0],
] as const;

/** From 0 to 1, the same ones with every run. */
export function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
