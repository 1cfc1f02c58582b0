import { BITS, type Dtype } from '#domain/dtype.ts';

/** The element type of each class of storage. @see torch/storage.py `_dtype_to_storage_type_map` */
const STORAGES: Readonly<Record<string, Dtype>> = {
  Double: 'float64',
  Float: 'float32',
  Half: 'float16',
  BFloat16: 'bfloat16',
  Long: 'int64',
  Int: 'int32',
  Short: 'int16',
  Char: 'int8',
  Byte: 'uint8',
  Bool: 'bool',
  ComplexFloat: 'complex64',
  ComplexDouble: 'complex128',
  QInt8: 'qint8',
  QUInt8: 'quint8',
  QInt32: 'qint32',
  QUInt4x2: 'quint4x2',
  QUInt2x4: 'quint2x4',
};

/** Other names of element types in torch. */
const ALIASES: Readonly<Record<string, Dtype>> = {
  double: 'float64',
  float: 'float32',
  half: 'float16',
  long: 'int64',
  int: 'int32',
  short: 'int16',
  cfloat: 'complex64',
  cdouble: 'complex128',
  chalf: 'complex32',
};

const STORAGE_CLASS = /^torch\.(?:[a-z]+\.)?(\w+)Storage$/;

/**
 * The element type of a storage class, by `module.name`; `'untyped'` where it counts bytes.
 * `undefined` when it is no storage class.
 */
export function storageDtype(path: string): Dtype | 'untyped' | undefined {
  if (path === 'torch.storage.UntypedStorage' || path === 'torch.UntypedStorage') return 'untyped';
  const [, name = ''] = STORAGE_CLASS.exec(path) ?? [];
  return Object.hasOwn(STORAGES, name) ? STORAGES[name] : undefined;
}

/** `torch.float32` → `float32`. */
export function torchDtype(path: string): Dtype | undefined {
  if (!path.startsWith('torch.')) return undefined;
  const name = path.slice('torch.'.length);
  if (Object.hasOwn(ALIASES, name)) return ALIASES[name];
  return isDtype(name) ? name : undefined;
}

/** Logical elements in a byte, where one byte holds several. */
export function packing(dtype: Dtype): number {
  if (dtype === 'quint4x2') return 2;
  return dtype === 'quint2x4' ? 4 : 1;
}

/** Bytes that change places where a file is big-endian: those of one number. */
export function numberWidth(dtype: Dtype): number {
  return BITS[dtype] / (dtype.startsWith('complex') ? 16 : 8);
}

function isDtype(name: string): name is Dtype {
  return Object.hasOwn(BITS, name);
}
