import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import styles from './Explore.module.css';
import type { LeftOut } from './scatter-points.ts';
import { texts } from './strings.ts';

export interface LeftOutNoteProps {
  readonly leftOut: readonly LeftOut[];
}

/** Names that fit into a hover. */
const MAX_NAMES = 20;

/** Runs that have no place in the plot: how many, why, and on hovering which. */
export function LeftOutNote({ leftOut }: LeftOutNoteProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  if (leftOut.length === 0) return null;
  const words = {
    none: t.absent,
    'not-finite': t.absentNotFinite,
    'not-positive': t.absentNotPositive,
  } as const;
  return (
    <p className={styles.note}>
      {t.leftOut}
      {leftOut.map(({ column, absence, rows }, i) => {
        const names = rows.slice(0, MAX_NAMES).map(({ name }) => visibleText(name));
        const more = rows.length > MAX_NAMES ? '\n…' : '';
        return (
          <span key={`${absence} ${column.id}`} title={names.join('\n') + more}>
            {i === 0 ? ' ' : ' · '}
            {words[absence](count(rows.length), visibleText(column.title))}
          </span>
        );
      })}
    </p>
  );
}
