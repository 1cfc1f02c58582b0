import type { BatchRequest, Dataset, DatasetBatch, DatasetColumn } from '#domain/dataset.ts';
import {
  classesOf,
  findLabelName,
  type LabelProblem,
  labelsOfNumbers,
  labelsOfOneHot,
} from '#domain/labels.ts';
import { CheckpointError, type Problem } from '#domain/problem.ts';
import { elementCount } from '#domain/tensor.ts';
import { widen } from '#domain/widen.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { type NpzArray, openArrays } from './arrays.ts';

/** Words of a label column are counted into classes; more of them are no classes. */
const MAX_WORDS = 2 ** 22;

type Fail = (problem: Problem, tensor?: string) => never;

/**
 * Arrays of an `.npz` archive as columns: all whose first axis is as long as that of the labels.
 * Throws `malformed` for arrays that do not go together, `unsafe` for pickled ones.
 */
export async function openNpz(source: ByteSource, { signal }: OpenOptions = {}): Promise<Dataset> {
  const fail: Fail = (problem, tensor) => {
    const place = { path: source.path, ...(tensor === undefined ? {} : { tensor }) };
    throw new CheckpointError(problem, place);
  };
  const arrays = await openArrays(source, signal);
  const { used, label, count } = chooseArrays(arrays, fail);
  const words = new Map<string, Words>();
  for (const array of used) {
    if (isWords(array)) words.set(array.name, await readWords(array, fail, signal));
  }
  const byName = new Map(used.map((array) => [array.name, array]));

  function find(name: string): NpzArray {
    const array = byName.get(name);
    if (!array) throw new RangeError(`No column ${name}`);
    return array;
  }

  return {
    count,
    columns: used.map((array) => columnOf(array, words.get(array.name))),
    tabular: false,
    label,
    async read(request) {
      checkRange(request, count);
      const { from, to, signal } = request;
      const inputs: DatasetBatch['inputs'][number][] = [];
      for (const name of request.inputs) {
        const { header, values } = await readNumbers(find(name), { from, to, signal }, fail);
        const row = elementCount(header.shape.slice(1));
        const broken = values.findIndex((value) => !Number.isFinite(value));
        if (broken >= 0) {
          const what = `${rowOf(name, from + Math.floor(broken / row))} holds ${values[broken]}`;
          fail({ kind: 'malformed', what }, name);
        }
        inputs.push({ shape: [to - from, ...header.shape.slice(1)], values });
      }
      if (request.label === null) return { inputs, labels: null };
      const known = words.get(request.label);
      const labels = known
        ? known.labels.slice(from, to)
        : await readLabels(find(request.label), { from, to, signal }, fail);
      return { inputs, labels };
    },
  };
}

interface Chosen {
  readonly used: readonly NpzArray[];
  readonly label: string | null;
  readonly count: number;
}

/** The label, and all arrays that have as many examples. */
function chooseArrays(arrays: readonly NpzArray[], fail: Fail): Chosen {
  const readable = arrays.filter(isReadable);
  const label = findLabelName(readable.map(({ name }) => name)) ?? null;
  const count = countOf(readable, label);
  const used = readable.filter(({ header }) => header.shape[0] === count);
  if (!used.some((array) => array.name !== label && !isWords(array))) {
    const pickled = arrays.find(
      ({ header }) => header.element.kind === 'other' && header.element.unsafe,
    );
    if (pickled) fail({ kind: 'unsafe', what: 'its elements are pickled objects' }, pickled.name);
    const counts = readable.map(({ name, header }) => `${name} has ${header.shape[0]} examples`);
    const what = counts.length > 0 ? counts.join(', ') : 'it holds no arrays of numbers';
    fail({ kind: 'malformed', what });
  }
  if (count === 0) fail({ kind: 'malformed', what: 'it holds no examples' });
  return { used, label, count };
}

/** Numbers that are real, of at least one axis; texts of exactly one. */
function isReadable({ header: { element, shape } }: NpzArray): boolean {
  if (shape.length === 0 || element.kind === 'other') return false;
  return element.kind === 'number' ? !element.dtype.startsWith('complex') : shape.length === 1;
}

function isWords({ header }: NpzArray): boolean {
  return header.element.kind === 'unicode' || header.element.kind === 'bytes';
}

/** As many as there are labels, else as most arrays have. */
function countOf(arrays: readonly NpzArray[], label: string | null): number {
  const labelled = arrays.find(({ name }) => name === label);
  if (labelled) return labelled.header.shape[0] ?? 0;
  const votes = new Map<number, number>();
  for (const { header } of arrays) {
    const [count = 0] = header.shape;
    votes.set(count, (votes.get(count) ?? 0) + 1);
  }
  return [...votes].sort(([a, m], [b, n]) => n - m || b - a)[0]?.[0] ?? 0;
}

interface Words {
  readonly classes: readonly string[];
  readonly labels: Int32Array<ArrayBuffer>;
}

async function readWords(array: NpzArray, fail: Fail, signal?: AbortSignal): Promise<Words> {
  const { name, header } = array;
  const size = elementCount(header.shape);
  if (size > MAX_WORDS) fail({ kind: 'too-large', what: name, size, limit: MAX_WORDS }, name);
  const texts = await array.texts(signal);
  const classes = classesOf(texts);
  const indices = new Map(classes.map((word, index) => [word, index]));
  return { classes, labels: Int32Array.from(texts, (word) => indices.get(word) ?? -1) };
}

function columnOf({ name, header }: NpzArray, words: Words | undefined): DatasetColumn {
  const { element, shape } = header;
  const dtype = element.kind === 'number' ? element.dtype : 'string';
  const column = { name, dtype, shape: shape.slice(1) };
  return words ? { ...column, classes: words.classes } : column;
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly signal?: AbortSignal | undefined;
}

async function readNumbers(array: NpzArray, { from, to, signal }: Range, fail: Fail) {
  const { header, name } = array;
  if (header.element.kind !== 'number') {
    return fail({ kind: 'malformed', what: `${name} holds texts, not numbers` }, name);
  }
  const values = widen(await array.rows(from, to, signal), header.element.dtype);
  return values
    ? { header, values }
    : fail({ kind: 'unsupported', feature: `inputs of ${header.element.dtype}` }, name);
}

/** Class indices, or rows of zeros with a single one. */
async function readLabels(
  array: NpzArray,
  range: Range,
  fail: Fail,
): Promise<Int32Array<ArrayBuffer>> {
  const { header, values } = await readNumbers(array, range, fail);
  const classes = elementCount(header.shape.slice(1));
  if (header.shape.length > 2 || classes === 0) {
    const shape = header.shape.slice(1).join(' × ');
    return fail({ kind: 'malformed', what: `${array.name} holds ${shape} numbers per example` });
  }
  const labels = classes === 1 ? labelsOfNumbers(values) : labelsOfOneHot(values, classes);
  return isProblem(labels)
    ? fail(
        {
          kind: 'malformed',
          what: `${rowOf(array.name, range.from + labels.row)}: ${labels.what}`,
        },
        array.name,
      )
    : labels;
}

function rowOf(name: string, row: number): string {
  return `row ${row} of ${name} (counted from 0)`;
}

function isProblem(labels: Int32Array | LabelProblem): labels is LabelProblem {
  return 'what' in labels;
}

function checkRange({ from, to }: BatchRequest, count: number): void {
  if (!(from >= 0 && from <= to && to <= count)) {
    throw new RangeError(`[${from}, ${to}) is not within the ${count} examples`);
  }
}
