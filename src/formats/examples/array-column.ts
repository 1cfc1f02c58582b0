import type { DatasetColumn } from '#domain/dataset.ts';
import type { Dtype } from '#domain/dtype.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { ExampleColumn } from './column.ts';
import { numbersOf } from './numbers.ts';

/** An array whose first axis counts examples. */
export interface ExampleArray {
  readonly path: string;
  readonly name: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  /** Bytes of elements `[from, to)` of the first axis, row-major and little-endian. */
  rows(from: number, to: number, signal?: AbortSignal): Promise<Uint8Array<ArrayBuffer>>;
}

/** Throws `unsupported` where its elements are no real numbers, when they are read. */
export function arrayColumn(array: ExampleArray): ExampleColumn {
  const { name, dtype, path } = array;
  const shape = array.shape.slice(1);
  const kind = kindOf(name, dtype, shape);
  return {
    column: { name, dtype, shape, ...(kind && { kind }) },
    async numbers({ from, to, signal }, exact) {
      const values = numbersOf(await array.rows(from, to, signal), dtype, exact);
      if (values) return values;
      const problem = { kind: 'unsupported', feature: `inputs of ${dtype}` } as const;
      throw new CheckpointError(problem, { path, tensor: name });
    },
  };
}

const TOKENS =
  /^(?:(?:encoder_|decoder_)?(?:input_)?(?:ids|tokens?)|token_ids|decoder_input_ids)$/i;
const IMAGE = /^(?:x_)?(?:images?|imgs?|pixels?|pixel_values)(?:_(?:test|val|train))?$/i;

/** A picture has at least so many rows and columns. */
const MIN_SIDE = 4;

/** What the numbers are, by their name, type and shape. */
export function kindOf(
  name: string,
  dtype: Dtype,
  shape: readonly number[],
): DatasetColumn['kind'] | undefined {
  if (shape.length === 1 && TOKENS.test(name) && /^u?int/.test(dtype)) return 'tokens';
  const [height = 0, width = 0, channels] = shape;
  if (shape.length < 2 || shape.length > 3 || height < MIN_SIDE || width < MIN_SIDE) {
    return undefined;
  }
  if (channels !== undefined) return [1, 3, 4].includes(channels) ? 'image' : undefined;
  return dtype === 'uint8' || IMAGE.test(name) ? 'image' : undefined;
}
