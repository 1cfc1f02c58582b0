import { placesWhere, worst } from '#domain/metrics/predictions.ts';
import type { Predictions } from '#domain/scores.ts';

/** Which examples are listed, and in which order. */
export const LISTS = ['worst', 'wrong', 'sure', 'all'] as const;
export type ListName = (typeof LISTS)[number];

/** `wrong`: those that are not right, the largest loss first; `sure`: those of them that were surest. */
export function placesIn(predictions: Predictions, list: ListName): Uint32Array<ArrayBuffer> {
  const { correct, confidence, examples } = predictions;
  if (list === 'all') return placesWhere(predictions, () => true);
  if (list === 'worst') return worst(predictions, examples.length);
  const wrong = placesWhere(predictions, (place) => correct[place] === 0);
  if (list === 'wrong') return worst(predictions, wrong.length, wrong);
  const sureness = (place: number) => confidence[place] ?? Number.NaN;
  return wrong
    .filter((place) => !Number.isNaN(sureness(place)))
    .sort((a, b) => sureness(b) - sureness(a));
}
