import type { Dataset } from '#domain/dataset.ts';
import { classesOf, findLabelName } from '#domain/labels.ts';
import { elementCount } from '#domain/tensor.ts';
import { kindOf } from '#formats/examples/array-column.ts';
import type { ExampleColumn, Rows } from '#formats/examples/column.ts';
import { dataError, datasetOf, rowOf } from '#formats/examples/dataset.ts';
import { imageColumn } from '#formats/examples/image-column.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { openShards } from '#formats/open-shards.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { baseOf } from '#io/path.ts';
import { type FeatureSpan, firstBytes, readExample, readNumbers } from './example.ts';
import { featureWatch, type SeenFeature } from './features.ts';
import { indexRecords, type Record, type Records } from './records.ts';
import { unpackedSource } from './unpacked.ts';

/**
 * Records of `tf.train.Example` as columns, a feature each: one number, as many as all records have, an image, a
 * text, or bytes as pixels. Lists of whole numbers that vary in length are tokens, filled up with 0. All records
 * are gone through once, to compare their checksums; where they lie is kept, and nothing else.
 *
 * @throws `corrupt` or `truncated` with the record, `malformed` for records that are no examples; `data` with the
 * row for a feature that is missing or of another length, when it is read
 */
export async function openTfRecord(
  source: ByteSource,
  options: OpenOptions = {},
): Promise<Dataset> {
  const { signal } = options;
  const { path } = source;
  const shards = await openShards(source, options);
  const plain: ByteSource[] = [];
  for (const shard of shards) plain.push(await unpackedSource(shard, signal));
  const watch = featureWatch();
  const records = await indexRecords(plain, watch.visit, signal);
  const features = [...watch.features.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const read = lastBatch(records);
  const columns = features
    .map((feature) => columnOf(feature, { path, features, count: records.count, read }))
    .filter((column) => column !== null);
  const { count } = records;
  return datasetOf({ path, count, columns, answer: answerOf(columns), signal });
}

/** The label by the last part of its name: `image/class/label`; a number before a text. */
function answerOf(columns: readonly ExampleColumn[]): string | undefined {
  const byNumber = [...columns].sort((a, b) => Number(!a.numbers) - Number(!b.numbers));
  const names = byNumber.map(({ column }) => column.name);
  const last = findLabelName(names.map(baseOf));
  return findLabelName(names) ?? names.find((name) => baseOf(name) === last);
}

interface Example {
  readonly record: Record;
  readonly features: ReadonlyMap<string, FeatureSpan>;
}

type ReadExamples = (rows: Rows) => Promise<readonly Example[]>;

/** Columns of one batch are asked for one after another: its records are read once. */
function lastBatch(records: Records): ReadExamples {
  let last: { readonly key: string; readonly examples: Promise<readonly Example[]> } | null = null;
  const read = async ({ from, to, signal }: Rows) =>
    (await records.read(from, to, signal)).map((record) => ({
      record,
      features: readExample(record.bytes, [record.from, record.to], record.path),
    }));
  return async (rows) => {
    const key = `${rows.from}-${rows.to}`;
    if (last?.key === key) {
      const known = await last.examples.catch(() => null);
      rows.signal?.throwIfAborted();
      if (known) return known;
    }
    const examples = read(rows);
    last = { key, examples };
    return examples;
  };
}

interface Context {
  readonly path: string;
  readonly features: readonly SeenFeature[];
  readonly count: number;
  readonly read: ReadExamples;
}

function columnOf(feature: SeenFeature, context: Context): ExampleColumn | null {
  if (feature.kind !== 'bytes') return numberColumn(feature, context);
  if (feature.most > 1) return null;
  if (feature.content === 'image') return imagesOf(feature, context);
  if (feature.content === 'text') return wordColumn(feature, context);
  return feature.hasOneLength ? rawColumn(feature, context) : null;
}

function numberColumn(feature: SeenFeature, { path, read }: Context): ExampleColumn {
  const { name, kind, least, most } = feature;
  const dtype = kind === 'int64' ? 'int64' : 'float32';
  const isTokens = dtype === 'int64' && least !== most;
  const shape = most === 1 && least === 1 ? [] : [most];
  const known = isTokens ? 'tokens' : kindOf(name, dtype, shape);
  return {
    column: { name, dtype, shape, ...(known && { kind: known }) },
    async numbers(rows, exact) {
      const size = (rows.to - rows.from) * most;
      const values = exact ? new Float64Array(size) : new Float32Array(size);
      for (const [i, { record, features }] of (await read(rows)).entries()) {
        const span = features.get(name);
        const row = rows.from + i;
        if (!span) throw dataError(path, `${rowOf(name, row)}: it is missing`, row);
        const numbers = readNumbers(record.bytes, span, record.path);
        if (numbers.length !== most && !isTokens) {
          const what = `${rowOf(name, row)}: it has ${numbers.length} numbers, others have ${most}`;
          throw dataError(path, what, row);
        }
        values.set(numbers, i * most);
      }
      return values;
    },
  };
}

/** The value of a feature of bytes in each row. */
async function bytesOf(name: string, rows: Rows, read: ReadExamples) {
  return (await read(rows)).map(({ record, features }) => {
    const span = features.get(name);
    return span ? firstBytes(record.bytes, span, record.path) : null;
  });
}

function imagesOf({ name, sizes, present }: SeenFeature, { path, read }: Context): ExampleColumn {
  return imageColumn({
    path,
    name,
    sizes,
    complete: sizes.length === present,
    read: (rows) => bytesOf(name, rows, read),
  });
}

function wordColumn({ name, words }: SeenFeature, { read, count }: Context): ExampleColumn {
  const isText = !words || (words.size > FEW && words.size > count / 2);
  const described = isText ? ({ kind: 'text' } as const) : { classes: classesOf(words) };
  const decoder = new TextDecoder();
  return {
    column: { name, dtype: 'string', shape: [], ...described },
    words: async (rows) =>
      (await bytesOf(name, rows, read)).map((value) => value && decoder.decode(value)),
  };
}

/** Texts that are nearly all different, and more than these, are no classes. */
const FEW = 20;

/** Bytes that are no image and no text: pixels, in the shape that other features give. */
function rawColumn({ name, length }: SeenFeature, context: Context): ExampleColumn {
  const { path, read } = context;
  const shape = pixelShape(name, length, context.features) ?? [length];
  return {
    column: { name, dtype: 'uint8', shape, ...(shape.length === 3 ? { kind: 'image' } : {}) },
    async numbers(rows) {
      const values = new Float32Array((rows.to - rows.from) * length);
      for (const [i, value] of (await bytesOf(name, rows, read)).entries()) {
        const row = rows.from + i;
        if (!value) throw dataError(path, `${rowOf(name, row)}: it is missing`, row);
        values.set(value, i * length);
      }
      return values;
    },
  };
}

/** `height`, `width` and `depth` beside a feature or in its folder, where they make up its length. */
function pixelShape(
  name: string,
  length: number,
  features: readonly SeenFeature[],
): readonly number[] | null {
  const folder = name.slice(0, name.lastIndexOf('/') + 1);
  const sides = features.filter(
    (one) => one.kind === 'int64' && one.most === 1 && one.name.startsWith(folder),
  );
  const sideOf = (pattern: RegExp): number | undefined =>
    sides.find((one) => pattern.test(one.name.slice(folder.length)))?.first[0];
  const height = sideOf(/^(?:image_)?(?:height|rows)$/i);
  const width = sideOf(/^(?:image_)?(?:width|cols|columns)$/i);
  if (height === undefined || width === undefined) return null;
  const channels = sideOf(/^(?:image_)?(?:depth|channels)$/i) ?? length / (height * width);
  const shape = [height, width, channels];
  return elementCount(shape) === length && Number.isInteger(channels) ? shape : null;
}
