import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import type { StatisticsProgress, TensorOutcome } from '#workers/api.ts';
import { type CheckpointPlace, computeAll, outcomesQuery } from './queries.ts';

/** Computing the statistics of all tensors of one checkpoint. */
export interface Outcomes {
  /** Those that are there, by name of the tensor. */
  readonly found: ReadonlyMap<string, TensorOutcome>;
  /** In bytes; `null`: nothing goes on. */
  readonly running: { readonly bytes: number; readonly total: number } | null;
  readonly wasCancelled: boolean;
  readonly error: unknown;
  readonly start: () => void;
  readonly cancel: () => void;
}

const NONE: ReadonlyMap<string, TensorOutcome> = new Map();

/** Ends with the page; what was computed until then is kept, and need not be computed again. */
export function useOutcomes(place: CheckpointPlace): Outcomes {
  const client = useQueryClient();
  const controller = useRef(new AbortController());
  const [running, setRunning] = useState<Outcomes['running']>(null);
  const [wasCancelled, setCancelled] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const query = outcomesQuery(place);
  const { data: found = NONE } = useQuery(query);

  useEffect(() => () => controller.current.abort(), []);

  function keep(outcomes: readonly TensorOutcome[]): void {
    if (outcomes.length === 0) return;
    client.setQueryData(
      query.queryKey,
      (known = NONE) => new Map([...known, ...outcomes.map((one) => [one.tensor, one] as const)]),
    );
  }

  async function run(signal: AbortSignal): Promise<void> {
    const onProgress = ({ bytes, total, found: more }: StatisticsProgress) => {
      if (signal.aborted) return;
      keep(more);
      setRunning({ bytes, total });
    };
    try {
      keep(await computeAll(place, { signal, onProgress }));
    } catch (failure) {
      if (!signal.aborted) setError(failure);
    }
    if (!signal.aborted) setRunning(null);
  }

  return {
    found,
    running,
    wasCancelled,
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
