import { product, type Spec } from './ops/op.ts';
import type { Plan } from './plan.ts';

/** Multiplications of one run of a plan, in products and convolutions: what its time goes with. */
export function multiplications(plan: Plan): number {
  return plan.steps.reduce((sum, { node, inputs, output }) => {
    const out = product(plan.specs.get(output)?.shape ?? []);
    const [x, weight] = inputs.map((name) => (name === null ? undefined : plan.specs.get(name)));
    if (node.op === 'linear' || node.op === 'matmul') return sum + out * (x?.shape.at(-1) ?? 1);
    if (node.op !== 'conv') return sum + out;
    return sum + out * perOutput(weight, node.attributes.kernel);
  }, 0);
}

/** Multiplications for one number that a convolution gives. */
function perOutput(kernel: Spec | undefined, layout: 'OIHW' | 'HWIO' | 'HWIM'): number {
  const { shape = [] } = kernel ?? {};
  if (layout === 'OIHW') return product(shape.slice(1));
  return product(shape.slice(0, layout === 'HWIO' ? -1 : -2));
}
