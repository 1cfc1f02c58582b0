import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { FileRef } from '#domain/run.ts';
import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import type { Directory } from '#io/directory.ts';
import { joinPath, parentOf } from '#io/path.ts';

/** A text file larger than this is none that a framework writes beside its checkpoints. */
const MAX_TEXT_SIZE = 16_000_000;

/** `null` when the file is not there or may not be looked at; opening it says which. */
export async function statOrNull(directory: Directory, path: string): Promise<FileRef | null> {
  try {
    return await directory.stat(path);
  } catch (error) {
    if (error instanceof CheckpointError) return null;
    throw error;
  }
}

export async function openPath(directory: Directory, path: string): Promise<ByteSource> {
  return directory.open(await directory.stat(path));
}

/** Opens what lies beside a file or below its folder, and nothing else. */
export function siblingsOf(
  directory: Directory,
  path: string,
): NonNullable<OpenOptions['sibling']> {
  return async (name) => {
    const sibling = joinPath(parentOf(path), name);
    if (name.split('/').some((part) => part === '..' || part === '.' || part === '')) {
      throw new CheckpointError({ kind: 'missing', path: sibling }, { path });
    }
    try {
      return await openPath(directory, sibling);
    } catch (error) {
      if (isGone(error)) throw new CheckpointError({ kind: 'missing', path: sibling }, { path });
      throw error;
    }
  };
}

/** All of a small file. */
export async function readWhole(
  directory: Directory,
  path: string,
  signal?: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const source = await openPath(directory, path);
  const { size } = source;
  if (size > MAX_TEXT_SIZE) {
    throw new CheckpointError(
      { kind: 'too-large', what: 'text file', size, limit: MAX_TEXT_SIZE },
      { path },
    );
  }
  return source.read(0, size, signal);
}

/** Identifies one version of some files. */
export function versionOf(files: readonly (FileRef | null)[]): string {
  return JSON.stringify(files.map((file) => file && [file.path, file.size, file.modified]));
}

/** A short name for a version: of many files, its text is long. */
export function digestOf(version: string): string {
  let [a, b] = [0x811c9dc5, 0x9747b28c];
  for (let at = 0; at < version.length; at++) {
    const code = version.charCodeAt(at);
    a = Math.imul(a ^ code, 0x01000193);
    b = Math.imul(b ^ code, 0x5bd1e995) ^ (b >>> 15);
  }
  return [a, b].map((half) => (half >>> 0).toString(16).padStart(8, '0')).join('');
}

function isGone(error: unknown): boolean {
  return error instanceof CheckpointError && error.problem.kind === 'gone';
}

/** What is wrong, as data. An error that nobody threw on purpose is one of ours, and hides no other file. */
export function defectOf(error: unknown, path: string): Defect {
  if (error instanceof CheckpointError) return { problem: error.problem, place: error.place };
  const feature = `a file on which the reader itself fails (${String(error)})`;
  return { problem: { kind: 'unsupported', feature }, place: { path } };
}
