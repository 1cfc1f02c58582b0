import { useMemo } from 'react';
import type { ScoreName } from '#domain/scores.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { useLanguage } from '#ui/language.ts';
import { PlotFrame, type PlotPlaces } from '#ui/PlotFrame.tsx';
import { roomyDomain } from '#ui/plot-ticks.ts';
import type { RunMark } from '#ui/run-marks.ts';
import { useStrings } from '#ui/strings.ts';
import type { Line } from '#workers/api.ts';
import type { CurveData, CurvePoint } from './curve-data.ts';
import styles from './Results.module.css';
import { isLowerBetter, scoreText, shortScore } from './score-names.ts';
import { detailTexts } from './strings.ts';

export interface CurvePlotProps {
  readonly name: ScoreName;
  readonly title: string;
  readonly data: CurveData;
  /** Of the logged metric. */
  readonly tag: string;
  readonly lines: readonly Line[];
  /** What logged values are multiplied by. */
  readonly factor: number;
  readonly marks: ReadonlyMap<string, RunMark>;
}

const NO_LINES: readonly Line[] = [];

/** Evaluated checkpoints as dots with their intervals, the logged metric as a line behind them. */
export function CurvePlot(props: CurvePlotProps) {
  const { name, title, data, tag, lines, factor, marks } = props;
  const t = useStrings(detailTexts);
  const language = useLanguage();
  const { step, count } = useNumberFormats();
  const { points, unit, isOnLog } = data;
  const shown = isOnLog ? lines : NO_LINES;
  const domains = useMemo(() => domainsOf(points, shown, factor), [points, shown, factor]);
  const best = points.reduce(
    (a, b) => (isBetter(name, b.value, a.value) ? b : a),
    points[0] as CurvePoint,
  );
  const colour = (run: string) => marks.get(run)?.colour ?? 'var(--accent)';
  return (
    <div className={styles.part}>
      <PlotFrame
        summary={t.curveSummary(
          title,
          count(points.length),
          scoreText(name, best.value, language),
          best.checkpoint,
        )}
        x={{ title: t[unit], domain: domains.x, format: step }}
        y={{ title, domain: domains.y, format: (value) => shortScore(name, value, language) }}
        height={260}
      >
        {(places) => (
          <>
            {shown.map((line) => (
              <polyline
                key={line.run}
                className={styles.logged}
                stroke={colour(line.run)}
                points={polyline(line, factor, places)}
              />
            ))}
            {[...new Set(points.map(({ run }) => run))].map((run) => (
              <polyline
                key={run}
                className={styles.joined}
                stroke={colour(run)}
                points={points
                  .filter((point) => point.run === run)
                  .map(({ x, value }) => `${places.x(x)},${places.y(value)}`)
                  .join(' ')}
              />
            ))}
            {points.map((point) => (
              <Dot
                key={point.checkpoint}
                point={point}
                places={places}
                colour={colour(point.run)}
                words={t.point(
                  point.checkpoint,
                  scoreText(name, point.value, language),
                  point.low === null || point.high === null
                    ? ''
                    : ` (${t.interval(shortScore(name, point.low, language), shortScore(name, point.high, language))})`,
                )}
              />
            ))}
          </>
        )}
      </PlotFrame>
      <ul className={styles.legend}>
        <li>● {t.evaluated}</li>
        {shown.length > 0 && <li>── {tag}</li>}
        {factor !== 1 && <li>{t.scaledDown(tag)}</li>}
      </ul>
      <CurveTable {...props} />
    </div>
  );
}

function isBetter(name: ScoreName, a: number, b: number): boolean {
  return isLowerBetter(name) ? a < b : a > b;
}

/** The logged curve counts where checkpoints are: the first steps of a training dwarf all others. */
function domainsOf(points: readonly CurvePoint[], lines: readonly Line[], factor: number) {
  const from = Math.min(...points.map(({ x }) => x));
  const xs = points.map(({ x }) => x);
  const ys = points.flatMap(({ value, low, high }) => [value, low ?? value, high ?? value]);
  for (const { x, y } of lines) {
    for (let i = 0; i < x.length; i++) {
      const at = x[i] ?? Number.NaN;
      if (Number.isFinite(at)) xs.push(at);
      if (at >= from) ys.push((y[i] ?? Number.NaN) * factor);
    }
  }
  return { x: roomyDomain(xs, 0.03), y: roomyDomain(ys) };
}

/** Longer gaps than a pixel are drawn; what is not finite is left out. */
function polyline({ x, y }: Line, factor: number, places: PlotPlaces): string {
  const parts: string[] = [];
  for (let i = 0; i < x.length; i++) {
    const [at, value] = [x[i] ?? Number.NaN, (y[i] ?? Number.NaN) * factor];
    if (Number.isFinite(at) && Number.isFinite(value))
      parts.push(`${places.x(at).toFixed(1)},${places.y(value).toFixed(1)}`);
  }
  return parts.join(' ');
}

interface DotProps {
  readonly point: CurvePoint;
  readonly places: PlotPlaces;
  readonly colour: string;
  readonly words: string;
}

function Dot({ point: { x, value, low, high }, places, colour, words }: DotProps) {
  const at = places.x(x);
  return (
    <g>
      <title>{words}</title>
      {low !== null && high !== null && (
        <path
          className={styles.whisker}
          stroke={colour}
          d={`M${at - 4} ${places.y(low)}h8m-4 0V${places.y(high)}m-4 0h8`}
        />
      )}
      <circle className={styles.dot} cx={at} cy={places.y(value)} r={5} fill={colour} />
    </g>
  );
}

function CurveTable({ name, title, data, tag, factor }: CurvePlotProps) {
  const t = useStrings(detailTexts);
  const language = useLanguage();
  const { step } = useNumberFormats();
  const hasLogged = data.points.some(({ logged }) => logged !== null);
  return (
    <details>
      <summary>{t.asTable}</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className={styles.matrix} tabIndex={0}>
        <table aria-label={title}>
          <thead>
            <tr>
              <th scope="col">{t.of}</th>
              <th scope="col">{t[data.unit]}</th>
              <th scope="col">{title}</th>
              {hasLogged && <th scope="col">{tag}</th>}
            </tr>
          </thead>
          <tbody>
            {data.points.map(({ checkpoint, x, value, logged }) => (
              <tr key={checkpoint}>
                <th scope="row">{checkpoint}</th>
                <td>{step(x)}</td>
                <td>{scoreText(name, value, language)}</td>
                {hasLogged && (
                  <td>{logged === null ? '–' : scoreText(name, logged * factor, language)}</td>
                )}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
