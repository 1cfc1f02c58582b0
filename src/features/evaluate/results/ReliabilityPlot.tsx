import type { ReliabilityBin } from '#domain/scores.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { PlotFrame } from '#ui/PlotFrame.tsx';
import { useStrings } from '#ui/strings.ts';
import styles from './Results.module.css';
import { detailTexts } from './strings.ts';

export interface ReliabilityPlotProps {
  /** Those with examples. */
  readonly bins: readonly ReliabilityBin[];
  readonly ece: number;
}

const WHOLE = [0, 1] as const;

/** A dot for each bin, over bars that say how many examples are in it. */
export function ReliabilityPlot({ bins, ece }: ReliabilityPlotProps) {
  const t = useStrings(detailTexts);
  const { metric, count, percent } = useNumberFormats();
  const total = bins.reduce((sum, bin) => sum + bin.count, 0);
  const most = Math.max(...bins.map((bin) => bin.count));
  const gap = bins.reduce((sum, bin) => sum + (bin.confidence - bin.accuracy) * bin.count, 0);
  return (
    <PlotFrame
      summary={t.calibrationSummary(metric(ece), gap / total > 0 ? t.over : t.under)}
      x={{ title: t.confidence, domain: WHOLE, format: metric }}
      y={{ title: t.rightOf, domain: WHOLE, format: metric }}
      height={300}
    >
      {({ x, y }) => (
        <>
          {bins.map((bin) => (
            <rect
              key={bin.low}
              className={styles.bar}
              x={x(bin.low) + 1}
              y={y((bin.count / most) * 0.25)}
              width={x(bin.high) - x(bin.low) - 2}
              height={y(0) - y((bin.count / most) * 0.25)}
            />
          ))}
          <line className={styles.ideal} x1={x(0)} y1={y(0)} x2={x(1)} y2={y(1)} />
          <polyline
            className={styles.curve}
            points={bins.map((bin) => `${x(bin.confidence)},${y(bin.accuracy)}`).join(' ')}
          />
          {bins.map((bin) => (
            <circle
              key={bin.low}
              className={styles.accent}
              cx={x(bin.confidence)}
              cy={y(bin.accuracy)}
              r={4}
            >
              <title>{`${percent(bin.confidence)} → ${percent(bin.accuracy)}, ${count(bin.count)}`}</title>
            </circle>
          ))}
        </>
      )}
    </PlotFrame>
  );
}
