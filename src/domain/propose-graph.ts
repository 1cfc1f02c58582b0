import type {
  Graph,
  GraphNode,
  GraphParameter,
  OpAttributes,
  OpName,
  Proposal,
  ProposedLayer,
} from './graph.ts';
import { CheckpointError } from './problem.ts';
import { type ExampleShape, groupsOf, shapeAfter } from './propose-shapes.ts';

const INPUT = 'input';

/** Keys in the order of `ProposedLayer.shapes`; a batch normalization may have statistics alone. */
const AFFINE = ['weight', 'bias'];
const STATISTICS = ['running_mean', 'running_var'];

/**
 * The graph of a proposal, as it was made or as a person has corrected it. Throws `unfit` where a
 * layer cannot follow the one before it.
 *
 * @param path of the checkpoint, for messages
 */
export function graphOfProposal(proposal: Proposal, path = ''): Graph {
  const assembly = new Assembly(proposal.input);
  const last = proposal.layers.at(-1);
  for (const layer of proposal.layers) {
    // a softmax at the end changes no metric, which are computed from what comes before it
    if (layer !== last || layer.activation !== 'softmax') assembly.add(layer);
  }
  const { nodes, parameters, reasons, value } = assembly;
  if (nodes.length === 0) reasons.push('it has no layers');
  if (reasons.length > 0) throw new CheckpointError({ kind: 'unfit', reasons }, { path });
  return {
    title: 'proposal',
    inputs: [{ name: INPUT, dtype: 'float32', shape: [null, ...proposal.input] }],
    outputs: [{ name: value, means: 'logits' }],
    parameters,
    constants: new Map(),
    nodes,
    batch: null,
    notes: last?.activation === 'softmax' ? [{ code: 'softmax-left-out', layer: last.name }] : [],
  };
}

class Assembly {
  readonly nodes: GraphNode[] = [];
  readonly parameters = new Map<string, GraphParameter>();
  readonly reasons: string[] = [];
  value = INPUT;
  #shape: ExampleShape;

  constructor(input: ExampleShape) {
    this.#shape = input;
  }

  add(layer: ProposedLayer): void {
    const shape = shapeAfter(layer, this.#shape);
    if (typeof shape === 'string') {
      this.reasons.push(shape);
      return;
    }
    this.#translate(layer);
    this.#shape = shape;
  }

  #translate(layer: ProposedLayer): void {
    switch (layer.kind) {
      case 'linear':
        this.#emit(layer, 'linear', { weight: 'OI' }, AFFINE);
        break;
      case 'conv':
        this.#emit(layer, 'conv', this.#convolution(layer), AFFINE);
        break;
      case 'batch_norm':
      case 'layer_norm':
        this.#normalize(layer);
        break;
      case 'max_pool':
        this.#pool(layer);
        break;
      case 'global_avg_pool': {
        const axes = this.#shape.slice(1).map((_, i) => i + 2);
        this.#emit(layer, 'reduce', { name: 'mean', axes, keep: false });
        break;
      }
      case 'flatten':
        this.#emit(layer, 'flatten', { from: 1, to: -1 });
        break;
      case 'activation':
        this.#activate(layer);
    }
  }

  #normalize(layer: ProposedLayer): void {
    const { epsilon = 1e-5, kind } = layer;
    if (kind === 'layer_norm') this.#emit(layer, 'layer_norm', { axes: [-1], epsilon }, AFFINE);
    else this.#emit(layer, 'batch_norm', { axis: 1, epsilon }, [...AFFINE, ...STATISTICS]);
  }

  #convolution(layer: ProposedLayer): OpAttributes['conv'] {
    const kernel = layer.shapes[0]?.slice(2) ?? [];
    return {
      layout: 'NCHW',
      kernel: 'OIHW',
      strides: layer.strides ?? kernel.map(() => 1),
      dilations: kernel.map(() => 1),
      padding: kernel.map((_, axis) => {
        const size = layer.padding?.[axis] ?? 0;
        return [size, size];
      }),
      groups: groupsOf(layer, this.#shape[0] ?? null) ?? 1,
    };
  }

  #pool(layer: ProposedLayer): void {
    const size = layer.size ?? [];
    const padding = size.map(() => [0, 0] as const);
    const attributes = { layout: 'NCHW', size, strides: size, padding, ceil: false } as const;
    this.#emit(layer, 'max_pool', attributes);
  }

  #activate(layer: ProposedLayer): void {
    const { activation = 'none' } = layer;
    if (activation === 'none') return;
    if (activation === 'softmax') this.#emit(layer, 'softmax', { axis: 1 });
    else this.#emit(layer, 'unary', { name: activation });
  }

  #emit<Op extends OpName>(
    layer: ProposedLayer,
    op: Op,
    attributes: OpAttributes[Op],
    keys: readonly string[] = [],
  ): void {
    const output = layer.name === '' ? 'output' : `output of ${layer.name}`;
    const isBare = keys.includes('running_mean') && layer.shapes.length === STATISTICS.length;
    const stored = isBare ? STATISTICS : keys;
    const parameters = keys.map((key) => {
      const shape = layer.shapes[stored.indexOf(key)];
      return shape ? this.#parameter(layer, key, shape) : null;
    });
    const source = layer.name === '' ? layer.kind : `${layer.kind} "${layer.name}"`;
    const inputs = [this.value, ...parameters];
    this.nodes.push({ op, inputs, outputs: [output], attributes, source } as GraphNode);
    this.value = output;
  }

  #parameter({ name }: ProposedLayer, key: string, shape: readonly number[]): string {
    const full = name === '' ? key : `${name}.${key}`;
    this.parameters.set(full, { name: full, shape, dtype: 'float32' });
    return full;
  }
}
