import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Judgement } from '#domain/verdict.ts';
import type { RunDetails } from '#workers/api.ts';
import { verifyCheckpoint } from './queries.ts';

/** Comparing the checksums of some checkpoints, one after another. */
export interface Verification {
  /** `null`: nothing goes on. */
  readonly running: {
    readonly checkpoint: string;
    readonly bytes: number;
    readonly total: number;
    readonly done: number;
    readonly of: number;
  } | null;
  readonly wasStopped: boolean;
  /** Those that could not be read through. */
  readonly defects: readonly Defect[];
  readonly start: (checkpoints: readonly string[]) => void;
  readonly cancel: () => void;
}

/** Ends with the page that started it; what was compared until then is kept. */
export function useVerification(directory: string): Verification {
  const client = useQueryClient();
  const controller = useRef(new AbortController());
  const [running, setRunning] = useState<Verification['running']>(null);
  const [wasStopped, setStopped] = useState(false);
  const [defects, setDefects] = useState<readonly Defect[]>([]);

  useEffect(() => () => controller.current.abort(), []);

  function keep(checkpoint: string, judgement: Judgement): void {
    client.setQueriesData<RunDetails>({ queryKey: ['run', directory] }, (details) =>
      details?.checkpoints.some(({ ref }) => ref.path === checkpoint)
        ? withJudgement(details, checkpoint, judgement)
        : details,
    );
    void client.invalidateQueries({ queryKey: ['suggestions', directory] });
    void client.invalidateQueries({ queryKey: ['checkpoint', directory, checkpoint] });
  }

  async function run(checkpoints: readonly string[], signal: AbortSignal): Promise<void> {
    for (const [done, checkpoint] of checkpoints.entries()) {
      const state = { checkpoint, done, of: checkpoints.length };
      setRunning({ ...state, bytes: 0, total: 0 });
      try {
        const judgement = await verifyCheckpoint(checkpoint, {
          signal,
          onProgress: (progress) => {
            if (!signal.aborted) setRunning({ ...state, ...progress });
          },
        });
        keep(checkpoint, judgement);
      } catch (error) {
        if (signal.aborted) return;
        if (!(error instanceof CheckpointError)) throw error;
        const { problem, place } = error;
        setDefects((others) => [...others, { problem, place }]);
      }
    }
    setRunning(null);
  }

  return {
    running,
    wasStopped,
    defects,
    start(checkpoints) {
      controller.current.abort();
      controller.current = new AbortController();
      setStopped(false);
      setDefects([]);
      void run(checkpoints, controller.current.signal);
    },
    cancel() {
      controller.current.abort();
      setRunning(null);
      setStopped(true);
    },
  };
}

function withJudgement(details: RunDetails, checkpoint: string, judgement: Judgement): RunDetails {
  const checkpoints = details.checkpoints.map((summary) =>
    summary.ref.path === checkpoint ? { ...summary, judgement } : summary,
  );
  return { ...details, checkpoints };
}
