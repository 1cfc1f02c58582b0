import { CheckpointError, type Problem } from '#domain/problem.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import { staysInside } from '#formats/stays-inside.ts';
import type { ByteSource } from '#io/byte-source.ts';
import type { Initialiser } from './model.ts';

/** Files asked for at a time. */
const AT_ONCE = 8;
/** A model has a file per tensor at most; each is asked for. */
const MAX_FILES = 100_000;

/** Where elements lie in a file beside. */
export interface External {
  readonly location: string;
  readonly offset: number;
  /** `undefined`: as many bytes as the elements take. */
  readonly length: number | undefined;
}

/** A file beside, or why there is none. */
export type ExternalFile =
  | { readonly source: ByteSource }
  | { readonly problem: Problem; readonly source?: undefined };

/** @see https://github.com/onnx/onnx/blob/main/docs/ExternalData.md */
export function externalOf({ external }: Initialiser): External | undefined {
  if (!external) return undefined;
  const length = external.get('length');
  return {
    location: (external.get('location') ?? '').replace(/^(?:\.\/)+/, ''),
    offset: count(external.get('offset') ?? '0'),
    length: length === undefined || length === '' ? undefined : count(length),
  };
}

/** `NaN` where a text is no number of bytes. */
function count(text: string): number {
  const value = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(value) ? value : Number.NaN;
}

/** The files that initialisers lie in, by their locations. A location outside of the folder is never opened. */
export async function findExternalFiles(
  initialisers: readonly Initialiser[],
  path: string,
  options: OpenOptions,
): Promise<ReadonlyMap<string, ExternalFile>> {
  const locations = [...new Set(initialisers.flatMap((one) => externalOf(one)?.location ?? []))];
  if (locations.length > MAX_FILES) {
    const problem = { what: 'files beside it', size: locations.length, limit: MAX_FILES };
    throw new CheckpointError({ kind: 'too-large', ...problem }, { path });
  }
  const files = new Map<string, ExternalFile>();
  for (let at = 0; at < locations.length; at += AT_ONCE) {
    const some = locations.slice(at, at + AT_ONCE);
    const found = await Promise.all(some.map((location) => findFile(location, options)));
    for (const [i, location] of some.entries()) {
      const file = found[i];
      if (file) files.set(location, file);
    }
  }
  return files;
}

async function findFile(location: string, { sibling }: OpenOptions): Promise<ExternalFile> {
  if (!staysInside(location)) {
    const what = `it looks for elements outside of its folder: ${location}`;
    return { problem: { kind: 'unsafe', what } };
  }
  try {
    const source = await sibling?.(location);
    return source ? { source } : { problem: { kind: 'missing', path: location } };
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    return { problem: error.problem };
  }
}
