import type { CheckpointDetails } from '#domain/summary.ts';
import type { Metadata } from '#domain/tensor.ts';
import { absentNotes, companionCode, companions } from './companions.ts';
import { loadStateDict, strippedPrefixes } from './load-state-dict.ts';
import { joinPath, pyString } from './python-literal.ts';
import type { ResumeCode } from './resume-code.ts';

/** Which module of `safetensors` loads it, by the `format` that its writer noted. */
const MODULES: Readonly<Record<string, string>> = {
  pt: 'torch',
  tf: 'tensorflow',
  flax: 'flax',
  np: 'numpy',
  mlx: 'mlx',
};

/** Loads weights, and what lies beside them. @param prefix absolute path of the opened directory */
export function safetensorsCode(details: CheckpointDetails, prefix: string): ResumeCode {
  const { ref } = details.summary;
  const format = writtenFormat(details.metadata) ?? 'pt';
  const module = MODULES[format] ?? 'torch';
  const isTorch = module === 'torch';
  const files = ref.files.filter((file) => file.endsWith('.safetensors'));
  // What lies beside the weights is listed with them, under other names.
  const names =
    details.summary.format === 'huggingface' ? [] : details.tensors.map(({ name }) => name);
  const beside = isTorch ? companions(details.summary, prefix) : [];
  const code = [
    ...(beside.length > 0 ? ['import torch'] : []),
    `from safetensors.${module} import load_file`,
    '',
    ...(isTorch ? ['model = ...  # build it as it was when this was saved'] : []),
    ...beside.map(({ variable }) => `${variable} = ...  # the same kind as then`),
    ...(isTorch ? [''] : []),
    ...loading(files.length > 0 ? files : [ref.main], prefix),
    ...(isTorch
      ? ['', ...loadStateDict('model', 'state', { names }), ...companionCode(beside)]
      : []),
  ].join('\n');
  const prefixes = isTorch ? strippedPrefixes(names) : [];
  return {
    blocks: [{ title: 'safetensors', code }],
    notes: [
      ...(prefixes.length > 0 ? [{ kind: 'stripped', prefixes } as const] : []),
      ...absentNotes(details.summary),
    ],
  };
}

function writtenFormat(metadata: { readonly [key: string]: Metadata }): string | null {
  const inner = metadata['__metadata__'];
  const nested = typeof inner === 'object' && inner !== null && 'format' in inner;
  const format = nested ? inner['format'] : metadata['format'];
  return typeof format === 'string' ? format : null;
}

function loading(files: readonly string[], prefix: string): readonly string[] {
  const [first] = files;
  if (files.length === 1 && first)
    return [`state = load_file(${pyString(joinPath(prefix, first))})`];
  return [
    'shards = [',
    ...files.map((file) => `    ${pyString(joinPath(prefix, file))},`),
    ']',
    'state = {}',
    'for shard in shards:',
    '    state.update(load_file(shard))',
  ];
}
