import { type KeyboardEvent, type MouseEvent, useMemo, useRef, useState } from 'react';
import type { Confusion } from '#domain/scores.ts';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { shareOf } from './confusion.ts';
import styles from './Results.module.css';
import { detailTexts } from './strings.ts';

export interface ConfusionGridProps {
  readonly confusion: Confusion;
  readonly className: (index: number) => string;
  /** Whose examples are listed; −1 as the second: without a prediction. */
  readonly chosen: readonly [label: number, predicted: number] | null;
  readonly onChoose: (label: number, predicted: number) => void;
}

/** How strong the strongest colour is, in percent: the number on it must stay readable. */
const STRONGEST = 45;

const MOVES: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** Labels down, predictions across. One cell has the focus; arrows move it. */
export function ConfusionGrid({ confusion, className, chosen, onChoose }: ConfusionGridProps) {
  const t = useStrings(detailTexts);
  const { classes, none } = confusion;
  const grid = useRef<HTMLTableElement>(null);
  const [at, setAt] = useState<readonly [number, number]>([0, 0]);
  const hasNone = none.some((count) => count > 0);
  const width = classes + (hasNone ? 1 : 0);
  const indices = useMemo(() => Array.from({ length: classes }, (_, i) => i), [classes]);
  const pick = (row: number, column: number) => onChoose(row, column < classes ? column : -1);

  function move(event: KeyboardEvent) {
    const step = MOVES[event.key];
    if (!step) return;
    event.preventDefault();
    const within = (value: number, end: number) => Math.min(Math.max(value, 0), end - 1);
    const next = [within(at[0] + step[0], classes), within(at[1] + step[1], width)] as const;
    setAt(next);
    cellAt(grid.current, next)?.focus();
  }

  function click({ target }: MouseEvent) {
    const cell = (target as HTMLElement).closest<HTMLElement>('button[data-at]');
    const [row, column] = cell?.dataset['at']?.split(',').map(Number) ?? [];
    if (row === undefined || column === undefined) return;
    setAt([row, column]);
    pick(row, column);
  }

  return (
    <>
      <p className={styles.note}>{t.confusionHint}</p>
      <div className={styles.matrix}>
        <table ref={grid} aria-label={t.confusion} onKeyDown={move} onClick={click}>
          <thead>
            <tr>
              <th scope="col">{`${t.label} \\ ${t.predicted}`}</th>
              {indices.map((index) => (
                <th key={index} scope="col" title={className(index)}>
                  {className(index)}
                </th>
              ))}
              {hasNone && (
                <th scope="col" title={t.noPredictionWhy}>
                  {t.noPrediction}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {indices.map((label) => (
              <Row
                key={label}
                label={label}
                confusion={confusion}
                width={width}
                className={className}
                focused={at[0] === label ? at[1] : null}
                chosen={chosen?.[0] === label ? chosen[1] : null}
              />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

function cellAt(table: HTMLTableElement | null, [row, column]: readonly [number, number]) {
  return table?.querySelector<HTMLElement>(`button[data-at="${row},${column}"]`);
}

interface RowProps extends Pick<ConfusionGridProps, 'confusion' | 'className'> {
  readonly label: number;
  readonly width: number;
  readonly focused: number | null;
  readonly chosen: number | null;
}

function Row({ label, confusion, width, className, focused, chosen }: RowProps) {
  const t = useStrings(detailTexts);
  const { count: words } = useNumberFormats();
  const { classes, counts, none } = confusion;
  return (
    <tr>
      <th scope="row" title={className(label)}>
        {className(label)}
      </th>
      {Array.from({ length: width }, (_, column) => {
        const isNone = column === classes;
        const size = isNone ? none[label] : counts[label * classes + column];
        const count = size ?? 0;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: a class is its index
          <td key={column} style={{ backgroundColor: shade(confusion, label, { column, count }) }}>
            <button
              type="button"
              data-at={`${label},${column}`}
              tabIndex={focused === column ? 0 : -1}
              className={styles.cell}
              aria-pressed={chosen === (isNone ? -1 : column)}
              aria-label={t.cell(
                className(label),
                isNone ? t.noPrediction : className(column),
                words(count),
              )}
            >
              {count > 0 ? words(count) : <span className={styles.quiet}>·</span>}
            </button>
          </td>
        );
      })}
    </tr>
  );
}

/** The fuller of the examples of its label, the stronger; in another hue where they are right. */
function shade(
  confusion: Confusion,
  label: number,
  { column, count }: { readonly column: number; readonly count: number },
): string | undefined {
  if (count === 0) return undefined;
  const strength = Math.round(shareOf(confusion, label, count) * STRONGEST) + 4;
  const hue = column === label ? 'var(--accent)' : 'var(--danger)';
  return `color-mix(in oklab, ${hue} ${strength}%, transparent)`;
}
