import type { Dtype } from '#domain/dtype.ts';
import { dtypeOf } from '#formats/tensor-bundle/dtypes.ts';
import {
  type Body,
  type Library,
  type NodeDef,
  orderOf,
} from '#formats/tensorflow-graph/library.ts';
import { shapeOf } from '#formats/tensorflow-graph/ports.ts';
import type { Port } from '#formats/tensorflow-graph/translate.ts';

interface Ports {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
}

/** What people call the outputs of a network, most telling first. */
const USUAL = [
  'logits',
  'output',
  'outputs',
  'predictions',
  'prediction',
  'probabilities',
  'probs',
  'softmax',
  'y_hat',
  'y_pred',
  'pred',
];

/** What training, saving and watching add to a graph. */
const BESIDE =
  /(?:^|\/)(?:gradients|save|Initializer|initializer|train|training|summaries|Adam|Momentum|GradientDescent|RMSProp|Adagrad|report_uninitialized)(?:_\d+)?(?:\/|$)/;

const MOST_OUTPUTS = 4;

/** Outputs by their names; else what nothing but a loss or nothing at all is computed from. */
export function guessPorts(body: Body, library: Library): Ports {
  const nodes = [...body.nodes.values()].filter(({ name }) => !BESIDE.test(name));
  const feeds = feedsOf(nodes);
  const fed = (node: NodeDef) => (feeds.get(node.name)?.size ?? 0) > 0;
  const named = nodes
    .filter((node) => fed(node) && node.op !== 'Placeholder' && isArray(node))
    .flatMap((node) => {
      const rank = USUAL.indexOf((node.name.split('/').at(-1) ?? '').toLowerCase());
      return rank < 0 ? [] : [{ node, rank }];
    })
    .sort((a, b) => a.rank - b.rank)
    .map(({ node }) => node);
  const outputs = (named.length > 0 ? named : lastOf(nodes, feeds)).slice(0, MOST_OUTPUTS);
  const wanted = outputs.map(({ name }) => name);
  const inputs = orderOf(library, body, wanted).filter(({ op }) => op === 'Placeholder');
  return { inputs: inputs.map(portOf), outputs: outputs.map(portOf) };
}

function isArray(node: NodeDef): boolean {
  const { dtype, shape } = portOf(node);
  return /^b?float/.test(dtype) && shape?.length !== 0;
}

/** What each node is computed from: names of placeholders. */
function feedsOf(nodes: readonly NodeDef[]): ReadonlyMap<string, ReadonlySet<string>> {
  const feeds = new Map<string, Set<string>>();
  for (const { name, op, inputs } of nodes) {
    const own = op === 'Placeholder' ? [name] : [];
    const from = inputs.flatMap((input) => [...(feeds.get(input.split(':')[0] ?? '') ?? [])]);
    feeds.set(name, new Set([...own, ...from]));
  }
  return feeds;
}

/** Values that are used together with other placeholders only, labels say, or not at all. */
function lastOf(
  nodes: readonly NodeDef[],
  feeds: ReadonlyMap<string, ReadonlySet<string>>,
): readonly NodeDef[] {
  const goesOn = new Set<string>();
  for (const { name, inputs } of nodes) {
    const all = feeds.get(name)?.size ?? 0;
    for (const input of inputs) {
      const before = input.split(':')[0] ?? '';
      if (feeds.get(before)?.size === all) goesOn.add(before);
    }
  }
  const most = Math.min(...nodes.flatMap(({ name }) => feeds.get(name)?.size || []));
  return nodes.filter(
    (node) =>
      node.op !== 'Placeholder' &&
      feeds.get(node.name)?.size === most &&
      !goesOn.has(node.name) &&
      isArray(node),
  );
}

function portOf({ name, attributes }: NodeDef): Port {
  const type = attributes.get('dtype')?.type ?? attributes.get('T')?.type ?? 1;
  const dtype: Dtype = dtypeOf(type) ?? 'variant';
  const [known] = attributes.get('_output_shapes')?.list?.shapes ?? [];
  return {
    key: name,
    reference: `${name}:0`,
    dtype,
    shape: shapeOf(attributes.get('shape')?.shape ?? known),
  };
}
