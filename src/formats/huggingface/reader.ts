import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Checkpoint, Metadata } from '#domain/tensor.ts';
import { parseConfiguration } from '#formats/configuration/parse.ts';
import { joinParts, type Part } from '#formats/join-parts.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { openPart } from '#formats/open-part.ts';
import { PROBE_SIZE } from '#formats/probe.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { baseOf, parentOf } from '#io/path.ts';
import { weightsFormat } from './weights.ts';

/** A state of a million log entries; what is larger is none. */
const MAX_JSON = 64_000_000;

/** Files of `torch.save` beside the weights, and the key under which their contents are shown. */
const BESIDE: readonly (readonly [file: RegExp, key: string])[] = [
  [/^optimizer(_\d+)?\.(?:pt|bin)$/, 'optimizer'],
  [/^scheduler(_\d+)?\.(?:pt|bin)$/, 'scheduler'],
  [/^scaler\.pt$/, 'scaler'],
  [/^sampler(_\d+)?\.bin$/, 'sampler'],
  [/^rng_state(_\d+)?\.pth$/, 'rng_state'],
  [/^random_states(_\d+)?\.pkl$/, 'rng_state'],
  [/^training_args\.bin$/, 'training_args'],
  [/^custom_checkpoint(_\d+)?\.pkl$/, 'custom_checkpoint'],
];

/** What is looked for where nobody says what is there. */
const USUAL = ['optimizer.pt', 'scheduler.pt', 'scaler.pt', 'rng_state.pth', 'training_args.bin'];

/** Always looked for: such files are known for more than the checkpoint. */
const TEXTS: readonly (readonly [file: string, key: string])[] = [
  ['trainer_state.json', 'trainer_state'],
  ['adapter_config.json', 'adapter_config'],
];

/**
 * Weights, in one file or in shards with an index, and beside them `optimizer.pt`, `scheduler.pt`, `rng_state.pth`,
 * `training_args.bin` and `trainer_state.json`. What is damaged among those is a defect; without weights there is
 * no checkpoint.
 * @see https://github.com/huggingface/transformers/blob/main/src/transformers/trainer.py `_save_checkpoint`
 */
export async function open(source: ByteSource, options: OpenOptions = {}): Promise<Checkpoint> {
  const weights = await openWeights(source, options);
  const [saved, texts] = await Promise.all([openSaved(source.path, options), readTexts(options)]);
  const parts: Part[] = [{ checkpoint: weights, nameOf: (name) => name }];
  for (const { key, checkpoint } of saved) {
    if (checkpoint) parts.push({ checkpoint, nameOf: (name) => `${key}.${name}` });
  }
  const joined = joinParts(parts);
  const beside = [...saved, ...texts];
  const unread = beside.filter(({ checkpoint }) => !checkpoint);
  return {
    ...joined,
    metadata: { ...weights.metadata, ...metadataOf(saved, texts) },
    defects: [
      ...unfinished(source.path),
      ...joined.defects,
      ...beside.flatMap(({ defect }) => defect ?? []),
    ],
    size: unread.reduce((sum, { size }) => sum + size, joined.size),
    files: [...joined.files, ...unread.map(({ path }) => path)],
    writer: 'transformers',
  };
}

/** The Trainer renames the folder when all is written. */
function unfinished(path: string): readonly Defect[] {
  const folder = parentOf(path);
  const name = baseOf(folder);
  if (!name.startsWith('tmp-')) return [];
  const final = folder.slice(0, folder.length - name.length) + name.slice('tmp-'.length);
  return [{ problem: { kind: 'unfinished', path: final }, place: { path: folder } }];
}

async function openWeights(source: ByteSource, options: OpenOptions): Promise<Checkpoint> {
  const { path, size } = source;
  const head = await source.read(0, Math.min(PROBE_SIZE, size), options.signal);
  const tail = await source.read(Math.max(0, size - PROBE_SIZE), size, options.signal);
  const format = weightsFormat({ path, size, head, tail });
  if (format) return format.open(source, options);
  const [defect] = unfinished(path);
  const problem = defect?.problem ?? { kind: 'malformed', what: 'it holds no weights' };
  throw new CheckpointError(problem, { path });
}

/** A file beside the weights, as far as it could be read. */
interface Beside {
  readonly key: string;
  readonly path: string;
  readonly size: number;
  readonly checkpoint?: Checkpoint;
  readonly value?: Metadata;
  readonly defect?: Defect;
}

async function openSaved(path: string, options: OpenOptions): Promise<readonly Beside[]> {
  const found = namesBeside(path, options).flatMap((name) => {
    for (const [file, key] of BESIDE) {
      const match = file.exec(name);
      if (match) return [{ name, key: key + (match[1] ?? '') }];
    }
    return [];
  });
  const all = await Promise.all(
    found.map(({ name, key }) =>
      readBeside(name, key, options, async (source) => ({
        checkpoint: await openPart(source, options.signal),
      })),
    ),
  );
  return all.filter((one) => one !== undefined);
}

function namesBeside(path: string, { parts }: OpenOptions): readonly string[] {
  if (!parts) return USUAL;
  return parts
    .filter((part) => parentOf(part.path) === parentOf(path))
    .map((part) => baseOf(part.path));
}

async function readTexts(options: OpenOptions): Promise<readonly Beside[]> {
  const all = await Promise.all(
    TEXTS.map(([name, key]) =>
      readBeside(name, key, options, async (source) => ({
        value: await readJson(source, options.signal),
      })),
    ),
  );
  return all.filter((one) => one !== undefined);
}

/** `undefined` where there is no such file. */
async function readBeside(
  name: string,
  key: string,
  { sibling }: OpenOptions,
  read: (source: ByteSource) => Promise<Pick<Beside, 'checkpoint' | 'value'>>,
): Promise<Beside | undefined> {
  let source: ByteSource | undefined;
  try {
    source = await sibling?.(name);
    if (!source) return undefined;
    return { key, path: source.path, size: source.size, ...(await read(source)) };
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    const { problem, place } = error;
    if (!source && problem.kind === 'missing') return undefined;
    const { path, size } = source ?? { path: place.path, size: 0 };
    return { key, path, size, defect: { problem, place } };
  }
}

/** Without the log, which is read as a history. */
async function readJson(source: ByteSource, signal: AbortSignal | undefined): Promise<Metadata> {
  const { path, size } = source;
  if (size > MAX_JSON) {
    const problem = { kind: 'too-large', what: 'a text file', size, limit: MAX_JSON } as const;
    throw new CheckpointError(problem, { path });
  }
  const text = new TextDecoder().decode(await source.read(0, size, signal));
  const value = parseConfiguration(text, path);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const { log_history: _, ...rest } = value as { readonly [key: string]: Metadata };
  return rest;
}

function metadataOf(saved: readonly Beside[], texts: readonly Beside[]) {
  const fields: [string, Metadata][] = [];
  for (const { key, value } of texts) if (value !== undefined) fields.push([key, value]);
  for (const { key, checkpoint } of saved) {
    if (checkpoint) fields.push([key, checkpoint.metadata]);
  }
  return Object.fromEntries(fields);
}
