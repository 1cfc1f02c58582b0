import { elementCount } from '#domain/tensor.ts';
import { indexLimits } from '#models/index-limits.ts';
import { arrange, checkWhole } from './evaluator-data.ts';
import type { Job } from './evaluator-job.ts';
import { examplesOf } from './evaluator-truth.ts';

/** Some examples, as a network takes them. */
export interface Batch {
  readonly from: number;
  /** Rows of the arrays: as many as a batch has. */
  readonly size: number;
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
  const { columns } = fit;
  const { image } = wanted;
  const read = await reader.batch(
    { ...examplesOf(wanted, from, to), inputs: columns, image },
    { signal },
  );
  const limits = indexLimits(plan);
  const given = read.inputs.values();
  const arrays = fit.inputs.map((input) => {
    const { fill } = input;
    if (fill !== undefined) {
      return [input.name, new Float32Array(size * elementCount(input.to)).fill(fill)] as const;
    }
    const values = given.next().value?.values ?? new Float32Array();
    const arranged = arrange(input, values, wanted);
    if (plan.specs.get(input.name)?.dtype === 'int32') {
      checkWhole(input, arranged, { rows: limits.get(input.name), first: from, path });
    }
    return [input.name, filled(arranged, to - from, size)] as const;
  });
  return { from, size, examples: to - from, inputs: new Map(arrays) };
}

/** Rows `[from, from + rows)` of all inputs; the last one over again where there are no more. */
export function rowsOf(
  { inputs, size }: Batch,
  from: number,
  rows: number,
): ReadonlyMap<string, Float32Array<ArrayBuffer>> {
  if (from === 0 && rows === size) return inputs;
  const to = Math.min(size, from + rows);
  const parts = [...inputs].map(([name, values]) => {
    const each = values.length / size;
    return [name, filled(values.subarray(from * each, to * each), to - from, rows)] as const;
  });
  return new Map(parts);
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
