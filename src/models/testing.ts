import { tensor } from '@tensorflow/tfjs';
import type { Backend } from '#domain/evaluation.ts';
import type { Graph } from '#domain/graph.ts';
import { startBackend } from './backend.ts';
import type { Numbers, TestGraph } from './cases/reference.ts';
import { createSession } from './execute.ts';
import { planValue } from './plan.ts';

export function graphOf({ nodes, inputs, integers = [], weights = {} }: TestGraph): Graph {
  const dtypeOf = (name: string) => (integers.includes(name) ? 'int64' : 'float32');
  return {
    title: 'test',
    inputs: Object.entries(inputs).map(([name, { shape }]) => ({
      name,
      shape: [null, ...shape.slice(1)],
      dtype: dtypeOf(name),
    })),
    outputs: [{ name: nodes.at(-1)?.outputs[0] ?? '', means: 'logits' }],
    parameters: new Map(
      Object.entries(weights).map(([name, { shape }]) => [
        name,
        { name, shape, dtype: dtypeOf(name) },
      ]),
    ),
    constants: new Map(),
    nodes,
    batch: null,
    notes: [],
  };
}

/** What the last node of a graph gives on a backend. */
export async function compute(test: TestGraph, backend: Backend): Promise<Numbers> {
  const device = await startBackend(backend);
  const graph = graphOf(test);
  const shapes = new Map(Object.entries(test.inputs).map(([name, { shape }]) => [name, shape]));
  const plan = planValue(graph, shapes, graph.outputs[0]?.name ?? '');
  const upload = (values: Readonly<Record<string, Numbers>>) =>
    new Map(
      Object.entries(values).map(([name, array]) => {
        const dtype = test.integers?.includes(name) ? 'int32' : 'float32';
        return [name, tensor([...array.values], [...array.shape], dtype)];
      }),
    );
  const session = createSession(plan, upload(test.weights ?? {}), device.check);
  const inputs = upload(test.inputs);
  const output = session.run(inputs);
  const values = [...(await output.data())];
  const { shape } = output;
  for (const made of [output, ...inputs.values()]) made.dispose();
  session.dispose();
  return { shape, values };
}
