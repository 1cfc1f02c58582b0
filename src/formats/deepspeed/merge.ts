import type { Dtype } from '#domain/dtype.ts';
import type { Problem } from '#domain/problem.ts';
import { elementCount } from '#domain/tensor.ts';
import type { Assembled } from '#formats/pytorch/assemble.ts';
import type { Merged, Piece } from './pieces.ts';
import type { ModelStates, OptimizerStates, Parameter } from './states.ts';

/** The files of a checkpoint that are there; a hole for each that is not. */
export interface Files {
  readonly model: Assembled;
  /** By process, where each has its own: ZeRO 3. */
  readonly models: readonly (Assembled | undefined)[];
  /** By process. */
  readonly optimizers: readonly (OptimizerStates | undefined)[];
  /** Why the optimizer file of a process is not there. */
  problemOf(rank: number): Problem;
}

/**
 * The weights in full precision, as they were before they were cut up.
 * @see https://github.com/deepspeedai/DeepSpeed/blob/master/deepspeed/utils/zero_to_fp32.py
 */
export function merge(states: ModelStates, files: Files): readonly Merged[] {
  const known = files.optimizers.find((one) => one !== undefined);
  const trained = known?.isPerParameter
    ? mergePerParameter(states, files, known)
    : states.groups.flatMap((group, index) => mergeGroup(group, index, files));
  const frozen = states.frozen.map((parameter) => mergeFrozen(parameter, files));
  const merged = [...buffersOf(states, files), ...frozen, ...trained];
  const byName = new Map(merged.map((one) => [one.name, one]));
  for (const [name, target] of states.shared) {
    const tied = byName.get(target);
    if (tied && !byName.has(name)) byName.set(name, { ...tied, name });
  }
  return [...byName.values()];
}

/** ZeRO 1 and 2: the parts of all processes, one after another, are the weights one after another. */
function mergeGroup(
  parameters: readonly Parameter[],
  group: number,
  files: Files,
): readonly Merged[] {
  const { optimizers } = files;
  const lengths = optimizers.map((one) => lengthOf(one, group));
  // All parts are equally long; of a file that is missing no other length is likely.
  const usual = Math.max(0, ...lengths.map((length) => length ?? 0));
  const parts = lengths.map((length) => length ?? usual);
  const there = parts.reduce((sum, length) => sum + length, 0);
  const wanted = parameters.reduce((sum, { shape }) => sum + elementCount(shape), 0);
  const align = 2 * Math.max(1, optimizers.length);
  const isFit = Math.ceil(wanted / align) === Math.ceil(there / align);
  const unfit: Problem = {
    kind: 'malformed',
    what: `group ${group} has ${there} numbers for ${wanted} of its weights`,
  };
  let at = 0;
  return parameters.map((parameter) => {
    const count = elementCount(parameter.shape);
    const pieces = cut(at, count, parts).map(({ rank, from, length }) =>
      pieceOf(files, { rank, group, from, length }),
    );
    at += count;
    return merged(parameter, pieces, files, isFit ? undefined : unfit);
  });
}

/** ZeRO 3: each weight is cut into as many equal parts as there are processes, the last one filled up. */
function mergePerParameter(
  { groups }: ModelStates,
  files: Files,
  known: OptimizerStates,
): readonly Merged[] {
  const { optimizers } = files;
  const lengths = known.partitions.map(({ shape }) => elementCount(shape));
  const there = lengths.reduce((sum, length) => sum + length, 0);
  const parameters = groups.flat();
  const partOf = ({ shape }: Parameter) => Math.ceil(elementCount(shape) / optimizers.length);
  const wanted = parameters.reduce((sum, parameter) => sum + partOf(parameter), 0);
  const unfit: Problem | undefined =
    wanted === there
      ? undefined
      : { kind: 'malformed', what: `there are ${there} numbers for ${wanted} of the weights` };
  let at = 0;
  return parameters.map((parameter) => {
    const part = partOf(parameter);
    const spans = cut(at, part, lengths);
    at += part;
    const pieces: Piece[] = [];
    let left = elementCount(parameter.shape);
    for (let rank = 0; rank < optimizers.length; rank++) {
      for (const { rank: group, from, length } of spans) {
        const taken = Math.min(length, left);
        if (taken > 0) pieces.push(pieceOf(files, { rank, group, from, length: taken }));
        left -= taken;
      }
    }
    return merged(parameter, pieces, files, unfit);
  });
}

/** `[at, at + count)` of lengths one after another, by the length it falls into. */
function cut(at: number, count: number, lengths: readonly number[]) {
  const spans: { rank: number; from: number; length: number }[] = [];
  let start = 0;
  for (const [rank, size] of lengths.entries()) {
    const [low, high] = [Math.max(at, start), Math.min(at + count, start + size)];
    if (low < high) spans.push({ rank, from: low - start, length: high - low });
    start += size;
  }
  return spans;
}

interface Span {
  readonly rank: number;
  readonly group: number;
  readonly from: number;
  readonly length: number;
}

type RankedPiece = Piece & { readonly rank: number };

/** Without its file where that does not have these elements. */
function pieceOf({ optimizers }: Files, { rank, group, from, length }: Span): RankedPiece {
  const states = optimizers[rank];
  const partition = states?.partitions[group];
  const isThere = partition && from + length <= elementCount(partition.shape);
  const file = isThere ? states?.file : undefined;
  return { file, tensor: partition?.name ?? '', from, length, rank };
}

function merged(
  { name, shape }: Parameter,
  pieces: readonly Piece[],
  files: Files,
  unfit: Problem | undefined,
): Merged {
  const lost = pieces.find(({ file }) => !file);
  const there = pieces.reduce((sum, { length }) => sum + length, 0);
  const count = elementCount(shape);
  const short: Problem | undefined =
    there === count
      ? undefined
      : { kind: 'malformed', what: `${there} of ${count} numbers of ${name} are there` };
  const missing = lost && files.problemOf((lost as RankedPiece).rank);
  const problem = missing ?? unfit ?? short;
  return ofOneType({ name, shape, pieces, problem });
}

interface Untyped extends Parameter {
  readonly pieces: readonly Piece[];
  readonly problem: Problem | undefined;
}

/** Of the type of its pieces, which must be one. */
function ofOneType({ name, shape, pieces, problem }: Untyped): Merged {
  const types = new Set(
    pieces.flatMap((piece) => piece.file?.tensors.get(piece.tensor)?.dtype ?? []),
  );
  const [dtype = 'float32'] = types;
  const mixed: Problem | undefined =
    types.size > 1
      ? { kind: 'malformed', what: `the parts of ${name} are ${[...types].join(' and ')}` }
      : undefined;
  const wrong = problem ?? mixed;
  return { name, dtype, shape, pieces, ...(wrong && { problem: wrong }) };
}

function lengthOf(states: OptimizerStates | undefined, group: number): number | undefined {
  const info = states?.partitions[group];
  return info && elementCount(info.shape);
}

/** Weights that are not trained are with the model, whole or a part in each process. */
function mergeFrozen(parameter: Parameter, { model, models }: Files): Merged {
  const { name, shape } = parameter;
  const tensor = `frozen_param_fragments.${name}`;
  const owners = models.length > 0 ? models : [model];
  let left = elementCount(shape);
  const pieces: Piece[] = [];
  for (const file of owners) {
    const length = Math.min(left, elementCount(file?.tensors.get(tensor)?.shape ?? [0]));
    if (length > 0) pieces.push({ file, tensor, from: 0, length });
    left -= length;
  }
  const what = `${left} numbers of ${name}, which is not trained, are not there`;
  const problem: Problem | undefined = left === 0 ? undefined : { kind: 'malformed', what };
  return ofOneType({ name, shape, pieces, problem });
}

const HALVES: ReadonlySet<Dtype> = new Set<Dtype>(['float16', 'bfloat16']);

/** In full precision, like all else; counts stay what they are. */
function buffersOf({ buffers }: ModelStates, { model }: Files): readonly Merged[] {
  return [...buffers].flatMap((name) => {
    const tensor = `module.${name}`;
    const info = model.tensors.get(tensor);
    if (!info) return [];
    const { dtype: stored, shape } = info;
    const pieces = [{ file: model, tensor, from: 0, length: elementCount(shape) }];
    return HALVES.has(stored)
      ? [{ name, dtype: 'float32' as const, stored, shape, pieces }]
      : [{ name, dtype: stored, shape, pieces }];
  });
}
