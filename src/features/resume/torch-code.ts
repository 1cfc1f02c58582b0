import { importable, isIdentifier, safeGlobalsCode } from '#domain/safe-globals.ts';
import type { CheckpointDetails } from '#domain/summary.ts';
import type { Metadata } from '#domain/tensor.ts';
import { absentNotes, companionCode, companions } from './companions.ts';
import { loadStateDict, strippedPrefixes } from './load-state-dict.ts';
import { joinPath, type Keys, pyAccess, pyString } from './python-literal.ts';
import type { ResumeCode, ResumeNote } from './resume-code.ts';
import { resolveKeys, type StatePart, stateParts } from './state-parts.ts';

/** A state, and the variable that loads it. */
interface NamedPart extends StatePart {
  readonly variable: string;
}

/** Plain PyTorch, and Lightning where it wrote the file. @param prefix path of the opened directory */
export function torchCode(details: CheckpointDetails, prefix: string): ResumeCode {
  const { globals, metadata, summary } = details;
  const path = joinPath(prefix, summary.ref.main);
  const needed = globals.filter(({ allowed }) => !allowed).map(({ name }) => name);
  const unsafe = needed.filter((name) => !importable(name));
  if (unsafe.length > 0) return { blocks: [], notes: [{ kind: 'unsafe-globals', names: unsafe }] };
  const object = metadata['$object'];
  if (typeof object === 'string') return objectCode(object, path);
  const parts = named(stateParts(details));
  if (!parts.some(({ kind }) => kind === 'model')) {
    return { blocks: [], notes: [{ kind: 'no-weights' }] };
  }
  const loaded = parts.every(({ keys }) => keys.length === 0) ? 'state' : 'checkpoint';
  const beside = companions(summary, prefix);
  const code = [
    'import torch',
    ...safeGlobalsCode(needed),
    '',
    ...placeholders([...parts, ...beside.map(({ variable }) => ({ kind: variable, variable }))]),
    '',
    `path = ${pyString(path)}`,
    `${loaded} = torch.load(path, map_location='cpu', weights_only=True)`,
    '',
    ...parts.flatMap((part) => restore(part, loaded, metadata)),
    ...companionCode(beside),
    ...counters(details, loaded),
  ].join('\n');
  return {
    blocks: [{ title: 'PyTorch', code }, ...lightning(details, path)],
    notes: notes(details, parts, needed),
  };
}

/** An object instead of a state dict: a program that PyTorch can load alone, or one that it cannot. */
function objectCode(name: string, path: string): ResumeCode {
  if (!name.startsWith('__torch__.')) {
    return { blocks: [], notes: [{ kind: 'whole-object', name }] };
  }
  const load = `model = torch.jit.load(${pyString(path)}, map_location='cpu')`;
  return {
    blocks: [{ title: 'TorchScript', code: `import torch\n\n${load}` }],
    notes: [{ kind: 'torchscript' }],
  };
}

const PLACEHOLDERS: Record<StatePart['kind'], string> = {
  model: '# build it as it was when this was saved',
  optimizer: '# the same kind, over the parameters of the model',
  scheduler: '# the same kind, over the optimizer',
  scaler: "# torch.amp.GradScaler('cuda')",
};

function placeholders(parts: readonly Pick<NamedPart, 'kind' | 'variable'>[]): readonly string[] {
  const width = Math.max(...parts.map(({ variable }) => variable.length));
  return parts.map(
    ({ kind, variable }) => `${variable.padEnd(width)} = ...  ${PLACEHOLDERS[kind]}`,
  );
}

/** @param loaded the variable that holds what the file holds */
function restore(
  { kind, keys, names, variable }: NamedPart,
  loaded: string,
  metadata: CheckpointDetails['metadata'],
): readonly string[] {
  const source = `${loaded}${pyAccess(keys)}`;
  if (kind !== 'model') return loadStateDict(variable, source);
  const isMixed = keys.length === 0 && Object.values(metadata).some((value) => !isTensor(value));
  return loadStateDict(variable, source, { names, isMixed });
}

function isTensor(value: Metadata): boolean {
  return typeof value === 'object' && value !== null && '$tensor' in value;
}

/** Step and epoch, where the file itself has them. */
function counters({ summary, metadata }: CheckpointDetails, loaded: string): readonly string[] {
  const found = [
    ['epoch', summary.epoch],
    ['step', summary.step],
  ] as const;
  return found.flatMap(([variable, counter]) => {
    if (counter?.from !== 'metadata') return [];
    const keys = resolveKeys(counter.where, metadata);
    return keys ? [`${variable} = ${loaded}${pyAccess(keys)}  # ${counter.value}`] : [];
  });
}

/** @see https://lightning.ai/docs/pytorch/stable/common/checkpointing_basic.html */
function lightning({ metadata }: CheckpointDetails, path: string): ResumeCode['blocks'] {
  if (!Object.hasOwn(metadata, 'pytorch-lightning_version')) return [];
  const code = [
    'trainer = ...  # lightning.Trainer(...)',
    'model   = ...  # your LightningModule',
    '',
    `trainer.fit(model, ckpt_path=${pyString(path)})`,
  ].join('\n');
  return [{ title: 'Lightning', code }];
}

function notes(
  { summary }: CheckpointDetails,
  parts: readonly NamedPart[],
  needed: readonly string[],
): readonly ResumeNote[] {
  const models = parts.filter(({ kind }) => kind === 'model');
  const prefixes = [...new Set(models.flatMap(({ names }) => strippedPrefixes(names)))];
  const { epoch } = summary;
  return [
    ...(needed.length > 0 ? [{ kind: 'safe-globals', names: needed } as const] : []),
    ...(prefixes.length > 0 ? [{ kind: 'stripped', prefixes } as const] : []),
    ...absentNotes(summary),
    ...(epoch?.from === 'metadata' ? [{ kind: 'epoch', value: epoch.value } as const] : []),
  ];
}

/** `model` where there is one of a kind; else by its key, as `generator`. */
function named(parts: readonly StatePart[]): readonly NamedPart[] {
  const taken = new Set<string>(['torch', 'path', 'checkpoint', 'state', 'epoch', 'step']);
  return parts.map((part) => {
    const alone = parts.filter(({ kind }) => kind === part.kind).length === 1;
    const wanted = alone ? part.kind : (byKey(part.keys) ?? part.kind);
    let variable = wanted;
    for (let n = 2; taken.has(variable); n++) variable = `${wanted}_${n}`;
    taken.add(variable);
    return { ...part, variable };
  });
}

function byKey(keys: Keys): string | null {
  const name = [...keys].reverse().find((key) => typeof key === 'string');
  const bare = typeof name === 'string' ? name.replace(/(_?model)?_(state_dict|state)$/, '') : '';
  return isIdentifier(bare) ? bare : null;
}
