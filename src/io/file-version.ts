import { CheckpointError, type Problem } from '#domain/problem.ts';
import type { FileRef } from '#domain/run.ts';
import { type ByteSource, blobSource } from './byte-source.ts';

/** A source that gets its `File` again, once, when the browser calls it stale. */
export function fileSource(ref: FileRef, first: File, again: () => Promise<File>): ByteSource {
  const { path, size } = ref;
  let source = blobSource(path, first);
  return {
    path,
    size,
    async read(start, end, signal) {
      try {
        return await source.read(start, end, signal);
      } catch (error) {
        if (!isNamed(error, 'NotReadableError')) throw rethrown(error, path, signal);
      }
      const now = await again();
      if (!isVersion(now, ref)) throw new CheckpointError({ kind: 'changed' }, { path });
      source = blobSource(path, now);
      return source.read(start, end, signal).catch((error: unknown) => {
        if (isNamed(error, 'NotReadableError')) {
          throw new CheckpointError({ kind: 'changed' }, { path });
        }
        throw rethrown(error, path, signal);
      });
    },
  };
}

export function refOf(path: string, { size, lastModified }: File): FileRef {
  return { path, size, modified: lastModified };
}

export function isVersion({ size, lastModified }: File, ref: FileRef): boolean {
  return size === ref.size && lastModified === ref.modified;
}

function rethrown(error: unknown, path: string, signal: AbortSignal | undefined): unknown {
  return signal?.aborted ? signal.reason : asCheckpointError(error, path);
}

/** What the browser's refusal to list or read means. @see https://fs.spec.whatwg.org/#api-filesystemfilehandle-getfile */
export function asCheckpointError(error: unknown, path: string): CheckpointError {
  if (error instanceof CheckpointError) return error;
  return new CheckpointError(problemOf(error), { path }, { cause: error });
}

function problemOf(error: unknown): Problem {
  // `TypeError` is for names that Chromium shows and will not open.
  if (!(error instanceof DOMException || error instanceof TypeError)) throw error;
  switch (error.name) {
    case 'NotFoundError':
    case 'TypeMismatchError':
      return { kind: 'gone' };
    case 'NotReadableError':
      return { kind: 'changed' };
    default:
      return { kind: 'denied' };
  }
}

function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
