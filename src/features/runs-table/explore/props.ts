import type { ViewChangeOptions } from '#ui/page-props.ts';
import type { ExploreColumn, ExploreRow } from './columns.ts';
import type { ExploreView } from './view.ts';

/** What every picture over the runs table gets. */
export interface ExploreProps {
  /** Those that can be chosen, in the order of the table; hidden ones too. */
  readonly columns: readonly ExploreColumn[];
  /** All that the brush chooses from. Keep the array the same while its contents are. */
  readonly rows: readonly ExploreRow[];
  readonly view: ExploreView;
  readonly onView: (change: Partial<ExploreView>, options?: ViewChangeOptions) => void;
  /** The runs in the brush, by `Run.path`; `null`: nothing is brushed. Also called once at the start. */
  readonly onBrush: (runs: ReadonlySet<string> | null) => void;
  /** Goes to the scatter plot, after the view has its columns. */
  readonly onScatter: () => void;
  /** Shows exactly these runs everywhere. */
  readonly onSelect: (runs: readonly string[]) => void;
}
