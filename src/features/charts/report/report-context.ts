import type { QueryClient } from '@tanstack/react-query';
import type { RunDetails } from '#domain/run-details.ts';
import type { ChartGroup } from '#features/charts/chart-groups.ts';
import type { ChartSetting } from '#features/charts/chart-setting.ts';
import type { Metric } from '#features/charts/metric-groups.ts';
import type { Language } from '#ui/language.ts';
import type { Palette } from './palette.ts';
import type { reportTexts } from './report-strings.ts';

/** What is to be reported. */
export interface ReportRequest {
  readonly title: string;
  readonly directory: string;
  readonly metrics: readonly Metric[];
  /** Metrics of the view that are left out. */
  readonly leftOut: number;
  /** Runs that are not read to their end. */
  readonly waiting: number;
  readonly details: readonly RunDetails[];
  /** `null`: runs are not grouped. */
  readonly groups: readonly ChartGroup[] | null;
  readonly setting: ChartSetting;
  readonly client: QueryClient;
  readonly language: Language;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What every part of a report needs. */
export interface ReportContext extends ReportRequest {
  readonly t: (typeof reportTexts)['en'];
  readonly palette: Palette;
}
