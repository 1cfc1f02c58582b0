import type { Table, Translate } from './context.ts';

/** How the ops of one graph are translated. */
export interface Translations {
  /** `undefined` for an op that is not known. */
  of(op: string): Translate | undefined;
}

/** Families of ops, loaded where a graph has one of them: few graphs have all. */
const FAMILIES: readonly (() => Promise<Table>)[] = [
  async () => (await import('./ops/arithmetic.ts')).arithmeticOps,
  async () => (await import('./ops/shape.ts')).shapeOps,
  async () => (await import('./ops/variable.ts')).variableOps,
];

const RARE: readonly { readonly when: RegExp; readonly load: () => Promise<Table> }[] = [
  {
    when: /Conv|Pool|BatchNorm|Space|Resize|DepthTo/,
    load: async () => (await import('./ops/image.ts')).imageOps,
  },
  {
    when: /MatMul|Einsum|Softmax|BandPart/,
    load: async () => (await import('./ops/product.ts')).productOps,
  },
  {
    when: /TensorList/,
    load: async () => (await import('./ops/list.ts')).listOps,
  },
  {
    when: /Gather|OneHot|Arg|Cumsum|Reverse|Range|Lin|Invert|ListDiff|DynamicStitch|Mirror|Unique/,
    load: async () => (await import('./ops/places.ts')).placeOps,
  },
];

/** Loads what a graph needs. @param ops the names of all its ops */
export async function translationsFor(ops: ReadonlySet<string>): Promise<Translations> {
  const all = [...ops].join(' ');
  const loads = [...FAMILIES, ...RARE.filter(({ when }) => when.test(all)).map(({ load }) => load)];
  const tables = await Promise.all(loads.map((load) => load()));
  const known = new Map(tables.flatMap((table) => Object.entries(table)));
  return { of: (op) => known.get(op) };
}
