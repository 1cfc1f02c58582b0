import { CheckpointError, type Problem } from '#domain/problem.ts';
import { roleOf } from '#domain/role.ts';
import type { CheckpointRef } from '#domain/run.ts';
import type { CheckpointSummary } from '#domain/summary.ts';
import { type Checkpoint, elementCount } from '#domain/tensor.ts';
import { judge } from '#domain/verdict.ts';
import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';
import { recognise } from '#formats/recognise.ts';
import { pretenceProblem } from '#formats/recognise-impostor.ts';
import { readinessOf } from '#runs/readiness.ts';
import { metricsOf, progressOf } from '#runs/step-of.ts';
import { defectOf } from './reader-files.ts';

type WithoutFile = Omit<CheckpointSummary, 'file' | 'size'>;

export function summaryOf(
  ref: CheckpointRef,
  checkpoint: Checkpoint,
  format: CheckpointFormat,
): WithoutFile {
  const tensors = [...checkpoint.tensors.values()];
  const weights = tensors.filter((info) => roleOf(info) === 'weight');
  return {
    ref,
    run: '',
    format: format.id,
    title: format.title,
    framework: format.framework,
    ...progressOf(ref.path, checkpoint.metadata),
    metrics: metricsOf(ref.path, checkpoint.metadata),
    judgement: judge({
      defects: checkpoint.defects,
      verifiable: checkpoint.verify !== undefined,
      verified: false,
    }),
    readiness: readinessOf(checkpoint, format.id, ref.files),
    tensors: tensors.length,
    parameters: weights.reduce((sum, { shape }) => sum + elementCount(shape), 0),
  };
}

/** Of a checkpoint that could not be opened: what its name says, and what is wrong. */
export function failedSummary(
  ref: CheckpointRef,
  error: unknown,
  format?: CheckpointFormat,
): WithoutFile {
  const { problem, place } = defectOf(error, ref.main);
  const known = problem.kind === 'unsupported' ? problem.feature : '';
  return {
    ref,
    run: '',
    format: format?.id ?? null,
    title: format?.title ?? known,
    framework: format ? format.framework : frameworkOf(known),
    ...progressOf(ref.path),
    metrics: metricsOf(ref.path),
    judgement: judge({ defects: [{ problem, place }], verifiable: false, verified: false }),
    readiness: null,
    tensors: 0,
    parameters: 0,
  };
}

/** What a file is that no checkpoint format claims. */
export function unclaimed(seen: Probe): CheckpointError {
  const found = recognise(seen);
  const problem: Problem =
    found && 'impostor' in found
      ? pretenceProblem(found)
      : { kind: 'unsupported', feature: found?.title ?? 'this kind of file' };
  return new CheckpointError(problem, { path: seen.path });
}

/** By the product names that `recognise` gives. */
const FRAMEWORKS = [
  [/Keras/, 'keras'],
  [/PyTorch|TorchScript/, 'pytorch'],
  [/TensorFlow/, 'tensorflow'],
  [/Orbax|Flax/, 'jax'],
] as const;

function frameworkOf(title: string): CheckpointSummary['framework'] {
  return FRAMEWORKS.find(([name]) => name.test(title))?.[1] ?? null;
}
