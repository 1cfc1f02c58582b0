import type { DatasetColumn } from '#domain/dataset.ts';

/** What Hugging Face's datasets say of a column beyond its type. */
export interface Feature {
  readonly classes?: readonly string[];
  readonly shape?: readonly number[];
  readonly means?: DatasetColumn['kind'];
}

export type Features = ReadonlyMap<string, Feature>;

const NONE: Features = new Map();

/**
 * Features by column, from the metadata `huggingface` of a file of Arrow or Parquet, or `dataset_info.json`. What is not
 * understood says nothing.
 *
 * @see https://github.com/huggingface/datasets/blob/main/src/datasets/features/features.py
 */
export function parseFeatures(text: string | undefined): Features {
  if (text === undefined) return NONE;
  try {
    return featuresOf(JSON.parse(text));
  } catch {
    return NONE;
  }
}

/** Of `{ info: { features } }`, `{ features }`, or the front matter of a README: `{ dataset_info: { features: [] } }`. */
export function featuresOf(document: unknown): Features {
  const found =
    at(document, 'info', 'features') ??
    at(document, 'dataset_info', 'features') ??
    at(document, 'features');
  if (Array.isArray(found)) {
    return new Map(
      found.map((one) => [String(at(one, 'name')), featureOf(at(one, 'dtype') ?? one)]),
    );
  }
  if (typeof found !== 'object' || found === null) return NONE;
  return new Map(Object.entries(found).map(([name, one]) => [name, featureOf(one)]));
}

function at(value: unknown, ...keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, key)) return undefined;
    found = (found as Readonly<Record<string, unknown>>)[key];
  }
  return found;
}

function featureOf(value: unknown): Feature {
  const type = at(value, '_type');
  const names = namesOf(at(value, 'names') ?? at(value, 'class_label', 'names'));
  if (names) return { classes: names };
  if (type === 'Image' || value === 'image') return { means: 'image' };
  const shape = at(value, 'shape');
  if (typeof type === 'string' && /^Array[2-5]D$/.test(type) && Array.isArray(shape)) {
    const sizes = shape.map(Number);
    if (sizes.every((size) => Number.isInteger(size) && size > 0)) return { shape: sizes };
  }
  return {};
}

/** A list, or `{ '0': 'cat', '1': 'dog' }` as YAML has it. */
function namesOf(value: unknown): readonly string[] | undefined {
  if (Array.isArray(value)) return value.map(String);
  if (typeof value !== 'object' || value === null) return undefined;
  const entries = Object.entries(value);
  const names = entries.map((_, i) => (value as Readonly<Record<string, unknown>>)[String(i)]);
  return names.every((name) => typeof name === 'string') ? names : undefined;
}
