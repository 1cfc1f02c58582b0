import { lazy, Suspense } from 'react';
import { useNumberFormats } from '#ui/format-number.ts';
import { Loading } from '#ui/Loading.tsx';
import { useStrings } from '#ui/strings.ts';
import type { OneProps } from './detail-props.ts';
import styles from './Results.module.css';
import { detailTexts } from './strings.ts';

const ReliabilityPlot = lazy(async () => ({
  default: (await import('./ReliabilityPlot.tsx')).ReliabilityPlot,
}));

/** How sure the network is, against how often it is right. */
export function Calibration({ scores }: OneProps) {
  const t = useStrings(detailTexts);
  const { metric, count } = useNumberFormats();
  const { reliability, metrics } = scores;
  const filled = reliability.filter((bin) => bin.count > 0);
  return (
    <div className={styles.part}>
      {metrics.ece && <p>{t.eceIs(metric(metrics.ece.value))}</p>}
      <div className={styles.square}>
        <Suspense fallback={<Loading label={t.calibration} />}>
          <ReliabilityPlot bins={filled} ece={metrics.ece?.value ?? Number.NaN} />
        </Suspense>
      </div>
      <details>
        <summary>{t.asTable}</summary>
        <div className={styles.matrix}>
          <table aria-label={t.bins}>
            <thead>
              <tr>
                <th scope="col">{t.bin}</th>
                <th scope="col">{t.to}</th>
                <th scope="col">{t.support}</th>
                <th scope="col">{t.confidence}</th>
                <th scope="col">{t.rightOf}</th>
              </tr>
            </thead>
            <tbody>
              {filled.map((bin) => (
                <tr key={bin.low}>
                  <td>{metric(bin.low)}</td>
                  <td>{metric(bin.high)}</td>
                  <td>{count(bin.count)}</td>
                  <td>{metric(bin.confidence)}</td>
                  <td>{metric(bin.accuracy)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </details>
    </div>
  );
}
