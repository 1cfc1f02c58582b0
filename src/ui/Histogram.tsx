import { useId } from 'react';
import type { Histogram as Bins } from '#domain/statistics.ts';
import { useNumberFormats } from './format-number.ts';
import styles from './Histogram.module.css';
import { defineStrings, useStrings } from './strings.ts';

export interface HistogramProps {
  /** What was counted. */
  readonly title: string;
  readonly histogram: Bins;
}

const texts = defineStrings({
  en: {
    summary: (bins: number, from: string, to: string, most: string) =>
      `${bins} equal bins from ${from} to ${to}; the fullest holds ${most}`,
    table: 'Counts as a table',
    from: 'From',
    to: 'To',
    count: 'Elements',
  },
  zh: {
    summary: (bins, from, to, most) =>
      `从 ${from} 到 ${to} 的 ${bins} 个等宽区间；最多的一个含 ${most} 个元素`,
    table: '以表格显示计数',
    from: '从',
    to: '到',
    count: '元素数',
  },
});

/** Drawn units; the picture is stretched to its place. */
const HEIGHT = 100;
/** A bin that is not empty shows, however full the others are. */
const LEAST = 1.5;

/** How values are spread, over the finite ones. */
export function Histogram({ title, histogram }: HistogramProps) {
  const id = useId();
  const t = useStrings(texts);
  const { count, metric } = useNumberFormats();
  const { from, to, counts } = histogram;
  const most = Math.max(1, ...counts);
  const edge = (bin: number) => from + ((to - from) * bin) / counts.length;
  const zero = from < 0 && to > 0 ? (-from / (to - from)) * counts.length : null;
  const height = (size: number) => (size === 0 ? 0 : Math.max(LEAST, (size / most) * HEIGHT));

  return (
    <figure aria-labelledby={id} className={styles.figure}>
      <figcaption id={id} className={styles.caption}>
        {title}
      </figcaption>
      <svg
        role="img"
        aria-label={t.summary(counts.length, metric(from), metric(to), count(most))}
        className={styles.plot}
        viewBox={`0 0 ${counts.length} ${HEIGHT}`}
        preserveAspectRatio="none"
      >
        {counts.map((size, bin) => (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its place
            key={bin}
            className={styles.bin}
            x={bin + 0.04}
            y={HEIGHT - height(size)}
            width={0.92}
            height={height(size)}
          >
            <title>{`${metric(edge(bin))} … ${metric(edge(bin + 1))}: ${count(size)}`}</title>
          </rect>
        ))}
        {zero !== null && <line className={styles.zero} x1={zero} x2={zero} y1={0} y2={HEIGHT} />}
      </svg>
      <div className={styles.axis} aria-hidden="true">
        <span>{metric(from)}</span>
        {zero !== null && (
          <span
            className={styles.origin}
            style={{ insetInlineStart: `${(zero / counts.length) * 100}%` }}
          >
            0
          </span>
        )}
        <span>{metric(to)}</span>
      </div>
      <details className={styles.table}>
        <summary>{t.table}</summary>
        <table aria-label={title}>
          <thead>
            <tr>
              <th scope="col">{t.from}</th>
              <th scope="col">{t.to}</th>
              <th scope="col">{t.count}</th>
            </tr>
          </thead>
          <tbody>
            {counts.map((size, bin) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its place
              <tr key={bin}>
                <td>{metric(edge(bin))}</td>
                <td>{metric(edge(bin + 1))}</td>
                <td>{count(size)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </figure>
  );
}
