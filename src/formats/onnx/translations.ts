import type { Table } from './context.ts';
import type { NodeMessage } from './graph-proto.ts';

const ALWAYS: readonly (() => Promise<Table>)[] = [
  async () => (await import('./ops/arithmetic.ts')).arithmeticOps,
  async () => (await import('./ops/shape.ts')).shapeOps,
];

/** Families of ops, loaded where a graph has one of them: few graphs have all. */
const RARE: readonly { readonly when: RegExp; readonly load: () => Promise<Table> }[] = [
  {
    when: /Conv|Pool/,
    load: async () => (await import('./ops/image.ts')).imageOps,
  },
  {
    when: /MatMul|Gemm|Einsum|Norm|Softmax/,
    load: async () => (await import('./ops/product.ts')).productOps,
  },
  {
    when: /Gather|OneHot|Arg|CumSum|Trilu|Range/,
    load: async () => (await import('./ops/places.ts')).placeOps,
  },
  {
    when: /Resize|Upsample|Pad|DepthToSpace|SpaceToDepth/,
    load: async () => (await import('./ops/resize.ts')).resizeOps,
  },
  {
    when: /LSTM|GRU|RNN/,
    load: async () => (await import('./ops/recurrent.ts')).recurrentOps,
  },
];

/** Loads what a graph needs. @param ops the names of all its ops; `nodes` may hold graphs with more */
export async function translationsFor(
  ops: ReadonlySet<string>,
  nodes: readonly NodeMessage[],
): Promise<Table> {
  const hasGraphs = nodes.some(({ attributes }) => attributes.some(({ graph }) => graph));
  const all = [...ops].join(' ');
  const rare = RARE.filter(({ when }) => hasGraphs || when.test(all)).map(({ load }) => load);
  const tables = await Promise.all([...ALWAYS, ...rare].map((load) => load()));
  return Object.assign({}, ...tables) as Table;
}
