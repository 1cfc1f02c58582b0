import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { Loading } from '#ui/Loading.tsx';
import { useWidth } from '#ui/use-width.ts';
import { ChartNotes } from './ChartNotes.tsx';
import styles from './Charts.module.css';
import type { ChartSetting } from './chart-setting.ts';
import { drawnLines } from './drawn-lines.ts';
import { linesKey } from './lines-key.ts';
import type { Metric } from './metric-groups.ts';
import { Plot } from './Plot.tsx';
import { plotWidth } from './plot-geometry.ts';
import { linesQuery } from './queries.ts';
import { ReadOut } from './ReadOut.tsx';

export interface ChartProps {
  readonly metric: Metric;
  readonly setting: ChartSetting;
  /** Pixels of the plot with its axes. */
  readonly height: number;
  /** Runs in the read-out. */
  readonly limit: number;
}

/** The curves of a metric with their read-out, as wide as there is room. */
export function Chart({ metric, setting, height, limit }: ChartProps) {
  const [ref, width] = useWidth();
  const { tag } = metric;
  const lower = setting.kindOf(tag).better === 'lower';
  const { data, error, refetch } = useQuery({
    ...linesQuery(linesKey(metric, setting, plotWidth(width))),
    enabled: width > 0,
  });
  const { names, marks } = setting;
  const lines = useMemo(() => drawnLines(data ?? [], { names, marks }), [data, names, marks]);
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
        {data && <ChartNotes metric={metric} lines={lines} isLog={setting.view.y === 'log'} />}
      </div>
    </>
  );
}
