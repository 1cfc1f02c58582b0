import { dispose, type Tensor, tensor } from '@tensorflow/tfjs';
import type { Device } from './backend.ts';
import { createSession, letGo } from './execute.ts';
import type { Spec } from './ops/op.ts';
import type { Plan } from './plan.ts';

/** A graph with the weights of one checkpoint on a device. */
export interface Network {
  readonly device: Device;
  /**
   * The planned value of one batch, row-major. Inputs by name, row-major, in the planned shapes; int64
   * values as whole numbers. Throws `device` when the device fails, even where it gives numbers.
   */
  run(inputs: ReadonlyMap<string, Float32Array>): Promise<Float32Array>;
  dispose(): void;
}

/** @param weights by value name: everything that the plan reads */
export async function createNetwork(
  device: Device,
  plan: Plan,
  weights: ReadonlyMap<string, Float32Array>,
): Promise<Network> {
  await device.use();
  const uploaded = await device.watch(async () => upload(plan, plan.weights, weights));
  for (const weight of uploaded.values()) device.check(weight);
  const session = await device.watch(async () => createSession(plan, uploaded, device.check));
  let isCompiled = false;
  return {
    device,
    async run(inputs) {
      await device.use();
      return device.watch(async () => {
        const given = upload(plan, [...inputs.keys()], inputs);
        try {
          for (const one of given.values()) device.check(one);
          if (!isCompiled) await device.compileFor(() => session.run(given).dispose());
          isCompiled = true;
          return await download(session.run(given));
        } finally {
          letGo(() => dispose([...given.values()]));
        }
      });
    },
    dispose: session.dispose,
  };
}

async function download(output: Tensor): Promise<Float32Array> {
  try {
    return Float32Array.from(await output.data());
  } finally {
    letGo(() => output.dispose());
  }
}

function upload(
  plan: Plan,
  names: readonly string[],
  arrays: ReadonlyMap<string, Float32Array>,
): Map<string, Tensor> {
  const made = new Map<string, Tensor>();
  for (const name of names) {
    const spec = plan.specs.get(name);
    const values = arrays.get(name);
    if (!spec || !values) throw new TypeError(`${name} has no values`);
    made.set(name, tensor(inType(values, spec), [...spec.shape], spec.dtype));
  }
  return made;
}

function inType(values: Float32Array, { dtype }: Spec): Float32Array | Int32Array | Uint8Array {
  if (dtype === 'float32') return values;
  return dtype === 'int32'
    ? Int32Array.from(values)
    : Uint8Array.from(values, (value) => (value === 0 ? 0 : 1));
}
