import { CheckpointError } from '#domain/problem.ts';
import { roleOf } from '#domain/role.ts';
import type { CheckpointRef } from '#domain/run.ts';
import type { CheckpointSummary } from '#domain/summary.ts';
import { type Checkpoint, elementCount } from '#domain/tensor.ts';
import { judge } from '#domain/verdict.ts';
import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';
import { findImpostor, pretenceProblem } from '#formats/recognise-impostor.ts';
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
  return {
    ref,
    run: '',
    format: format?.id ?? null,
    title: format?.title ?? (problem.kind === 'unsupported' ? problem.feature : ''),
    framework: format?.framework ?? null,
    ...progressOf(ref.path),
    metrics: metricsOf(ref.path),
    judgement: judge({ defects: [{ problem, place }], verifiable: false, verified: false }),
    readiness: null,
    tensors: 0,
    parameters: 0,
  };
}

/** What a file is that no checkpoint format claims. */
export function unclaimed({ path, head, tail }: Probe): CheckpointError {
  const pretence = findImpostor(head, tail);
  const feature = /\.(?:h5|hdf5)$/.test(path) ? 'Keras HDF5' : 'this kind of file';
  return new CheckpointError(
    pretence ? pretenceProblem(pretence) : { kind: 'unsupported', feature },
    { path },
  );
}
