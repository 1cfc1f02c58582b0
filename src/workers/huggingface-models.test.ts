import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Backend } from '#domain/evaluation.ts';
import { diskDirectory } from '#io/testing.ts';
import { computeOutput, type Given, relativeDifference } from './evaluation-testing.ts';
import { createReader } from './reader-api.ts';

const FOLDER = 'src/workers/fixtures/huggingface-models';

interface Values {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

interface Case {
  readonly inputs: Readonly<Record<string, Values>>;
  readonly output: string;
  readonly wanted: Values;
  /** Of an adapter: the folder of the model that it is added to. */
  readonly base?: string;
}

/** What transformers computed, by the name of the folder. */
const cases = Object.entries(
  JSON.parse(readFileSync(`${FOLDER}/arrays.json`, 'utf8')) as Readonly<Record<string, Case>>,
);

const reader = createReader({ openGrant: () => diskDirectory(FOLDER) });
await reader.open({ kind: 'http', name: FOLDER, url: '' });

describe('models of transformers give what transformers gives', () => {
  it.each(cases)('%s', async (name, { inputs, output, wanted, base }) => {
    const [prefix, weights] = base ? ['adapter_', 'adapter_model'] : ['', 'model'];
    const checkpoint = `${name}/${weights}.safetensors`;
    const path = `${name}/${prefix}config.json`;
    const [first] = await reader.graphs({ checkpoint });
    expect(first).toBe(path);
    const graph = await reader.graph({ kind: 'file', path });
    expect(graph.base).toBe(base && `${base}/model.safetensors`);
    const given = new Map(
      graph.inputs.map(({ name: key, fallback = 0 }): [string, Given] => {
        const own = inputs[key];
        const { shape, values } = own ?? inputs.input_ids ?? { shape: [], values: [] };
        const all = own ? values : values.map(() => fallback);
        return [key, { shape, values: Float32Array.from(all) }];
      }),
    );
    for (const backend of ['wasm', 'cpu'] satisfies Backend[]) {
      const one = { graph, output, checkpoint, inputs: given, backend };
      const found = await computeOutput(reader, one);
      expect(relativeDifference(found, wanted.values)).toBeLessThanOrEqual(1e-5);
    }
  });
});
