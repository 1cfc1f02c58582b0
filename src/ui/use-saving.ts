import { useEffect, useRef, useState } from 'react';
import { CheckpointError } from '#domain/problem.ts';
import { openTarget } from './save-target.ts';
import type { SavedFile } from './saved-file.ts';
import { writeFile } from './write-file.ts';

/** What has become of a file that is saved. */
export type SavingState =
  | { readonly kind: 'idle' }
  /** `part`: from 0 to 1, of what is not reckoned in bytes; `null`: it is, or nobody can tell. */
  | {
      readonly kind: 'writing';
      readonly bytes: number;
      readonly total: number | null;
      readonly part: number | null;
    }
  | { readonly kind: 'saved'; readonly name: string; readonly size: number }
  | { readonly kind: 'cancelled' }
  /** What was read could not be: `CheckpointError`. What could not be written: the browser's own words. */
  | { readonly kind: 'failed'; readonly error: CheckpointError | string };

export interface Saving {
  readonly state: SavingState;
  /** Call it in a click. */
  readonly start: (file: SavedFile) => void;
  readonly cancel: () => void;
  /** What became of the last file need not be said any longer. */
  readonly dismiss: () => void;
}

/** Saving one file at a time. It ends with the page, and then leaves nothing behind. */
export function useSaving(): Saving {
  const controller = useRef(new AbortController());
  const [state, setState] = useState<SavingState>({ kind: 'idle' });

  useEffect(() => () => controller.current.abort(), []);

  async function save(file: SavedFile, signal: AbortSignal): Promise<void> {
    try {
      const target = await openTarget(file);
      if (!target) return;
      const total = file.size;
      const onProgress = (bytes: number) => {
        if (!signal.aborted)
          setState({ kind: 'writing', bytes, total, part: file.made?.() ?? null });
      };
      onProgress(0);
      const size = await writeFile(file, target, { signal, onProgress });
      setState({ kind: 'saved', name: file.name, size });
    } catch (error) {
      if (signal.aborted) setState({ kind: 'cancelled' });
      else setState({ kind: 'failed', error: reasonOf(error) });
    }
  }

  return {
    state,
    start(file) {
      controller.current.abort();
      controller.current = new AbortController();
      setState({ kind: 'idle' });
      void save(file, controller.current.signal);
    },
    cancel: () => controller.current.abort(),
    dismiss: () => setState({ kind: 'idle' }),
  };
}

/** What is neither of the file nor of the disk is a bug, and goes on up. */
function reasonOf(error: unknown): CheckpointError | string {
  if (error instanceof CheckpointError) return error;
  if (error instanceof DOMException) return error.message;
  throw error;
}
