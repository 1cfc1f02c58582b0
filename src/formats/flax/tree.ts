import type { Problem } from '#domain/problem.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { Metadata } from '#domain/tensor.ts';
import { type MsgpackHead, nextHead } from '#encodings/msgpack-stream.ts';
import type { StreamCursor } from '#io/stream-cursor.ts';
import { readArray, type StoredArray } from './arrays.ts';

/** Nested dictionaries of parameters are a dozen deep. */
const MAX_DEPTH = 100;
/** Values that are no arrays, kept to be shown. */
const MAX_VALUES = 100_000;
const MAX_TEXT = 20_000;
/** Tensors, on every way to one; each takes twenty bytes at least. */
const MAX_TENSORS = 1_000_000;
/** Stands for what was cut off. */
const CUT = '…';

const NDARRAY = 1;
const COMPLEX = 2;
const SCALAR = 3;

type Path = readonly string[];

/** A number of Python: an array without axes as well as metadata. */
export interface Loose {
  readonly kind: 'loose';
  readonly value: number | bigint | boolean | readonly [number, number];
  /** Whether it is a float, though it may be a whole number. */
  readonly isFloat?: true;
}

/** An array above a gigabyte, which is stored in pieces. */
export interface Chunked {
  readonly kind: 'chunked';
  readonly shape: readonly number[];
  /** Arrays of one axis, in order. */
  readonly chunks: readonly StoredArray[];
}

export type Leaf = (StoredArray | Loose | Chunked) & { readonly path: Path };

export interface Tree {
  readonly leaves: readonly Leaf[];
  readonly metadata: { readonly [key: string]: Metadata };
  /** Why the rest of the file could not be read. */
  readonly problem: Problem | undefined;
}

/** A value that is no leaf by itself, or what a leaf leaves in the metadata. */
type Value = Metadata | undefined;

/**
 * Walks through the state dictionary without reading the elements of arrays. A file that ends too early gives what
 * stands before.
 * @see https://github.com/google/flax/blob/main/flax/serialization.py
 */
export async function readTree(cursor: StreamCursor): Promise<Tree> {
  const walk = new Walk(cursor);
  let metadata: Value;
  let problem: Problem | undefined;
  try {
    metadata = await walk.value([], 0);
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.problem.kind !== 'truncated') throw error;
    problem = error.problem;
  }
  const isRecord = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata);
  return {
    leaves: walk.leaves,
    metadata: isRecord ? (metadata as Tree['metadata']) : {},
    problem,
  };
}

class Walk {
  readonly leaves: Leaf[] = [];
  readonly #cursor: StreamCursor;
  #kept = 0;

  constructor(cursor: StreamCursor) {
    this.#cursor = cursor;
    cursor.bigEndian = true;
  }

  /** Plain data for the next value; `undefined` where there is none besides tensors. */
  async value(path: Path, depth: number): Promise<Value> {
    if (depth > MAX_DEPTH) {
      this.#cursor.fail({
        kind: 'too-large',
        what: 'the depth of the checkpoint',
        size: depth,
        limit: MAX_DEPTH,
      });
    }
    const head = await nextHead(this.#cursor);
    switch (head.kind) {
      case 'value':
        if (head.value !== null && path.length > 0)
          this.#leaf({ kind: 'loose', value: head.value, path });
        return this.#keep(head.value);
      case 'float':
        if (path.length > 0) this.#leaf({ kind: 'loose', value: head.value, isFloat: true, path });
        return this.#keep(head.value);
      case 'text':
        return this.#keep(await this.#text(head.length));
      case 'bytes':
        this.#cursor.skip(head.length);
        return this.#keep({ $bytes: head.length });
      case 'array':
        return this.#list(head.length, path, depth);
      case 'map':
        return this.#map(head.length, path, depth);
      case 'extension':
        return this.#extension(head, path);
    }
  }

  async #list(length: number, path: Path, depth: number): Promise<Value> {
    const items: Metadata[] = [];
    let hasPlain = length === 0;
    for (let i = 0; i < length; i++) {
      const item = await this.value([...path, String(i)], depth + 1);
      if (item !== undefined) hasPlain = true;
      if (item !== CUT || items.at(-1) !== CUT) items.push(item ?? null);
    }
    return hasPlain ? items : undefined;
  }

  async #map(length: number, path: Path, depth: number): Promise<Value> {
    const fields: [string, Metadata][] = [];
    for (let i = 0; i < length; i++) {
      const key = await this.#key();
      if (i === 0 && key === '__msgpack_chunked_array__') {
        await this.#chunked(length, path);
        return undefined;
      }
      const value = await this.value([...path, key], depth + 1);
      if (value !== undefined && (value !== CUT || fields.at(-1)?.[1] !== CUT)) {
        fields.push([key, value]);
      }
    }
    return fields.length > 0 || length === 0 ? Object.fromEntries(fields) : undefined;
  }

  async #key(): Promise<string> {
    const head = await nextHead(this.#cursor);
    if (head.kind === 'text' || head.kind === 'bytes') return this.#text(head.length);
    if (head.kind === 'value' || head.kind === 'float') return String(head.value);
    return this.#cursor.fail({ kind: 'malformed', what: 'a key is no text' });
  }

  /** Its first key has been read: `true · shape { '0': … } · chunks { '0': … }`. */
  async #chunked(length: number, path: Path): Promise<void> {
    await nextHead(this.#cursor);
    let shape: readonly number[] = [];
    const chunks = new Map<string, StoredArray>();
    for (let i = 1; i < length; i++) {
      const key = await this.#key();
      const head = await nextHead(this.#cursor);
      if (head.kind !== 'map') return this.#noChunks();
      if (key === 'shape') shape = await this.#sizes(head.length);
      else if (key === 'chunks') await this.#chunks(head.length, chunks);
      else return this.#noChunks();
    }
    const inOrder = [...chunks].sort(([a], [b]) => Number(a) - Number(b));
    this.#leaf({ kind: 'chunked', shape, chunks: inOrder.map(([, chunk]) => chunk), path });
  }

  #noChunks(): never {
    return this.#cursor.fail({ kind: 'malformed', what: 'an array in chunks has other parts' });
  }

  async #sizes(length: number): Promise<number[]> {
    const sizes: number[] = [];
    for (let i = 0; i < length; i++) {
      const axis = Number(await this.#key());
      const head = await nextHead(this.#cursor);
      const isSize = head.kind === 'value' && typeof head.value === 'number' && head.value >= 0;
      if (!isSize || axis !== i) this.#noChunks();
      else sizes.push(head.value as number);
    }
    return sizes;
  }

  async #chunks(length: number, chunks: Map<string, StoredArray>): Promise<void> {
    for (let i = 0; i < length; i++) {
      const key = await this.#key();
      const head = await nextHead(this.#cursor);
      if (head.kind !== 'extension' || head.type !== NDARRAY) return this.#noChunks();
      const array = await this.#array(head.length);
      chunks.set(key, array);
      this.#cursor.skip(array.span.end - this.#cursor.at);
    }
  }

  async #array(length: number): Promise<StoredArray> {
    const end = this.#cursor.at + length;
    const array = await readArray(this.#cursor);
    if (array.span.end !== end) {
      this.#cursor.fail({ kind: 'malformed', what: 'an array has another length than it says' });
    }
    return array;
  }

  async #extension(head: MsgpackHead & { kind: 'extension' }, path: Path): Promise<Value> {
    if (head.type === NDARRAY || head.type === SCALAR) {
      const array = await this.#array(head.length);
      this.#leaf({ ...array, path });
      this.#cursor.skip(array.span.end - this.#cursor.at);
      return undefined;
    }
    if (head.type !== COMPLEX) {
      this.#cursor.skip(head.length);
      return this.#keep({ $object: `MessagePack extension ${head.type}`, length: head.length });
    }
    const value = await this.#complex(this.#cursor.at + head.length);
    this.#leaf({ kind: 'loose', value, path });
    return this.#keep({ $object: 'complex', real: value[0], imag: value[1] });
  }

  async #complex(end: number): Promise<readonly [number, number]> {
    const fail = () => this.#cursor.fail({ kind: 'malformed', what: 'it is no complex number' });
    const head = await nextHead(this.#cursor);
    if (head.kind !== 'array' || head.length !== 2) return fail();
    const parts: number[] = [];
    for (let i = 0; i < 2; i++) {
      const part = await nextHead(this.#cursor);
      if (part.kind !== 'float') return fail();
      parts.push(part.value);
    }
    const [real = 0, imaginary = 0] = parts;
    return this.#cursor.at === end ? [real, imaginary] : fail();
  }

  async #text(length: number): Promise<string> {
    const kept = Math.min(length, MAX_TEXT);
    const filling = this.#cursor.fill(kept);
    if (filling !== undefined) await filling;
    const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(this.#cursor.bytes(kept));
    this.#cursor.skip(length - kept);
    return text;
  }

  #leaf(leaf: Leaf): void {
    this.leaves.push(leaf);
    if (this.leaves.length <= MAX_TENSORS) return;
    const problem = { what: 'the number of tensors', size: MAX_TENSORS + 1, limit: MAX_TENSORS };
    this.#cursor.fail({ kind: 'too-large', ...problem });
  }

  #keep(value: Metadata): Metadata {
    return ++this.#kept > MAX_VALUES ? CUT : value;
  }
}
