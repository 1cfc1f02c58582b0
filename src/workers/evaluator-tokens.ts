import type { EvaluationNote } from '#domain/evaluation.ts';
import { CheckpointError } from '#domain/problem.ts';
import { elementCount } from '#domain/tensor.ts';
import type { Reader } from './api.ts';
import {
  checkHeld,
  examplesOf,
  ranges,
  type Truth,
  type TruthRequest,
  unfitRow,
} from './evaluator-truth.ts';

/** What a loss ignores in PyTorch and Hugging Face. */
const IGNORED = -100;

/**
 * The token that each place is to tell, −1 where there is none. From a column of targets, or from the input
 * ids themselves, of which each is the target of the place before it.
 * @throws `unfit` naming the row of a target that is not in the vocabulary
 */
export async function readTokens(
  reader: Reader,
  request: TruthRequest,
): Promise<Omit<Truth, 'slices'>> {
  const column = targetColumn(request);
  const tokens = await readColumn(reader, request, column);
  const { plan, output } = request;
  const mask = plan.mask === undefined ? null : await readColumn(reader, request, plan.mask);
  const isShifted = plan.shift ?? (await repeatsInputs(reader, request, { column, tokens }));
  const targets = targetsOf(request, tokens, { mask, isShifted });
  const without = targets.reduce((sum, target) => sum + (target < 0 ? 1 : 0), 0);
  if (without === targets.length) {
    const reason = `no place has a target in ${column}`;
    throw new CheckpointError({ kind: 'unfit', reasons: [reason] }, { path: plan.dataset });
  }
  const notes: EvaluationNote[] = [];
  if (isShifted) notes.push({ code: 'shifted', column });
  if (without > 0) notes.push({ code: 'ignored', places: without, of: targets.length });
  return { targets, each: output.places, notes };
}

/** @throws `unfit` where the data set has another number of tokens than the outputs have places */
function targetColumn({ plan, dataset, output }: TruthRequest): string {
  const [column = plan.inputs[0] ?? ''] = plan.targets ?? [];
  const found = elementCount(dataset.columns.find(({ name }) => name === column)?.shape ?? []);
  if (found !== output.places) {
    const reason = `${column} holds ${found} tokens per example, the output has ${output.places} places`;
    throw new CheckpointError({ kind: 'unfit', reasons: [reason] }, { path: plan.dataset });
  }
  checkHeld(plan.dataset, dataset.count * output.places, 8);
  return column;
}

function targetsOf(
  request: TruthRequest,
  tokens: Float64Array,
  { mask, isShifted }: { readonly mask: Float64Array | null; readonly isShifted: boolean },
): Int32Array {
  const { places } = request.output;
  const ignored = request.plan.ignore ?? IGNORED;
  const shift = isShifted ? 1 : 0;
  const targets = new Int32Array(tokens.length).fill(-1);
  for (let at = 0; at < tokens.length; at++) {
    // The last place has nothing behind it.
    if ((at % places) + shift >= places || mask?.[at + shift] === 0) continue;
    const token = tokens[at + shift] as number;
    if (token !== ignored) targets[at] = checked(token, { at, request });
  }
  return targets;
}

function checked(
  token: number,
  { at, request }: { readonly at: number; readonly request: TruthRequest },
): number {
  const { plan, output } = request;
  if (Number.isInteger(token) && token >= 0 && token < output.classes) return token;
  const place = at % output.places;
  const what = `the target of place ${place} is ${token}, which is not one of 0 … ${output.classes - 1}`;
  throw unfitRow(plan.dataset, Math.floor(at / output.places), what);
}

async function readColumn(
  reader: Reader,
  { plan, dataset: { count }, output: { places }, signal }: TruthRequest,
  column: string,
): Promise<Float64Array> {
  const path = plan.dataset;
  const values = new Float64Array(count * places);
  for (const [from, to] of ranges(count, places)) {
    const request = { ...examplesOf(plan, from, to), targets: [column] };
    const { targets } = await reader.batch(request, { signal });
    if (targets?.values.length !== (to - from) * places) {
      const what = `rows ${from} to ${to - 1} of ${column} have ${targets?.values.length ?? 0} tokens`;
      throw new CheckpointError({ kind: 'data', what }, { path });
    }
    values.set(targets.values, from * places);
  }
  return values;
}

/** Whether targets are the input ids over again, ignored places aside: they are then meant to be shifted. */
async function repeatsInputs(
  reader: Reader,
  request: TruthRequest,
  { column, tokens }: { readonly column: string; readonly tokens: Float64Array },
): Promise<boolean> {
  const { plan, dataset, output } = request;
  const [ids = ''] = plan.inputs;
  if (column === ids) return true;
  const shape = dataset.columns.find(({ name }) => name === ids)?.shape ?? [];
  if (elementCount(shape) !== output.places) return false;
  const ignored = plan.ignore ?? IGNORED;
  const inputs = await readColumn(reader, request, ids);
  return tokens.every((token, at) => token === ignored || token === inputs[at]);
}
