import type { Evaluation } from '#domain/evaluation.ts';
import type { Predictions, Scores } from '#domain/scores.ts';
import type { Candidate } from '#features/evaluate/average/virtual-candidates.ts';
import type { EvaluationRun } from '#features/evaluate/evaluation-run.ts';
import type { EvaluateView } from '#features/evaluate/view.ts';
import type { PageProps } from '#ui/page-props.ts';

/** What all parts of the results get. */
export interface DetailProps extends PageProps<EvaluateView> {
  readonly run: EvaluationRun;
  readonly candidates: readonly Candidate[];
}

/** What the parts about one checkpoint get. */
export interface OneProps extends DetailProps {
  readonly evaluation: Evaluation;
  readonly scores: Scores;
  /** What a class is called. */
  readonly className: (index: number) => string;
}

export interface PredictedProps extends OneProps {
  readonly predictions: Predictions;
}
