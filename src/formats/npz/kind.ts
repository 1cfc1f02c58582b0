import { findLabelName } from '#domain/labels.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** Last parts of names that parameters have, and data have not. */
const PARAMETER =
  /(?:^|[._/])(?:weights?|bias(?:es)?|kernel|gamma|beta|embeddings?|running_(?:mean|var)|w\d*)(?::\d+)?$/i;

/**
 * Whether an archive of arrays holds parameters rather than examples: by their names, else by their first axes, which
 * are the same for all examples. Throws what is wrong with it.
 */
export async function kindOfArrays(
  source: ByteSource,
  signal?: AbortSignal,
): Promise<'checkpoint' | 'dataset'> {
  const { openArrays } = await import('./arrays.ts');
  const arrays = await openArrays(source, signal);
  const names = arrays.map(({ name }) => name);
  if (findLabelName(names) !== undefined) return 'dataset';
  if (names.some((name) => PARAMETER.test(name))) return 'checkpoint';
  const counts = new Set(arrays.map(({ header }) => header.shape[0] ?? -1));
  return counts.size > 1 ? 'checkpoint' : 'dataset';
}
