/** As JSON has them. @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/types.proto */
const NAMES =
  'INVALID FLOAT DOUBLE INT32 UINT8 INT16 INT8 STRING COMPLEX64 INT64 BOOL QINT8 QUINT8 QINT32 BFLOAT16 QINT16 QUINT16 UINT16 COMPLEX128 HALF RESOURCE VARIANT UINT32 UINT64';

export const DTYPE_NAMES: ReadonlyMap<string, number> = new Map(
  NAMES.split(' ').map((name, number) => [`DT_${name}`, number]),
);
