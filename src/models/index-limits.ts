import type { OpName } from '#domain/graph.ts';
import type { Plan } from './plan.ts';

/** Ops that hand on the numbers of their first input, all or some of them. */
const HANDS_ON: ReadonlySet<OpName> = new Set([
  'identity',
  'cast',
  'reshape',
  'flatten',
  'transpose',
  'squeeze',
  'unsqueeze',
  'expand',
  'slice',
  'select',
]);

/**
 * How many rows the smallest table has that an input is used to look up, by the name of the input:
 * its numbers must be whole, and from 0 to below that. Other inputs are absent.
 */
export function indexLimits(plan: Plan): ReadonlyMap<string, number> {
  const limits = new Map<string, number>();
  const producers = new Map(plan.steps.map((step) => [step.output, step]));
  for (const { node, inputs } of plan.steps) {
    if (node.op !== 'embedding') continue;
    let name = inputs[0] ?? '';
    for (let step = producers.get(name); step; step = producers.get(name)) {
      if (!HANDS_ON.has(step.node.op)) break;
      name = step.inputs[0] ?? '';
    }
    const rows = plan.specs.get(inputs[1] ?? '')?.shape[0] ?? 0;
    if (!producers.has(name)) limits.set(name, Math.min(rows, limits.get(name) ?? rows));
  }
  return limits;
}
