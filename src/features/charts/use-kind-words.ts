import { useCallback } from 'react';
import type { MetricKind } from '#domain/metric-kind.ts';
import { useStrings } from '#ui/strings.ts';
import { cardTexts } from './card-strings.ts';

/** Says what a metric means in a few words: `loss · validation · lower is better`; `''`: nothing is known. */
export function useKindWords(): (kind: MetricKind) => string {
  const t = useStrings(cardTexts);
  return useCallback(
    ({ measures, split, better }) =>
      [measures !== 'other' && t[measures], split && t[split], better && t[better]]
        .filter(Boolean)
        .join(' · '),
    [t],
  );
}
