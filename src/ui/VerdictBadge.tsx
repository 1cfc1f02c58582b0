import type { Verdict } from '#domain/verdict.ts';
import { classNames } from './class-names.ts';
import { defineStrings, useStrings } from './strings.ts';
import styles from './VerdictBadge.module.css';

export interface VerdictBadgeProps {
  readonly verdict: Verdict;
}

export const verdictStrings = defineStrings({
  en: {
    sound: 'Sound',
    unverified: 'Unverified',
    incomplete: 'Incomplete',
    corrupt: 'Corrupt',
    unsafe: 'Unsafe',
    unread: 'Not read yet',
    gone: 'Deleted',
  },
  zh: {
    sound: '完好',
    unverified: '未校验',
    incomplete: '不完整',
    corrupt: '已损坏',
    unsafe: '不安全',
    unread: '尚不支持读取',
    gone: '已删除',
  },
});

/** Told apart by shape as well as by colour. */
const SIGNS: Record<Verdict, string> = {
  sound: '✓',
  unverified: '○',
  incomplete: '◐',
  corrupt: '✕',
  unsafe: '!',
  unread: '–',
  gone: '∅',
};

/** Whether a checkpoint can be relied on, in a word. */
export function VerdictBadge({ verdict }: VerdictBadgeProps) {
  const words = useStrings(verdictStrings);
  return (
    <span className={classNames(styles.badge, styles[verdict])}>
      <span aria-hidden="true" className={styles.sign}>
        {SIGNS[verdict]}
      </span>
      {words[verdict]}
    </span>
  );
}
