import { type ReactNode, Suspense, useId } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { Loading } from './Loading.tsx';
import styles from './Panel.module.css';
import { ProblemNote } from './ProblemNote.tsx';

export interface PanelProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Called when the person asks to read it again. */
  readonly onReset?: () => void;
}

/** A titled region that waits, fails and recovers on its own. */
export function Panel({ title, children, onReset }: PanelProps) {
  const id = useId();
  return (
    <section className={styles.panel} aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <ErrorBoundary onReset={() => onReset?.()} FallbackComponent={ProblemNote}>
        <Suspense fallback={<Loading label={title} />}>{children}</Suspense>
      </ErrorBoundary>
    </section>
  );
}
