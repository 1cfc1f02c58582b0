import { BITS, type Dtype } from '#domain/dtype.ts';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { TensorInfo } from '#domain/tensor.ts';
import { JsonScanner } from './json-scanner.ts';

/** A tensor and the bytes `[start, end)` that hold it, counted from the start of the file. */
export interface Entry {
  readonly info: TensorInfo;
  readonly start: number;
  readonly end: number;
}

export interface Header {
  readonly entries: ReadonlyMap<string, Entry>;
  readonly metadata: { readonly [key: string]: string };
  /** Where the last tensor ends, in bytes from the start of the file. */
  readonly end: number;
  /** Keys that stand there more than once; the last of each is in `entries`. */
  readonly defects: readonly Defect[];
}

/** @see https://github.com/huggingface/safetensors/blob/main/safetensors/src/tensor.rs */
const DTYPES: ReadonlyMap<string, Dtype> = new Map([
  ['BOOL', 'bool'],
  ['F4', 'float4_e2m1fn'],
  ['F6_E2M3', 'float6_e2m3fn'],
  ['F6_E3M2', 'float6_e3m2fn'],
  ['U8', 'uint8'],
  ['I8', 'int8'],
  ['F8_E5M2', 'float8_e5m2'],
  ['F8_E4M3', 'float8_e4m3fn'],
  ['F8_E8M0', 'float8_e8m0fnu'],
  ['F8_E4M3FNUZ', 'float8_e4m3fnuz'],
  ['F8_E5M2FNUZ', 'float8_e5m2fnuz'],
  ['I16', 'int16'],
  ['U16', 'uint16'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['I32', 'int32'],
  ['U32', 'uint32'],
  ['F32', 'float32'],
  ['C64', 'complex64'],
  ['F64', 'float64'],
  ['I64', 'int64'],
  ['U64', 'uint64'],
]);

/** Where the header begins, after its length. */
export const HEADER_START = 8;

/**
 * Parses the JSON header, and checks that its tensors follow one another without hole or overlap. Throws
 * `malformed` or `unsupported`. `path` is for messages only.
 */
export function parseHeader(bytes: Uint8Array, path: string): Header {
  const scanner = new JsonScanner(decode(bytes, path), path, HEADER_START);
  const dataStart = HEADER_START + bytes.length;
  const entries = new Map<string, Entry>();
  const twice = new Set<string>();
  let metadata: ReadonlyMap<string, string> | undefined;
  scanner.object('the header', (name) => {
    if (name === '__metadata__') {
      if (metadata) scanner.fail('the key __metadata__ stands there twice');
      metadata = readMetadata(scanner, twice);
      return;
    }
    if (entries.has(name)) twice.add(name);
    entries.set(name, readEntry(scanner, name, dataStart));
  });
  scanner.end();
  return {
    entries,
    metadata: Object.fromEntries(metadata ?? []),
    end: checkLayout(entries, dataStart, path),
    defects: [...twice].map((key) => ({
      problem: { kind: 'unsafe', what: `the key ${JSON.stringify(key)} stands there twice` },
      place: { path, offset: HEADER_START },
    })),
  };
}

function decode(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const problem = { kind: 'malformed', what: 'the header is not UTF-8 text' } as const;
    throw new CheckpointError(problem, { path, offset: HEADER_START }, { cause });
  }
}

function readMetadata(scanner: JsonScanner, twice: Set<string>): ReadonlyMap<string, string> {
  const metadata = new Map<string, string>();
  if (scanner.null()) return metadata;
  scanner.object('__metadata__', (key) => {
    if (!scanner.isString()) scanner.fail(`the metadata ${JSON.stringify(key)} is no text`);
    if (metadata.has(key)) twice.add(key);
    metadata.set(key, scanner.string());
  });
  return metadata;
}

function readEntry(scanner: JsonScanner, name: string, dataStart: number): Entry {
  const of = `of ${JSON.stringify(name)}`;
  const seen = new Set<string>();
  let dtype: Dtype | undefined;
  let shape: readonly number[] | undefined;
  let span: readonly number[] | undefined;
  scanner.object(`the entry ${of}`, (key) => {
    const known = key === 'dtype' || key === 'shape' || key === 'data_offsets';
    if (known && seen.has(key)) scanner.fail(`the ${key} ${of} stands there twice`);
    seen.add(key);
    if (key === 'dtype') dtype = readDtype(scanner, of);
    else if (key === 'shape') shape = readCounts(scanner, `the shape ${of}`);
    else if (key === 'data_offsets') span = readCounts(scanner, `the offsets ${of}`);
    else scanner.skip();
  });
  if (!dtype) return scanner.fail(`the dtype ${of} is missing`);
  if (!shape) return scanner.fail(`the shape ${of} is missing`);
  const [start, end] = span ?? [];
  if (start === undefined || end === undefined || span?.length !== 2) {
    return scanner.fail(`the offsets ${of} are not two`);
  }
  const bytes = end - start;
  return { info: { name, dtype, shape, bytes }, start: dataStart + start, end: dataStart + end };
}

function readDtype(scanner: JsonScanner, of: string): Dtype {
  if (!scanner.isString()) return scanner.fail(`the dtype ${of} is no text`);
  const code = scanner.string();
  const feature = `the dtype ${code} ${of}`;
  return DTYPES.get(code) ?? scanner.failWith({ kind: 'unsupported', feature });
}

function readCounts(scanner: JsonScanner, what: string): readonly number[] {
  const counts: number[] = [];
  scanner.array(what, () => counts.push(scanner.count(what)));
  return counts;
}

/** Tensors must follow one another and fill exactly what their shape says. Gives where the last one ends. */
function checkLayout(entries: ReadonlyMap<string, Entry>, dataStart: number, path: string): number {
  const sorted = [...entries.values()].sort((a, b) => a.start - b.start || a.end - b.end);
  let at = dataStart;
  for (const { info, start, end } of sorted) {
    const fault = faultOf(info, start - at);
    if (fault) {
      const place = { path, offset: start, tensor: info.name };
      throw new CheckpointError({ kind: 'malformed', what: fault }, place);
    }
    at = end;
  }
  return at;
}

function faultOf({ dtype, shape, bytes }: TensorInfo, gap: number): string | undefined {
  if (gap > 0) return `nothing says what its ${gap} bytes before are`;
  if (gap < 0) return `it shares ${-gap} bytes with the tensor before`;
  if (bytes < 0) return 'it ends before it starts';
  const bits = shape.reduce((product, size) => product * size, BITS[dtype]);
  if (!Number.isSafeInteger(bits)) return 'its shape holds more elements than can be counted';
  if (bits % 8 !== 0) return `its ${bits} bits do not end with a byte`;
  if (bits / 8 !== bytes) return `its shape needs ${bits / 8} bytes, but it has ${bytes}`;
  return undefined;
}
