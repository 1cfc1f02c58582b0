import { Button } from '#ui/Button.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './Explore.module.css';
import { texts } from './strings.ts';

export interface BrushBarProps {
  /** Runs in the brush; `null`: nothing is brushed. */
  readonly runs: ReadonlySet<string> | null;
  readonly total: number;
  readonly onSelect: (runs: readonly string[]) => void;
  readonly onClear: () => void;
}

/** How many runs are brushed, and what to do with them. It keeps its place while there is no brush. */
export function BrushBar({ runs, total, onSelect, onClear }: BrushBarProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  return (
    <div className={styles.brushBar}>
      <span role="status">{runs ? t.inBrush(count(runs.size), count(total)) : ''}</span>
      {runs && (
        <>
          <Button look="quiet" isDisabled={runs.size === 0} onPress={() => onSelect([...runs])}>
            {t.selectThese}
          </Button>
          <Button look="quiet" onPress={onClear}>
            {t.clear}
          </Button>
        </>
      )}
    </div>
  );
}
