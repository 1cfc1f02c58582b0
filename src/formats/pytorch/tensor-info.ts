import { BITS } from '#domain/dtype.ts';
import { elementCount, type TensorInfo } from '#domain/tensor.ts';
import { packing } from './dtypes.ts';
import { elementWidth } from './numpy.ts';
import type { Tensor } from './rebuild.ts';

type Whole = Exclude<Tensor, { kind: 'broken' }>;

/** What the table of tensors says of one. */
export function describeTensor(name: string, path: readonly string[], tensor: Whole): TensorInfo {
  const { dtype, shape } = tensor;
  const info = { name, path, dtype, shape, bytes: storedBytes(tensor) };
  switch (tensor.kind) {
    case 'dense': {
      const { storage, offset, stride, quantizer } = tensor;
      const view = { id: storage.key, offset, stride };
      return { ...info, storage: view, ...(quantizer != null && { kind: 'quantized' }) };
    }
    case 'meta':
      return { ...info, kind: 'meta' };
    case 'composite':
      return { ...info, kind: tensor.layout === 'nested' ? 'object' : 'sparse' };
    case 'array':
      return tensor.text ? { ...info, kind: 'object' } : info;
  }
}

/** Bytes that `read` gives. */
function storedBytes(tensor: Whole): number {
  const count = elementCount(tensor.shape);
  switch (tensor.kind) {
    case 'dense':
      return Math.ceil((count * BITS[tensor.dtype]) / 8 / packing(tensor.dtype));
    case 'meta':
      return 0;
    case 'composite': {
      const values = tensor.components.at(-1)?.tensor;
      return !values || values.kind === 'broken' ? 0 : storedBytes(values);
    }
    case 'array':
      return elementWidth(tensor) * count;
  }
}
