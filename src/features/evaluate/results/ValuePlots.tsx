import { useMemo } from 'react';
import { useNumberFormats } from '#ui/format-number.ts';
import { PlotFrame, type PlotPlaces } from '#ui/PlotFrame.tsx';
import { roomyDomain } from '#ui/plot-ticks.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './Results.module.css';
import { detailTexts } from './strings.ts';
import type { ValuePairs } from './value-pairs.ts';

export interface ValuePlotsProps {
  readonly pairs: ValuePairs;
  readonly r2: number;
}

/** Predicted against true, and the residuals over the true values. */
export function ValuePlots({ pairs, r2 }: ValuePlotsProps) {
  const t = useStrings(detailTexts);
  const { metric, count } = useNumberFormats();
  const { truth, predicted } = pairs;
  const residuals = useMemo(
    () => predicted.map((value, i) => value - (truth[i] ?? 0)),
    [truth, predicted],
  );
  const x = useMemo(() => roomyDomain(truth), [truth]);
  const y = useMemo(() => roomyDomain(predicted), [predicted]);
  const left = useMemo(() => roomyDomain([...residuals, 0]), [residuals]);
  const [from, to] = [Math.max(x[0], y[0]), Math.min(x[1], y[1])];
  return (
    <div className={styles.plots}>
      <PlotFrame
        summary={t.scatterSummary(count(pairs.all), metric(r2))}
        x={{ title: t.trueValue, domain: x, format: metric }}
        y={{ title: t.predictedValue, domain: y, format: metric }}
        height={300}
      >
        {(places) => (
          <>
            {to > from && (
              <line
                className={styles.ideal}
                x1={places.x(from)}
                y1={places.y(from)}
                x2={places.x(to)}
                y2={places.y(to)}
              />
            )}
            <path className={styles.scatter} d={dots(truth, predicted, places)} />
          </>
        )}
      </PlotFrame>
      <PlotFrame
        summary={t.residualSummary(metric(pairs.mean), metric(pairs.std))}
        x={{ title: t.trueValue, domain: x, format: metric }}
        y={{ title: t.residual, domain: left, format: metric }}
        height={300}
      >
        {(places) => (
          <>
            <line
              className={styles.ideal}
              x1={places.x(x[0])}
              y1={places.y(0)}
              x2={places.x(x[1])}
              y2={places.y(0)}
            />
            <path className={styles.scatter} d={dots(truth, residuals, places)} />
          </>
        )}
      </PlotFrame>
    </div>
  );
}

/** All dots as one path: one element instead of thousands. */
function dots(x: Float64Array, y: Float64Array, places: PlotPlaces): string {
  let path = '';
  for (let i = 0; i < x.length; i++) {
    const [left, top] = [places.x(x[i] ?? 0) - 2.5, places.y(y[i] ?? 0)];
    path += `M${left.toFixed(1)} ${top.toFixed(1)}a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0 -5 0`;
  }
  return path;
}
