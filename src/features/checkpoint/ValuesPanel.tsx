import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { heatLimit } from '#domain/heat.ts';
import type { TensorStatistics } from '#domain/statistics.ts';
import { type Cut, planeOf, usualCut } from '#domain/tensor-plane.ts';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { Loading } from '#ui/Loading.tsx';
import { useStrings } from '#ui/strings.ts';
import styles from './CheckpointPage.module.css';
import { CutFields } from './CutFields.tsx';
import { elementWords } from './element-words.ts';
import { GoToIndex } from './GoToIndex.tsx';
import type { Cell } from './grid-keys.ts';
import { firstElementsQuery, type TensorPlace } from './queries.ts';
import { texts } from './strings.ts';
import { hasCells, type TensorRow } from './tensor-rows.ts';
import gridStyles from './ValuesGrid.module.css';
import { ValuesGrid } from './ValuesGrid.tsx';
import { valueStrings } from './value-strings.ts';

export interface ValuesPanelProps {
  readonly row: TensorRow;
  readonly place: TensorPlace;
  /** Of all its elements, once they are known. */
  readonly statistics: TensorStatistics | undefined;
}

const ORIGIN: Cell = { row: 0, column: 0 };

/** The values of a tensor: any two of its axes, cut at any index of the others. */
export function ValuesPanel({ row, place, statistics }: ValuesPanelProps) {
  const { tensor, elements } = row;
  const t = useStrings(valueStrings);
  const [cut, setCut] = useState(() => usualCut(tensor.shape));
  const [active, setActive] = useState(ORIGIN);
  if (elements === 0) return <p className={styles.quiet}>{t.empty}</p>;
  if (!hasCells(tensor)) return <FirstValues row={row} place={place} />;
  const plane = planeOf(tensor.shape, cut);

  function turn(next: Cut) {
    setCut(next);
    setActive(ORIGIN);
  }

  function goTo(index: readonly number[]) {
    const at = index.length < 2 ? cut.at : index;
    setCut({ ...cut, at });
    const [only = 0] = index;
    setActive(
      index.length < 2
        ? { row: Math.floor(only / plane.columns), column: only % plane.columns }
        : { row: index[cut.rows] ?? 0, column: index[cut.columns] ?? 0 },
    );
  }

  return (
    <section className={gridStyles.panel} aria-label={t.values}>
      <header className={gridStyles.tools}>
        <h4>{t.values}</h4>
        {tensor.shape.length > 1 && <CutFields shape={tensor.shape} cut={cut} onCut={turn} />}
        {elements > 1 && <GoToIndex shape={tensor.shape} onGo={goTo} />}
      </header>
      {tensor.kind === 'quantized' && <p className={styles.quiet}>{t.integers}</p>}
      <ValuesGrid
        key={JSON.stringify(plane)}
        place={place}
        tensor={tensor}
        plane={plane}
        active={active}
        onActive={setActive}
        limit={statistics ? heatLimit(statistics) : null}
      />
    </section>
  );
}

/** As many as fit in a few lines. */
const FIRST = 64;

/** Of what cannot be laid out in cells. */
function FirstValues({ row, place }: Pick<ValuesPanelProps, 'row' | 'place'>) {
  const words = useStrings(texts);
  const t = useStrings(valueStrings);
  const { count } = useNumberFormats();
  const shown = Math.min(FIRST, row.elements);
  const { data, error, refetch } = useQuery(firstElementsQuery(place, shown));
  return (
    <section>
      <h4 className={styles.caption}>{words.first(count(shown), count(row.elements))}</h4>
      <p className={styles.quiet}>{row.tensor.kind === 'sparse' ? t.sparse : t.packed}</p>
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {!error && !data && <Loading label={words.values} />}
      {data && (
        <ol className={styles.values} start={0}>
          {elementWords(data, row.tensor.dtype, shown).map((value, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: an element is its place
            <li key={index}>
              <code>{value}</code>
            </li>
          ))}
        </ol>
      )}
    </section>
  );
}
