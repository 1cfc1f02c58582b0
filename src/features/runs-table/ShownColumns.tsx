import { Button } from '#ui/Button.tsx';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import styles from './ColumnChooser.module.css';
import { NAME } from './column-list.ts';
import type { RunColumn } from './run-columns.ts';
import { texts } from './strings.ts';
import type { Layout } from './use-layout.ts';

export interface ShownColumnsProps {
  readonly layout: Layout;
  readonly columns: readonly RunColumn[];
}

/** The columns that are shown, to be moved and put away. */
export function ShownColumns({ layout, columns }: ShownColumnsProps) {
  const t = useStrings(texts);
  const movable = columns.filter(({ id }) => id !== NAME);
  return (
    <section className={styles.shown} aria-label={t.order}>
      <header className={styles.head}>
        <h3>{t.order}</h3>
        <Button look="quiet" onPress={layout.forget}>
          {t.usual}
        </Button>
      </header>
      <ol>
        {movable.map(({ id, title }, at) => {
          const words = visibleText(title);
          const before = movable[at - 1]?.id;
          return (
            <li key={id} className={styles.item}>
              <span className={styles.title} title={words}>
                {words}
              </span>
              <Button
                look="quiet"
                isSquare
                aria-label={t.moveUp(words)}
                isDisabled={before === undefined}
                onPress={() => layout.move(id, before ?? null)}
              >
                ↑
              </Button>
              <Button
                look="quiet"
                isSquare
                aria-label={t.moveDown(words)}
                isDisabled={at === movable.length - 1}
                onPress={() => layout.move(id, movable[at + 2]?.id ?? null)}
              >
                ↓
              </Button>
              <Button
                look="quiet"
                isSquare
                aria-label={t.hideColumn(words)}
                onPress={() => layout.hide(id)}
              >
                ×
              </Button>
            </li>
          );
        })}
      </ol>
    </section>
  );
}
