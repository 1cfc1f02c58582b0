import type { MetricKind } from '#domain/metric-kind.ts';
import type { Judgement } from '#domain/verdict.ts';
import type { Hrefs, ViewChangeOptions } from '#ui/page-props.ts';
import type { ChartGroups } from './chart-groups.ts';
import type { Cursor } from './cursor.ts';
import type { Naming } from './drawn-lines.ts';
import type { ChartsView } from './view.ts';

/** What all cards of the page share. */
export interface ChartSetting extends Naming {
  readonly directory: string;
  readonly view: ChartsView;
  readonly onView: (change: Partial<ChartsView>, options?: ViewChangeOptions) => void;
  readonly cursor: Cursor;
  /** The runs put together as the view has it; `null`: they are single. */
  readonly groups: ChartGroups | null;
  /** By `CheckpointRef.path`. */
  readonly judgements: ReadonlyMap<string, Judgement>;
  readonly hrefs: Hrefs;
  readonly kindOf: (tag: string) => MetricKind;
}
