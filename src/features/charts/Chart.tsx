import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useEffect, useMemo, useState } from 'react';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { Loading } from '#ui/Loading.tsx';
import { useWidth } from '#ui/use-width.ts';
import { ChartNotes } from './ChartNotes.tsx';
import styles from './Charts.module.css';
import type { ChartSetting } from './chart-setting.ts';
import { areHeavy, drawnLines } from './drawn-lines.ts';
import { linesKey } from './lines-key.ts';
import type { Metric } from './metric-groups.ts';
import { Plot } from './Plot.tsx';
import { pixelsAcross, plotWidth } from './plot-geometry.ts';
import { linesQuery } from './queries.ts';
import { ReadOut } from './ReadOut.tsx';
import { type Range, useAsked } from './sight.ts';
import { axisName, viewRange } from './view-range.ts';

export interface ChartProps {
  readonly metric: Metric;
  readonly setting: ChartSetting;
  /** Pixels of the plot with its axes. */
  readonly height: number;
  /** Runs in the read-out. */
  readonly limit: number;
}

const GroupedChart = lazy(async () => ({
  default: (await import('./GroupedChart.tsx')).GroupedChart,
}));

/** The curves of a metric, of single runs or of groups, with their read-out, as wide as there is room. */
export function Chart(props: ChartProps) {
  const { groups } = props.setting;
  if (!groups) return <RunsChart {...props} />;
  return (
    <Suspense fallback={<Loading label={props.metric.tag} />}>
      <GroupedChart {...props} groups={groups} />
    </Suspense>
  );
}

function RunsChart({ metric, setting, height, limit }: ChartProps) {
  const [ref, width] = useWidth();
  const { tag } = metric;
  const lower = setting.kindOf(tag).better === 'lower';
  const { cursor, view } = setting;
  const [heavy, setHeavy] = useState<Range | null>(null);
  const range = useAsked(cursor.sight, viewRange(view), heavy);
  const [from, to] = range ?? [null, null];
  const asked = linesKey(
    metric,
    { ...setting, view: { ...view, from, to } },
    pixelsAcross(plotWidth(width)),
  );
  const isPassing = from !== view.from || to !== view.to;
  const { data, error, refetch } = useQuery({
    ...linesQuery(asked),
    // Of what is passed by while the sight moves, nothing is kept.
    ...(isPassing && { gcTime: 0 }),
    enabled: width > 0,
  });
  const span = data?.[0]?.span;
  useEffect(() => {
    if (span && from === null) cursor.sight.learn(axisName(view), span);
  }, [cursor, span, from, view]);
  const { names, marks } = setting;
  const lines = useMemo(() => drawnLines(data ?? [], { names, marks }), [data, names, marks]);
  useEffect(() => setHeavy(span && areHeavy(lines) ? span : null), [span, lines]);
  return (
    <>
      <div ref={ref} className={styles.plot} style={{ minBlockSize: height }}>
        {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Loading label={tag} />}
        {data && width > 0 && (
          <Plot
            tag={tag}
            lines={lines}
            setting={setting}
            width={width}
            height={height}
            isLowerBetter={lower}
          />
        )}
      </div>
      <div className={styles.readOut}>
        <ReadOut lines={lines} setting={setting} isLowerBetter={lower} limit={limit} />
        {data && <ChartNotes metric={metric} lines={lines} view={view} />}
      </div>
    </>
  );
}
