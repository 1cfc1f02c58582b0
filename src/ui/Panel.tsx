import { type ReactNode, Suspense, useId } from 'react';
import { ErrorBoundary } from 'react-error-boundary';
import { ErrorNote } from './ErrorNote.tsx';
import { Loading } from './Loading.tsx';
import styles from './Panel.module.css';

export interface PanelProps {
  readonly title: string;
  readonly children: ReactNode;
  /** Controls at the end of the title's line. */
  readonly actions?: ReactNode;
  /** Called when the person asks to read it again. */
  readonly onReset?: () => void;
}

/** A titled region that waits, fails and recovers on its own. */
export function Panel({ title, children, actions, onReset }: PanelProps) {
  const id = useId();
  return (
    <section className={styles.panel} aria-labelledby={id}>
      <header className={styles.head}>
        <h2 id={id}>{title}</h2>
        {actions}
      </header>
      <ErrorBoundary
        onReset={() => onReset?.()}
        fallbackRender={({ error, resetErrorBoundary }) => (
          <ErrorNote error={error} onRetry={resetErrorBoundary} />
        )}
      >
        <Suspense fallback={<Loading label={title} />}>{children}</Suspense>
      </ErrorBoundary>
    </section>
  );
}
