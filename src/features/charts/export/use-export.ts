import { useQueryClient } from '@tanstack/react-query';
import { useCallback } from 'react';
import type { CardFileKind } from '#features/charts/card-actions.ts';
import type { ChartSetting } from '#features/charts/chart-setting.ts';
import type { Metric } from '#features/charts/metric-groups.ts';
import { useLanguage } from '#ui/language.ts';
import type { PageProps } from '#ui/page-props.ts';
import { type Saving, useSaving } from '#ui/use-saving.ts';
import { allFile, cardFile } from './files.ts';

export interface Exporting {
  readonly saving: Saving;
  /** Nothing is written, and nothing is to be said of what was. */
  readonly isIdle: boolean;
  /** Both are to be called in a click. */
  readonly saveCard: (kind: CardFileKind, metric: Metric) => void;
  readonly saveAll: (kind: 'csv' | 'json') => void;
}

/** Saving charts and points of the page, one file at a time. */
export function useExport(
  { directory, read }: Pick<PageProps<never>, 'directory' | 'read'>,
  setting: ChartSetting,
): Exporting {
  const client = useQueryClient();
  const language = useLanguage();
  const saving = useSaving();
  const { start, state } = saving;
  const saveCard = useCallback(
    (kind: CardFileKind, metric: Metric) =>
      start(cardFile(kind, { metric, setting, client, language })),
    [start, setting, client, language],
  );
  return {
    saving,
    isIdle: state.kind === 'idle',
    saveCard,
    saveAll: (kind) => start(allFile(kind, directory.name, read.details)),
  };
}
