import type { CheckpointDetails } from '#domain/summary.ts';
import type { Metadata } from '#domain/tensor.ts';
import { joinPath, pyString } from './python-literal.ts';
import type { ResumeCode } from './resume-code.ts';
import { hasInnerWrapper, wrapperPrefixes } from './state-parts.ts';

/** Which module of `safetensors` loads it, by the `format` that its writer noted. */
const MODULES: Readonly<Record<string, string>> = {
  pt: 'torch',
  tf: 'tensorflow',
  flax: 'flax',
  np: 'numpy',
  mlx: 'mlx',
};

/** Loads weights; the format holds nothing else. @param prefix absolute path of the opened directory */
export function safetensorsCode(details: CheckpointDetails, prefix: string): ResumeCode {
  const { ref } = details.summary;
  const format = writtenFormat(details.metadata) ?? 'pt';
  const module = MODULES[format] ?? 'torch';
  const files = ref.files.filter((file) => file.endsWith('.safetensors'));
  const code = [
    `from safetensors.${module} import load_file`,
    '',
    ...(module === 'torch' ? ['model = ...  # build it as it was when this was saved', ''] : []),
    ...loading(files.length > 0 ? files : [ref.main], prefix),
    ...(module === 'torch' ? ['', ...restore(details)] : []),
  ].join('\n');
  const names = details.tensors.map(({ name }) => name);
  const prefixes = [...wrapperPrefixes(names), ...(hasInnerWrapper(names) ? ['_orig_mod.'] : [])];
  return {
    blocks: [{ title: 'safetensors', code }],
    notes: [
      ...(prefixes.length > 0 && module === 'torch'
        ? [{ kind: 'stripped', prefixes } as const]
        : []),
      { kind: 'absent', parts: ['optimizer', 'scheduler'] },
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

function restore({ tensors }: CheckpointDetails): readonly string[] {
  const names = tensors.map(({ name }) => name);
  const prefixes = wrapperPrefixes(names);
  const inner = hasInnerWrapper(names);
  if (prefixes.length === 0 && !inner) return ['model.load_state_dict(state)'];
  const strip = prefixes.map((prefix) => `.removeprefix(${pyString(prefix)})`).join('');
  const replace = inner ? ".replace('_orig_mod.', '')" : '';
  return [
    'model.load_state_dict({',
    `    key${strip}${replace}: value`,
    '    for key, value in state.items()',
    '})',
  ];
}
