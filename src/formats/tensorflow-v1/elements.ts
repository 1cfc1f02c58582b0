import { BITS, byteLength } from '#domain/dtype.ts';
import { CheckpointError } from '#domain/problem.ts';
import { packStrings } from '#domain/strings.ts';
import { elementCount, type ReadOptions } from '#domain/tensor.ts';
import { readMessage } from '#encodings/protobuf.ts';
import { runsOf } from '#formats/tensor-bundle/slices.ts';
import { Cursor } from '#io/cursor.ts';
import type { Slice, SlicedTensor } from './contents.ts';
import { tableData } from './slices-proto.ts';
import { numbersIn, stringsIn } from './tensor-proto.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Elements of a tensor, out of the slices that hold them. */
export async function readElements(
  tensor: SlicedTensor,
  { from = 0, to = elementCount(tensor.info.shape), signal }: ReadOptions,
): Promise<Bytes> {
  const { name, dtype, shape } = tensor.info;
  if (!(from >= 0 && from <= to && to <= elementCount(shape)))
    throw new RangeError(`No elements ${from} to ${to} in ${name}`);
  const range = { from, to, signal };
  return dtype === 'string' ? packStrings(await texts(tensor, range)) : numbers(tensor, range);
}

interface Range {
  readonly from: number;
  readonly to: number;
  readonly signal: AbortSignal | undefined;
}

async function numbers(tensor: SlicedTensor, range: Range): Promise<Bytes> {
  const { dtype } = tensor.info;
  const width = BITS[dtype] / 8;
  const joined = new Uint8Array(byteLength(dtype, range.to - range.from));
  for await (const { message, count, runs } of parts(tensor, range)) {
    const all = numbersIn(message, dtype, count);
    for (const { at, source, length } of runs) {
      const piece = all.subarray(source * width, (source + length) * width);
      joined.set(piece, (at - range.from) * width);
    }
  }
  return joined;
}

async function texts(tensor: SlicedTensor, range: Range): Promise<readonly Bytes[]> {
  const joined = new Array<Bytes>(range.to - range.from).fill(new Uint8Array());
  for await (const { message, count, runs } of parts(tensor, range)) {
    const all = stringsIn(message, count);
    for (const { at, source, length } of runs)
      for (let i = 0; i < length; i++)
        joined[at - range.from + i] = all[source + i] ?? new Uint8Array();
  }
  return joined;
}

/** The slices that hold some of a range, and what of them is wanted. */
async function* parts({ info, slices }: SlicedTensor, { from, to, signal }: Range) {
  for (const slice of slices) {
    const runs = [...runsOf(slice.box, info.shape, from, to)];
    if (runs.length === 0) continue;
    const message = await find(slice, info.name, signal);
    yield { message, count: elementCount(slice.box.lengths), runs };
  }
}

/** The `TensorProto` of a slice. */
async function find({ table, key }: Slice, tensor: string, signal?: AbortSignal): Promise<Cursor> {
  try {
    const value = await table.find(key, signal);
    const { offset, path } = value.place;
    const { data } = readMessage(tableData, value);
    return new Cursor(data?.tensor ?? new Uint8Array(), path, offset);
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    const { problem, place } = error;
    throw new CheckpointError(withoutTruncation(problem), { ...place, tensor }, { cause: error });
  }
}

/** The end of a message is not that of the file. */
function withoutTruncation(problem: CheckpointError['problem']): CheckpointError['problem'] {
  if (problem.kind !== 'truncated') return problem;
  return { kind: 'malformed', what: 'an entry ends in the middle' };
}
