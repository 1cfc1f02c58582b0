import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { Loading } from '#ui/Loading.tsx';
import { useWidth } from '#ui/use-width.ts';
import { BandLayer } from './BandLayer.tsx';
import { BandNotes } from './BandNotes.tsx';
import { BandReadOut } from './BandReadOut.tsx';
import { bandsKey, bandsQuery, drawnBands, edgesOf } from './bands.ts';
import type { ChartProps } from './Chart.tsx';
import styles from './Charts.module.css';
import type { ChartGroups } from './chart-groups.ts';
import type { ChartSetting } from './chart-setting.ts';
import { type DrawnLine, drawnLines } from './drawn-lines.ts';
import { linesKey } from './lines-key.ts';
import type { Metric } from './metric-groups.ts';
import { Plot } from './Plot.tsx';
import { pixelsAcross, plotWidth } from './plot-geometry.ts';
import { linesQuery } from './queries.ts';
import { ReadOut } from './ReadOut.tsx';
import { useAsked } from './sight.ts';
import { axisName, viewRange } from './view-range.ts';

export interface GroupedChartProps extends ChartProps {
  readonly groups: ChartGroups;
}

const NONE: readonly DrawnLine[] = [];

/** The groups of a metric with their read-out, and their single runs where those are wanted. */
export function GroupedChart({ groups, metric, setting, height, limit }: GroupedChartProps) {
  const [ref, width] = useWidth();
  const { tag } = metric;
  const { view, cursor } = setting;
  const lower = setting.kindOf(tag).better === 'lower';
  const isSized = width > 0;
  const { key, isPassing } = useLinesKey(metric, setting, width);
  // Of what is passed by while the sight moves, nothing is kept.
  const kept = isPassing ? { gcTime: 0 } : {};
  const asked = bandsKey(key, groups, view);
  const { data, error, refetch } = useQuery({ ...bandsQuery(asked), ...kept, enabled: isSized });
  const single = useQuery({ ...linesQuery(key), ...kept, enabled: isSized && view.singles });
  const bands = useMemo(() => drawnBands(data ?? [], groups), [data, groups]);
  const centres = useMemo(() => bands.map(({ line }) => line), [bands]);
  const singles = useSingles(view.singles ? single.data : undefined, { groups, setting });
  const more = useMemo(
    () => [...edgesOf(bands), ...singles.map(({ raw }) => raw)],
    [bands, singles],
  );
  const span = data?.[0]?.span;
  useEffect(() => {
    if (span && key.request.range === null) cursor.sight.learn(axisName(view), span);
  }, [cursor, span, key.request.range, view]);
  const problem = error ?? (view.singles ? single.error : null);
  return (
    <>
      <div ref={ref} className={styles.plot} style={{ minBlockSize: height }}>
        {problem && (
          <ErrorNote error={problem} onRetry={() => void (error ? refetch() : single.refetch())} />
        )}
        {!data && !error && <Loading label={tag} />}
        {data && isSized && (
          <Plot
            tag={tag}
            lines={centres}
            marked={singles}
            setting={setting}
            width={width}
            height={height}
            isLowerBetter={lower}
            more={more}
            layer={(geometry) => <BandLayer bands={bands} singles={singles} geometry={geometry} />}
          />
        )}
      </div>
      <div className={styles.readOut}>
        <BandReadOut bands={bands} setting={setting} isLowerBetter={lower} limit={limit} />
        {singles.length > 0 && limit === Number.POSITIVE_INFINITY && (
          <ReadOut lines={singles} setting={setting} isLowerBetter={lower} limit={limit} />
        )}
        {data && <BandNotes bands={bands} asked={asked.request.groups.length} view={view} />}
      </div>
    </>
  );
}

/** What to ask for, also while a person pans or zooms. */
function useLinesKey(metric: Metric, setting: ChartSetting, width: number) {
  const { view } = setting;
  const range = useAsked(setting.cursor.sight, viewRange(view));
  const [from, to] = range ?? [null, null];
  const shown = { ...setting, view: { ...view, from, to } };
  return {
    key: linesKey(metric, shown, pixelsAcross(plotWidth(width))),
    isPassing: from !== view.from || to !== view.to,
  };
}

/** The runs of the groups in their colours. */
function useSingles(
  lines: Parameters<typeof drawnLines>[0] | undefined,
  { groups, setting }: { readonly groups: ChartGroups; readonly setting: ChartSetting },
): readonly DrawnLine[] {
  const { names } = setting;
  return useMemo(() => {
    if (!lines) return NONE;
    const marks = new Map(
      groups.groups.flatMap(({ runs, mark }) =>
        runs.map((run) => [run, { colour: mark.colour, dash: [] }] as const),
      ),
    );
    return drawnLines(lines, { names, marks });
  }, [lines, groups, names]);
}
