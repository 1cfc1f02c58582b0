import type { FileMetaData, ParquetParsers, SchemaTree } from 'hyparquet';
import type { Dataset } from '#domain/dataset.ts';
import { CheckpointError, type Problem } from '#domain/problem.ts';
import type { ChunkedColumn } from '#formats/examples/chunked.ts';
import { openChunked } from '#formats/examples/chunked-dataset.ts';
import { type Features, parseFeatures } from '#formats/huggingface-data/features.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { openShards } from '#formats/open-shards.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { type ColumnType, cellsOf, typeOf } from './columns.ts';
import type { Compressors } from './compressors.ts';
import type { ParquetLibrary } from './library.ts';

/** 256 MB: what describes a file is far smaller than what it holds. */
const MAX_METADATA = 256 << 20;

/** 1 GB: a column of one row group is decoded at once. */
const MAX_CHUNK = 2 ** 30;

/** More rows in a group than a column in memory may have. */
const MAX_ROWS = 2 ** 27;

/**
 * Columns of a Parquet file, or of numbered ones together, read by row group. Columns of records, maps and
 * geometries are left out, but for records of an image and its path; times are their numbers.
 * Pages are looked through before they are decoded; their checksums, which few writers make, are compared.
 *
 * @throws `truncated`, `malformed`, `corrupt`; `unsupported` for Brotli, LZO and encryption; `data` where files that
 * belong together have other columns
 */
export async function openParquet(source: ByteSource, options: OpenOptions = {}): Promise<Dataset> {
  const { signal } = options;
  const { path } = source;
  const { library } = await import('./library.ts');
  const files: ParquetFile[] = [];
  for (const one of await openShards(source, options)) {
    files.push(await openFile(one, library, signal));
  }
  const [first] = files;
  const groups = files.flatMap((file) => file.groups.map((group) => ({ file, ...group })));
  const columns: ChunkedColumn[] = [...(first?.types ?? [])].map(([name, type]) => {
    const feature = first?.features.get(name);
    return {
      name,
      kind: type.kind,
      dtype: type.dtype,
      shape: type.isList ? (feature?.shape ?? null) : [],
      classes: feature?.classes,
      means: feature?.means,
      async load(chunk, inner) {
        const group = groups[chunk];
        if (group?.file.types.get(name)?.kind !== type.kind) {
          const what = `column ${name} is not the same in all files`;
          throw new CheckpointError({ kind: 'data', what }, { path });
        }
        return cellsOf(await readColumn(group, name, inner), type);
      },
    };
  });
  return openChunked({ path, counts: groups.map(({ rows }) => rows), columns }, signal);
}

interface Group {
  /** Of its first row in the file. */
  readonly start: number;
  readonly rows: number;
  /** Bytes of each column, not compressed. */
  readonly sizes: ReadonlyMap<string, number>;
}

interface ParquetFile {
  readonly source: ByteSource;
  readonly library: ParquetLibrary;
  readonly metadata: FileMetaData;
  readonly types: ReadonlyMap<string, ColumnType>;
  readonly features: Features;
  readonly groups: readonly Group[];
}

async function openFile(
  source: ByteSource,
  library: ParquetLibrary,
  signal?: AbortSignal,
): Promise<ParquetFile> {
  const { path } = source;
  const metadata = await readMetadata(source, library, signal);
  const types = new Map<string, ColumnType>();
  for (const column of guarded(path, () => library.parquetSchema(metadata)).children) {
    const type = typeOf(column);
    if (type) types.set(column.element.name, type);
  }
  let start = 0;
  const groups = metadata.row_groups.map((group) => {
    const rows = Number(group.num_rows);
    if (rows < 0 || rows > MAX_ROWS) {
      const problem = {
        kind: 'too-large',
        what: 'row group',
        size: rows,
        limit: MAX_ROWS,
      } as const;
      throw new CheckpointError(problem, { path });
    }
    const sizes = new Map<string, number>();
    for (const { meta_data } of group.columns) {
      const name = meta_data?.path_in_schema[0] ?? '';
      const size = Number(meta_data?.total_uncompressed_size ?? 0);
      sizes.set(name, (sizes.get(name) ?? 0) + size);
    }
    start += rows;
    return { start: start - rows, rows, sizes };
  });
  if (start !== Number(metadata.num_rows)) {
    const what = `its row groups have ${start} rows, it says ${metadata.num_rows}`;
    throw new CheckpointError({ kind: 'malformed', what }, { path });
  }
  const said = metadata.key_value_metadata?.find(({ key }) => key === 'huggingface')?.value;
  return { source, library, metadata, types, groups, features: parseFeatures(said) };
}

/** `PAR1 … metadata · u32 its size · PAR1` */
async function readMetadata(
  source: ByteSource,
  library: ParquetLibrary,
  signal?: AbortSignal,
): Promise<FileMetaData> {
  const { path, size } = source;
  const tail = await source.read(Math.max(0, size - 8), size, signal);
  const magic = String.fromCharCode(...tail.subarray(-4));
  if (magic === 'PARE') {
    throw new CheckpointError({ kind: 'unsupported', feature: 'encrypted Parquet' }, { path });
  }
  if (magic !== 'PAR1' || size < 12) {
    throw new CheckpointError({ kind: 'truncated', needed: size + 1, size }, { path });
  }
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  if (length > size - 12 || length > MAX_METADATA) {
    throw new CheckpointError({ kind: 'malformed', what: 'a footer that cannot be' }, { path });
  }
  const footer = await source.read(size - 8 - length, size, signal);
  return guarded(path, () =>
    library.parquetMetadata(footer, { geoparquet: false, parsers: PARSERS }),
  );
}

/** Numbers stay numbers, and JSON its text. */
const PARSERS: Partial<ParquetParsers> = {
  timestampFromMilliseconds: Number,
  timestampFromMicroseconds: Number,
  timestampFromNanoseconds: Number,
  dateFromDays: (days) => days,
  jsonFromBytes: (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes),
};

async function readColumn(
  {
    file: { source, library, metadata },
    start,
    rows,
    sizes,
  }: Group & { readonly file: ParquetFile },
  name: string,
  signal?: AbortSignal,
): Promise<ArrayLike<unknown>> {
  const { path } = source;
  const size = sizes.get(name) ?? 0;
  if (size > MAX_CHUNK) {
    const problem = { kind: 'too-large', what: 'row group', size, limit: MAX_CHUNK } as const;
    throw new CheckpointError(problem, { path });
  }
  const compressors = library.compressorsFor(path);
  const chunks = await readChunks(
    { source, metadata, library, compressors },
    { start, name },
    signal,
  );
  const file = {
    byteLength: source.size,
    async slice(from: number, to = source.size) {
      const chunk = chunks.find((one) => one.from <= from && to <= one.from + one.bytes.length);
      if (!chunk) return (await source.read(from, to, signal)).buffer;
      return chunk.bytes.slice(from - chunk.from, to - chunk.from).buffer;
    },
  };
  const decoded: ArrayLike<unknown> = await library
    .parquetReadColumn({
      file,
      metadata,
      columns: [name],
      rowStart: start,
      rowEnd: start + rows,
      compressors,
      utf8: false,
      geoparquet: false,
      parsers: PARSERS,
    })
    .catch((error: unknown) => {
      signal?.throwIfAborted();
      throw asProblem(error, path);
    });
  if (decoded.length !== rows) {
    const what = `column ${name} has ${decoded.length} rows of ${rows}`;
    throw new CheckpointError({ kind: 'malformed', what }, { path });
  }
  return decoded;
}

/** The chunks of a column in the row group that begins at a row, looked through. */
async function readChunks(
  {
    source,
    metadata,
    library,
    compressors,
  }: Pick<ParquetFile, 'source' | 'metadata' | 'library'> & { readonly compressors: Compressors },
  { start, name }: { readonly start: number; readonly name: string },
  signal?: AbortSignal,
) {
  const { path } = source;
  const fail = (problem: Problem): never => {
    throw new CheckpointError(problem, { path });
  };
  let first = 0;
  const group = metadata.row_groups.find(({ num_rows }) => {
    first += Number(num_rows);
    return first > start;
  });
  const chunks: { readonly from: number; readonly bytes: Uint8Array<ArrayBuffer> }[] = [];
  for (const { meta_data: facts, file_path } of group?.columns ?? []) {
    if (facts?.path_in_schema[0] !== name) continue;
    if (file_path) fail({ kind: 'unsupported', feature: 'Parquet with columns in other files' });
    const data = Number(facts.data_page_offset);
    const dictionary = Number(facts.dictionary_page_offset ?? 0);
    const from = dictionary > 0 ? Math.min(dictionary, data) : data;
    const to = from + Number(facts.total_compressed_size);
    if (from < 0 || to < from || to - from > MAX_CHUNK) {
      fail({ kind: 'malformed', what: `column ${name} lies where nothing can` });
    }
    const bytes = await source.read(from, to, signal);
    const { repetition, definition } = levelsOf(metadata, facts.path_in_schema, library);
    const values = Number(facts.num_values);
    const said = { codec: facts.codec, values, repetition, definition, path };
    guarded(path, () => library.checkPages(bytes, said, compressors, fail));
    chunks.push({ from, bytes });
  }
  return chunks;
}

/** The largest levels of a column: how many of the fields that lead to it are repeated, and may be missing. */
function levelsOf(
  metadata: FileMetaData,
  names: readonly string[],
  { parquetSchema }: ParquetLibrary,
): { readonly repetition: number; readonly definition: number } {
  let [repetition, definition] = [0, 0];
  let at: SchemaTree | undefined = parquetSchema(metadata);
  for (const name of names) {
    at = at?.children.find(({ element }) => element.name === name);
    const type = at?.element.repetition_type;
    if (type === 'REPEATED') repetition++;
    if (type !== 'REQUIRED') definition++;
  }
  return { repetition, definition };
}

function guarded<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw asProblem(error, path);
  }
}

/** The library tells what is wrong in words. */
function asProblem(error: unknown, path: string): CheckpointError {
  if (error instanceof CheckpointError) return error;
  const said = error instanceof Error ? error.message.replace(/^parquet /, '') : String(error);
  const problem: Problem = /unsupported|not supported/.test(said)
    ? { kind: 'unsupported', feature: `Parquet: ${said}` }
    : { kind: 'malformed', what: said };
  return new CheckpointError(problem, { path }, { cause: error });
}
