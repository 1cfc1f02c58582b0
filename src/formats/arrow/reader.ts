import type { Dataset } from '#domain/dataset.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { Cells, ChunkedColumn } from '#formats/examples/chunked.ts';
import { openChunked } from '#formats/examples/chunked-dataset.ts';
import { type Features, parseFeatures } from '#formats/huggingface-data/features.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { openShards } from '#formats/open-shards.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { openBatch, placesOf } from './batch.ts';
import { type Dictionaries, readCells } from './cells.ts';
import { openFeatherV1 } from './feather-v1.ts';
import { readContents, readMessage } from './messages.ts';
import { type Field, readFields, readMetadata } from './schema.ts';

/**
 * Columns of an Arrow file or stream, or of numbered ones together, read batch by batch. Columns of records, maps,
 * unions, decimals and intervals are left out, but for records of an image and its path.
 *
 * @throws `truncated`, `malformed`, `corrupt`; `data` where files that belong together have other columns
 */
export async function openArrow(source: ByteSource, options: OpenOptions = {}): Promise<Dataset> {
  const head = await source.read(0, Math.min(4, source.size), options.signal);
  if (String.fromCharCode(...head) === 'FEA1') return openFeatherV1(source, options.signal);
  return openArrowFiles(await openShards(source, options), { signal: options.signal });
}

interface ArrowOptions {
  readonly signal?: AbortSignal | undefined;
  /** The data set by its path; by default its first file. */
  readonly path?: string | undefined;
  /** What is known of the columns besides. */
  readonly features?: Features | undefined;
}

/** Files of the same columns, one after another. */
export async function openArrowFiles(
  sources: readonly ByteSource[],
  { signal, path = sources[0]?.path ?? '', features }: ArrowOptions = {},
): Promise<Dataset> {
  const files: ArrowFile[] = [];
  for (const source of sources) files.push(await openFile(source, signal));
  const [first] = files;
  if (!first) throw new CheckpointError({ kind: 'missing', path }, { path });
  const batches = files.flatMap((file) => file.batches.map((batch) => ({ file, ...batch })));
  const known = features ?? first.features;
  const columns = first.fields
    .map((field, at) => columnOf(field, { at, path, feature: known.get(field.name) ?? {} }))
    .filter((column) => column !== null);
  return openChunked({ path, counts: batches.map(({ rows }) => rows), columns }, signal);

  function columnOf(field: Field, { at, feature }: ColumnContext): ChunkedColumn | null {
    const kind = kindOf(field);
    if (kind === null || Number.isNaN(first?.places[at]?.buffer)) return null;
    const values = field.dictionary?.values ?? field;
    return {
      name: field.name,
      kind,
      dtype: kind === 'texts' ? 'string' : innermost(values).dtype,
      shape: feature.shape ?? (isList(values) ? fixedShape(values) : []),
      classes: feature.classes,
      means: feature.means,
      async load(chunk, inner) {
        const batch = batches[chunk];
        const place = batch?.file.places.find((one) => one.field.name === field.name);
        if (!batch || !place || kindOf(place.field) !== kind) {
          const what = `column ${field.name} is not the same in all files`;
          throw new CheckpointError({ kind: 'data', what }, { path });
        }
        const { source, dictionaries } = batch.file;
        const message = await readMessage(source, batch.at, inner);
        if (!message) throw new CheckpointError({ kind: 'changed' }, { path: source.path });
        const opened = openBatch(source, message.header, message.body);
        return readCells(opened, place, await dictionaries(inner), inner);
      },
    };
  }
}

interface ColumnContext {
  readonly at: number;
  readonly path: string;
  readonly feature: ReturnType<Features['get']> & {};
}

interface ArrowFile {
  readonly source: ByteSource;
  readonly fields: readonly Field[];
  readonly places: ReturnType<typeof placesOf>;
  readonly features: Features;
  readonly batches: readonly { readonly at: number; readonly rows: number }[];
  dictionaries(signal?: AbortSignal): Promise<Dictionaries>;
}

async function openFile(source: ByteSource, signal?: AbortSignal): Promise<ArrowFile> {
  const { path } = source;
  const contents = await readContents(source, signal);
  if (contents.schema.i16(0) !== 0) {
    throw new CheckpointError({ kind: 'unsupported', feature: 'big-endian Arrow' }, { path });
  }
  const fields = readFields(contents.schema);
  const batches: { at: number; rows: number }[] = [];
  for (const at of contents.batches) {
    const message = await readMessage(source, at, signal);
    if (message?.kind !== 'batch') {
      throw new CheckpointError(
        { kind: 'malformed', what: 'no batch where one should be' },
        { path },
      );
    }
    const rows = message.header.i64(0);
    if (rows < 0 || rows > 2 ** 31) {
      throw new CheckpointError({ kind: 'malformed', what: `a batch of ${rows} rows` }, { path });
    }
    batches.push({ at, rows });
  }
  let known: Dictionaries | null = null;
  return {
    source,
    fields,
    places: placesOf(fields, { node: 0, buffer: 0, view: 0 }),
    features: parseFeatures(readMetadata(contents.schema, 2).get('huggingface')),
    batches,
    async dictionaries(inner) {
      known ??= await readDictionaries(source, { fields, offsets: contents.dictionaries }, inner);
      return known;
    },
  };
}

/** Later ones of the same id replace those before, or add to them. */
async function readDictionaries(
  source: ByteSource,
  { fields, offsets }: { readonly fields: readonly Field[]; readonly offsets: readonly number[] },
  signal?: AbortSignal,
): Promise<Dictionaries> {
  const found = new Map<number, Cells>();
  for (const offset of offsets) {
    const message = await readMessage(source, offset, signal);
    const data = message?.header.table(1);
    const id = message?.header.i64(0) ?? -1;
    const field = fields.find((one) => one.dictionary?.id === id)?.dictionary?.values;
    if (!message || !data || !field) continue;
    const batch = openBatch(source, data, message.body);
    const place = { field, node: 0, buffer: 0, view: 0 };
    const cells = await readCells(batch, place, found, signal);
    const before = message.header.u8(2) === 1 ? found.get(id) : undefined;
    if (!before && found.has(id)) {
      batch.fail({ kind: 'unsupported', feature: 'a stream that replaces a dictionary' });
    }
    found.set(id, before ? joined(before, cells) : cells);
  }
  return found;
}

function joined(before: Cells, after: Cells): Cells {
  if (before.kind === 'texts' && after.kind === 'texts') {
    return { kind: 'texts', values: [...before.values, ...after.values] };
  }
  if (before.kind === 'numbers' && after.kind === 'numbers') {
    const values = [...Array.from(before.values), ...Array.from(after.values)];
    return { ...before, values, missing: null };
  }
  return after;
}

const isList = ({ layout }: Field) => layout === 'list' || layout === 'fixed-list';

function innermost(field: Field): Field {
  const [child] = field.children;
  return isList(field) && child ? innermost(child) : field;
}

/** Of lists that all have their size in the schema. */
function fixedShape(field: Field): number[] | null {
  const [child] = field.children;
  if (field.layout !== 'fixed-list' || !child) return isList(field) ? null : [];
  const inner = fixedShape(child);
  return inner && [field.size, ...inner];
}

function kindOf(field: Field): Cells['kind'] | null {
  const values = field.dictionary?.values ?? field;
  const { layout, isText } = innermost(values);
  if (isList(values)) return layout === 'number' || layout === 'bool' ? 'numbers' : null;
  if (layout === 'number' || layout === 'bool') return 'numbers';
  if (layout === 'text' || layout === 'binary' || layout === 'view')
    return isText ? 'texts' : 'bytes';
  const isImage = layout === 'struct' && values.children.some(({ name }) => name === 'bytes');
  return isImage || layout === 'fixed-binary' ? 'bytes' : null;
}
