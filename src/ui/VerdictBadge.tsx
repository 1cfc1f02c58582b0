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
    'being-written': 'Being written',
    incomplete: 'Incomplete',
    corrupt: 'Corrupt',
    unsafe: 'Unsafe',
    replaced: 'Replaced',
    unread: 'Not read yet',
    gone: 'Deleted',
  },
  zh: {
    sound: '完好',
    unverified: '未校验',
    'being-written': '正在写入',
    incomplete: '不完整',
    corrupt: '已损坏',
    unsafe: '不安全',
    replaced: '已被替换',
    unread: '尚不支持读取',
    gone: '已删除',
  },
});

/** Told apart by shape as well as by colour. */
const SIGNS: Record<Verdict, string> = {
  sound: '✓',
  unverified: '○',
  'being-written': '…',
  incomplete: '◐',
  corrupt: '✕',
  unsafe: '!',
  replaced: '⇄',
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
