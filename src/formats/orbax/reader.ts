import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Checkpoint, Metadata, Verification, VerifyOptions } from '#domain/tensor.ts';
import { parseConfiguration } from '#formats/configuration/parse.ts';
import { elementSpan } from '#formats/element-span.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { baseOf, parentOf } from '#io/path.ts';
import { type Folder, folderOf } from './folder.ts';
import { type ArrayTensor, type Item, openItem } from './item.ts';

/** Texts beside the arrays: configurations, metrics. */
const MAX_TEXT = 64_000_000;
const TEMPORARY = /\.orbax-checkpoint-tmp(?:-\d+)?$/;
/** Files in which items that are no arrays are kept as JSON. */
const TEXTS = ['metadata', 'metrics'];

/**
 * A step that Orbax saved, with all its items, or a single item: trees of arrays in an OCDBT store or in files of
 * Zarr, and JSON. Reads what describes them, not the chunks.
 * @see https://orbax.readthedocs.io/en/latest/guides/checkpoint/checkpoint_format.html
 */
export async function open(source: ByteSource, options: OpenOptions = {}): Promise<Checkpoint> {
  const { path } = source;
  const folder = folderOf(path, options);
  const step = await readStep(source, options.signal);
  const found = await openItems(itemsOf(step, folder), { folder, path, signal: options.signal });
  const trees = found.filter(({ item }) => item);
  const tensors = nameTensors(trees);
  const files = uniqueFiles([
    source,
    ...found.flatMap(({ item, texts }) => [...(item?.files() ?? []), ...texts]),
  ]);
  const defects = [...unfinished(path), ...found.flatMap((one) => one.defects)];
  if (tensors.size === 0 && defects.length === 0) {
    const what = 'it holds no arrays';
    throw new CheckpointError({ kind: 'malformed', what }, { path });
  }
  return {
    tensors: new Map([...tensors].map(([name, { info }]) => [name, { ...info, name }])),
    metadata: { ...metadataOf(step), ...Object.fromEntries(found.flatMap((one) => one.metadata)) },
    defects,
    size: files.reduce((sum, { size }) => sum + size, 0),
    files: files.map((file) => file.path),
    globals: [],
    writer: 'Orbax',
    async read(name, wanted = {}) {
      const tensor = tensors.get(name);
      if (!tensor) throw new RangeError(`No tensor ${name}`);
      const span = elementSpan(tensor.info, wanted);
      const { defect } = tensor;
      if (defect) throw new CheckpointError(defect.problem, defect.place);
      return tensor.read(span, wanted.signal);
    },
    verify: (wanted) => verifyAll(tensors, wanted),
  };
}

type Step = { readonly [key: string]: Metadata };

/** `_CHECKPOINT_METADATA`; nothing where an item was opened. */
async function readStep(source: ByteSource, signal: AbortSignal | undefined): Promise<Step> {
  if (baseOf(source.path) !== '_CHECKPOINT_METADATA') return {};
  const value = await readText(source, signal);
  return isRecord(value) ? value : {};
}

async function readText(source: ByteSource, signal: AbortSignal | undefined): Promise<Metadata> {
  const { path, size } = source;
  if (size > MAX_TEXT) {
    const problem = { kind: 'too-large', what: 'a text file', size, limit: MAX_TEXT } as const;
    throw new CheckpointError(problem, { path });
  }
  const text = new TextDecoder().decode(await source.read(0, size, signal));
  return parseConfiguration(text, `${path}.json`);
}

function isRecord(value: Metadata | undefined): value is Step {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Folders of the items; `''` is the folder itself. */
function itemsOf(step: Step, folder: Folder): readonly string[] {
  const handlers = step.item_handlers;
  const named = isRecord(handlers) ? Object.keys(handlers) : [];
  const seen = [...(folder.names ?? [])].flatMap(
    (name) => /^(?:([^/]+)\/)?(?:_METADATA|manifest\.ocdbt)$/.exec(name)?.slice(1, 2) ?? [],
  );
  const isProcess = (name: string) => name.startsWith('ocdbt.process_');
  return [...new Set(['', ...named, ...seen.map((name) => name ?? '')])].filter(
    (name) => !isProcess(name),
  );
}

interface Found {
  readonly name: string;
  readonly item: Item | undefined;
  readonly texts: readonly ByteSource[];
  readonly metadata: readonly (readonly [string, Metadata])[];
  readonly defects: readonly Defect[];
}

interface Surroundings {
  readonly folder: Folder;
  readonly path: string;
  readonly signal: AbortSignal | undefined;
}

async function openItems(
  names: readonly string[],
  around: Surroundings,
): Promise<readonly Found[]> {
  const found: Found[] = [];
  for (const name of names) {
    try {
      found.push(await openOne(name, around));
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      const { problem, place } = error;
      const defects = [{ problem, place }];
      found.push({ name, item: undefined, texts: [], metadata: [], defects });
    }
  }
  return found;
}

async function openOne(name: string, { folder, path, signal }: Surroundings): Promise<Found> {
  const own = name === '' ? folder : folder.below(name);
  const item = await openItem(own, path, signal);
  if (item) {
    const { metadata, defects } = item;
    const isEmpty = Object.keys(metadata).length === 0;
    const fields: Found['metadata'] = isEmpty ? [] : [[name === '' ? 'empty' : name, metadata]];
    return { name, item, texts: [], metadata: fields, defects };
  }
  const texts: ByteSource[] = [];
  const fields: [string, Metadata][] = [];
  for (const file of name === '' ? [] : TEXTS) {
    const source = own.lacks(file) ? undefined : await own.find(file);
    if (!source) continue;
    texts.push(source);
    fields.push([name, await readText(source, signal)]);
  }
  return { name, item: undefined, texts, metadata: fields, defects: [] };
}

/** By the keys of the tree; where there are several trees, each under its own name. */
function nameTensors(trees: readonly Found[]): ReadonlyMap<string, ArrayTensor> {
  const tensors = new Map<string, ArrayTensor>();
  for (const { name, item } of trees) {
    for (const tensor of item?.tensors ?? []) {
      const own = tensor.info.name;
      tensors.set(trees.length > 1 && name !== '' ? `${name}.${own}` : own, tensor);
    }
  }
  return tensors;
}

function uniqueFiles(sources: readonly ByteSource[]): readonly ByteSource[] {
  return [...new Map(sources.map((source) => [source.path, source])).values()];
}

/** What the step says besides which items it has. */
function metadataOf(step: Step): Step {
  const { item_handlers: _, ...rest } = step;
  const isEmpty = (value: Metadata) =>
    value === null || (isRecord(value) && Object.keys(value).length === 0);
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => !isEmpty(value)));
}

/** Orbax renames the folder when all is written. */
function unfinished(path: string): readonly Defect[] {
  const folder = parentOf(path);
  const temporary = folder.split('/').find((part) => TEMPORARY.test(part));
  if (temporary === undefined) return [];
  const final = folder.replace(temporary, temporary.replace(TEMPORARY, ''));
  return [{ problem: { kind: 'unfinished', path: final }, place: { path: folder } }];
}

/** Chunk after chunk. What has no checksum is decompressed all the same. */
async function verifyAll(
  tensors: ReadonlyMap<string, ArrayTensor>,
  options: VerifyOptions,
): Promise<Verification> {
  const defects: Defect[] = [];
  let checked = tensors.size > 0;
  let bytes = 0;
  const onBytes = (more: number) => {
    bytes += more;
    options.onProgress?.(bytes);
  };
  for (const [tensor, one] of tensors) {
    if (one.defect) continue;
    try {
      if (!(await one.verify(options, onBytes))) checked = false;
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      const { problem, place } = error;
      defects.push({ problem, place: { ...place, tensor } });
    }
  }
  return { defects, checked };
}
