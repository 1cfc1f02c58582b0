import { ARRAY_CASES } from './arrays.ts';
import { CONVOLUTION_CASES } from './convolutions.ts';
import { FUNCTION_CASES } from './functions.ts';
import { INDEXING_CASES } from './indexing.ts';
import { LAYER_CASES } from './layers.ts';
import { POOL_CASES } from './pools.ts';
import { RECURRENT_CASES } from './recurrent.ts';
import { fill, node, type OpCase } from './reference.ts';
import { VOLUME_CASES } from './volumes.ts';

/**
 * Graphs and what they must give. Each with images is there twice: as it is, and after a convolution
 * that changes nothing, so that the op meets its images channels last.
 */
export const OP_CASES: readonly OpCase[] = [
  ...CONVOLUTION_CASES,
  ...POOL_CASES,
  ...LAYER_CASES,
  ...FUNCTION_CASES,
  ...ARRAY_CASES,
  ...INDEXING_CASES,
  ...RECURRENT_CASES,
  ...VOLUME_CASES,
].flatMap((plain) => [plain, ...afterConvolution(plain)]);

function afterConvolution({ name, graph, expected }: OpCase): OpCase[] {
  const [image] = Object.entries(graph.inputs).filter(([, { shape }]) => shape.length === 4);
  // NaN would spread over the channels.
  if (!image || image[1].values.some((value) => !Number.isFinite(value))) return [];
  const [input, { shape }] = image;
  const channels = shape[1] ?? 1;
  const unit = fill([channels, channels, 1, 1], ([o, i]) => (o === i ? 1 : 0));
  const attributes = {
    layout: 'NCHW',
    kernel: 'OIHW',
    strides: [1, 1],
    dilations: [1, 1],
    padding: [],
    groups: 1,
  } as const;
  const nodes = graph.nodes.map((each) => ({
    ...each,
    inputs: each.inputs.map((from) => (from === input ? 'turned' : from)),
  }));
  return [
    {
      name: `${name}, channels last before`,
      graph: {
        ...graph,
        nodes: [node('conv', attributes, [input, 'unit', null], 'turned'), ...nodes],
        weights: { ...graph.weights, unit },
      },
      expected,
    },
  ];
}
