import { add, mul, reshape, rsqrt, sub, type Tensor, tidy } from '@tensorflow/tfjs';
import { axisOf, float, need, product, type Spec } from './ops/op.ts';
import type { Plan, Step } from './plan.ts';

/** Elements that one value may have more than what it is made of: a mask, positions, not a repeated table. */
const MOST_ADDED = 2 ** 18;

/**
 * Computes the steps that read nothing but weights, once instead of with every batch.
 *
 * @param constants the weights, to which is added what is made of them
 * @returns the plan of what is left
 */
export function foldConstants(
  plan: Plan,
  constants: Map<string, Tensor>,
  compute: (step: Step) => Tensor,
): Plan {
  const sizeOf = (name: string | null) => product(plan.specs.get(name ?? '')?.shape ?? [0]);
  const steps = plan.steps.filter((step) => {
    const { inputs, output } = step;
    if (output === plan.value) return true;
    if (inputs.some((name) => name !== null && !constants.has(name))) return true;
    const from = inputs.reduce((sum, name) => sum + sizeOf(name), 0);
    if (sizeOf(output) > from + MOST_ADDED) return true;
    constants.set(output, compute(step));
    return false;
  });
  return { ...plan, steps };
}

/** What the steps of a plan read besides its inputs. */
export interface Constants {
  /** By name. */
  readonly raw: Map<string, Tensor>;
  /** In the order of axes that tfjs wants, by the output of the step that reads them. */
  readonly kernels: Map<string, Tensor>;
}

/**
 * Puts every batch normalisation into the convolution before it, where nothing else reads what that gives:
 * the kernel is scaled, and the rest is a bias.
 */
export function foldNormalizations(plan: Plan, constants: Constants): Plan {
  const specs = new Map(plan.specs);
  const reads = plan.steps.flatMap(({ inputs }) => inputs);
  const steps: Step[] = [];
  for (const step of plan.steps) {
    const at = steps.findIndex(({ output }) => output === step.inputs[0]);
    const before = steps[at];
    const isAlone =
      before?.output !== plan.value && reads.filter((name) => name === before?.output).length === 1;
    const joined = before && isAlone ? join(before, step, { ...constants, specs }) : null;
    if (joined) steps[at] = joined;
    else steps.push(step);
  }
  return { ...plan, steps: letGoInOrder(steps, plan.value), specs };
}

function join(
  conv: Step,
  { node, inputs, output }: Step,
  { raw, kernels, specs }: Constants & { readonly specs: Map<string, Spec> },
): Step | null {
  const kernel = kernels.get(conv.output);
  const shape = specs.get(output)?.shape ?? [];
  if (node.op !== 'batch_norm' || conv.node.op !== 'conv' || !kernel) return null;
  const channels = conv.node.attributes.layout === 'NCHW' ? 1 : shape.length - 1;
  const read = [...inputs.slice(1), conv.inputs[2] ?? null];
  const isKnown = read.every((name) => name === null || raw.has(name));
  if (axisOf(node.attributes.axis, shape.length) !== channels || !isKnown) return null;
  const [scale, offset, mean, variance, bias] = read.map((name) => {
    const values = name === null ? undefined : raw.get(name);
    return values ?? null;
  });
  const filters = shape[channels] ?? 0;
  // A depthwise kernel ends in channels and filters of each, others in all filters.
  const ends = kernel.shape.at(-1) === filters ? [filters] : kernel.shape.slice(-2);
  const [scaled, shifted] = tidy(() => {
    const vector = (values: Tensor) => reshape(values, [filters]);
    const root = rsqrt(add(vector(need([variance ?? null], 0)), node.attributes.epsilon));
    const factor = scale ? mul(root, vector(scale)) : root;
    const center = vector(need([mean ?? null], 0));
    const rest = mul(sub(bias ?? 0, center), factor);
    return [mul(kernel, reshape(factor, ends)), offset ? add(rest, vector(offset)) : rest] as const;
  });
  kernel.dispose();
  kernels.delete(conv.output);
  kernels.set(output, scaled);
  const name = `${output}/bias`;
  raw.set(name, shifted);
  specs.set(name, float([filters]));
  return { ...conv, inputs: [conv.inputs[0] ?? null, conv.inputs[1] ?? null, name], output };
}

/** The steps, each with the values that no later one reads. */
function letGoInOrder(steps: readonly Step[], value: string): Step[] {
  const last = new Map(
    steps.flatMap(({ inputs, output }) => inputs.map((name) => [name, output] as const)),
  );
  return steps.map((step) => ({
    ...step,
    done: [...new Set(step.inputs)].filter(
      (name): name is string => name !== null && name !== value && last.get(name) === step.output,
    ),
  }));
}
