import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { UNSCALED } from '#domain/dataset.ts';
import { diskDirectory } from '#io/testing.ts';
import { relativeDifference } from './evaluation-testing.ts';
import { createEvaluator } from './evaluator-api.ts';
import { createReader } from './reader-api.ts';

/** A loop over as many steps as the data has; `write-graphs.mjs` writes it, with what TensorFlow.js gives. */
const ROOT = 'src/workers/fixtures/tensorflow-graphs/open-loop';

it('a network that loops over its input is evaluated on data of any length', async () => {
  const reader = createReader({ openGrant: () => diskDirectory(ROOT) });
  await reader.open({ kind: 'http', name: 'open-loop', url: '' });
  const graph = { kind: 'file', path: 'model.json' } as const;
  expect(await reader.graph(graph)).toMatchObject({
    laidOut: true,
    inputs: [{ name: 'x', shape: [null, null, 3] }],
  });
  const { columns } = await reader.dataset({ path: 'x.npy' });
  const [x = '', y = ''] = columns.map(({ name }) => name);
  const [evaluation] = await createEvaluator({ reader }).evaluate({
    graph,
    checkpoints: ['model.json'],
    dataset: 'x.npy',
    inputs: [x],
    label: y,
    scaling: UNSCALED,
    batchSize: 4,
    backend: 'cpu',
  });
  expect(evaluation).toMatchObject({ state: 'done', defect: null, total: 6 });
  const wanted = JSON.parse(readFileSync(`${ROOT}/expected.json`, 'utf8')) as number[];
  const first = evaluation?.firstOutputs.flat() ?? [];
  expect(first.length).toBeGreaterThan(0);
  expect(relativeDifference(first, wanted.slice(0, first.length))).toBeLessThan(1e-5);
});
