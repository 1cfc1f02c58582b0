import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { largestDifference } from '#domain/metrics.ts';
import { openGraph } from '#formats/model-spec/graph-reader.ts';
import { bytesSource, diskDirectory, FIXTURES, hasFixtures } from '#io/testing.ts';
import { computeOutput } from './evaluation-testing.ts';
import { createReader } from './reader-api.ts';

type Layers = readonly Readonly<Record<string, unknown>>[];

const encoder = (name: string): Layers => [
  { name: `${name}.norm1`, kind: 'layer_norm' },
  { name: `${name}.self_attn`, kind: 'attention', heads: 2 },
  { name: `${name}.sum1`, kind: 'add', inputs: [`${name}.from`, `${name}.self_attn`] },
  { name: `${name}.norm2`, kind: 'layer_norm' },
  { name: `${name}.linear1`, kind: 'linear', features: 48, activation: 'gelu' },
  { name: `${name}.linear2`, kind: 'linear', features: 24 },
  { name: `${name}.sum2`, kind: 'add', inputs: [`${name}.sum1`, `${name}.linear2`] },
];

/** By the folder of a program of torch.export: the same network, and one example. */
const NETWORKS: Readonly<Record<string, { shape: readonly number[]; layers: Layers }>> = {
  'bilstm-gru': {
    shape: [9, 5],
    layers: [
      { name: 'lstm', kind: 'lstm', features: 8, bidirectional: true },
      { name: 'gru', kind: 'gru', features: 6 },
      { name: 'last', kind: 'select', axis: 1, index: -1 },
      { name: 'head', kind: 'linear', features: 4 },
    ],
  },
  'tiny-vit': {
    shape: [1, 8, 8],
    layers: [
      { name: 'patch', kind: 'conv', features: 24, kernel: 2, stride: 2 },
      { name: 'rows', kind: 'reshape', shape: [24, -1] },
      { name: 'tokens', kind: 'permute', axes: [0, 2, 1] },
      { name: 'cls', kind: 'parameter', shape: [1, 24] },
      { name: 'all', kind: 'concat', inputs: ['cls', 'tokens'] },
      { name: 'pos', kind: 'parameter', shape: [17, 24] },
      { name: 'encoder.layers.0.from', kind: 'add', inputs: ['all', 'pos'] },
      ...encoder('encoder.layers.0'),
      { name: 'encoder.layers.1.from', kind: 'identity' },
      ...encoder('encoder.layers.1'),
      { name: 'encoder.norm', kind: 'layer_norm' },
      { name: 'first', kind: 'select', axis: 1, index: 0 },
      { name: 'head', kind: 'linear', features: 10 },
    ],
  },
};

describe.runIf(hasFixtures)('a model spec of a program of torch.export', () => {
  it.each(Object.entries(NETWORKS))('%s gives what the program gives', async (folder, one) => {
    const reader = createReader({
      openGrant: () => diskDirectory(join(FIXTURES, 'pytorch/pt2')),
    });
    await reader.open({ kind: 'http', name: 'pt2', url: '' });
    const { shape, layers } = one;
    const text = JSON.stringify({ cairn: 'model-spec/1', inputs: [{ name: 'x', shape }], layers });
    const spec = await openGraph(bytesSource(new TextEncoder().encode(text), 'model-spec.json'));
    const program = await reader.graph({ kind: 'file', path: `${folder}/model.pt2` });
    const full = [3, ...shape];
    const count = full.reduce((product, size) => product * size, 1);
    const values = Float32Array.from({ length: count }, (_, i) => Math.sin(i * 1.7));
    const checkpoint = `${folder}/weights_a.pth`;
    const inputs = new Map([['x', { shape: full, values }]]);
    const [own, theirs] = await Promise.all(
      [spec, program].map((graph) =>
        computeOutput(reader, { graph, checkpoint, inputs, backend: 'cpu' }),
      ),
    );
    expect(own?.length).toBeGreaterThan(0);
    expect(largestDifference(own ?? new Float32Array(), theirs ?? new Float32Array())).toBeLessThan(
      1e-5,
    );
  });
});
