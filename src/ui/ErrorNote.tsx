import { CheckpointError } from '#domain/problem.ts';
import { ProblemNote } from './ProblemNote.tsx';

export interface ErrorNoteProps {
  /** What a query or a boundary caught. */
  readonly error: unknown;
  readonly onRetry?: () => void;
}

/** A problem with a file, in words. Anything else is a bug, and goes on up to the last boundary. */
export function ErrorNote({ error, onRetry }: ErrorNoteProps) {
  if (!(error instanceof CheckpointError)) throw error;
  return <ProblemNote defect={error} {...(onRetry ? { onRetry } : {})} />;
}
