import type { Dtype } from '#domain/dtype.ts';

/** By number in the enum `DataType`. @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/types.proto */
const DTYPES: ReadonlyMap<number, Dtype> = new Map([
  [1, 'float32'],
  [2, 'float64'],
  [3, 'int32'],
  [4, 'uint8'],
  [5, 'int16'],
  [6, 'int8'],
  [7, 'string'],
  [8, 'complex64'],
  [9, 'int64'],
  [10, 'bool'],
  [11, 'qint8'],
  [12, 'quint8'],
  [13, 'qint32'],
  [14, 'bfloat16'],
  [15, 'qint16'],
  [16, 'quint16'],
  [17, 'uint16'],
  [18, 'complex128'],
  [19, 'float16'],
  [20, 'resource'],
  [21, 'variant'],
  [22, 'uint32'],
  [23, 'uint64'],
  [24, 'float8_e5m2'],
  [25, 'float8_e4m3fn'],
  [26, 'float8_e4m3fnuz'],
  [27, 'float8_e4m3b11fnuz'],
  [28, 'float8_e5m2fnuz'],
  [29, 'int4'],
  [30, 'uint4'],
  [31, 'int2'],
  [32, 'uint2'],
]);

/** Added to a number for a reference to such a value. */
const REFERENCE = 100;

export function dtypeOf(number: number): Dtype | undefined {
  return DTYPES.get(number > REFERENCE ? number - REFERENCE : number);
}

/** Elements of these have a length each; all others have a size that is known. */
export function hasLengths(dtype: Dtype): boolean {
  return dtype === 'string' || dtype === 'variant';
}
