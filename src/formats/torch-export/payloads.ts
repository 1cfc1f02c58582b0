import { BITS } from '#domain/dtype.ts';
import { CheckpointError, type Problem } from '#domain/problem.ts';
import { elementCount, type TensorInfo } from '#domain/tensor.ts';
import type { JsonNode } from '#encodings/json-node.ts';
import type { ExportArchive } from './archive.ts';
import { parseTensorMeta, type Size } from './program.ts';

/** A stored tensor: a view of an entry of the archive. */
export interface Payload {
  readonly info: TensorInfo;
  /** Name of the entry; several tensors may share one. */
  readonly entry: string;
  readonly offset: number;
  readonly strides: readonly number[];
}

/** Weights or constants by their names, from `NAME_weights_config.json` or `NAME_constants_config.json`. */
export function parsePayloads(
  config: JsonNode,
  { root, source }: ExportArchive,
  kind: 'weights' | 'constants',
): ReadonlyMap<string, Payload> {
  return new Map(
    config.entries().map(([name, payload]) => {
      const fail = (problem: Problem): never => {
        throw new CheckpointError(problem, { path: source.path, tensor: name });
      };
      const meta = payload.find('tensor_meta');
      if (!meta || payload.find('use_pickle')?.boolean()) {
        return fail({ kind: 'unsupported', feature: 'a pickled object among the weights' });
      }
      const { dtype, sizes, strides, offset } = parseTensorMeta(meta);
      if (dtype === null) return fail({ kind: 'unsupported', feature: 'its element type' });
      const shape = knownSizes(sizes, fail);
      const entry = `${root}data/${kind}/${payload.get('path_name').text()}`;
      const [start = 0] = knownSizes([offset], fail);
      const steps = knownSizes(strides, fail);
      if (steps.length !== shape.length) {
        return fail({ kind: 'malformed', what: 'it has more strides than axes, or fewer' });
      }
      const bytes = (elementCount(shape) * BITS[dtype]) / 8;
      const storage = { id: entry, offset: start, stride: steps };
      const info = { name, path: [name], dtype, shape, bytes, storage };
      return [name, { info, entry, offset: start, strides: steps }] as const;
    }),
  );
}

function knownSizes(sizes: readonly Size[], fail: (problem: Problem) => never): readonly number[] {
  return sizes.map((size) =>
    typeof size === 'number' && size >= 0 && Number.isSafeInteger(size)
      ? size
      : fail({ kind: 'malformed', what: 'a stored tensor has a length that is no number' }),
  );
}

/** Elements from the first to the last that the view touches, `[from, to)` in the storage. */
export function spanOf({ info, offset, strides }: Payload): readonly [number, number] {
  if (info.shape.includes(0)) return [offset, offset];
  const last = info.shape.reduce((sum, size, axis) => sum + (size - 1) * (strides[axis] ?? 0), 0);
  return [offset, offset + last + 1];
}

/** Whether its elements lie row-major, one after another. */
export function isDense({ info: { shape }, strides }: Payload): boolean {
  let step = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== step) return false;
    step *= shape[axis] ?? 1;
  }
  return true;
}

/**
 * Elements `[from, to)` of the view, counted row-major, out of its span.
 *
 * @param span bytes of the storage from the first element the view touches on
 */
export function gather(
  { info: { dtype, shape }, strides }: Payload,
  span: Uint8Array<ArrayBuffer>,
  [from, to]: readonly [number, number],
): Uint8Array<ArrayBuffer> {
  const width = BITS[dtype] / 8;
  const dense = new Uint8Array((to - from) * width);
  const index = startAt(shape, from);
  let at = index.reduce((sum, i, axis) => sum + i * (strides[axis] ?? 0), 0);
  for (let element = 0; element < to - from; element++) {
    for (let byte = 0; byte < width; byte++) {
      dense[element * width + byte] = span[at * width + byte] ?? 0;
    }
    at = step(index, at, { shape, strides });
  }
  return dense;
}

/** Index of element number `element`, row-major. */
function startAt(shape: readonly number[], element: number): number[] {
  const index = shape.map(() => 0);
  let rest = element;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    index[axis] = rest % size;
    rest = Math.floor(rest / size);
  }
  return index;
}

/** Moves `index` on by one element; gives its place in the storage. */
function step(
  index: number[],
  at: number,
  { shape, strides }: { readonly shape: readonly number[]; readonly strides: readonly number[] },
): number {
  let place = at;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const [size, stride] = [shape[axis] ?? 1, strides[axis] ?? 0];
    const next = (index[axis] ?? 0) + 1;
    place += stride;
    if (next < size) {
      index[axis] = next;
      return place;
    }
    index[axis] = 0;
    place -= size * stride;
  }
  return place;
}
