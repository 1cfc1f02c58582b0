import type { CheckpointDetails, CheckpointSummary, DescribedTensor } from '#domain/summary.ts';

/** A tensor by its keys, joined by `/`: `model_state_dict/fc.weight`. */
export function tensor(
  keys: string,
  role: DescribedTensor['role'] = 'weight',
  more: Partial<DescribedTensor> = {},
): DescribedTensor {
  const path = keys.split('/');
  return { name: path.join('.'), path, dtype: 'float32', shape: [2], bytes: 8, role, ...more };
}

type Parts = Partial<Omit<CheckpointDetails, 'summary'>> & {
  readonly summary?: Partial<CheckpointSummary>;
};

/** A sound PyTorch checkpoint, but for what is given. */
export function details({ summary, ...parts }: Parts): CheckpointDetails {
  const path = 'run/epoch_12.pth';
  return {
    summary: {
      ref: { path, main: path, files: [path] },
      run: 'run',
      file: { path, size: 100, modified: 0 },
      format: 'pytorch',
      title: 'PyTorch',
      framework: 'pytorch',
      step: null,
      epoch: null,
      metrics: [],
      judgement: { verdict: 'sound', defects: [], verifiable: false },
      readiness: null,
      size: 100,
      tensors: 1,
      parameters: 2,
      ...summary,
    },
    tensors: [],
    metadata: {},
    globals: [],
    writer: null,
    ...parts,
  };
}
