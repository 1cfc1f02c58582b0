import {
  backend_util,
  type KernelConfig,
  registerKernel,
  type SliceAttrs,
  type SplitVAttrs,
  slice_util,
  type TensorInfo,
  unregisterKernel,
} from '@tensorflow/tfjs';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { product } from './ops/op.ts';

/**
 * Puts kernels of its own in place of two of tfjs' on wasm, which copy the whole array out for every part
 * that they take of it: a sequence taken apart step by step is copied once for each of them.
 */
export function replaceSlices(): void {
  for (const kernel of KERNELS) {
    unregisterKernel(kernel.kernelName, kernel.backendName);
    registerKernel(kernel);
  }
}

const KERNELS: readonly KernelConfig[] = [
  {
    kernelName: 'Slice',
    backendName: 'wasm',
    kernelFunc({ inputs, attrs, backend }) {
      const { begin, size } = attrs as unknown as SliceAttrs;
      const x = inputs.x as TensorInfo;
      // The types want a whole tensor where its shape is enough.
      const [from = [], sizes = []] = slice_util.parseSliceParams(x as never, begin, size);
      return cut(backend as BackendWasm, x, { from, sizes });
    },
  },
  {
    kernelName: 'SplitV',
    backendName: 'wasm',
    kernelFunc({ inputs, attrs, backend }) {
      const { numOrSizeSplits, axis } = attrs as unknown as SplitVAttrs;
      const x = inputs.x as TensorInfo;
      const at = axis < 0 ? axis + x.shape.length : axis;
      let begin = 0;
      return backend_util.prepareSplitSize(x as never, numOrSizeSplits, at).map((size) => {
        const from = x.shape.map((_, other) => (other === at ? begin : 0));
        begin += size;
        return cut(backend as BackendWasm, x, { from, sizes: x.shape.with(at, size) });
      });
    },
  },
];

interface Part {
  readonly from: readonly number[];
  readonly sizes: number[];
}

function cut(backend: BackendWasm, x: TensorInfo, { from, sizes }: Part): TensorInfo {
  const out = backend.makeOutput(sizes, x.dtype);
  if (product(sizes) === 0) return out;
  // After the room was made, as the memory may have moved for it.
  copy(backend.typedArrayFromHeap(x), backend.typedArrayFromHeap(out), {
    shape: x.shape,
    from,
    sizes,
  });
  return out;
}

type Numbers = ReturnType<BackendWasm['typedArrayFromHeap']>;

/** Below this, to copy number by number is faster than to make a view. */
const SHORT = 16;

function copy(
  x: Numbers,
  out: Numbers,
  { shape, from, sizes }: Part & { readonly shape: readonly number[] },
): void {
  // Everything from the last axis that is cut on lies in one piece.
  const last = Math.max(
    0,
    shape.findLastIndex((size, axis) => sizes[axis] !== size),
  );
  const run = product(sizes.slice(last));
  const strides = shape.map((_, axis) => product(shape.slice(axis + 1)));
  let source = from.reduce((sum, first, axis) => sum + first * (strides[axis] ?? 0), 0);
  const places = new Array<number>(last).fill(0);
  for (let at = 0; ; at += run) {
    if (run < SHORT) for (let i = 0; i < run; i++) out[at + i] = x[source + i] ?? 0;
    else out.set(x.subarray(source, source + run), at);
    let axis = last - 1;
    for (; axis >= 0; axis--) {
      const [place, size, stride] = [places[axis] ?? 0, sizes[axis] ?? 1, strides[axis] ?? 0];
      source += stride;
      if (place + 1 < size) {
        places[axis] = place + 1;
        break;
      }
      places[axis] = 0;
      source -= size * stride;
    }
    if (axis < 0) return;
  }
}
