import { ErrorNote } from '#ui/ErrorNote.tsx';
import { ProblemNote } from '#ui/ProblemNote.tsx';
import { useStrings } from '#ui/strings.ts';
import styles from './CheckpointsPage.module.css';
import type { RunRead } from './rows.ts';
import { texts } from './strings.ts';
import type { RunFailure } from './use-runs.ts';

export interface RunProblemsProps {
  readonly known: readonly RunRead[];
  readonly failures: readonly RunFailure[];
}

/** Runs of which something could not be read; the rest of them is shown all the same. */
export function RunProblems({ known, failures }: RunProblemsProps) {
  const t = useStrings(texts);
  const troubled = known.filter(({ details }) => (details?.defects.length ?? 0) > 0);
  return (
    <>
      {failures.map(({ run, error, retry }) => (
        <ErrorNote key={run.path} error={error} onRetry={retry} />
      ))}
      {troubled.map(({ run, details }) => (
        <details key={run.path} className={styles.problems}>
          <summary>
            <code>{run.path || t.root}</code>: {t.problems(details?.defects.length ?? 0)}
          </summary>
          {details?.defects.map((defect) => (
            <ProblemNote key={JSON.stringify(defect)} defect={defect} />
          ))}
        </details>
      ))}
    </>
  );
}
