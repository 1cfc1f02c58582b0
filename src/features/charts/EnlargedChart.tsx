import type { ReactNode } from 'react';
import { Button } from '#ui/Button.tsx';
import { Dialog } from '#ui/Dialog.tsx';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import { Chart } from './Chart.tsx';
import styles from './Charts.module.css';
import { type CardActions, fileKinds } from './card-actions.ts';
import { cardTexts } from './card-strings.ts';
import type { ChartSetting } from './chart-setting.ts';
import type { Metric } from './metric-groups.ts';
import { NumbersTable } from './NumbersTable.tsx';
import { PointsTable } from './PointsTable.tsx';
import { useKindWords } from './use-kind-words.ts';

export interface EnlargedChartProps {
  readonly metric: Metric;
  readonly setting: ChartSetting;
  readonly actions: Pick<CardActions, 'explain' | 'save'>;
  /** The toolbar of the page, which this covers. */
  readonly toolbar: ReactNode;
}

/** Of the window, so that the read-out below is in sight too. */
const SHARE = 0.5;
const LEAST = 240;

/** One metric over the whole page, with every run in its read-out. */
export function EnlargedChart({ metric, setting, actions, toolbar }: EnlargedChartProps) {
  const t = useStrings(cardTexts);
  const words = useKindWords();
  const { tag } = metric;
  const height = Math.max(LEAST, Math.round(window.innerHeight * SHARE));
  return (
    <Dialog
      title={visibleText(tag)}
      isOpen
      width="wide"
      onClose={() => setting.onView({ big: null })}
    >
      <figure className={styles.enlarged} aria-label={visibleText(tag)}>
        {toolbar}
        <div className={styles.actions}>
          <Button look="quiet" onPress={() => actions.explain(tag)}>
            {words(setting.kindOf(tag)) || t.meaning}
          </Button>
          {fileKinds(setting).map((kind) => (
            <Button key={kind} onPress={() => actions.save(kind, tag)}>
              {t[kind]}
            </Button>
          ))}
        </div>
        <Chart metric={metric} setting={setting} height={height} limit={Number.POSITIVE_INFINITY} />
        <NumbersTable metric={metric} setting={setting} />
        <PointsTable metric={metric} setting={setting} />
      </figure>
    </Dialog>
  );
}
