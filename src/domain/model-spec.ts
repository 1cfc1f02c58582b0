import type { Proposal, ProposedLayer } from './proposal.ts';
import { graphOfProposal } from './propose-graph.ts';

/** What a model spec says of itself, under `cairn`. */
export const MODEL_SPEC = 'model-spec/1';

/** One layer as a model spec has it; which settings it takes follows from its kind. */
export interface SpecLayer {
  readonly name: string;
  readonly kind: string;
  readonly inputs?: readonly string[];
  readonly [setting: string]: unknown;
}

/**
 * A network as a person describes it in a JSON file kept beside a run. `docs/model-spec.md` has all of it; the
 * reader is `formats/model-spec`.
 */
export interface ModelSpec {
  readonly cairn: typeof MODEL_SPEC;
  readonly title: string;
  readonly inputs: readonly {
    readonly name: string;
    /** Of one example. */
    readonly shape: readonly (number | null)[];
  }[];
  readonly layers: readonly SpecLayer[];
  readonly output: { readonly means: 'logits' };
}

/** Describes the same network as the proposal. Throws `unfit` where that is no graph. */
export function specOfProposal(proposal: Proposal, title: string): ModelSpec {
  const { nodes } = graphOfProposal(proposal);
  const groups = new Map(
    nodes.flatMap(({ op, outputs, attributes }) =>
      op === 'conv' ? [[outputs[0] ?? '', attributes.groups] as const] : [],
    ),
  );
  const last = proposal.layers.at(-1);
  // the metrics come from what is before a softmax at the end
  const layers = proposal.layers.filter(
    (layer) => layer !== last || layer.activation !== 'softmax',
  );
  const isOpen = proposal.input.includes(null);
  return {
    cairn: MODEL_SPEC,
    title,
    inputs: [{ name: 'input', shape: proposal.input }],
    layers: layers.map((layer, i) => {
      const inFeatures = isOpen && layers[i - 1]?.kind === 'flatten' ? layer.shapes[0]?.[1] : null;
      return specLayer(layer, {
        groups: groups.get(`output of ${layer.name}`) ?? 1,
        inFeatures: layer.kind === 'linear' ? inFeatures : null,
      });
    }),
    output: { means: 'logits' },
  };
}

/** What the shapes of a layer's own weights do not show. */
interface Derived {
  readonly groups: number;
  readonly inFeatures: number | null | undefined;
}

function specLayer(layer: ProposedLayer, derived: Derived): SpecLayer {
  const { name, kind, inputs, activation } = layer;
  const isActivation = kind === 'activation' && activation !== 'none' && activation !== undefined;
  return {
    name,
    kind: kind !== 'activation' ? kind : isActivation ? kind : 'identity',
    ...(inputs ? { inputs } : {}),
    ...(isActivation ? { function: activation } : settingsOf(layer, derived)),
  };
}

function settingsOf(layer: ProposedLayer, { groups, inFeatures }: Derived) {
  const { kind, shapes, epsilon = 1e-5, ceil, size = [], part } = layer;
  const [[out = 0, , ...kernel] = []] = shapes;
  const bias = shapes.length < 2 ? { bias: false } : {};
  const window = { stride: layer.strides, padding: layer.padding };
  switch (kind) {
    case 'linear':
      return { features: out, ...bias, ...(inFeatures ? { inFeatures } : {}) };
    case 'conv':
      return { features: out, kernel, ...window, ...(groups > 1 ? { groups } : {}), ...bias };
    case 'batch_norm':
      return { epsilon, ...(shapes.length < 4 ? { affine: false } : {}) };
    case 'layer_norm':
      return { epsilon, ...bias };
    case 'max_pool':
      return { size, ...window, ...(ceil ? { ceil } : {}) };
    case 'adaptive_avg_pool':
      return { size };
    case 'half':
      return { part: part ?? 0 };
    case 'activation':
    case 'add':
    case 'concat':
    case 'flatten':
    case 'global_avg_pool':
    case 'shuffle':
      return {};
  }
}

/** The JSON of a spec, one layer a line. */
export function specText({ layers, ...rest }: ModelSpec): string {
  const fields = Object.entries(rest).map(([key, value]) => `  "${key}": ${spaced(value)}`);
  const rows = layers.map((layer) => `    ${spaced(layer)}`).join(',\n');
  const output = fields.pop() ?? '';
  return `{\n${[...fields, `  "layers": [\n${rows}\n  ]`, output].join(',\n')}\n}\n`;
}

/** JSON on one line, with spaces where a person puts them. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return `{ ${members.map(([key, member]) => `${JSON.stringify(key)}: ${spaced(member)}`).join(', ')} }`;
}
