import { indexLimits } from '#models/index-limits.ts';
import { arrange, checkWhole } from './evaluator-data.ts';
import type { Job } from './evaluator-job.ts';

/** Some examples, as a network takes them. */
export interface Batch {
  readonly from: number;
  /** Real examples in it; the rest fills it up. */
  readonly examples: number;
  readonly inputs: ReadonlyMap<string, Float32Array<ArrayBuffer>>;
}

/** A batch that may never be waited for: should it fail then, nobody is told. */
export function readAhead(job: Job, from: number): Promise<Batch> {
  const batch = readBatch(job, from);
  batch.catch(() => undefined);
  return batch;
}

/** Examples `[from, from + batch)`, scaled and checked, the last ones filled up with the last example. */
export async function readBatch(job: Job, from: number): Promise<Batch> {
  const { reader, wanted, fit, plan, batch: size, signal } = job;
  signal?.throwIfAborted();
  const path = wanted.dataset;
  const to = Math.min(fit.count, from + size);
  const { inputs } = await reader.batch(
    { path, inputs: wanted.inputs, label: null, from, to },
    { signal },
  );
  const limits = indexLimits(plan);
  const arrays = fit.inputs.map((input, i) => {
    const values = inputs[i]?.values ?? new Float32Array();
    const arranged = arrange(input, values, wanted);
    if (plan.specs.get(input.name)?.dtype === 'int32') {
      checkWhole(input, arranged, { rows: limits.get(input.name), first: from, path });
    }
    return [input.name, filled(arranged, to - from, size)] as const;
  });
  return { from, examples: to - from, inputs: new Map(arrays) };
}

function filled(
  values: Float32Array<ArrayBuffer>,
  examples: number,
  size: number,
): Float32Array<ArrayBuffer> {
  if (examples === size) return values;
  const each = values.length / examples;
  const whole = new Float32Array(each * size);
  whole.set(values);
  const last = values.subarray(values.length - each);
  for (let at = values.length; at < whole.length; at += each) whole.set(last, at);
  return whole;
}
