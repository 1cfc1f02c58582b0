import type { Defect, Problem } from '#domain/problem.ts';
import type { Language } from '#ui/language.ts';
import { FRAMEWORK_WORDS } from './framework-words.ts';

/** Formats that the same code of a framework reads. */
export type Family =
  | 'torch-zip'
  | 'torch-stream'
  | 'torch-distributed'
  | 'torch-ranks'
  | 'safetensors'
  | 'bundle'
  | 'saved-slices'
  | 'keras-archive'
  | 'hdf5'
  | 'numpy'
  | 'gguf'
  | 'onnx'
  | 'orbax'
  | 'msgpack';

/** By the id of a format in `formats/`. */
const FAMILIES: Readonly<Record<string, Family>> = {
  pytorch: 'torch-zip',
  'pytorch-sharded': 'torch-zip',
  'torch-export': 'torch-zip',
  'torch-legacy': 'torch-stream',
  'torch-tar': 'torch-stream',
  pickle: 'torch-stream',
  'torch-distributed': 'torch-distributed',
  deepspeed: 'torch-ranks',
  megatron: 'torch-ranks',
  safetensors: 'safetensors',
  'safetensors-sharded': 'safetensors',
  huggingface: 'safetensors',
  'tensor-bundle': 'bundle',
  'saved-model': 'bundle',
  'tensorflow-v1': 'saved-slices',
  'keras-archive': 'keras-archive',
  'keras-hdf5': 'hdf5',
  'keras-sharded': 'hdf5',
  hdf5: 'hdf5',
  'npz-weights': 'numpy',
  npz: 'numpy',
  npy: 'numpy',
  gguf: 'gguf',
  onnx: 'onnx',
  orbax: 'orbax',
  'flax-msgpack': 'msgpack',
  flax: 'msgpack',
};

/** Files inside folders of several kinds, by how their names end. */
const BY_NAME: readonly (readonly [end: RegExp, family: Family])[] = [
  [/\.safetensors$/, 'safetensors'],
  [/\.(?:bin|pth?|ckpt)$/, 'torch-zip'],
  [/\.(?:h5|hdf5)$/, 'hdf5'],
];

/** Kinds of problems that a framework meets in its own way. */
export type MetKind = Extract<
  Problem['kind'],
  'truncated' | 'corrupt' | 'malformed' | 'missing' | 'unsafe' | 'unfinished' | 'not-a-checkpoint'
>;

/**
 * What the framework itself does with such a file, in a sentence; `null` where that is not known, or where the
 * file is not what is wrong.
 *
 * @param format id of the format that read the checkpoint; `null` when none claimed it
 */
export function frameworkSays(
  format: string | null,
  { problem, place }: Defect,
  language: Language,
): string | null {
  const family = familyOf(format, place.path);
  const words = family && FRAMEWORK_WORDS[language][family];
  return words?.[problem.kind as MetKind] ?? null;
}

function familyOf(format: string | null, path: string): Family | null {
  const byName = BY_NAME.find(([end]) => end.test(path))?.[1] ?? null;
  if (format === null || format === 'huggingface') return byName;
  return FAMILIES[format] ?? byName;
}
