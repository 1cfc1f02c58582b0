import { useMemo } from 'react';
import { type ImagePreparation, UNPREPARED } from '#domain/dataset.ts';
import { type ScalingText, UNSCALED_TEXT } from '#features/evaluate/scaling.ts';
import type { EvaluateView } from '#features/evaluate/view.ts';
import type { PageProps } from '#ui/page-props.ts';
import { useRemembered } from '#ui/remembered.ts';
import { AUTOMATIC, type DataSettings, parseDataSettings, settled } from './settings.ts';

/** How a data set is used, and a way to change it that is remembered. */
export interface UsedSettings {
  readonly settings: DataSettings;
  readonly scaling: ScalingText;
  readonly image: ImagePreparation;
  readonly change: (part: Partial<DataSettings>) => void;
}

const parseKept = (kept: unknown): DataSettings =>
  typeof kept === 'object' && kept !== null
    ? parseDataSettings(kept as Readonly<Record<string, unknown>>)
    : AUTOMATIC;

/** From the URL, else as last used with this data set. */
export function useDataSettings(
  { view, onView, directory }: PageProps<EvaluateView>,
  path: string | null,
): UsedSettings {
  const name = `evaluate-data.${directory.key}.${path ?? ''}`;
  const [kept, keep] = useRemembered(name, parseKept);
  const settings = useMemo(() => settled(view, kept), [view, kept]);
  const scaling = useMemo(
    (): ScalingText => ({
      divide: settings.divide ?? UNSCALED_TEXT.divide,
      mean: settings.mean ?? UNSCALED_TEXT.mean,
      std: settings.std ?? UNSCALED_TEXT.std,
    }),
    [settings],
  );
  return {
    settings,
    scaling,
    image: settings.image ?? UNPREPARED,
    change(part) {
      if (path !== null) keep({ ...settings, ...part });
      onView(part, { replace: true });
    },
  };
}
