import type {
  Backend,
  Evaluation,
  EvaluationNote,
  EvaluationProgress,
} from '#domain/evaluation.ts';
import type { Defect } from '#domain/problem.ts';

/** Reports are not sent more often than this, in milliseconds. */
const INTERVAL = 100;

export type Report = ReturnType<typeof createReport>;

/** What is known of an evaluation while it goes on, told now and then. */
export function createReport(
  checkpoints: readonly string[],
  onProgress: ((progress: EvaluationProgress) => void) | undefined,
) {
  const evaluations = checkpoints.map(begun);
  const notes: EvaluationNote[] = [];
  const told = new Set<string>();
  let phase: EvaluationProgress['phase'] = 'reading';
  let total = 0;
  let examples = 0;
  let seconds = 0;
  let last = Number.NEGATIVE_INFINITY;

  function left(rate: number | null): number | null {
    const seen = evaluations.reduce((sum, one) => sum + (isOpen(one) ? one.seen : 0), 0);
    const open = evaluations.filter(isOpen).length * total;
    return rate === null ? null : (open - seen) / rate;
  }

  function emit(always = false): void {
    const now = performance.now();
    if (!onProgress || (!always && now - last < INTERVAL)) return;
    last = now;
    const rate = seconds > 0 ? examples / seconds : null;
    onProgress({ evaluations: [...evaluations], rate, left: left(rate), phase, notes: [...notes] });
  }

  return {
    evaluations: (): readonly Evaluation[] => [...evaluations],
    /** Settles what all of them share. */
    begin(count: number, backend: Backend): void {
      total = count;
      for (const index of evaluations.keys()) update(index, { total: count, backend });
    },
    update,
    enter(next: EvaluationProgress['phase']): void {
      if (next === phase) return;
      phase = next;
      emit();
    },
    note(note: EvaluationNote): void {
      const key = JSON.stringify(note);
      if (told.has(key)) return;
      told.add(key);
      notes.push(note);
    },
    /** Adds to the rate: examples of one checkpoint each, in seconds. */
    timed(more: number, took: number): void {
      examples += more;
      seconds += took;
    },
    /** Marks what has not come to an end. */
    end(state: 'cancelled' | 'failed', defect: Defect | null): void {
      for (const [index, one] of evaluations.entries()) {
        if (isOpen(one)) update(index, { state, defect });
      }
    },
    emit,
  };

  function update(index: number, change: Partial<Evaluation>): void {
    const before = evaluations[index];
    if (before) evaluations[index] = { ...before, ...change };
  }
}

const isOpen = ({ state }: Evaluation) => state === 'waiting' || state === 'running';

function begun(checkpoint: string): Evaluation {
  return {
    checkpoint,
    state: 'waiting',
    seen: 0,
    total: 0,
    accuracy: null,
    loss: null,
    nonfinite: 0,
    backend: 'cpu',
    parity: null,
    binding: null,
    defect: null,
    firstOutputs: [],
  };
}
