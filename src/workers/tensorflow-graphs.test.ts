import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Backend } from '#domain/evaluation.ts';
import type { Graph } from '#domain/graph.ts';
import { widen } from '#domain/widen.ts';
import { JsonNode } from '#encodings/json-node.ts';
import { graphOfJson } from '#formats/tensorflow-graph/graph-json.ts';
import { bodyOf, libraryOf } from '#formats/tensorflow-graph/library.ts';
import { translate } from '#formats/tensorflow-graph/translate.ts';
import { startBackend } from '#models/backend.ts';
import { createNetwork } from '#models/network.ts';
import { planValue } from '#models/plan.ts';
import { relativeDifference } from './evaluation-testing.ts';

interface Numbers {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** A small graph and what TensorFlow.js's own executor makes of it; `write-graphs.mjs` writes them. */
interface Case {
  readonly name: string;
  readonly graph: unknown;
  readonly x: Numbers;
  readonly y: Numbers;
}

const cases = ['images', 'arrays'].flatMap(
  (name) =>
    JSON.parse(
      readFileSync(`src/workers/fixtures/tensorflow-graphs/${name}.json`, 'utf8'),
    ) as readonly Case[],
);

/** The network of a graph with one input `x` and one output `y`. */
function read(
  graph: unknown,
  shape: readonly (number | null)[],
  lengths?: Readonly<Record<string, readonly number[]>>,
): Promise<Graph> {
  const message = graphOfJson(new JsonNode(graph, { path: 'graph' }));
  return translate({
    body: bodyOf(message),
    library: libraryOf(message, []),
    inputs: [{ key: 'x', reference: 'x', dtype: 'float32', shape }],
    outputs: [{ key: 'y', reference: 'y', dtype: 'float32', shape: null }],
    variables: new Map(),
    weights: new Map(),
    title: 'test',
    path: 'graph',
    lengths,
  });
}

async function compute(graph: Graph, x: Numbers, backend: Backend): Promise<Float32Array> {
  const plan = planValue(graph, new Map([['x', x.shape]]), 'y');
  const weights = new Map(
    [...graph.constants].map(([name, { bytes, dtype }]) => [
      name,
      widen(bytes, dtype) ?? new Float32Array(),
    ]),
  );
  const network = await createNetwork(await startBackend(backend), plan, weights);
  try {
    return await network.run(new Map([['x', Float32Array.from(x.values)]]));
  } finally {
    network.dispose();
  }
}

describe('graphs of TensorFlow', () => {
  it.each(cases)('$name', async ({ graph, x, y }) => {
    const network = await read(graph, [null, ...x.shape.slice(1)]);
    for (const backend of ['wasm', 'cpu'] satisfies Backend[]) {
      const found = await compute(network, x, backend);
      expect(relativeDifference(found, y.values)).toBeLessThan(1e-5);
    }
  });
});

const node = (name: string, op: string, input: readonly string[] = [], attr: object = {}) => ({
  name,
  op,
  input,
  attr,
});
const constant = (name: string, values: readonly number[], shape: readonly number[]) =>
  node(name, 'Const', [], {
    value: {
      tensor: {
        dtype: 'DT_INT32',
        tensorShape: { dim: shape.map((size) => ({ size: String(size) })) },
        intVal: values,
      },
    },
  });
const x = node('x', 'Placeholder');
const image = { strides: { list: { i: ['1', '1', '1', '1'] } }, padding: { s: btoa('SAME') } };

describe('a graph whose loop depends on the length of its input', () => {
  it('is laid out for a length, and again for that of the data', async () => {
    const open = cases.find(({ name }) => name.includes('as many steps as there are'));
    const { graph, x: given, y } = open as Case;
    const shape = [null, null, 3];
    const offered = await read(graph, shape);
    expect(offered).toMatchObject({ laidOut: true, inputs: [{ name: 'x', shape }] });
    const network = await read(graph, shape, { x: given.shape.slice(1) });
    expect(network.nodes.length).toBeLessThan(offered.nodes.length);
    const found = await compute(network, given, 'cpu');
    expect(relativeDifference(found, y.values)).toBeLessThan(1e-5);
  });
});

/** What stands in the way of a graph, and all of it. */
const REFUSED: readonly (readonly [string, readonly object[], readonly RegExp[]])[] = [
  [
    'ops that are not known, each by its name',
    [x, node('a', 'TopKV2', ['x']), node('b', 'XlaCallModule', ['a:1']), node('y', 'Relu', ['b'])],
    [/the op TopKV2 \("a"\)/, /the op XlaCallModule \("b"\)/],
  ],
  [
    'channels that stand first',
    [
      x,
      constant('k', [1, 1, 1, 1], [1, 1, 1, 4]),
      node('y', 'Conv2D', ['x', 'k'], { ...image, data_format: { s: btoa('NCHW') } }),
    ],
    [/Conv2D "y": channels stand first \(NCHW\)/],
  ],
  [
    'a batch normalization as it is trained',
    [x, node('y', 'FusedBatchNormV3', ['x', 'x', 'x', 'x', 'x'], { is_training: { b: true } })],
    [/is_training/],
  ],
  [
    'an attribute that nothing is known of',
    [x, node('y', 'Relu', ['x'], { sharpness: { f: 2 } })],
    [/the attribute sharpness is not understood/],
  ],
  [
    'axes that depend on the data',
    [x, node('a', 'ArgMax', ['x', 'x']), node('y', 'Sum', ['x', 'x'])],
    [/Sum "y": over which axes depends on the data/],
  ],
  ['a variable that is not in the file', [x, node('y', 'ReadVariableOp', ['x'])], [/no variable/]],
];

describe('graphs of TensorFlow that cannot be computed', () => {
  it.each(REFUSED)('%s', async (_, nodes, reasons) => {
    await expect(read({ node: nodes }, [null, 4, 4, 1])).rejects.toMatchObject({
      problem: { kind: 'unfit', reasons: reasons.map((reason) => expect.stringMatching(reason)) },
    });
  });

  it('are not gone through for ever', async () => {
    // each function calls the one before it twice
    const library = Array.from({ length: 40 }, (_, i) => ({
      signature: { name: `f${i}`, inputArg: [{ name: 'a' }], outputArg: [{ name: 'b' }] },
      nodeDef: [
        node('first', i === 0 ? 'Relu' : `f${i - 1}`, ['a']),
        node('second', i === 0 ? 'Relu' : `f${i - 1}`, ['first:b:0']),
      ],
      ret: { b: 'second:b:0' },
    }));
    const nodes = [x, node('y', 'f39', ['x'])];
    const graph = read({ node: nodes, library: { function: library } }, [null, 4]);
    await expect(graph).rejects.toMatchObject({ problem: { kind: 'too-large' } });
  });

  it('has an input whose axes are not known', async () => {
    const message = graphOfJson(new JsonNode({ node: [x] }, { path: 'graph' }));
    const wanted = translate({
      body: bodyOf(message),
      library: libraryOf(message, []),
      inputs: [{ key: 'x', reference: 'x', dtype: 'string', shape: null }],
      outputs: [{ key: 'y', reference: 'x', dtype: 'float32', shape: null }],
      variables: new Map(),
      weights: new Map(),
      title: 'test',
      path: 'graph',
    });
    await expect(wanted).rejects.toMatchObject({ problem: { kind: 'unfit' } });
  });
});
