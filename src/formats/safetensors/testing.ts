import { expect } from 'vitest';
import type { Checkpoint } from '#domain/tensor.ts';
import { expected, sha256 } from '#io/testing.ts';

export const OWN = 'src/formats/safetensors/fixtures';

export interface Golden {
  readonly path: string;
  readonly metadata: Record<string, string>;
  readonly tensor_count: number;
  readonly tensors_digest: string | null;
  readonly tensors: { name: string; dtype: string; shape: readonly number[]; sha256: string }[];
  readonly problem: string | null;
}

export const goldens = (root: string): readonly (Golden & { root: string })[] =>
  expected(root).checkpoints.map((golden: Golden) => ({ ...golden, root }));

/** The library's names of what has no name of its own elsewhere. */
const CODES: Record<string, string> = {
  float4_e2m1fn: 'F4',
  float6_e2m3fn: 'F6_E2M3',
  float6_e3m2fn: 'F6_E3M2',
};

export async function describeAll(checkpoint: Checkpoint) {
  const all = [];
  for (const { name, dtype, shape, bytes } of checkpoint.tensors.values()) {
    const content = await checkpoint.read(name);
    expect(content).toHaveLength(bytes);
    all.push({ name, dtype: CODES[dtype] ?? dtype, shape, sha256: sha256(content) });
  }
  return all;
}

const line = ({ name, dtype, shape, sha256: hash }: Golden['tensors'][number]) =>
  `${name}\t${dtype}\t${JSON.stringify(shape)}\t${hash}`;

/** Every tensor, its name, type, shape and bytes, as the library read them. */
export async function expectSound(checkpoint: Checkpoint, golden: Golden) {
  const found = await describeAll(checkpoint);
  expect(found).toHaveLength(golden.tensor_count);
  const byName = new Map(found.map((tensor) => [tensor.name, tensor]));
  for (const { name, dtype, shape, sha256: hash } of golden.tensors) {
    expect(byName.get(name)).toEqual({ name, dtype, shape, sha256: hash });
  }
  expect(checkpoint.metadata).toEqual(golden.metadata);
  if (golden.tensors_digest !== null) {
    const lines = found.map((tensor) => `${line(tensor)}\n`).sort(byCodePoint);
    expect(sha256(new TextEncoder().encode(lines.join('')))).toBe(golden.tensors_digest);
  }
}

const byCodePoint = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

export function text(content: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(content);
}

/** A header, and as many bytes of tensors after it. */
export function file(header: string, data = 0, size?: bigint): Uint8Array<ArrayBuffer> {
  const json = text(header);
  const bytes = new Uint8Array(8 + json.length + data);
  new DataView(bytes.buffer).setBigUint64(0, size ?? BigInt(json.length), true);
  bytes.set(json, 8);
  return bytes;
}
