import type { CheckpointDetails } from '#domain/summary.ts';
import { trainerCode } from './companions.ts';
import { kerasCode } from './keras-code.ts';
import {
  deepspeedCode,
  distributedCode,
  exportedCode,
  shardedTorchCode,
} from './many-file-code.ts';
import { safetensorsCode } from './safetensors-code.ts';
import { tensorflowCode } from './tensorflow-code.ts';
import { torchCode } from './torch-code.ts';

/** Python that goes on from a checkpoint, and what a person should know before running it. */
export interface ResumeCode {
  /** One per way to do it, the most direct first; empty when there is no safe way. */
  readonly blocks: readonly CodeSection[];
  readonly notes: readonly ResumeNote[];
}

export interface CodeSection {
  /** The library it is for. */
  readonly title: string;
  readonly code: string;
}

export type ResumeNote =
  /** The prefix was not given: the code runs only from inside the opened directory. */
  | { readonly kind: 'relative-path' }
  /** Parameter names were saved with these in front: by DataParallel, DDP or `torch.compile`. */
  | { readonly kind: 'stripped'; readonly prefixes: readonly string[] }
  /** Classes that `torch.load(weights_only=True)` must be told of. */
  | { readonly kind: 'safe-globals'; readonly names: readonly string[] }
  /** Names that a pickle would import and no honest one needs: no code is given. */
  | { readonly kind: 'unsafe-globals'; readonly names: readonly string[] }
  /** A program of PyTorch's own, which loading runs. */
  | { readonly kind: 'torchscript' }
  /** A whole object was saved instead of a state dict; loading it runs code. */
  | { readonly kind: 'whole-object'; readonly name: string }
  /** There is nothing in it to load into a model. */
  | { readonly kind: 'no-weights' }
  /** What a training would start afresh. */
  | { readonly kind: 'absent'; readonly parts: readonly ('optimizer' | 'scheduler')[] }
  /** `epoch` may be the last one done or the next one. */
  | { readonly kind: 'epoch'; readonly value: number }
  /** A tensor bundle is named by its prefix. */
  | { readonly kind: 'bundle-prefix' }
  /** Objects in it are named by their place in the object graph. */
  | { readonly kind: 'object-names' };

/**
 * The code that goes on from a checkpoint.
 *
 * @param prefix absolute path of the opened directory on the person's machine; `''`: not known
 */
export function resumeCode(details: CheckpointDetails, prefix: string): ResumeCode {
  const { blocks, notes } = codeFor(details, prefix);
  const relative: readonly ResumeNote[] =
    prefix.trim() === '' && blocks.length > 0 ? [{ kind: 'relative-path' }] : [];
  const trainer = blocks.length > 0 ? trainerCode(details.summary, prefix) : [];
  return { blocks: [...trainer, ...blocks], notes: [...relative, ...notes] };
}

function codeFor(details: CheckpointDetails, prefix: string): ResumeCode {
  const { format, judgement } = details.summary;
  if (judgement.verdict === 'unsafe') {
    const names = details.globals.filter(({ allowed }) => !allowed).map(({ name }) => name);
    return { blocks: [], notes: [{ kind: 'unsafe-globals', names }] };
  }
  return BY_FORMAT[format ?? '']?.(details, prefix) ?? { blocks: [], notes: [] };
}

type Generator = (details: CheckpointDetails, prefix: string) => ResumeCode;

/** Weights of the Trainer, in either of its formats. */
const huggingFaceCode: Generator = (details, prefix) =>
  details.summary.ref.main.includes('.safetensors')
    ? safetensorsCode(details, prefix)
    : torchCode(details, prefix);

/** By the id of a format; for one that is not here there is no code, rather than a guess. */
const BY_FORMAT: Readonly<Record<string, Generator>> = {
  pytorch: torchCode,
  'torch-legacy': torchCode,
  'torch-tar': torchCode,
  'pytorch-sharded': shardedTorchCode,
  'torch-distributed': distributedCode,
  'torch-export': exportedCode,
  deepspeed: deepspeedCode,
  safetensors: safetensorsCode,
  'safetensors-sharded': safetensorsCode,
  huggingface: huggingFaceCode,
  'tensor-bundle': tensorflowCode,
  'keras-archive': kerasCode,
  'keras-hdf5': kerasCode,
  'keras-sharded': kerasCode,
};
