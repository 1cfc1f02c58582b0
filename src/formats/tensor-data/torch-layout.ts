import type { DatasetColumn } from '#domain/dataset.ts';
import { classesOf } from '#domain/labels.ts';
import { type Checkpoint, elementCount, type TensorInfo } from '#domain/tensor.ts';
import { Call, type PickleValue } from '#encodings/pickle/values.ts';
import type { ExampleColumn } from '#formats/examples/column.ts';
import { dataError, rowOf } from '#formats/examples/dataset.ts';
import { numbersOf } from '#formats/examples/numbers.ts';
import type { Assembled } from '#formats/pytorch/assemble.ts';
import { entriesOf, keyText, listOf } from '#formats/pytorch/inert.ts';
import { numpyScalar } from '#formats/pytorch/numpy.ts';
import { type Counted, tensorColumn } from './tensor-columns.ts';

interface Context {
  readonly path: string;
  readonly read: Checkpoint['read'];
}

/** How a pickled value is taken apart into columns. */
interface Layout {
  readonly columns: readonly Counted[];
  /** The second of two that have no names. */
  readonly answer?: string | undefined;
  /** Its form alone says that it is a data set. */
  readonly isData: boolean;
}

/** Parts of a data set, the one to evaluate on first. */
const SPLITS = [/^test/i, /^val|^dev|^eval/i, /./];

/** A pickled value as columns: a dictionary, a tuple, an object that holds `tensors`, or a list of samples. */
export function layOut(
  { value, tensors }: Pick<Assembled, 'value' | 'tensors'>,
  context: Context,
): Layout {
  const from = new Walk(tensors, context);
  return from.layout(value, []);
}

type Path = readonly string[];

class Walk {
  readonly #tensors: ReadonlyMap<string, TensorInfo>;
  readonly #context: Context;

  constructor(tensors: ReadonlyMap<string, TensorInfo>, context: Context) {
    this.#tensors = tensors;
    this.#context = context;
  }

  layout(value: PickleValue, path: Path): Layout {
    const entries = entriesOf(value) ?? stateOf(value);
    if (entries) return this.#dictionary(entries, path, value instanceof Call);
    const list = listOf(value) ?? [];
    const isSamples = list.length > 0 && list.every((one) => listOf(one) ?? entriesOf(one));
    if (isSamples && !list.every(isPlainList)) return this.#samples(list, path);
    const columns = list.flatMap((one, i) => this.#column(one, [...path, String(i)]));
    const isPair = list.length === 2 && isQuestionAndAnswer(columns);
    return { columns, answer: isPair ? columns[1]?.one.column.name : undefined, isData: isPair };
  }

  #dictionary(entries: readonly Entry[], path: Path, isObject: boolean): Layout {
    const columns = entries.flatMap(([key, value]) => this.#column(value, [...path, keyText(key)]));
    if (columns.length > 0) return { columns, isData: false };
    for (const [key, value] of splitsOf(entries)) {
      const inner = this.layout(value, [...path, keyText(key)]);
      const isTensors = isObject && keyText(key) === 'tensors';
      if (inner.columns.length > 0) return { ...inner, isData: isTensors || inner.isData };
    }
    return { columns: [], isData: false };
  }

  /** A tensor, or a list of numbers or words. */
  #column(value: PickleValue, path: Path): Counted[] {
    const info = this.#tensors.get(path.join('.'));
    if (info) {
      const column = tensorColumn(info, this.#context);
      return column ? [column] : [];
    }
    const list = listOf(value);
    return list && list.length > 0 ? listColumn(list, path.join('.')) : [];
  }

  #samples(samples: readonly PickleValue[], path: Path): Layout {
    const [first = null] = samples;
    const keys = partsOf(first).map(([key]) => key);
    const columns = keys.flatMap((key) => {
      const values = samples.map(
        (sample) => partsOf(sample).find(([one]) => one === key)?.[1] ?? null,
      );
      const paths = samples.map((_, i) => [...path, String(i), key].join('.'));
      const stacked = this.#stacked(key, paths);
      return stacked.length > 0 ? stacked : listColumn(values, key);
    });
    const isPair = keys.length === 2 && listOf(first) !== undefined;
    return { columns, answer: isPair ? keys[1] : undefined, isData: columns.length > 1 };
  }

  /** Tensors of one example each, as one column. */
  #stacked(name: string, paths: readonly string[]): Counted[] {
    const { path, read } = this.#context;
    const infos = paths.map((one) => this.#tensors.get(one));
    const [first] = infos;
    if (!first) return [];
    const { dtype, shape } = first;
    const column: DatasetColumn = { name, dtype, shape };
    const each = elementCount(shape);
    const one: ExampleColumn = {
      column,
      async numbers({ from, to, signal }, exact) {
        const values = new Float64Array((to - from) * each);
        for (let row = from; row < to; row++) {
          const info = infos[row];
          if (info?.shape.join() !== shape.join()) {
            const said = info ? `[${info.shape.join(', ')}]` : 'no tensor';
            throw dataError(
              path,
              `${rowOf(name, row)}: it is ${said}, the first [${shape.join(', ')}]`,
              row,
            );
          }
          const part = numbersOf(await read(info.name, { signal }), info.dtype, exact);
          if (!part) throw dataError(path, `${rowOf(name, row)}: it is of ${info.dtype}`, row);
          values.set(part, (row - from) * each);
        }
        return values;
      },
    };
    return [{ one, count: paths.length }];
  }
}

/** As many of one as of the other, of which there are few numbers each. */
function isQuestionAndAnswer([x, y]: readonly Counted[]): boolean {
  if (!x || !y || x.count !== y.count || x.count < 2) return false;
  const [asked, told] = [x, y].map(({ one }) => elementCount(one.column.shape));
  return (told ?? 0) <= (asked ?? 0) && y.one.column.shape.length <= 1;
}

type Entry = readonly [PickleValue, PickleValue];

/** What an object would have in its `__dict__`. */
function stateOf(value: PickleValue): Entry[] | undefined {
  if (!(value instanceof Call) || value.state === undefined) return undefined;
  const isPart = (part: PickleValue) => part !== null && entriesOf(part) !== undefined;
  const parts = isPart(value.state) ? [value.state] : (listOf(value.state) ?? []).filter(isPart);
  return parts.length > 0 ? parts.flatMap((part) => entriesOf(part) ?? []) : undefined;
}

/** Entries in the order in which they are looked into. */
function splitsOf(entries: readonly Entry[]): Entry[] {
  const rank = ([key]: Entry) => SPLITS.findIndex((pattern) => pattern.test(keyText(key)));
  return [...entries].sort((a, b) => rank(a) - rank(b));
}

/** Members of a sample by their names or places. */
function partsOf(sample: PickleValue): (readonly [string, PickleValue])[] {
  const entries = entriesOf(sample);
  if (entries) return entries.map(([key, value]) => [keyText(key), value] as const);
  return (listOf(sample) ?? []).map((value, i) => [String(i), value] as const);
}

const isNumber = (value: PickleValue) =>
  typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint';

/** A list of numbers alone: a row of a matrix, no sample of several parts. */
const isPlainList = (value: PickleValue) => (listOf(value) ?? [null]).every(isNumber);

/** Python's numbers or words, one per example, or lists of as many numbers. */
function listColumn(values: readonly PickleValue[], name: string): Counted[] {
  const count = values.length;
  const list = values.map((value) =>
    value instanceof Call ? (numpyScalar(value) ?? value) : value,
  );
  if (list.every((value) => typeof value === 'string')) {
    const words = list.filter((value) => typeof value === 'string');
    const column = { name, dtype: 'string', shape: [], classes: classesOf(words) } as const;
    return [{ one: { column, words: async ({ from, to }) => words.slice(from, to) }, count }];
  }
  const rows = list.map((value) => (isNumber(value) ? [value] : (listOf(value) ?? [])));
  const width = rows[0]?.length ?? 0;
  if (width === 0 || !rows.every((row) => row.length === width && row.every(isNumber))) return [];
  const numbers = Float64Array.from(rows.flat(), Number);
  const dtype = numbers.every(Number.isInteger) ? 'int64' : 'float64';
  const shape = isNumber(list[0] ?? null) ? [] : [width];
  const one: ExampleColumn = {
    column: { name, dtype, shape },
    numbers: async ({ from, to }) => numbers.slice(from * width, to * width),
  };
  return [{ one, count }];
}
