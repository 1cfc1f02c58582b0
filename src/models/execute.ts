import { clone, dispose, scalar, type Tensor, tidy, transpose } from '@tensorflow/tfjs';
import type { OpName } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import { type Constants, foldConstants, foldNormalizations } from './fold.ts';
import {
  type ChannelsLast,
  firstOrder,
  type Inputs,
  lastOrder,
  need,
  type Spec,
  show,
} from './ops/op.ts';
import { isKnown, type Plan, type Step } from './plan.ts';

/** A plan with its weights on a device, ready to be given batches. */
export interface Session {
  /** The planned value for one batch; the caller disposes both. Inputs by name, in the planned shapes. */
  run(inputs: ReadonlyMap<string, Tensor>): Tensor;
  dispose(): void;
}

/**
 * @param weights by value name, in their own shapes; owned by the session from now on
 * @param check called with everything that is computed; throws when the device had no room for it
 */
export function createSession(
  given: Plan,
  weights: ReadonlyMap<string, Tensor>,
  check: (tensor: Tensor) => void,
): Session {
  const { plan, ...constants } = prepare(given, weights, check);
  const { raw, kernels } = constants;
  return {
    run(inputs) {
      const values = new Map<string, Held>();
      for (const [name, tensor] of [...raw, ...inputs]) values.set(name, { given: tensor });
      const owned = new Set(plan.steps.map((step) => step.output));
      try {
        for (const step of plan.steps) {
          const computed = compute(plan, step, values, kernels);
          for (const tensor of tensorsOf(computed)) check(tensor);
          values.set(step.output, computed);
          for (const name of step.done) release(values, name, owned);
        }
        return give(values, plan.value, owned);
      } finally {
        letGo(() => {
          for (const name of [...values.keys()]) release(values, name, owned);
        });
      }
    },
    dispose() {
      letGo(() => dispose([...raw.values(), ...kernels.values()]));
    },
  };
}

/**
 * Frees what may lie on a device that has failed: that cannot always be done in order, must not hide why it
 * failed, and is no loss, as such a device is started anew.
 */
export function letGo(free: () => void): void {
  try {
    free();
  } catch {
    // See above.
  }
}

/** A value in the order of axes that the graph has, channels last, or both. */
interface Held {
  given?: Tensor;
  last?: Tensor;
}

const tensorsOf = ({ given, last }: Held) => [given, last].filter((tensor) => tensor !== undefined);

/** Computes all that follows from the weights alone; of these, only what is still read is kept. */
function prepare(
  plan: Plan,
  weights: ReadonlyMap<string, Tensor>,
  check: (tensor: Tensor) => void,
): Constants & { readonly plan: Plan } {
  const raw = new Map(weights);
  const kernels = new Map<string, Tensor>();
  try {
    const left = foldConstants(plan, raw, (step) => {
      const values = new Map<string, Held>();
      for (const name of step.inputs) {
        const tensor = raw.get(name ?? '');
        if (name !== null && tensor) values.set(name, { given: tensor });
      }
      const computed = compute(plan, step, values, kernels);
      const made = asGiven(computed);
      for (const held of [computed, ...values.values()]) held.last?.dispose();
      check(made);
      return made;
    });
    prepareKernels(left, { raw, kernels });
    const joined = foldNormalizations(left, { raw, kernels });
    for (const kernel of kernels.values()) check(kernel);
    freeUnread(joined, { raw, kernels });
    return { plan: joined, raw, kernels };
  } catch (error) {
    letGo(() => dispose([...raw.values(), ...kernels.values()]));
    throw error;
  }
}

/** Kernels are brought into the order of tfjs once. */
function prepareKernels({ steps }: Plan, { raw, kernels }: Constants): void {
  for (const { op, node, inputs, output } of steps) {
    const kernel = raw.get(inputs[1] ?? '');
    if (!kernel || !op.prepare) continue;
    kernels.set(
      output,
      tidy(() => {
        const made = op.prepare?.(kernel, node.attributes) ?? kernel;
        return made === kernel ? clone(kernel) : made;
      }),
    );
  }
}

/** Nothing is kept twice, or for steps that are not there any more. */
function freeUnread({ steps, value }: Plan, { raw, kernels }: Constants): void {
  const read = new Set(
    steps.flatMap(({ inputs, output }) =>
      inputs.filter((_, index) => index !== 1 || !kernels.has(output)),
    ),
  );
  for (const [name, tensor] of [...raw]) {
    if (read.has(name) || name === value) continue;
    tensor.dispose();
    raw.delete(name);
  }
}

function compute(
  plan: Plan,
  step: Step,
  values: ReadonlyMap<string, Held>,
  kernels: Constants['kernels'],
): Held {
  const { node, op, inputs } = step;
  const output = specOf(plan, step.output);
  if (isKnown(output)) return { given: scalar(output.known ?? 0, output.dtype) };
  const specs = inputs.map((name) => (name === null ? null : specOf(plan, name)));
  const helds = inputs.map((name) => (name === null ? null : (values.get(name) ?? null)));
  const layout = layoutOf(step, helds, specs);
  const rank = output.shape.length;
  const moved = layout !== null && rank === layout.rank;
  const shape = moved ? lastOrder(rank).map((axis) => output.shape[axis] ?? 0) : output.shape;
  const attributes = layout?.attributes ?? node.attributes;
  try {
    const tensors = helds.map((held, index) => held && inLayout(held, specs[index], index, layout));
    const kernel = kernels.get(step.output);
    const result = tidy(() => {
      const operands = op.prepare
        ? tensors.with(1, kernel ?? op.prepare(need(tensors, 1), node.attributes))
        : tensors;
      const made = op.compute(operands, attributes, { ...output, shape }, specs);
      // An input would be disposed twice.
      return operands.includes(made) ? clone(made) : made;
    });
    if (result.shape.join() !== shape.join()) {
      throw new TypeError(`gave ${show(result.shape)} where ${show(shape)} was planned`);
    }
    return moved ? { last: result } : { given: result };
  } catch (error) {
    if (error instanceof CheckpointError) throw error;
    const what = `${node.source}: ${error instanceof Error ? error.message : String(error)}`;
    throw new CheckpointError({ kind: 'device', what }, { path: plan.title }, { cause: error });
  }
}

interface ImageLayout extends ChannelsLast<OpName> {
  /** Axes of the images. */
  readonly rank: number;
}

/** Whether a step runs channels last: where it must, or where its images already stand so. */
function layoutOf(
  { op, node }: Step,
  helds: Inputs<Held>,
  specs: Inputs<Spec>,
): ImageLayout | null {
  const ranks = specs.map((spec) => spec?.shape.length ?? 0);
  if (!op.channelsLast || Math.max(...ranks) < 3) return null;
  const way = op.channelsLast(node.attributes, specs);
  if (!way) return null;
  const images = way.images === 'first' ? helds.slice(0, 1) : helds;
  const rank = way.images === 'first' ? (ranks[0] ?? 0) : Math.max(...ranks);
  const already = images.some((held) => held?.last && !held.given);
  return rank >= 3 && (way.wanted || already) ? { ...way, rank } : null;
}

function inLayout(
  held: Held,
  spec: Spec | null | undefined,
  index: number,
  layout: ImageLayout | null,
): Tensor {
  const isImage = layout?.images === 'all' ? spec?.shape.length === layout.rank : index === 0;
  return layout && isImage ? asLast(held) : asGiven(held);
}

/** Both forms are kept until the value goes, so that it is turned at most once. */
function asLast(held: Held): Tensor {
  held.last ??= turned(held.given, lastOrder);
  return held.last;
}

function asGiven(held: Held): Tensor {
  held.given ??= turned(held.last, firstOrder);
  return held.given;
}

function turned(tensor: Tensor | undefined, order: (rank: number) => number[]): Tensor {
  if (!tensor) throw new TypeError('A value is held in no layout');
  return tidy(() => transpose(tensor, order(tensor.rank)));
}

function specOf(plan: Plan, name: string): Spec {
  const spec = plan.specs.get(name);
  if (!spec) throw new TypeError(`${name} was not planned`);
  return spec;
}

/** Weights and inputs belong to others; only what was made here goes. */
function release(values: Map<string, Held>, name: string, owned: ReadonlySet<string>): void {
  const held = values.get(name);
  held?.last?.dispose();
  if (owned.has(name)) held?.given?.dispose();
  values.delete(name);
}

function give(values: Map<string, Held>, name: string, owned: ReadonlySet<string>): Tensor {
  const held = values.get(name);
  if (!held) throw new TypeError(`${name} was not computed`);
  const given = asGiven(held);
  if (!owned.has(name)) return clone(given);
  held.last?.dispose();
  values.delete(name);
  return given;
}
