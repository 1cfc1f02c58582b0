import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import styles from './Parallel.module.css';
import type { ParallelAxis } from './parallel-axes.ts';
import { texts } from './strings.ts';

export interface AxisHeadProps {
  readonly axis: ParallelAxis;
  readonly isLog: boolean;
  /** −1: to the left. */
  readonly onMove: (by: number) => void;
  /** @param by pixels that it was dragged */
  readonly onDrop: (by: number) => void;
  readonly onFlip: () => void;
  readonly onLog: () => void;
}

/** The name of an axis, by which it is moved, and how it is drawn. */
export function AxisHead({ axis, isLog, onMove, onDrop, onFlip, onLog }: AxisHeadProps) {
  const t = useStrings(texts);
  const { column, kind } = axis.axis;
  const title = visibleText(column.title);
  const [drag, setDrag] = useState<{ readonly from: number; readonly by: number } | null>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    onMove(by);
  };
  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    setDrag({ from: event.clientX, by: 0 });
  };
  const onPointerUp = () => {
    if (drag && drag.by !== 0) onDrop(drag.by);
    setDrag(null);
  };
  return (
    <div
      className={styles.head}
      style={drag ? { translate: `calc(-50% + ${drag.by}px)` } : undefined}
    >
      <button
        type="button"
        className={styles.axisName}
        data-axis={column.id}
        title={title}
        aria-label={t.moveAxis(title)}
        aria-description={t.moveKeys}
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onPointerMove={(event) => {
          if (drag) setDrag({ ...drag, by: event.clientX - drag.from });
        }}
        onPointerUp={onPointerUp}
        onPointerCancel={() => setDrag(null)}
      >
        {title}
      </button>
      <span className={styles.headButtons}>
        <button
          type="button"
          className={styles.sign}
          aria-label={t.flip(title)}
          aria-pressed={axis.isFlipped}
          title={t.flip(title)}
          onClick={onFlip}
        >
          {axis.isFlipped ? '↓' : '↑'}
        </button>
        {kind === 'number' && (
          <button
            type="button"
            className={styles.sign}
            aria-label={t.logOf(title)}
            aria-pressed={isLog}
            onClick={onLog}
          >
            {t.log}
          </button>
        )}
      </span>
    </div>
  );
}
