import type { CheckpointDetails } from '#domain/summary.ts';
import { absentNotes } from './companions.ts';
import { loadStateDict, strippedPrefixes } from './load-state-dict.ts';
import { joinPath, parentPath, pyString } from './python-literal.ts';
import type { ResumeCode } from './resume-code.ts';

/** Shards of a state dict, each a file that `torch.load` reads. */
export function shardedTorchCode(details: CheckpointDetails, prefix: string): ResumeCode {
  const { ref } = details.summary;
  const shards = ref.files.filter((file) => !file.endsWith('.json'));
  const names = details.tensors.map(({ name }) => name);
  const prefixes = strippedPrefixes(names);
  const code = [
    'import torch',
    '',
    'model = ...  # build it as it was when this was saved',
    '',
    'shards = [',
    ...shards.map((file) => `    ${pyString(joinPath(prefix, file))},`),
    ']',
    'state = {}',
    'for shard in shards:',
    "    state.update(torch.load(shard, map_location='cpu', weights_only=True))",
    '',
    ...loadStateDict('model', 'state', { names }),
  ].join('\n');
  return {
    blocks: [{ title: 'PyTorch', code }],
    notes: [
      ...(prefixes.length > 0 ? [{ kind: 'stripped', prefixes } as const] : []),
      ...absentNotes(details.summary),
    ],
  };
}

/** @see https://docs.pytorch.org/tutorials/recipes/distributed_checkpoint_recipe.html */
export function distributedCode({ summary }: CheckpointDetails, prefix: string): ResumeCode {
  const code = [
    'import torch.distributed.checkpoint as dcp',
    '',
    'state = {...}  # the same nested keys, with the tensors to fill',
    '',
    `dcp.load(state, checkpoint_id=${pyString(joinPath(prefix, summary.ref.path))})`,
  ].join('\n');
  return {
    blocks: [{ title: 'torch.distributed.checkpoint', code }],
    notes: absentNotes(summary),
  };
}

/** @see https://deepspeed.readthedocs.io/en/latest/model-checkpointing.html */
export function deepspeedCode({ summary }: CheckpointDetails, prefix: string): ResumeCode {
  const path = joinPath(prefix, summary.ref.path);
  const folder = parentPath(path);
  const tag = path.slice(folder === '.' ? 0 : folder.length + 1);
  const code = [
    'engine = ...  # deepspeed.initialize(...)[0], on as many processes as then',
    '',
    `engine.load_checkpoint(${pyString(folder)}, tag=${pyString(tag)})`,
  ].join('\n');
  return { blocks: [{ title: 'DeepSpeed', code }], notes: absentNotes(summary) };
}

/** A whole program, which PyTorch loads without the model's code. */
export function exportedCode({ summary }: CheckpointDetails, prefix: string): ResumeCode {
  const path = pyString(joinPath(prefix, summary.ref.main));
  const code = [
    'import torch',
    '',
    `program = torch.export.load(${path})`,
    'model = program.module()',
  ];
  return {
    blocks: [{ title: 'torch.export', code: code.join('\n') }],
    notes: [{ kind: 'absent', parts: ['optimizer', 'scheduler'] }],
  };
}
