import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Backend } from '#domain/evaluation.ts';
import { diskDirectory } from '#io/testing.ts';
import { computeOutput, type Given, relativeDifference } from './evaluation-testing.ts';
import { createReader } from './reader-api.ts';

const FOLDER = 'src/workers/fixtures/onnx-graphs';

interface Arrays {
  readonly [name: string]: { readonly shape: readonly number[]; readonly values: number[] };
}

interface Case {
  readonly inputs: Arrays;
  readonly outputs: Arrays;
}

/** What onnxruntime computed, by the name of the model. */
const cases = Object.entries(
  JSON.parse(readFileSync(`${FOLDER}/arrays.json`, 'utf8')) as Readonly<Record<string, Case>>,
);

const reader = createReader({ openGrant: () => diskDirectory(FOLDER) });
await reader.open({ kind: 'http', name: FOLDER, url: '' });

describe('models of ONNX give what onnxruntime gives', () => {
  it.each(cases)('%s', async (name, { inputs, outputs }) => {
    const checkpoint = `${name}.onnx`;
    const graph = await reader.graph({ kind: 'file', path: checkpoint });
    const given = new Map(
      Object.entries(inputs).map(([key, { shape, values }]): [string, Given] => [
        key,
        { shape, values: Float32Array.from(values) },
      ]),
    );
    for (const backend of ['wasm', 'cpu'] satisfies Backend[]) {
      for (const [output, { values }] of Object.entries(outputs)) {
        const one = { graph, output, checkpoint, inputs: given, backend };
        const found = await computeOutput(reader, one);
        expect(relativeDifference(found, values)).toBeLessThanOrEqual(1e-5);
      }
    }
  });
});
