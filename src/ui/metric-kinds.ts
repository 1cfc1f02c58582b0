import { useCallback, useMemo } from 'react';
import { type MetricKind, metricKind } from '#domain/metric-kind.ts';
import { useRemembered } from './remembered.ts';

type Kinds = { readonly [tag: string]: MetricKind };

/** What metrics mean in a directory: by their names, unless the person said otherwise. */
export interface MetricKinds {
  readonly kindOf: (tag: string) => MetricKind;
  /** Whether the person said it. */
  readonly isGiven: (tag: string) => boolean;
  /** `null`: by its name again. */
  readonly give: (tag: string, kind: MetricKind | null) => void;
}

/** @param directory `OpenedDirectory.key` */
export function useMetricKinds(directory: string): MetricKinds {
  const [given, remember] = useRemembered(`metrics.${directory}`, parseKinds);
  const kindOf = useCallback((tag: string) => given[tag] ?? metricKind(tag), [given]);
  return useMemo(
    () => ({
      kindOf,
      isGiven: (tag) => given[tag] !== undefined,
      give(tag, kind) {
        const { [tag]: _, ...others } = given;
        remember(kind ? { ...others, [tag]: kind } : others);
      },
    }),
    [kindOf, given, remember],
  );
}

const MEASURES = ['loss', 'accuracy', 'learning-rate', 'progress', 'other'] as const;
const SPLITS = ['train', 'validation', 'test'] as const;
const BETTER = ['lower', 'higher'] as const;

function parseKinds(kept: unknown): Kinds {
  if (typeof kept !== 'object' || kept === null) return {};
  const entries = Object.entries(kept).flatMap(([tag, value]: [string, unknown]) => {
    if (typeof value !== 'object' || value === null) return [];
    const { measures, split, better }: Record<string, unknown> = { ...value };
    const kind: MetricKind = {
      measures: MEASURES.find((one) => one === measures) ?? 'other',
      split: SPLITS.find((one) => one === split) ?? null,
      better: BETTER.find((one) => one === better) ?? null,
    };
    return [[tag, kind] as const];
  });
  return Object.fromEntries(entries);
}
