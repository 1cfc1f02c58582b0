import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { largestDifference } from '#domain/metrics.ts';
import { propose } from '#domain/propose.ts';
import { graphOfProposal } from '#domain/propose-graph.ts';
import { elementCount, type TensorInfo } from '#domain/tensor.ts';
import { startBackend } from './backend.ts';
import { createNetwork } from './network.ts';
import { planScores } from './plan.ts';

interface Golden {
  readonly side: number;
  readonly gain: number;
  readonly shapes: { readonly [name: string]: readonly number[] };
  readonly outputs: readonly (readonly number[])[];
}

/** What torchvision gives, by `write-vision.py` beside it. */
const GOLDENS: Readonly<Record<string, Golden>> = JSON.parse(
  readFileSync('src/models/fixtures/vision.json', 'utf8'),
);

/** The same numbers as in `write-vision.py`. */
function valuesOf(name: string, shape: readonly number[], order: number, gain: number) {
  const count = elementCount(shape);
  const scale = gain * Math.sqrt(2 / (count / (shape[0] ?? 1)));
  return Float32Array.from({ length: count }, (_, i) => {
    const wave = Math.sin(i * 0.7 + order);
    if (name.endsWith('running_var')) return 1 + 0.5 * wave;
    if (shape.length > 1) return wave * scale;
    return 0.1 * wave + (name.endsWith('weight') ? 0.4 : 0.2);
  });
}

function stateDict({ shapes }: Golden): TensorInfo[] {
  return Object.entries(shapes).map(([name, shape]) => ({
    name,
    path: [name],
    dtype: name.endsWith('num_batches_tracked') ? 'int64' : 'float32',
    shape,
    bytes: 0,
  }));
}

describe('a network of torchvision that is recognised by its names', () => {
  it.each(Object.entries(GOLDENS))('%s gives what torchvision gives', async (name, golden) => {
    const proposal = propose(stateDict(golden), 'model.pth');
    const family = name.split(/[\d_,]/)[0]?.replace('resnext', 'resnet') ?? '';
    const [first] = proposal.assumptions;
    expect(first?.code === 'family' && first.family.toLowerCase()).toContain(family);
    const graph = graphOfProposal(proposal);
    const shape = [2, 3, golden.side, golden.side];
    const plan = planScores(graph, new Map([['input', shape]]));
    const weights = new Map(
      Object.entries(golden.shapes).map(([key, sizes], order) => [
        key,
        valuesOf(key, sizes, order, golden.gain),
      ]),
    );
    const device = await startBackend('wasm');
    const network = await createNetwork(device, plan, weights);
    const input = Float32Array.from({ length: elementCount(shape) }, (_, i) => Math.sin(i * 0.3));
    const outputs = await network.run(new Map([['input', input]]));
    network.dispose();
    const expected = Float32Array.from(golden.outputs.flat());
    expect(largestDifference(outputs, expected)).toBeLessThan(1e-4);
  });

  it('with a module too many is none of them', () => {
    const golden = GOLDENS['vgg'];
    if (!golden) throw new TypeError('no golden');
    const more = { ...golden, shapes: { ...golden.shapes, 'head.weight': [2, 5] } };
    const known = () => propose(stateDict(more), 'model.pth').assumptions[0];
    expect(() => known()?.code === 'family' || undefined).not.toBe(true);
  });
});
