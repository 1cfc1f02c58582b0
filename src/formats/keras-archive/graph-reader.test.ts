import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bind } from '#domain/bind.ts';
import type { Graph } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { checkpointFormats, graphFormats, probe } from '#formats/index.ts';
import { FIXTURES, fileSource, hasFixtures } from '#io/testing.ts';

const HERE = 'src/formats';

async function openBoth(root: string, path: string) {
  const source = await fileSource(root, path);
  const looked = await probe(source);
  const graph = await graphFormats.find((format) => format.detect(looked))?.open(source);
  const checkpoint = await checkpointFormats.find((format) => format.detect(looked))?.open(source);
  return { graph, checkpoint };
}

function expectFit({ graph, checkpoint }: Awaited<ReturnType<typeof openBoth>>): Graph | undefined {
  const binding = bind(graph?.parameters ?? new Map(), checkpoint?.tensors.values() ?? []);
  const { used, missing, reshaped, ambiguous } = binding;
  expect({ missing, reshaped, ambiguous }).toEqual({ missing: [], reshaped: [], ambiguous: [] });
  expect(used).toHaveLength(graph?.parameters.size ?? -1);
  return graph;
}

describe('the network of a file of Keras', () => {
  it.each(['keras-archive/fixtures/good.keras', 'keras-hdf5/fixtures/legacy-good.h5'])(
    '%s fits the weights in it',
    async (path) => {
      const graph = expectFit(await openBoth(HERE, path));
      expect(graph?.nodes.length).toBeGreaterThan(0);
    },
  );

  it('is not the same as that of another when a layer is code', async () => {
    await expect(openBoth(HERE, 'keras-archive/fixtures/lambda.keras')).rejects.toMatchObject({
      problem: { kind: 'unfit', reasons: [expect.stringContaining('Lambda')] },
    });
  });
});

const KERAS3 = join(FIXTURES, 'tensorflow/keras3');
const files = hasFixtures
  ? readdirSync(KERAS3, { recursive: true, encoding: 'utf8' }).filter((path) =>
      /model\.(?:keras|h5)$/.test(path),
    )
  : [];

describe.runIf(hasFixtures)('networks that Keras wrote', () => {
  it.each(files)('%s fits, or says what it lacks', async (path) => {
    const both = await openBoth(KERAS3, path).catch((error: CheckpointError) => error);
    if (both instanceof CheckpointError) expect(both.problem.kind).toBe('unfit');
    else expectFit(both);
  });
});
