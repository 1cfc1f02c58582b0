import { BITS } from '#domain/dtype.ts';
import type { VirtualCheckpoint } from '#domain/evaluation.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { SafetensorsFile } from '#domain/safetensors-file.ts';
import { elementCount } from '#domain/tensor.ts';
import { loadEvaluator } from '#features/evaluate/queries.ts';
import { fileName, type SavedFile } from '#ui/saved-file.ts';

/** Bytes of a tensor that are averaged at a time. */
const PIECE = 8_000_000;

/** An average as a safetensors file, made while it is written. */
export function averageFile(
  name: string,
  virtual: VirtualCheckpoint,
  { header, tensors, size }: SafetensorsFile,
): SavedFile {
  return {
    name: `${fileName(name, 'average')}.safetensors`,
    size,
    async *pieces(signal) {
      const evaluator = await loadEvaluator();
      yield header;
      for (const { name: tensor, dtype, shape, bytes } of tensors) {
        const count = elementCount(shape);
        const step = Math.max(8, Math.floor(PIECE / BITS[dtype]) * 8);
        let written = 0;
        for (let from = 0; from < count; from += step) {
          const to = Math.min(count, from + step);
          const piece = await evaluator.virtualTensor({ virtual, tensor, from, to }, { signal });
          written += piece.length;
          yield piece;
        }
        if (written !== bytes) throw new CheckpointError({ kind: 'changed' }, { path: '', tensor });
      }
    },
  };
}
