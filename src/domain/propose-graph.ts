import type { Graph, GraphNode, GraphParameter, OpAttributes, OpName } from './graph.ts';
import { CheckpointError } from './problem.ts';
import type { Proposal, ProposedLayer } from './proposal.ts';
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

interface Operands {
  /** Of parameters, as `ProposedLayer.shapes` has them. */
  readonly keys?: readonly string[];
  readonly more?: readonly string[];
  /** Tells values of one layer apart. */
  readonly step?: string;
}

class Assembly {
  readonly nodes: GraphNode[] = [];
  readonly parameters = new Map<string, GraphParameter>();
  readonly reasons: string[] = [];
  value = INPUT;
  #shape: ExampleShape;
  /** What each layer gives, by its name. */
  readonly #made = new Map<string, { readonly value: string; readonly shape: ExampleShape }>();

  constructor(input: ExampleShape) {
    this.#shape = input;
    this.#made.set(INPUT, { value: INPUT, shape: input });
  }

  add(layer: ProposedLayer): void {
    const others = this.#take(layer);
    if (!others) return;
    const shapes = others.map((other) => other.shape);
    const shape = shapeAfter(layer, this.#shape, shapes);
    if (typeof shape === 'string') {
      this.reasons.push(shape);
      return;
    }
    this.#translate(
      layer,
      others.map((other) => other.value),
    );
    this.#shape = shape;
    this.#made.set(layer.name, { value: this.value, shape });
  }

  /** Goes on from the first input of a layer, and gives the others; `null` where one is not there. */
  #take({ name, inputs }: ProposedLayer) {
    if (!inputs) return [];
    const found = inputs.map((input) => this.#made.get(input));
    const missing = inputs.filter((_, i) => found[i] === undefined);
    if (missing.length > 0) {
      this.reasons.push(`${name} takes ${missing.join(', ')}, which does not come before it`);
      return null;
    }
    const [first, ...others] = found.flatMap((one) => one ?? []);
    if (first) {
      this.value = first.value;
      this.#shape = first.shape;
    }
    return others;
  }

  #translate(layer: ProposedLayer, others: readonly string[]): void {
    switch (layer.kind) {
      case 'add':
        this.#emit(layer, 'binary', { name: 'add' }, { more: others });
        break;
      case 'concat':
        this.#emit(layer, 'concat', { axis: 1 }, { more: others });
        break;
      case 'half':
        this.#halve(layer);
        break;
      case 'shuffle':
        this.#shuffle(layer);
        break;
      case 'adaptive_avg_pool':
        this.#emit(layer, 'adaptive_avg_pool', { layout: 'NCHW', size: layer.size ?? [] });
        break;
      case 'linear':
        this.#emit(layer, 'linear', { weight: 'OI' }, { keys: AFFINE });
        break;
      case 'conv':
        this.#emit(layer, 'conv', this.#convolution(layer), { keys: AFFINE });
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
    if (kind === 'layer_norm') {
      this.#emit(layer, 'layer_norm', { axes: [-1], epsilon }, { keys: AFFINE });
    } else {
      const keys = [...AFFINE, ...STATISTICS];
      this.#emit(layer, 'batch_norm', { axis: 1, epsilon }, { keys });
    }
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
    const { size = [], strides = size, ceil = false } = layer;
    const padding = size.map((_, axis) => {
      const zeros = layer.padding?.[axis] ?? 0;
      return [zeros, zeros] as const;
    });
    this.#emit(layer, 'max_pool', { layout: 'NCHW', size, strides, padding, ceil });
  }

  #halve(layer: ProposedLayer): void {
    const channels = (this.#shape[0] ?? 0) / 2;
    const from = layer.part === 1 ? channels : 0;
    this.#emit(layer, 'slice', { axis: 1, from, to: from + channels, step: 1 });
  }

  /** As torchvision's `channel_shuffle` with two groups. */
  #shuffle(layer: ProposedLayer): void {
    const channels = this.#shape[0] ?? 0;
    const size = (axis: number) => {
      const step = `, size ${axis}`;
      const output = `output of ${layer.name}${step}`;
      this.nodes.push({
        op: 'size',
        inputs: [this.value],
        outputs: [output],
        attributes: { axis },
        source: `shuffle "${layer.name}"`,
      });
      return output;
    };
    const sizes = this.#shape.slice(1).map((_, i) => size(i + 2));
    const batch = size(0);
    const places = sizes.map((_, i) => i + 3);
    this.#emit(
      layer,
      'reshape',
      { shape: [batch, 2, channels / 2, ...sizes] },
      { step: ', apart' },
    );
    this.#emit(layer, 'transpose', { axes: [0, 2, 1, ...places] }, { step: ', in turn' });
    this.#emit(layer, 'reshape', { shape: [batch, channels, ...sizes] });
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
    { keys = [], more = [], step = '' }: Operands = {},
  ): void {
    const output = layer.name === '' ? 'output' : `output of ${layer.name}${step}`;
    const isBare = keys.includes('running_mean') && layer.shapes.length === STATISTICS.length;
    const stored = isBare ? STATISTICS : keys;
    const parameters = keys.map((key) => {
      const shape = layer.shapes[stored.indexOf(key)];
      return shape ? this.#parameter(layer, key, shape) : null;
    });
    const source = layer.name === '' ? layer.kind : `${layer.kind} "${layer.name}"`;
    const inputs = [this.value, ...parameters, ...more];
    this.nodes.push({ op, inputs, outputs: [output], attributes, source } as GraphNode);
    this.value = output;
  }

  #parameter({ name }: ProposedLayer, key: string, shape: readonly number[]): string {
    const full = name === '' ? key : `${name}.${key}`;
    this.parameters.set(full, { name: full, shape, dtype: 'float32' });
    return full;
  }
}
