import { byteLength } from '#domain/dtype.ts';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import { packStrings } from '#domain/strings.ts';
import { type Checkpoint, elementCount, type TensorInfo } from '#domain/tensor.ts';
import { widen } from '#domain/widen.ts';
import { type ElementSpan, elementSpan } from '#formats/element-span.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { type Group, type Quantization, readManifest, type Weight } from './manifest.ts';
import { layOut, openShards, type Shards } from './shards.ts';

type Bytes = Uint8Array<ArrayBuffer>;

/** Texts of a group are measured one by one; only vocabularies are texts. */
const MAX_TEXTS = 1_000_000;

/**
 * The weights of a layers or graph model: `model.json` says what there is, its shards laid end to end hold it. Reads
 * the JSON. Quantised weights are given as the float32 or int32 that they stand for.
 * @see https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts
 */
export async function open(source: ByteSource, options: OpenOptions = {}): Promise<Checkpoint> {
  const { path, size } = source;
  const { groups, metadata, writer } = await readManifest(source, options.signal);
  const found = new Map<string, Found>();
  const defects: Defect[] = [];
  const sources: ByteSource[] = [];
  for (const group of groups) {
    const { shards, tensors } = await openGroup(group, path, options);
    defects.push(...shards.defects);
    sources.push(...shards.sources);
    for (const one of tensors) {
      const { name } = one.info;
      if (found.has(name)) {
        const what = `there are two weights ${JSON.stringify(name)}`;
        defects.push({ problem: { kind: 'unsafe', what }, place: { path, tensor: name } });
      } else found.set(name, one);
      const lacking = lackingOf(one);
      if (lacking) defects.push(lacking);
    }
  }
  return {
    tensors: new Map([...found].map(([name, { info }]) => [name, info])),
    metadata,
    defects,
    size: sources.reduce((sum, file) => sum + file.size, size),
    files: [path, ...sources.map((file) => file.path)],
    globals: [],
    writer,
    async read(name, wanted = {}) {
      const one = found.get(name);
      if (!one) throw new RangeError(`No tensor ${name}`);
      const span = elementSpan(one.info, wanted);
      const lacking = lackingOf(one);
      if (lacking) throw new CheckpointError(lacking.problem, lacking.place);
      return readElements(one, span, wanted.signal);
    },
  };
}

interface Found {
  readonly info: TensorInfo;
  readonly weight: Weight;
  readonly shards: Shards;
  /** Bytes `[start, end)` of its group. */
  readonly start: number;
  readonly end: number;
}

async function openGroup(group: Group, path: string, options: OpenOptions) {
  const opened = await openShards(group.paths, path, options);
  const sized = group.weights.map(({ bytes }) => bytes);
  const needed = sized.includes(undefined)
    ? undefined
    : sized.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
  const shards = layOut(opened, needed);
  const tensors: Found[] = [];
  let at = 0;
  for (const weight of group.weights) {
    const bytes = weight.bytes ?? (await measureTexts(weight, shards, at, options.signal));
    tensors.push({ info: infoOf(weight, bytes), weight, shards, start: at, end: at + bytes });
    at += bytes;
  }
  return { shards, tensors };
}

function infoOf({ name, dtype, shape, quantization }: Weight, bytes: number): TensorInfo {
  const info = { name, dtype, shape, bytes };
  if (!quantization) return info;
  const decoded = byteLength(dtype, elementCount(shape));
  return { ...info, bytes: decoded, stored: { type: quantization.dtype, bytes } };
}

function lackingOf({ info, shards, start, end }: Found): Defect | undefined {
  const defect = shards.lacking(start, end);
  return defect && { problem: defect.problem, place: { ...defect.place, tensor: info.name } };
}

async function readElements(
  { weight, shards, start, end }: Found,
  span: ElementSpan,
  signal: AbortSignal | undefined,
): Promise<Bytes> {
  const { dtype, quantization } = weight;
  if (dtype === 'string') {
    const texts = await readTexts(await shards.read(start, end, signal), weight);
    return packStrings(texts.slice(span.from, span.to));
  }
  if (!quantization) return shards.read(start + span.start, start + span.end, signal);
  const width = quantization.dtype === 'uint8' ? 1 : 2;
  const bytes = await shards.read(start + span.from * width, start + span.to * width, signal);
  return dequantize(bytes, quantization, dtype === 'int32');
}

/**
 * Each step in float32, as NumPy does. TensorFlow.js itself adds in double precision, so that the last bit of its
 * float32 may be another.
 */
function dequantize(bytes: Bytes, { dtype, scale, min }: Quantization, isWhole: boolean): Bytes {
  if (dtype === 'float16') {
    const values = widen(bytes, 'float16') ?? new Float32Array();
    const out = isWhole ? Int32Array.from(values, Math.round) : values;
    return new Uint8Array(out.buffer);
  }
  const codes = dtype === 'uint8' ? bytes : new Uint16Array(bytes.buffer);
  const out = isWhole ? new Int32Array(codes.length) : new Float32Array(codes.length);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] as number;
    out[i] = isWhole
      ? Math.round(code * scale + min)
      : Math.fround(code * Math.fround(scale)) + Math.fround(min);
  }
  return new Uint8Array(out.buffer);
}

/** Each text is `u32 length · bytes`. */
async function measureTexts(
  { shape, name }: Weight,
  shards: Shards,
  start: number,
  signal: AbortSignal | undefined,
): Promise<number> {
  const count = elementCount(shape);
  const limit = MAX_TEXTS;
  if (count > limit) {
    throw new CheckpointError(
      { kind: 'too-large', what: name, size: count, limit },
      { path: name },
    );
  }
  const size = shards.sources.reduce((sum, source) => sum + source.size, 0);
  let at = start;
  for (let i = 0; i < count && at + 4 <= size; i++) {
    const length = await shards.read(at, at + 4, signal);
    at += 4 + new DataView(length.buffer).getUint32(0, true);
  }
  return at - start;
}

function readTexts(bytes: Bytes, { shape, name }: Weight): Bytes[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const texts: Bytes[] = [];
  let at = 0;
  while (texts.length < elementCount(shape)) {
    const length = at + 4 <= bytes.length ? view.getUint32(at, true) : Number.POSITIVE_INFINITY;
    if (at + 4 + length > bytes.length) {
      const problem = { kind: 'truncated', needed: bytes.length + 1, size: bytes.length } as const;
      throw new CheckpointError(problem, { path: name });
    }
    texts.push(bytes.subarray(at + 4, at + 4 + length));
    at += 4 + length;
  }
  return texts;
}
