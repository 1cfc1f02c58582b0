import type { Part } from '#domain/correlation.ts';
import { Button } from '#ui/Button.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import type { ExploreColumn } from './columns.ts';
import { CHANCE, pOf, strength, type Told } from './correlation-rows.ts';
import styles from './Explore.module.css';
import { texts } from './strings.ts';

export interface CorrelationRowProps {
  readonly told: Told;
  readonly metric: ExploreColumn;
  readonly onScatter: () => void;
}

/** A key of the configuration: how strongly it goes with the metric, and which way. */
export function CorrelationRow({ told, metric, onScatter }: CorrelationRowProps) {
  const t = useStrings(texts);
  const format = useNumberFormats();
  const key = visibleText(told.column.title);
  const p = pOf(told);
  return (
    <tr>
      <th scope="row">
        <Button
          look="quiet"
          aria-label={t.openScatter(key, visibleText(metric.title))}
          onPress={onScatter}
        >
          <span className={styles.keyName}>{key}</span>
        </Button>
      </th>
      <td>
        <Bar told={told} />
      </td>
      <td className={styles.number}>{coefficient(told)}</td>
      <td className={styles.number}>
        {told.kind === 'number' ? `r ${signed(told.result.pearson)}` : ''}
      </td>
      <td className={styles.number}>{pWords(p, format.metric)}</td>
      <td className={styles.number}>{format.count(told.result.n)}</td>
      <td>
        {p > CHANCE ? (
          <span className={styles.quiet}>{t.unclear}</span>
        ) : (
          <Reading told={told} metric={metric} />
        )}
      </td>
    </tr>
  );
}

const PLACES = 3;

/** What a key is judged by; for a curve, ρ too, which does not see it. */
export function coefficient(told: Told): string {
  if (told.kind === 'category') return `η² ${told.result.etaSquared.toFixed(PLACES)}`;
  const rho = `ρ ${signed(told.result.spearman)}`;
  return told.curve ? `η² ${told.curve.etaSquared.toFixed(PLACES)} (${rho})` : rho;
}

function signed(value: number): string {
  const text = Math.abs(value).toFixed(PLACES);
  return Number(text) === 0 ? text : `${value < 0 ? '−' : '+'}${text}`;
}

/** Below it only the power is of interest, and doubles end soon after. */
const LEAST_P = 1e-12;

function pWords(p: number, metric: (value: number) => string): string {
  return p < LEAST_P ? `< ${metric(LEAST_P)}` : metric(Number(p.toPrecision(2)));
}

/** From the middle to the side of the sign; categories and curves have none and begin at the middle too. */
function Bar({ told }: { readonly told: Told }) {
  const size = strength(told) * 50;
  const isSigned = told.kind === 'number' && !told.curve;
  const isNegative = isSigned && told.result.spearman < 0;
  return (
    <svg
      className={styles.bar}
      viewBox="0 0 100 10"
      preserveAspectRatio="none"
      aria-hidden="true"
      data-signed={isSigned}
    >
      <rect x={isNegative ? 50 - size : 50} y="1" width={size} height="8" />
      <line x1="50" x2="50" y1="0" y2="10" />
    </svg>
  );
}

interface ReadingProps {
  readonly told: Told;
  readonly metric: ExploreColumn;
}

/** What the coefficient means, in words. */
function Reading({ told, metric: { better } }: ReadingProps) {
  const t = useStrings(texts);
  const { metric, count } = useNumberFormats();
  if (told.kind === 'number') {
    if (told.curve) return <CurveReading parts={told.curve.parts} better={better} />;
    const rises = told.result.spearman > 0;
    if (better === null) return rises ? t.rises : t.falls;
    return rises === (better === 'higher') ? t.risesBetter : t.risesWorse;
  }
  const { groups } = told.result;
  const [low, high] = [groups[0], groups.at(-1)];
  if (!low || !high) return null;
  const all = groups.map((group) =>
    t.groupMeans(visibleText(group.category), count(group.n), metric(group.mean)),
  );
  return (
    <span title={all.join('\n')}>
      {t.groupsRead(
        visibleText(low.category),
        metric(low.mean),
        visibleText(high.category),
        metric(high.mean),
      )}
    </span>
  );
}

interface CurveReadingProps {
  readonly parts: readonly Part[];
  readonly better: ExploreColumn['better'];
}

/** Between which values of the key the metric is best; lowest, when nobody knows what is better. */
function CurveReading({ parts, better }: CurveReadingProps) {
  const t = useStrings(texts);
  const { metric, count } = useNumberFormats();
  const sorted = [...parts].sort((a, b) => a.mean - b.mean);
  const chosen = better === 'higher' ? sorted.at(-1) : sorted[0];
  if (!chosen) return null;
  const range = ({ from, to }: Part) =>
    from === to ? metric(from) : `${metric(from)} – ${metric(to)}`;
  const all = parts.map((part) => t.groupMeans(range(part), count(part.n), metric(part.mean)));
  const words = better === null ? t.lowestAt : t.bestAt;
  return <span title={all.join('\n')}>{words(range(chosen), metric(chosen.mean))}</span>;
}
