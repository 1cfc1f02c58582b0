import { type CSSProperties, type KeyboardEvent, useId, useRef } from 'react';
import { heatOf } from '#domain/heat.ts';
import type { DescribedTensor } from '#domain/summary.ts';
import { elementCount } from '#domain/tensor.ts';
import { elementAt, indexOf, type Plane } from '#domain/tensor-plane.ts';
import { classNames } from '#ui/class-names.ts';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { type NumberFormats, useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { type Cell, cellAfter } from './grid-keys.ts';
import { HeatLegend } from './HeatLegend.tsx';
import type { TensorPlace } from './queries.ts';
import { type Grid, HEAD_WIDTH, ROW_HEIGHT, useSight } from './use-sight.ts';
import { useValues, type Value, type Values } from './use-values.ts';
import styles from './ValuesGrid.module.css';
import { valueStrings } from './value-strings.ts';

export interface ValuesGridProps {
  readonly place: TensorPlace;
  readonly tensor: DescribedTensor;
  readonly plane: Plane;
  /** The cell that has the keyboard. */
  readonly active: Cell;
  readonly onActive: (cell: Cell) => void;
  /** Where the colours end, both ways from 0; `null`: not known yet. */
  readonly limit: number | null;
}

/** A plane of a tensor as numbers on colours; only the cells in sight exist. */
export function ValuesGrid(props: ValuesGridProps) {
  const { place, tensor, plane, active, onActive } = props;
  const t = useStrings(valueStrings);
  const formats = useNumberFormats();
  const id = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const grid = useSight(plane, active, scroller);
  const values = useValues(place, { plane, dtype: tensor.dtype }, grid.sight);
  const limit = props.limit ?? values.furthest;
  const drawing = { id, plane, grid, values, limit, active, formats, onActive };
  const isWrapped = tensor.shape.length === 1;

  function onKeyDown(event: KeyboardEvent) {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / ROW_HEIGHT) - 2);
    const isFar = event.ctrlKey || event.metaKey;
    const cell = cellAfter({ key: event.key, isFar }, active, { ...plane, page });
    if (!cell || event.altKey) return;
    event.preventDefault();
    if (isElement(plane, tensor, cell)) onActive(cell);
  }

  return (
    <>
      {values.error !== null && <ErrorNote error={values.error} onRetry={values.retry} />}
      {/* biome-ignore lint/a11y/useSemanticElements: a table cannot leave out what is not in sight */}
      <div
        ref={scroller}
        role="grid"
        tabIndex={0}
        className={styles.grid}
        aria-label={t.grid(tensor.name)}
        aria-description={t.keys}
        aria-rowcount={plane.rows + 1}
        aria-colcount={plane.columns + 1}
        aria-activedescendant={cellId(id, active)}
        onKeyDown={onKeyDown}
      >
        <div
          role="presentation"
          className={styles.sheet}
          style={{ blockSize: grid.height + ROW_HEIGHT, inlineSize: grid.width + HEAD_WIDTH }}
        >
          <Head grid={grid} />
          {grid.rows.map(({ index, start }) => (
            <Row
              key={index}
              {...drawing}
              row={index}
              top={start}
              title={isWrapped ? elementAt(plane, index, 0) : index}
              end={elementCount(tensor.shape)}
            />
          ))}
        </div>
      </div>
      <footer className={styles.foot}>
        <ReadOut tensor={tensor} plane={plane} cell={active} values={values} />
        <HeatLegend limit={limit} />
        {grid.window && (
          <span className={styles.window}>
            {t.window(
              ...[...grid.window.rows, plane.rows, ...grid.window.columns, plane.columns].map(
                formats.count,
              ),
            )}
          </span>
        )}
      </footer>
    </>
  );
}

/** The last row of a wrapped vector may be short. */
function isElement(plane: Plane, { shape }: DescribedTensor, { row, column }: Cell): boolean {
  return elementAt(plane, row, column) < elementCount(shape);
}

function cellId(id: string, { row, column }: Cell): string {
  return `${id}-${row}-${column}`;
}

function Head({ grid: { columns } }: { grid: Grid }) {
  const t = useStrings(valueStrings);
  return (
    // biome-ignore lint/a11y/useSemanticElements: as for the grid
    // biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus
    <div role="row" aria-rowindex={1} className={styles.head}>
      {/* biome-ignore lint/a11y/useSemanticElements: as for the grid */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus */}
      <div role="columnheader" aria-colindex={1} className={styles.first}>
        {t.corner}
      </div>
      <span role="presentation" style={{ inlineSize: columns[0]?.start ?? 0 }} />
      {columns.map(({ index }) => (
        // biome-ignore lint/a11y/useSemanticElements: as for the grid
        // biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus
        <div key={index} role="columnheader" aria-colindex={index + 2} className={styles.title}>
          {index}
        </div>
      ))}
    </div>
  );
}

interface RowProps {
  readonly id: string;
  readonly plane: Plane;
  readonly grid: Grid;
  readonly values: Values;
  readonly limit: number;
  readonly active: Cell;
  readonly formats: NumberFormats;
  readonly onActive: (cell: Cell) => void;
  readonly row: number;
  readonly top: number;
  readonly title: number;
  /** Elements of the tensor. */
  readonly end: number;
}

function Row(props: RowProps) {
  const { id, plane, grid, values, limit, active, formats, onActive, row, end } = props;
  const columns = grid.columns.filter(({ index }) => elementAt(plane, row, index) < end);
  return (
    // biome-ignore lint/a11y/useSemanticElements: as for the grid
    // biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus
    <div
      role="row"
      aria-rowindex={row + 2}
      className={styles.row}
      style={{ insetBlockStart: props.top + ROW_HEIGHT }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: as for the grid */}
      {/* biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus */}
      <div role="rowheader" aria-colindex={1} className={styles.first}>
        {props.title}
      </div>
      <span role="presentation" style={{ inlineSize: grid.columns[0]?.start ?? 0 }} />
      {columns.map(({ index: column }) => {
        const value = values.at(row, column);
        const isActive = active.row === row && active.column === column;
        return (
          // biome-ignore lint/a11y/useSemanticElements: as for the grid
          // biome-ignore lint/a11y/useFocusableInteractive: the grid itself has the focus
          // biome-ignore lint/a11y/useKeyWithClickEvents: the grid itself has the keys
          <div
            key={column}
            id={cellId(id, { row, column })}
            role="gridcell"
            aria-colindex={column + 2}
            aria-selected={isActive}
            className={classNames(
              styles.cell,
              isActive && styles.active,
              isSpecial(value) && styles.special,
              value === undefined && styles.waiting,
            )}
            style={colourOf(value, limit)}
            onClick={() => onActive({ row, column })}
          >
            {value === undefined ? '·' : shortWord(value, formats)}
          </div>
        );
      })}
    </div>
  );
}

function isSpecial(value: Value | undefined): boolean {
  const number = value?.number ?? null;
  return number !== null && !Number.isFinite(number);
}

/** For the style sheet: how much of which colour, in percent. */
function colourOf(value: Value | undefined, limit: number): CSSProperties {
  const heat = heatOf(value?.number ?? 0, limit);
  if (heat === 0) return {};
  const hue = heat < 0 ? 'var(--heat-negative)' : 'var(--heat-positive)';
  return {
    background: `color-mix(in oklab, ${hue} ${Math.round(Math.abs(heat) * 100)}%, var(--surface))`,
  };
}

function shortWord({ word, number }: Value, { metric }: NumberFormats): string {
  if (number === null) return word;
  // Integers are shown as they are, however large: rounded they would be other integers.
  if (/^-?\d{1,9}$/.test(word)) return word;
  return number === Number.POSITIVE_INFINITY ? '+∞' : metric(number);
}

interface ReadOutProps {
  readonly tensor: DescribedTensor;
  readonly plane: Plane;
  readonly cell: Cell;
  readonly values: Values;
}

/** The exact value of the active cell, and its index. */
function ReadOut({ tensor: { shape }, plane, cell, values }: ReadOutProps) {
  const index = indexOf(shape, elementAt(plane, cell.row, cell.column));
  const value = values.at(cell.row, cell.column);
  return (
    <output className={styles.readOut} aria-live="polite">
      <code>
        [{index.join(', ')}] = {value?.word ?? '…'}
      </code>
    </output>
  );
}
