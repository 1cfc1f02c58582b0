import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { diskDirectory } from '#io/testing.ts';
import { computeOutput, relativeDifference } from './evaluation-testing.ts';
import { createReader } from './reader-api.ts';

/** Programs with what PyTorch computes with them, by `fixtures/programs/write-programs.py`. */
const KEPT = join(import.meta.dirname, 'fixtures/programs');

/** Where it has put large ones: torchvision's and Hugging Face's networks. */
const MORE = process.env['PT2'] ?? '';

const ONLY = new RegExp(process.env['PT2_ONLY'] ?? '');

interface Described {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly (number | string)[];
}

interface Expected {
  readonly inputs: readonly Described[];
  readonly outputs: readonly Described[];
}

const programs = [KEPT, MORE]
  .filter((root) => root !== '' && existsSync(root))
  .flatMap((root) =>
    readdirSync(root)
      .filter((name) => name.endsWith('.pt2') && ONLY.test(name))
      .map((name) => [name, root] as const),
  );

const numbers = (values: readonly (number | string)[]) =>
  Float32Array.from(values, (value) => Number(String(value).replace('inf', 'Infinity')));

it.each(programs)(
  '%s gives what PyTorch gave',
  async (path, root) => {
    const text = readFileSync(join(root, path.replace('.pt2', '.json')), 'utf8');
    const expected: Expected = JSON.parse(text);
    const reader = createReader({ openGrant: () => diskDirectory(root) });
    await reader.open({ kind: 'http', name: 'pt2', url: '' });
    const graph = await reader.graph({ kind: 'file', path });
    const inputs = new Map(
      expected.inputs.map(({ name, shape, values }) => [name, { shape, values: numbers(values) }]),
    );
    const found: Record<string, number> = {};
    for (const [i, { values }] of expected.outputs.entries()) {
      const output = graph.outputs[i]?.name ?? '';
      const computed = await computeOutput(reader, {
        graph,
        output,
        checkpoint: path,
        inputs,
        backend: 'wasm',
      });
      const difference = relativeDifference(computed, numbers(values));
      if (!(difference < 2e-5)) found[output] = difference;
    }
    expect(graph.outputs).toHaveLength(expected.outputs.length);
    expect(found).toEqual({});
  },
  120_000,
);
