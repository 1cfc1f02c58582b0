import { CheckpointError } from '#domain/problem.ts';
import { imageKind, imageSize } from '#encodings/image/image.ts';
import type { ImageSize } from '#encodings/image/png.ts';
import {
  countValues,
  type FeatureKind,
  type FeatureSpan,
  firstBytes,
  readExample,
  readNumbers,
} from './example.ts';
import type { Record } from './records.ts';

/** More different words than this are texts. */
const MAX_CLASSES = 10_000;

/** A record of more features than this is no example. */
const MAX_FEATURES = 65_536;

/** What was seen of a feature in all records. */
export interface SeenFeature {
  readonly name: string;
  readonly kind: FeatureKind;
  /** Records that have it. */
  present: number;
  /** Values per record. */
  least: number;
  most: number;
  /** Of numbers: in the first record. */
  readonly first: readonly number[];
  /** Of bytes: what they are in every record; `null`: not the same in all. */
  content: 'image' | 'text' | 'raw' | null;
  /** Bytes of the first value. */
  readonly length: number;
  hasOneLength: boolean;
  /** Different texts; `null`: too many to be classes. */
  words: Set<string> | null;
  readonly sizes: ImageSize[];
}

/** Looks at the features of one record after another. */
export function featureWatch() {
  const features = new Map<string, SeenFeature>();
  return {
    features,
    visit({ bytes, from, to, path }: Record): void {
      for (const [name, span] of readExample(bytes, [from, to], path)) {
        watchFeature(features, name, { bytes, span, path });
      }
    },
  };
}

interface FeatureValue {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly span: FeatureSpan;
  readonly path: string;
}

function watchFeature(
  features: Map<string, SeenFeature>,
  name: string,
  { bytes, span, path }: FeatureValue,
): void {
  const count = countValues(bytes, span, path);
  const value = span.kind === 'bytes' ? firstBytes(bytes, span, path) : null;
  let seen = features.get(name);
  if (!seen) {
    const first = value ? [] : readNumbers(bytes, span, path).slice(0, 1);
    seen = newFeature(name, span.kind, { count, length: value?.length ?? 0, first });
    features.set(name, seen);
    if (features.size > MAX_FEATURES) refuse(path, features.size);
  }
  if (seen.kind !== span.kind) {
    const what = `${name} is ${seen.kind} in one record and ${span.kind} in another`;
    throw new CheckpointError({ kind: 'malformed', what }, { path });
  }
  seen.present++;
  seen.least = Math.min(seen.least, count);
  seen.most = Math.max(seen.most, count);
  if (value) watchBytes(seen, value, path);
}

function refuse(path: string, size: number): never {
  const problem = { kind: 'too-large', what: 'features', size, limit: MAX_FEATURES } as const;
  throw new CheckpointError(problem, { path });
}

function newFeature(
  name: string,
  kind: FeatureKind,
  {
    count,
    length,
    first,
  }: { readonly count: number; readonly length: number; readonly first: readonly number[] },
): SeenFeature {
  return {
    name,
    kind,
    present: 0,
    least: count,
    most: count,
    first,
    content: null,
    length,
    hasOneLength: true,
    words: new Set(),
    sizes: [],
  };
}

function watchBytes(seen: SeenFeature, value: Uint8Array<ArrayBuffer>, path: string): void {
  const content = contentOf(value);
  if (seen.present === 1) seen.content = content;
  else if (seen.content !== content) seen.content = null;
  if (value.length !== seen.length) seen.hasOneLength = false;
  if (content === 'image') {
    const size = sizeOrNull(value, path);
    if (size) seen.sizes.push(size);
  } else if (content === 'text' && seen.words) {
    seen.words.add(new TextDecoder().decode(value));
    if (seen.words.size > MAX_CLASSES) seen.words = null;
  }
}

/** Reading it tells what is wrong. */
function sizeOrNull(value: Uint8Array<ArrayBuffer>, path: string): ImageSize | null {
  try {
    return imageSize(value, { path });
  } catch {
    return null;
  }
}

const strict = new TextDecoder('utf-8', { fatal: true });

/** Texts have no control characters but tabs and line breaks; pixels nearly always have. */
export function contentOf(value: Uint8Array): 'image' | 'text' | 'raw' {
  if (imageKind(value)) return 'image';
  for (const byte of value) {
    if (byte < 0x20 && byte !== 9 && byte !== 10 && byte !== 13) return 'raw';
  }
  try {
    strict.decode(value);
    return 'text';
  } catch {
    return 'raw';
  }
}
