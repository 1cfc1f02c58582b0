import { useMemo } from 'react';
import type { PageProps } from '#ui/page-props.ts';
import { Correlation } from './explore/Correlation.tsx';
import { ParallelCoordinates } from './explore/ParallelCoordinates.tsx';
import type { ExploreProps } from './explore/props.ts';
import { Scatter } from './explore/Scatter.tsx';
import { exploreColumns, exploreRows } from './explore-rows.ts';
import type { RunsModel } from './use-runs-model.ts';
import type { RunsView } from './view.ts';

export interface PicturesProps extends PageProps<RunsView>, RunsModel {
  readonly onBrush: ExploreProps['onBrush'];
}

/** The runs that the filter leaves, as a picture over their columns. */
export function Pictures(props: PicturesProps) {
  const { view, onView, onRuns, onBrush, columns, context, layout, filtered } = props;
  const all = useMemo(() => exploreColumns(columns, layout, context), [columns, layout, context]);
  const rows = useMemo(() => exploreRows(filtered.rows, all), [filtered.rows, all]);
  const explore: ExploreProps = {
    columns: all,
    rows,
    view,
    onView,
    onBrush,
    onScatter: () => onView({ tab: 'scatter' }),
    onSelect: onRuns,
  };
  switch (view.tab) {
    case 'scatter':
      return <Scatter {...explore} />;
    case 'parallel':
      return <ParallelCoordinates {...explore} />;
    case 'correlation':
      return <Correlation {...explore} />;
    case 'table':
      return null;
  }
}
