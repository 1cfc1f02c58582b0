import { expect } from 'vitest';
import type { Checkpoint, TensorInfo } from '#domain/tensor.ts';
import { checkpointFormats, probe } from '#formats/index.ts';
import { fileSource, metered, sha256 } from '#io/testing.ts';

/** A tensor as a framework read it: of the fields of `expected.json` those that every format has. */
export interface GoldenTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly sha256: string;
}

export interface Golden {
  readonly path: string;
  readonly step: number | null;
  readonly problem: string | null;
  readonly tensor_count: number;
  readonly tensors_digest: string | null;
  readonly tensors: readonly GoldenTensor[];
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the fields it reads
  readonly metadata: any;
}

/** Opens a file of a directory as the app does: by its content, with what lies beside it; and counts the bytes. */
export async function openFile(root: string, path: string) {
  const { meter, source } = metered(await fileSource(root, path));
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  const seen = await probe(source);
  const format = checkpointFormats.find((one) => one.detect(seen));
  if (!format) throw new Error(`no format claims ${path}`);
  meter.bytes = 0;
  meter.reads = 0;
  const sibling = async (name: string) => {
    const beside = metered(await fileSource(root, folder + name));
    const read: typeof beside.source.read = (from, to, signal) => {
      meter.reads++;
      meter.bytes += to - from;
      return beside.source.read(from, to, signal);
    };
    return { ...beside.source, read };
  };
  const checkpoint = await format.open(source, { sibling });
  return { checkpoint, format, meter };
}

/** Every tensor, its name, type, shape and bytes, as the framework read them. */
export async function expectTensors(
  { tensors, read }: Checkpoint,
  golden: Pick<Golden, 'tensors' | 'tensor_count' | 'tensors_digest'>,
  dtypeOf: (info: TensorInfo) => string = ({ dtype }) => dtype,
): Promise<void> {
  const found = new Map<string, GoldenTensor>();
  for (const info of tensors.values()) {
    const bytes = await read(info.name);
    expect(bytes, info.name).toHaveLength(info.bytes);
    const { name, shape } = info;
    found.set(name, { name, dtype: dtypeOf(info), shape, sha256: sha256(bytes) });
  }
  for (const { name, dtype, shape, sha256: hash } of golden.tensors) {
    expect(found.get(name)).toEqual({ name, dtype, shape, sha256: hash });
  }
  expect(found.size).toBe(golden.tensor_count);
  if (golden.tensors_digest === null) return;
  const lines = [...found.values()].map(
    ({ name, dtype, shape, sha256: hash }) =>
      `${name}\t${dtype}\t${JSON.stringify(shape).replaceAll(',', ',')}\t${hash}\n`,
  );
  const sorted = lines.sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  expect(sha256(new TextEncoder().encode(sorted.join('')))).toBe(golden.tensors_digest);
}

/** Each part of a tensor is what the same part of the whole is. */
export async function expectRanges({ tensors, read }: Checkpoint): Promise<void> {
  for (const { name, shape } of tensors.values()) {
    const whole = await read(name);
    const count = shape.reduce((product, size) => product * size, 1);
    if (count < 3 || whole.length % count !== 0) continue;
    const width = whole.length / count;
    const [from, to] = [Math.floor(count / 3), Math.ceil((count * 2) / 3)];
    expect(await read(name, { from, to })).toEqual(whole.slice(from * width, to * width));
    await expect(read(name, { from: 0, to: count + 1 })).rejects.toThrow(RangeError);
  }
  await expect(read('no tensor is called this')).rejects.toThrow(RangeError);
}
