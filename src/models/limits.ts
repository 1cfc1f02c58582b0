import { need, product, type Spec } from './ops/op.ts';
import { isKnown, type Plan } from './plan.ts';

/** What a device holds, in bytes. */
export interface Limits {
  /** Of one array. */
  readonly array: number;
  /** Of all arrays together; `null` where the device does not say. */
  readonly total: number | null;
}

/** Something a plan needs that a device would not hold. */
export interface Oversize {
  /** As the framework names it: an op, an input or a weight. */
  readonly value: string;
  readonly bytes: number;
  readonly limit: number;
  /** Whether a smaller batch would make it smaller. */
  readonly grows: boolean;
}

/** tfjs keeps every type in 32 bits, but truth values; those are rounded up. */
const ELEMENT_SIZE = 4;

/**
 * The first thing in a plan that is too large; `null` when all fits. To be asked before anything is made:
 * past these limits WebGPU goes on with stale numbers, and wasm writes over its own memory.
 */
export function oversize(plan: Plan, limits: Limits): Oversize | null {
  const weights = new Set(plan.weights);
  const produced = new Set(plan.steps.map((step) => step.output));
  for (const [name, spec] of plan.specs) {
    const bytes = bytesOf(spec);
    if (bytes > limits.array && !produced.has(name)) {
      return { value: name, bytes, limit: limits.array, grows: !weights.has(name) };
    }
  }
  for (const { node, op, inputs, output } of plan.steps) {
    const spec = need([plan.specs.get(output) ?? null], 0);
    const specs = inputs.map((name) => (name === null ? null : (plan.specs.get(name) ?? null)));
    const scratch = isKnown(spec) ? 0 : (op.scratch?.(specs, node.attributes, spec) ?? 0);
    const bytes = Math.max(bytesOf(spec), scratch * ELEMENT_SIZE);
    if (bytes > limits.array) {
      return { value: node.source, bytes, limit: limits.array, grows: true };
    }
  }
  return tooMuch(plan, limits);
}

function tooMuch(plan: Plan, { total }: Limits): Oversize | null {
  if (total === null) return null;
  const held = weightBytes(plan);
  if (held > total) return { value: 'all weights', bytes: held, limit: total, grows: false };
  const bytes = held + peak(plan);
  return bytes > total ? { value: 'all values together', bytes, limit: total, grows: true } : null;
}

/** Bytes of all weights that a plan reads, once uploaded. */
export function weightBytes(plan: Plan): number {
  return plan.weights.reduce((sum, name) => sum + bytesOf(plan.specs.get(name)), 0);
}

/** Ops make arrays on their way, and images may be held in two orders of axes. */
const COPIES = 3;

/** Bytes of all values that are alive at once, at most, besides weights. */
function peak(plan: Plan): number {
  const alive = new Map<string, number>();
  let most = 0;
  for (const { inputs, output, done } of plan.steps) {
    for (const name of [...inputs, output]) {
      if (name !== null && !plan.weights.includes(name)) {
        alive.set(name, bytesOf(plan.specs.get(name)) * COPIES);
      }
    }
    most = Math.max(
      most,
      [...alive.values()].reduce((sum, bytes) => sum + bytes, 0),
    );
    for (const name of done) alive.delete(name);
  }
  return most;
}

function bytesOf(spec: Spec | undefined): number {
  return product(spec?.shape ?? []) * ELEMENT_SIZE;
}
