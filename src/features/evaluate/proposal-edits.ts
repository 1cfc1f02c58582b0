import type { Proposal, ProposedLayer } from '#domain/proposal.ts';

/** What a person says of one layer of a proposal, in its place in the order. */
export interface LayerEdit {
  readonly name: string;
  /** Of a layer that was put in: one without parameters. */
  readonly kind?: InsertedKind;
  readonly activation?: Activation;
  readonly strides?: readonly number[];
  readonly padding?: readonly number[];
  readonly size?: readonly number[];
  readonly epsilon?: number;
}

export type Activation = NonNullable<ProposedLayer['activation']>;

/** Those that can follow a layer, the usual ones first. */
export const ACTIVATIONS = [
  'none',
  'relu',
  'gelu',
  'gelu_tanh',
  'silu',
  'tanh',
  'sigmoid',
  'relu6',
  'hard_swish',
  'hard_sigmoid',
  'softplus',
  'softsign',
  'selu',
  'mish',
  'softmax',
] as const satisfies readonly Activation[];

/** Layers that no state dict shows. */
export const INSERTED_KINDS = ['activation', 'max_pool', 'global_avg_pool', 'flatten'] as const;

export type InsertedKind = (typeof INSERTED_KINDS)[number];

/** Of the URL; `null` for what is no list of layers. */
export function parseLayerEdits(value: unknown): readonly LayerEdit[] | null {
  return Array.isArray(value) ? value.flatMap(parseLayerEdit) : null;
}

function parseLayerEdit(value: unknown): readonly LayerEdit[] {
  if (typeof value !== 'object' || value === null) return [];
  const { name, kind, activation, strides, padding, size, epsilon } = value as Partial<
    Record<keyof LayerEdit, unknown>
  >;
  if (typeof name !== 'string') return [];
  const inserted = INSERTED_KINDS.find((one) => one === kind);
  const known = ACTIVATIONS.find((one) => one === activation);
  return [
    {
      name,
      ...(inserted ? { kind: inserted } : {}),
      ...(known ? { activation: known } : {}),
      ...(isSizes(strides) ? { strides } : {}),
      ...(isSizes(padding) ? { padding } : {}),
      ...(isSizes(size) ? { size } : {}),
      ...(typeof epsilon === 'number' ? { epsilon } : {}),
    },
  ];
}

function isSizes(value: unknown): value is readonly number[] {
  return Array.isArray(value) && value.every((one) => Number.isInteger(one) && one >= 0);
}

/** The proposal as a person corrected it. Layers with parameters that an old link does not name stay. */
export function editedProposal(proposal: Proposal, edits: readonly LayerEdit[] | null): Proposal {
  if (!edits) return proposal;
  const known = new Map(proposal.layers.map((layer) => [layer.name, layer]));
  const edited = edits.flatMap(({ name, kind, ...changes }) => {
    const layer = known.get(name) ?? (kind && { name, kind, shapes: [] });
    return layer ? [{ ...layer, ...changes }] : [];
  });
  const named = new Set(edits.map(({ name }) => name));
  const forgotten = proposal.layers.filter(
    ({ name, shapes }) => shapes.length > 0 && !named.has(name),
  );
  return { ...proposal, layers: [...edited, ...forgotten] };
}

/** What makes these layers out of those of the proposal: short, for the URL. */
export function editsOf(
  layers: readonly ProposedLayer[],
  proposal: Proposal,
): readonly LayerEdit[] | null {
  if (JSON.stringify(layers) === JSON.stringify(proposal.layers)) return null;
  const known = new Map(proposal.layers.map((layer) => [layer.name, layer]));
  return layers.map(({ name, kind, shapes: _, ...own }) => {
    const original: Partial<ProposedLayer> = known.get(name) ?? {};
    const changed = Object.entries(own).filter(
      ([key, value]) => JSON.stringify(value) !== JSON.stringify(original[key as keyof typeof own]),
    );
    const inserted = known.has(name) ? {} : { kind: kind as InsertedKind };
    return { name, ...inserted, ...Object.fromEntries(changed) };
  });
}

/** The layers with one moved by one place; the same when it is at the end already. */
export function moveLayer(
  layers: readonly ProposedLayer[],
  index: number,
  by: -1 | 1,
): readonly ProposedLayer[] {
  const layer = layers[index];
  const other = layers[index + by];
  if (!layer || !other) return layers;
  return layers.map((one, i) => (i === index ? other : i === index + by ? layer : one));
}

/** The layers with one more after `index`, under a name that none has. */
export function insertLayer(
  layers: readonly ProposedLayer[],
  index: number,
  kind: InsertedKind,
): readonly ProposedLayer[] {
  const names = new Set(layers.map(({ name }) => name));
  let name: string = kind;
  for (let n = 2; names.has(name); n++) name = `${kind}_${n}`;
  const layer: ProposedLayer = { name, kind, shapes: [], ...USUAL[kind] };
  return [...layers.slice(0, index + 1), layer, ...layers.slice(index + 1)];
}

const USUAL: Record<InsertedKind, Partial<ProposedLayer>> = {
  activation: { activation: 'relu' },
  max_pool: { size: [2, 2], strides: [2, 2], padding: [0, 0] },
  global_avg_pool: {},
  flatten: {},
};
