import type { GraphNode, Layout, OpAttributes, OpName } from '#domain/graph.ts';

/** An array in memory, row-major. */
export interface Numbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

export const numbers = (shape: readonly number[], values: readonly number[]): Numbers => ({
  shape,
  values,
});

/** Irregular numbers between −2 and 2 that are the same with every run. */
export function some(shape: readonly number[], seed = 1): Numbers {
  let state = seed * 2654435761;
  const values = Array.from({ length: sizeOf(shape) }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.fround((state / 2 ** 32) * 4 - 2);
  });
  return { shape, values };
}

export function node<Name extends OpName>(
  op: Name,
  attributes: OpAttributes[Name],
  inputs: readonly (string | null)[],
  output: string,
): GraphNode {
  return { op, attributes, inputs, outputs: [output], source: `${op} "${output}"` } as GraphNode;
}

export interface TestGraph {
  readonly nodes: readonly GraphNode[];
  readonly inputs: Readonly<Record<string, Numbers>>;
  readonly integers?: readonly string[];
  readonly weights?: Readonly<Record<string, Numbers>>;
}

/** A graph, and what it must give: from plain loops in float64 that share nothing with the ops. */
export interface OpCase {
  readonly name: string;
  readonly graph: TestGraph;
  readonly expected: Numbers;
}

export type Pads = readonly (readonly [number, number])[];

/** Reads one element of `[n, c, h, w]`; what lies outside is `null`. */
export function at({ shape, values }: Numbers, index: readonly number[]): number | null {
  let offset = 0;
  for (const [axis, i] of index.entries()) {
    const size = shape[axis] ?? 0;
    if (i < 0 || i >= size) return null;
    offset = offset * size + i;
  }
  return values[offset] ?? null;
}

/** Fills `shape` with what `of` gives for each index. */
export function fill(shape: readonly number[], of: (index: number[]) => number): Numbers {
  const total = shape.reduce((all, size) => all * size, 1);
  const values = Array.from({ length: total }, (_, flat) => {
    let rest = flat;
    const index = shape.toReversed().map((size) => {
      const i = rest % size;
      rest = (rest - i) / size;
      return i;
    });
    return of(index.toReversed());
  });
  return numbers(shape, values);
}

export function permute(x: Numbers, order: readonly number[]): Numbers {
  return fill(
    order.map((axis) => x.shape[axis] ?? 0),
    (index) => {
      const from: number[] = [];
      for (const [to, axis] of order.entries()) from[axis] = index[to] ?? 0;
      return at(x, from) ?? Number.NaN;
    },
  );
}

export const sum = (elements: readonly number[]) =>
  elements.reduce((all, element) => all + element, 0);

export const TO_LAST = [0, 2, 3, 1];
export const NO_PADS: Pads = [
  [0, 0],
  [0, 0],
];

/** The same case with images in both layouts. */
export function inBothLayouts(
  name: string,
  x: Numbers,
  expected: Numbers,
  graph: (layout: Layout, x: Numbers) => TestGraph,
): OpCase[] {
  return [
    { name: `${name}, NCHW`, graph: graph('NCHW', x), expected },
    {
      name: `${name}, NHWC`,
      graph: graph('NHWC', permute(x, TO_LAST)),
      expected: permute(expected, TO_LAST),
    },
  ];
}

const sizeOf = (shape: readonly number[]) => shape.reduce((all, size) => all * size, 1);
