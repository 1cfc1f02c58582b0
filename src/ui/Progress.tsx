import type { ReactNode } from 'react';
import { Label } from 'react-aria-components/Label';
import { ProgressBar } from 'react-aria-components/ProgressBar';
import { Button } from './Button.tsx';
import { classNames } from './class-names.ts';
import styles from './Progress.module.css';
import { defineStrings, useStrings } from './strings.ts';

export interface ProgressProps {
  /** What goes on. */
  readonly label: string;
  readonly value?: number;
  /** What `value` counts up to; `null` or left out: not known. */
  readonly total?: number | null;
  /** Counts, rate, time left. */
  readonly detail?: ReactNode;
  readonly onCancel?: () => void;
}

const texts = defineStrings({
  en: { cancel: 'Cancel' },
  zh: { cancel: '取消' },
});

/** How far something is, and a way to stop it. */
export function Progress({ label, value = 0, total = null, detail, onCancel }: ProgressProps) {
  const t = useStrings(texts);
  return (
    <div className={styles.progress}>
      <ProgressBar
        className={classNames(styles.bar)}
        value={value}
        maxValue={total ?? 1}
        isIndeterminate={total === null}
      >
        {({ percentage }) => (
          <>
            <div className={styles.words}>
              <Label>{label}</Label>
              <span className={styles.detail}>{detail}</span>
            </div>
            <div className={styles.track}>
              <div
                className={total === null ? styles.unknown : styles.fill}
                style={total === null ? {} : { inlineSize: `${percentage}%` }}
              />
            </div>
          </>
        )}
      </ProgressBar>
      {onCancel && <Button onPress={onCancel}>{t.cancel}</Button>}
    </div>
  );
}
