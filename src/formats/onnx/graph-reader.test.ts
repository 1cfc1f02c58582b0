import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import { field } from '#encodings/testing.ts';
import { bytesSource, fileSource, hasCorpus, SHARED } from '#io/testing.ts';
import { openGraph } from './graph-reader.ts';

const OWN = 'src/formats/onnx/fixtures';
type Bytes = Uint8Array<ArrayBuffer>;

const text = (number: number, value: string) => field(number, new TextEncoder().encode(value));
const message = (number: number, ...parts: readonly number[][]) =>
  field(number, Uint8Array.from(parts.flat()));

const node = (op: string, input: string, output: string, ...more: readonly number[][]) =>
  message(1, text(1, input), text(2, output), text(4, op), ...more);

/** `x`: float, `[n, 2]`. */
const shape = message(2, message(1, text(2, 'n')), message(1, field(1, 2)));
const input = message(11, text(1, 'x'), message(2, message(1, field(1, 1), shape)));

const model = (nodes: readonly number[][], opset = 17): Bytes =>
  Uint8Array.from([
    ...field(1, 8),
    ...message(7, ...nodes, input, message(12, text(1, 'y'))),
    ...message(8, field(2, opset)),
  ]);

const reasonsOf = async (bytes: Bytes): Promise<readonly string[]> => {
  try {
    await openGraph(bytesSource(bytes, 'model.onnx'));
    return [];
  } catch (error) {
    const isUnfit = error instanceof CheckpointError && error.problem.kind === 'unfit';
    if (isUnfit && error.problem.kind === 'unfit') return error.problem.reasons;
    throw error;
  }
};

describe('a model of ONNX', () => {
  it('takes any batch, and asks for its initialisers by their names', async () => {
    const graph = await openGraph(await fileSource(OWN, 'embedded/model.onnx'));
    expect(graph.batch).toBeNull();
    expect(graph.inputs).toEqual([{ name: 'x', dtype: 'float32', shape: [null, 64] }]);
    expect([...graph.parameters.keys()]).toEqual([
      'layers.0.weight',
      'layers.0.bias',
      'layers.1.weight',
      'layers.1.bias',
    ]);
    expect(graph.outputs).toMatchObject([{ means: 'logits' }]);
  });

  it('names every op and every attribute that it does not know', async () => {
    const beta = message(5, text(1, 'beta'), field(3, 3));
    const bytes = model([
      node('Hardmax', 'x', 'a'),
      node('Relu', 'x', 'b', beta),
      node('FusedGelu', 'x', 'c', text(7, 'com.microsoft')),
      node('Relu', 'a', 'y'),
    ]);
    expect(await reasonsOf(bytes)).toEqual([
      'the op Hardmax ("a") is not supported',
      'Relu "b": the attribute beta is not understood',
      'the op com.microsoft.FusedGelu ("c") is not supported',
    ]);
  });

  it('of operators that are too old or too new is refused', async () => {
    const nodes = [node('Relu', 'x', 'y')];
    expect(await reasonsOf(model(nodes))).toEqual([]);
    expect(await reasonsOf(model(nodes, 6))).toEqual([expect.stringContaining('version 6')]);
    expect(await reasonsOf(model(nodes, 99))).toEqual([expect.stringContaining('version 99')]);
  });

  it('that ends too early is refused', async () => {
    const source = await fileSource(OWN, 'truncated/model.onnx');
    await expect(openGraph(source)).rejects.toMatchObject({ problem: { kind: 'truncated' } });
  });

  it('whatever is cut off, is a graph or a problem', async () => {
    const whole = model([node('Relu', 'x', 'a'), node('Sigmoid', 'a', 'y')]);
    for (let end = 0; end < whole.length; end++) {
      const opening = openGraph(bytesSource(whole.slice(0, end), 'model.onnx'));
      const outcome = await opening.catch((error: unknown) => error);
      expect(outcome instanceof CheckpointError || typeof outcome === 'object').toBe(true);
      if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CheckpointError);
    }
  });
});

describe.runIf(hasCorpus)('models of the ONNX project', () => {
  const root = join(SHARED, 'corpus/onnx/onnx/backend/test/data');

  it('light_squeezenet is read', async () => {
    const graph = await openGraph(await fileSource(root, 'light/light_squeezenet.onnx'));
    expect(graph.inputs[0]?.shape).toEqual([1, 3, 224, 224]);
    expect(graph.nodes.filter(({ op }) => op === 'conv')).toHaveLength(26);
  });

  it('one of sequences is refused by name', async () => {
    const source = await fileSource(root, 'simple/test_sequence_model1/model.onnx');
    await expect(openGraph(source)).rejects.toMatchObject({
      problem: { reasons: expect.arrayContaining([expect.stringContaining('SequenceEmpty')]) },
    });
  });
});
