import { useMemo, useState } from 'react';
import type { PageProps } from '#ui/page-props.ts';
import { runNames } from '#ui/run-names.ts';
import { useChartGroups } from './chart-groups.ts';
import type { ChartSetting } from './chart-setting.ts';
import { createCursor } from './cursor.ts';
import type { ChartsView } from './view.ts';

/** What all cards of a page share; it changes only when any of it does. */
export function useChartSetting(props: PageProps<ChartsView>): ChartSetting {
  const { scan, directory, view, onView, hrefs, marks, kindOf } = props;
  const { details } = props.read;
  const [cursor] = useState(createCursor);
  const paths = useMemo(() => scan.runs.map(({ path }) => path), [scan.runs]);
  const names = useMemo(
    () => runNames({ paths, rootName: directory.name, details }),
    [paths, directory.name, details],
  );
  const judgements = useMemo(
    () =>
      new Map(
        details.flatMap(({ checkpoints }) =>
          checkpoints.map(({ ref, judgement }) => [ref.path, judgement] as const),
        ),
      ),
    [details],
  );
  const groups = useChartGroups(view.group, details);
  return useMemo(
    () => ({
      directory: directory.key,
      view,
      onView,
      cursor,
      groups,
      marks,
      names,
      judgements,
      hrefs,
      kindOf,
    }),
    [directory.key, view, onView, cursor, groups, marks, names, judgements, hrefs, kindOf],
  );
}
