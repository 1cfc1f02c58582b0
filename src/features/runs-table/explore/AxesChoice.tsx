import { Checkbox } from '#ui/Checkbox.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { PopoverButton } from '#ui/PopoverButton.tsx';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import type { ExploreColumn } from './columns.ts';
import styles from './Parallel.module.css';
import { texts } from './strings.ts';

export interface AxesChoiceProps {
  readonly columns: readonly ExploreColumn[];
  /** In the order of the axes. */
  readonly chosen: readonly string[];
  readonly onChoose: (ids: readonly string[]) => void;
}

/** Which columns have an axis; one that is added stands last. */
export function AxesChoice({ columns, chosen, onChoose }: AxesChoiceProps) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const known = columns.filter(({ id }) => chosen.includes(id));
  return (
    <PopoverButton label={t.axes} detail={t.axesCount(count(known.length), count(columns.length))}>
      <div className={styles.choices}>
        {columns.map(({ id, title }) => (
          <Checkbox
            key={id}
            isSelected={chosen.includes(id)}
            onChange={(isChosen) =>
              onChoose(isChosen ? [...chosen, id] : chosen.filter((one) => one !== id))
            }
          >
            {visibleText(title)}
          </Checkbox>
        ))}
      </div>
    </PopoverButton>
  );
}
