import type { Dtype } from '#domain/dtype.ts';

/** A type of the elements of a tensor: so many of them in a block of so many bytes. */
export interface BlockType {
  readonly name: string;
  readonly elements: number;
  readonly bytes: number;
  /** The type as which a single element is stored; absent where elements only exist in blocks. */
  readonly dtype?: Dtype;
}

const plain = (name: string, dtype: Dtype, bytes: number): BlockType => ({
  name,
  elements: 1,
  bytes,
  dtype,
});
const blocks = (name: string, elements: number, bytes: number): BlockType => ({
  name,
  elements,
  bytes,
});

/**
 * By their numbers in files. Those that are not here were withdrawn before files had them.
 * @see https://github.com/ggml-org/ggml/blob/master/include/ggml.h `enum ggml_type`
 * @see https://github.com/ggml-org/ggml/blob/master/src/ggml-common.h for the blocks
 */
export const TYPES: ReadonlyMap<number, BlockType> = new Map([
  [0, plain('f32', 'float32', 4)],
  [1, plain('f16', 'float16', 2)],
  [2, blocks('q4_0', 32, 18)],
  [3, blocks('q4_1', 32, 20)],
  [6, blocks('q5_0', 32, 22)],
  [7, blocks('q5_1', 32, 24)],
  [8, blocks('q8_0', 32, 34)],
  [9, blocks('q8_1', 32, 36)],
  [10, blocks('q2_k', 256, 84)],
  [11, blocks('q3_k', 256, 110)],
  [12, blocks('q4_k', 256, 144)],
  [13, blocks('q5_k', 256, 176)],
  [14, blocks('q6_k', 256, 210)],
  [15, blocks('q8_k', 256, 292)],
  [16, blocks('iq2_xxs', 256, 66)],
  [17, blocks('iq2_xs', 256, 74)],
  [18, blocks('iq3_xxs', 256, 98)],
  [19, blocks('iq1_s', 256, 50)],
  [20, blocks('iq4_nl', 32, 18)],
  [21, blocks('iq3_s', 256, 110)],
  [22, blocks('iq2_s', 256, 82)],
  [23, blocks('iq4_xs', 256, 136)],
  [24, plain('i8', 'int8', 1)],
  [25, plain('i16', 'int16', 2)],
  [26, plain('i32', 'int32', 4)],
  [27, plain('i64', 'int64', 8)],
  [28, plain('f64', 'float64', 8)],
  [29, blocks('iq1_m', 256, 56)],
  [30, plain('bf16', 'bfloat16', 2)],
  [31, blocks('q4_0_4_4', 32, 18)],
  [32, blocks('q4_0_4_8', 32, 18)],
  [33, blocks('q4_0_8_8', 32, 18)],
  [34, blocks('tq1_0', 256, 54)],
  [35, blocks('tq2_0', 256, 66)],
  [39, blocks('mxfp4', 32, 17)],
]);
