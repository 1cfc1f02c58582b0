import type { RunMark } from '#ui/run-marks.ts';

/** A column of the runs table as the plots over it see it. */
export interface ExploreColumn {
  /** Kept in URLs, and the key of `ExploreRow.values`. */
  readonly id: string;
  readonly title: string;
  /** `category`: its values are texts, though some may look like numbers. */
  readonly kind: 'number' | 'category';
  readonly source: 'configuration' | 'metric' | 'other';
  /** Which way is better; `null` where nobody says. */
  readonly better: 'lower' | 'higher' | null;
}

/** A run as the plots see it: its values in the columns of the table. */
export interface ExploreRow {
  /** `Run.path` */
  readonly run: string;
  readonly name: string;
  readonly mark: RunMark;
  /** By `ExploreColumn.id`; `null` or absent: the run has none. `NaN` and infinities are values. */
  readonly values: ReadonlyMap<string, number | string | null>;
}
