import { type KeyboardEvent, type PointerEvent, useState } from 'react';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import { endsAt, valueAt } from './axis.ts';
import { useAxisWords } from './axis-words.ts';
import styles from './Parallel.module.css';
import { handleKey, handlesOf, type ParallelAxis } from './parallel-axes.ts';
import { heightAt, type ParallelArea } from './parallel-geometry.ts';
import { texts } from './strings.ts';
import type { Ends } from './view.ts';

export interface AxisStripProps {
  readonly axis: ParallelAxis;
  readonly area: ParallelArea;
  /** While it is dragged; `null`: the whole axis. */
  readonly onDraft: (range: Ends | null) => void;
  readonly onBrush: (range: Ends | null) => void;
}

/** A press this near to an end of the brush takes hold of it; a shorter drag is a click. Pixels. */
const GRIP = 8;
const SHORTEST_DRAG = 4;
const TICKS = 6;

/** An axis with its ticks and its brush: drawn by the pointer, or moved by its two handles. */
export function AxisStrip({ axis, area, onDraft, onBrush }: AxisStripProps) {
  const words = useAxisWords();
  const [low, high] = handlesOf(axis);
  /** The end that stays, and where the other one is, from 0 to 1. */
  const [drag, setDrag] = useState<{ readonly fixed: number; readonly at: number } | null>(null);
  const length = area.bottom - area.top;
  const rangeOf = (a: number, b: number) => endsOf(axis, a, b);
  const placeOf = (event: PointerEvent) =>
    heightAt(area, event.clientY - event.currentTarget.getBoundingClientRect().top + area.top);

  const onPointerDown = (event: PointerEvent) => {
    if (event.button !== 0) return;
    event.currentTarget.setPointerCapture(event.pointerId);
    const at = placeOf(event);
    const isNear = (end: number) => axis.brush?.range && Math.abs(end - at) * length <= GRIP;
    setDrag({ fixed: isNear(high) ? low : isNear(low) ? high : at, at });
  };
  const onPointerMove = (event: PointerEvent) => {
    if (!drag) return;
    const at = placeOf(event);
    setDrag({ ...drag, at });
    onDraft(rangeOf(drag.fixed, at));
  };
  const onPointerUp = () => {
    if (drag) {
      const isLong = Math.abs(drag.at - drag.fixed) * length >= SHORTEST_DRAG;
      onBrush(isLong ? rangeOf(drag.fixed, drag.at) : null);
    }
    setDrag(null);
  };
  const setEnds = (from: number, to: number) =>
    onBrush(from <= 0 && to >= 1 ? null : rangeOf(from, to));

  return (
    <div
      className={styles.strip}
      style={{ insetBlockStart: area.top, blockSize: length }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={() => {
        setDrag(null);
        onBrush(axis.brush?.range ?? null);
      }}
    >
      <span className={styles.rail} aria-hidden="true" />
      {words.ticks(axis.axis, TICKS).map(({ place, label }) => (
        <span
          key={place}
          className={styles.tick}
          style={{ insetBlockEnd: `${(axis.isFlipped ? 1 - place : place) * 100}%` }}
          aria-hidden="true"
        >
          {label}
        </span>
      ))}
      {axis.brush?.range && (
        <span
          className={styles.range}
          style={{ insetBlock: `${(1 - high) * 100}% ${low * 100}%` }}
          aria-hidden="true"
        />
      )}
      <Handle
        axis={axis}
        place={low}
        end="lower"
        onPlace={(at) => setEnds(Math.min(at, high), high)}
      />
      <Handle
        axis={axis}
        place={high}
        end="upper"
        onPlace={(at) => setEnds(low, Math.max(at, low))}
      />
    </div>
  );
}

function endsOf({ axis, isFlipped }: ParallelAxis, a: number, b: number): Ends | null {
  // The upper end of one category is where the next one begins.
  const inset = axis.kind === 'category' ? 1e-6 : 0;
  const [low, high] = [Math.min(a, b) + inset, Math.max(a, b) - inset];
  return isFlipped ? endsAt(axis, 1 - high, 1 - low) : endsAt(axis, low, high);
}

interface HandleProps {
  readonly axis: ParallelAxis;
  /** As drawn, from 0 to 1. */
  readonly place: number;
  readonly end: 'lower' | 'upper';
  readonly onPlace: (place: number) => void;
}

function Handle({ axis, place, end, onPlace }: HandleProps) {
  const t = useStrings(texts);
  const words = useAxisWords();
  const title = visibleText(axis.axis.column.title);
  const inset = end === 'lower' ? 1e-6 : -1e-6;
  const at = axis.axis.kind === 'category' ? place + inset : place;
  const value = valueAt(axis.axis, axis.isFlipped ? 1 - at : at);
  const onKeyDown = (event: KeyboardEvent) => {
    const to = handleKey(event.key, place, axis.axis);
    if (to === null || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    onPlace(to);
  };
  return (
    <span
      className={styles.handle}
      data-end={end}
      data-active={axis.brush?.range ? '' : undefined}
      style={{ insetBlockEnd: `${place * 100}%` }}
      role="slider"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={end === 'lower' ? t.lower(title) : t.upper(title)}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(place * 100)}
      aria-valuetext={words.value(value)}
      onKeyDown={onKeyDown}
    />
  );
}
