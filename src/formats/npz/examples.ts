import type { Dataset } from '#domain/dataset.ts';
import { classesOf, findLabelName } from '#domain/labels.ts';
import { CheckpointError, type Problem } from '#domain/problem.ts';
import { elementCount } from '#domain/tensor.ts';
import { arrayColumn } from '#formats/examples/array-column.ts';
import type { ExampleColumn } from '#formats/examples/column.ts';
import { dataError, datasetOf } from '#formats/examples/dataset.ts';
import type { NpzArray } from './arrays.ts';

/** Words of a column are counted into classes; more of them are no classes. */
const MAX_WORDS = 2 ** 22;

/** A column of more different words is text. */
const MAX_CLASSES = 2 ** 14;

/** Names of the classes, in the order of their indices, beside the examples. */
const CLASS_NAMES = /^(?:(?:class|target|label)_?names?|classes|categories)$/i;

/** Arrays that may be columns, and what is known of them. */
export interface ArraysOfExamples {
  readonly path: string;
  readonly arrays: readonly NpzArray[];
  /** The array that is the answer, where its name does not say so. */
  readonly answer?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Arrays that NumPy saved as columns: all whose first axis is as long as that of the labels.
 * Throws `data` for arrays that do not go together, `unsafe` for pickled ones.
 */
export async function examplesOf(given: ArraysOfExamples): Promise<Dataset> {
  const { path, arrays, signal } = given;
  const { used, answer, count } = chooseArrays(given);
  const columns: ExampleColumn[] = [];
  for (const array of used) {
    columns.push(
      isWords(array) ? await wordColumn(array, path, signal) : numberColumn(array, path),
    );
  }
  const names = await classNames(arrays, used, signal);
  const named = columns.map((one) =>
    one.column.name === answer && names && one.numbers && fitsNames(one, names)
      ? { ...one, column: { ...one.column, classes: names } }
      : one,
  );
  return datasetOf({ path, count, columns: named, answer, signal });
}

interface Chosen {
  readonly used: readonly NpzArray[];
  readonly answer: string | undefined;
  readonly count: number;
}

function chooseArrays({ path, arrays, answer: given }: ArraysOfExamples): Chosen {
  const readable = arrays.filter((array) => isReadable(array) && !namesClasses(array, arrays));
  const answer = given ?? findLabelName(readable.map(({ name }) => name));
  const count = countOf(readable, answer);
  const used = readable.filter(({ header }) => header.shape[0] === count);
  if (!used.some((array) => array.name !== answer && !isWords(array)))
    refuse(path, arrays, readable);
  return { used, answer, count };
}

/** Says why nothing in a file goes together. */
function refuse(path: string, arrays: readonly NpzArray[], readable: readonly NpzArray[]): never {
  const fail = (problem: Problem, tensor: string): never => {
    throw new CheckpointError(problem, { path, tensor });
  };
  for (const { name, header } of arrays) {
    if (header.element.kind !== 'other') continue;
    if (header.element.unsafe) {
      fail({ kind: 'unsafe', what: 'its elements are pickled objects' }, name);
    }
    fail({ kind: 'unsupported', feature: `an array of ${header.element.name}` }, name);
  }
  const counts = readable.map(({ name, header }) => `${name} has ${header.shape[0]} examples`);
  throw dataError(path, counts.length > 0 ? counts.join(', ') : 'it holds no arrays of numbers');
}

/** Numbers that are real, of at least one axis; texts of exactly one. */
function isReadable({ header: { element, shape } }: NpzArray): boolean {
  if (shape.length === 0 || element.kind === 'other') return false;
  return element.kind === 'number' ? !element.dtype.startsWith('complex') : shape.length === 1;
}

function isWords({ header }: NpzArray): boolean {
  return header.element.kind === 'unicode' || header.element.kind === 'bytes';
}

/** Texts under such a name, of which there are not as many as of anything else. */
function namesClasses(array: NpzArray, arrays: readonly NpzArray[]): boolean {
  if (!isWords(array) || !CLASS_NAMES.test(array.name)) return false;
  const [count] = array.header.shape;
  return !arrays.some((other) => other !== array && other.header.shape[0] === count);
}

/** As many as there are labels, else as most arrays have. */
function countOf(arrays: readonly NpzArray[], label: string | undefined): number {
  const labelled = arrays.find(({ name }) => name === label);
  if (labelled) return labelled.header.shape[0] ?? 0;
  const votes = new Map<number, number>();
  for (const { header } of arrays) {
    const [count = 0] = header.shape;
    votes.set(count, (votes.get(count) ?? 0) + 1);
  }
  return [...votes].sort(([a, m], [b, n]) => n - m || b - a)[0]?.[0] ?? 0;
}

function numberColumn({ name, header, rows }: NpzArray, path: string): ExampleColumn {
  const { element, shape } = header;
  if (element.kind !== 'number') throw new RangeError(`${name} holds no numbers`);
  return arrayColumn({ path, name, dtype: element.dtype, shape, rows });
}

async function wordColumn(
  array: NpzArray,
  path: string,
  signal?: AbortSignal,
): Promise<ExampleColumn> {
  const { name, header } = array;
  const size = elementCount(header.shape);
  if (size > MAX_WORDS) {
    const problem = { kind: 'too-large', what: name, size, limit: MAX_WORDS } as const;
    throw new CheckpointError(problem, { path, tensor: name });
  }
  const texts = await array.texts(signal);
  const classes = classesOf(texts);
  const isText = classes.length > MAX_CLASSES;
  return {
    column: { name, dtype: 'string', shape: [], ...(isText ? { kind: 'text' } : { classes }) },
    words: async ({ from, to }) => texts.slice(from, to),
  };
}

async function classNames(
  arrays: readonly NpzArray[],
  used: readonly NpzArray[],
  signal?: AbortSignal,
): Promise<readonly string[] | undefined> {
  const array = arrays.find((one) => isWords(one) && CLASS_NAMES.test(one.name));
  if (!array || used.includes(array) || elementCount(array.header.shape) > MAX_CLASSES) {
    return undefined;
  }
  return array.texts(signal);
}

/** Whether an answer may be about so many classes: one number, or one for each. */
function fitsNames({ column: { shape } }: ExampleColumn, names: readonly string[]): boolean {
  const each = elementCount(shape);
  return each === 1 || each === names.length;
}
