import { BITS, byteLength } from '#domain/dtype.ts';
import { CheckpointError, type Problem } from '#domain/problem.ts';
import { elementCount, type ReadOptions } from '#domain/tensor.ts';
import type { Assembled } from '#formats/pytorch/assemble.ts';
import { packing } from '#formats/pytorch/dtypes.ts';
import type { DataFiles } from './data-files.ts';
import type { Chunk, PlannedTensor } from './plan.ts';
import { findGap, runsOf, runsWithin } from './tiling.ts';

/** More is not read at once. */
const MAX_READ = 2 ** 31;

type Bytes = Uint8Array<ArrayBuffer>;

/** What the plan and the sizes of the files show to be wrong with a tensor, the first of it. */
export function checkTensor(
  tensor: PlannedTensor,
  files: DataFiles,
): { readonly problem: Problem; readonly file?: string; readonly offset?: number } | undefined {
  const { name, shape, chunks, dtype } = tensor;
  if (!Number.isSafeInteger(elementCount(shape) * 16)) {
    return { problem: malformed(`${name} has more elements than can be counted`) };
  }
  for (const { item, sizes } of chunks) {
    const needed = byteLength(dtype, elementCount(sizes)) / packing(dtype);
    if (!item) return { problem: malformed(`nothing says where a piece of ${name} is`) };
    const place = { file: item.file, offset: item.offset };
    const problem = files.check(item);
    if (problem) return { problem, ...place };
    if (needed > item.length) {
      const what = `${needed} bytes of ${name} are said to be in ${item.length}`;
      return { problem: malformed(what), ...place };
    }
  }
  const gap = findGap(shape, chunks);
  return gap === undefined ? undefined : { problem: malformed(`${name}: ${gap}`) };
}

/** Elements `[from, to)` of a tensor, gathered from its pieces. What is in none of them is not made up. */
export async function readPieces(
  tensor: PlannedTensor,
  files: DataFiles,
  { path, from = 0, to, signal }: ReadOptions & { readonly path: string },
): Promise<Bytes> {
  const { name, shape, dtype, chunks } = tensor;
  const count = elementCount(shape);
  const end = to ?? count;
  if (!(from >= 0 && from <= end && end <= count)) {
    throw new RangeError(`[${from}, ${to}) is not within the ${count} elements of ${name}`);
  }
  const place = { path, tensor: name };
  const wrong = checkTensor(tensor, files);
  if (wrong && wrong.problem.kind === 'malformed') throw new CheckpointError(wrong.problem, place);
  const width = BITS[dtype] / 8;
  const [only] = chunks;
  if (only && chunks.length === 1) return readChunk(only, tensor, files, { from, to: end, signal });
  if (packing(dtype) > 1 || !Number.isInteger(width)) {
    const feature = `a tensor of type ${dtype} in several pieces`;
    throw new CheckpointError({ kind: 'unsupported', feature }, place);
  }
  const size = (end - from) * width;
  if (size > MAX_READ) {
    const what = `what is read of ${name} at once`;
    throw new CheckpointError({ kind: 'too-large', what, size, limit: MAX_READ }, place);
  }
  const out = new Uint8Array(size);
  for (const chunk of chunks) {
    const runs = runsOf(shape, chunk);
    const { first, last } = runsWithin(runs, from, end);
    if (first >= last) continue;
    const [head, tail] = [runs.at(first), runs.at(last - 1)];
    // The first and the last run may be wanted in part only.
    const low = head.from + Math.max(0, from - head.to);
    const high = tail.from + Math.min(tail.length, end - tail.to);
    const bytes = await readChunk(chunk, tensor, files, { from: low, to: high, signal });
    for (let index = first; index < last; index++) {
      const run = runs.at(index);
      const [start, stop] = [Math.max(run.from, low), Math.min(run.from + run.length, high)];
      const part = bytes.subarray((start - low) * width, (stop - low) * width);
      out.set(part, (run.to + start - run.from - from) * width);
    }
  }
  return out;
}

async function readChunk(
  chunk: Chunk,
  tensor: PlannedTensor,
  files: DataFiles,
  { from, to, signal }: { from: number; to: number; signal: AbortSignal | undefined },
): Promise<Bytes> {
  const { item } = chunk;
  if (!item) return new Uint8Array();
  const path = files.pathOf(item.file);
  const place = { path, offset: item.offset, tensor: tensor.name };
  try {
    const archive = await files.open(item, signal);
    const problem = compare(archive, chunk, tensor);
    if (problem) throw new CheckpointError(problem, place);
    return await archive.read('', { from, to, signal });
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.place.tensor === tensor.name) throw error;
    throw new CheckpointError(error.problem, place, { cause: error });
  }
}

/** Whether an item is the piece that the plan says. */
export function compare(
  { tensors, defects }: Assembled,
  { sizes }: Chunk,
  { name, dtype }: PlannedTensor,
): Problem | undefined {
  const wrong = defects.find(({ place }) => place.tensor === '')?.problem;
  if (wrong) return wrong;
  const info = tensors.get('');
  if (info?.dtype === dtype && info.shape.join() === sizes.join()) return undefined;
  const found = info ? `${info.dtype} (${info.shape.join(', ')})` : 'something else';
  return malformed(`a piece of ${name} is ${found}, not ${dtype} (${sizes.join(', ')})`);
}

function malformed(what: string): Problem {
  return { kind: 'malformed', what };
}
