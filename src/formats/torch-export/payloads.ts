import { BITS } from '#domain/dtype.ts';
import { CheckpointError, type Problem } from '#domain/problem.ts';
import { elementCount, type TensorInfo } from '#domain/tensor.ts';
import type { JsonNode } from '#encodings/json-node.ts';
import { type View, viewEnd } from '#formats/pytorch/view.ts';
import type { ExportArchive } from './archive.ts';
import { parseTensorMeta, type Size } from './program.ts';

/** A stored tensor: a view of an entry of the archive. */
export interface Payload {
  readonly info: TensorInfo;
  /** Name of the entry; several tensors may share one. */
  readonly entry: string;
  readonly view: View;
}

/** Weights or constants by their names, from `NAME_weights_config.json` or `NAME_constants_config.json`. */
export function parsePayloads(
  config: JsonNode,
  { root, source }: ExportArchive,
  kind: 'weights' | 'constants',
): ReadonlyMap<string, Payload> {
  return new Map(
    config.entries().map(([name, payload]): [string, Payload] => {
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
      const view = { shape, offset: start, stride: steps };
      if (!Number.isSafeInteger(bytes) || !Number.isSafeInteger(viewEnd(view))) {
        const limit = Number.MAX_SAFE_INTEGER;
        return fail({ kind: 'too-large', what: 'its size in bytes', size: bytes, limit });
      }
      const storage = { id: entry, offset: start, stride: steps };
      return [name, { info: { name, path: [name], dtype, shape, bytes, storage }, entry, view }];
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
