import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import styles from './Parallel.module.css';
import type { ParallelAxis } from './parallel-axes.ts';
import type { ParallelArea } from './parallel-geometry.ts';
import { texts } from './strings.ts';

export interface NoneButtonProps {
  readonly axis: ParallelAxis;
  readonly area: ParallelArea;
  readonly onToggle: (none: boolean) => void;
}

/** The place of runs that have none on the axis; pressed, they are in the brush. */
export function NoneButton({ axis: { axis, absent, brush }, area, onToggle }: NoneButtonProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const isPressed = brush?.none ?? false;
  if (absent.length === 0 && !isPressed) return null;
  const many = count(absent.length);
  return (
    <button
      type="button"
      className={styles.none}
      style={{ insetBlockStart: area.none }}
      aria-pressed={isPressed}
      aria-label={t.noneName(visibleText(axis.column.title), many)}
      title={t.noneWhy}
      onClick={() => onToggle(!isPressed)}
    >
      {t.noneAt(many)}
    </button>
  );
}
