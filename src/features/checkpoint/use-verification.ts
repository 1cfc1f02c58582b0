import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { verifyCheckpoint } from './queries.ts';

/** Comparing the checksums of one checkpoint. */
export interface Verification {
  /** In bytes; `null`: nothing goes on. */
  readonly running: { readonly bytes: number; readonly total: number } | null;
  readonly error: unknown;
  readonly start: () => void;
  readonly cancel: () => void;
}

/** Ends with the page; the result is kept for every page. */
export function useVerification(directory: string, checkpoint: string): Verification {
  const client = useQueryClient();
  const controller = useRef(new AbortController());
  const [running, setRunning] = useState<Verification['running']>(null);
  const [error, setError] = useState<unknown>(null);

  useEffect(() => () => controller.current.abort(), []);

  async function run(signal: AbortSignal): Promise<void> {
    try {
      await verifyCheckpoint(checkpoint, {
        signal,
        onProgress: (progress) => {
          if (!signal.aborted) setRunning(progress);
        },
      });
      const kinds = ['checkpoint', 'run', 'suggestions'];
      await Promise.all(
        kinds.map((kind) => client.invalidateQueries({ queryKey: [kind, directory] })),
      );
    } catch (failure) {
      if (!signal.aborted) setError(failure);
    }
    if (!signal.aborted) setRunning(null);
  }

  return {
    running,
    error,
    start() {
      controller.current.abort();
      controller.current = new AbortController();
      setError(null);
      setRunning({ bytes: 0, total: 0 });
      void run(controller.current.signal);
    },
    cancel() {
      controller.current.abort();
      setRunning(null);
    },
  };
}
