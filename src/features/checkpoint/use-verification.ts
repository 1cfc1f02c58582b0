import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { verifyCheckpoint } from './queries.ts';

/** Comparing the checksums of one checkpoint. */
export interface Verification {
  /** In bytes; `null`: nothing goes on. */
  readonly running: { readonly bytes: number; readonly total: number } | null;
  readonly wasCancelled: boolean;
  /** Bytes a second, of the last one that was read through. */
  readonly rate: number | null;
  readonly error: unknown;
  readonly start: () => void;
  readonly cancel: () => void;
}

/** A rate over less than this, in milliseconds, says nothing. */
const LEAST_TIME = 500;

/** Ends with the page; the result is kept for every page. */
export function useVerification(directory: string, checkpoint: string): Verification {
  const client = useQueryClient();
  const controller = useRef(new AbortController());
  const [running, setRunning] = useState<Verification['running']>(null);
  const [wasCancelled, setCancelled] = useState(false);
  const [rate, setRate] = useState<number | null>(null);
  const [error, setError] = useState<unknown>(null);

  useEffect(() => () => controller.current.abort(), []);

  async function run(signal: AbortSignal): Promise<void> {
    const began = performance.now();
    let read = 0;
    try {
      await verifyCheckpoint(checkpoint, {
        signal,
        onProgress: (progress) => {
          read = progress.bytes;
          if (!signal.aborted) setRunning(progress);
        },
      });
      const time = performance.now() - began;
      setRate(time > LEAST_TIME ? (1000 * read) / time : null);
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
    wasCancelled,
    rate,
    error,
    start() {
      controller.current.abort();
      controller.current = new AbortController();
      setError(null);
      setCancelled(false);
      setRunning({ bytes: 0, total: 0 });
      void run(controller.current.signal);
    },
    cancel() {
      controller.current.abort();
      setRunning(null);
      setCancelled(true);
    },
  };
}
