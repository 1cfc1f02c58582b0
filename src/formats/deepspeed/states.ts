import type { TensorInfo } from '#domain/tensor.ts';
import { Call, type PickleValue } from '#encodings/pickle/values.ts';
import type { Assembled } from '#formats/pytorch/assemble.ts';
import { entriesOf, keyText, listOf, lookUp } from '#formats/pytorch/inert.ts';

/** A weight as it was before it was cut into the parts of the processes. */
export interface Parameter {
  readonly name: string;
  readonly shape: readonly number[];
}

/** What a file of model states says of the whole model. */
export interface ModelStates {
  /** By group of the optimizer, in the order in which they lie one after another. */
  readonly groups: readonly (readonly Parameter[])[];
  readonly frozen: readonly Parameter[];
  readonly buffers: ReadonlySet<string>;
  /** Name of a tied weight → name of the one that it is tied to. */
  readonly shared: readonly (readonly [string, string])[];
  /** Processes among which the optimizer is cut up. */
  readonly worldSize: number | undefined;
}

/** What the file of one process says of its part of the optimizer. */
export interface OptimizerStates {
  readonly file: Assembled;
  readonly stage: number | undefined;
  readonly worldSize: number | undefined;
  /** Flat parts of the weights in full precision, by group. */
  readonly partitions: readonly TensorInfo[];
  /** As many elements each group has in one process, from ZeRO 3 on. */
  readonly isPerParameter: boolean;
}

/** `undefined` where the weights are not cut up: then the file has them whole. */
export function readModelStates({ value }: Assembled): ModelStates | undefined {
  const groups = listOf(lookUp(value, 'param_shapes'));
  if (!groups) return undefined;
  const worldSize = lookUp(value, 'dp_world_size');
  return {
    groups: groups.map(shapesOf),
    frozen: shapesOf(lookUp(value, 'frozen_param_shapes')),
    buffers: new Set((listOf(lookUp(value, 'buffer_names')) ?? []).map(keyText)),
    shared: pairsOf(lookUp(value, 'shared_params')).map(([from, to]) => [
      keyText(from),
      keyText(to),
    ]),
    worldSize: isCount(worldSize) ? worldSize : undefined,
  };
}

const KEY = 'optimizer_state_dict';
/** Of ZeRO 3, then of ZeRO 1 and 2. */
const PER_PARAMETER = 'fp32_flat_groups';
const PER_GROUP = 'single_partition_of_fp32_groups';

export function readOptimizerStates(file: Assembled): OptimizerStates {
  const states = lookUp(file.value, KEY);
  const isPerParameter = lookUp(states, PER_PARAMETER) !== undefined;
  const prefix = `${KEY}.${isPerParameter ? PER_PARAMETER : PER_GROUP}`;
  const partitions: TensorInfo[] = [];
  for (let group = 0; ; group++) {
    const info = file.tensors.get(`${prefix}.${group}`);
    if (!info) break;
    partitions.push(info);
  }
  return {
    file,
    stage: stageOf(lookUp(states, 'zero_stage')),
    worldSize: largest(lookUp(states, 'partition_count')),
    partitions,
    isPerParameter,
  };
}

/** A number, or an enumeration made of one. */
function stageOf(value: PickleValue | undefined): number | undefined {
  const stage = value instanceof Call ? value.args[0] : value;
  return isCount(stage) ? stage : undefined;
}

/** Groups of experts may be cut into fewer parts than others. */
function largest(value: PickleValue | undefined): number | undefined {
  const counts = (listOf(value) ?? [value]).filter(isCount);
  return counts.length === 0 ? undefined : Math.max(...counts);
}

function shapesOf(value: PickleValue | undefined): Parameter[] {
  return pairsOf(value).map(([name, shape]) => ({
    name: keyText(name),
    shape: (listOf(shape) ?? []).filter(isCount),
  }));
}

function pairsOf(value: PickleValue | undefined): [PickleValue, PickleValue][] {
  return value === undefined ? [] : (entriesOf(value) ?? []);
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
