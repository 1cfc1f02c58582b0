import { Checkbox } from '#ui/Checkbox.tsx';
import { PopoverButton } from '#ui/PopoverButton.tsx';
import { visibleText } from '#ui/visible-text.ts';
import styles from './Data.module.css';

export interface ColumnChecksProps {
  readonly label: string;
  /** What is chosen, in a few words. */
  readonly detail: string;
  readonly columns: readonly string[];
  readonly chosen: readonly string[];
  readonly onChange: (columns: readonly string[]) => void;
  readonly note?: string;
}

/** Some of the columns, in the order of the data set. */
export function ColumnChecks({ columns, chosen, onChange, ...props }: ColumnChecksProps) {
  const toggled = (name: string, isChosen: boolean) =>
    columns.filter((other) => (other === name ? isChosen : chosen.includes(other)));
  return (
    <PopoverButton label={props.label} detail={props.detail}>
      {props.note !== undefined && <p className={styles.note}>{props.note}</p>}
      <div className={styles.choices}>
        {columns.map((name) => (
          <Checkbox
            key={name}
            isSelected={chosen.includes(name)}
            onChange={(isChosen) => onChange(toggled(name, isChosen))}
          >
            {visibleText(name)}
          </Checkbox>
        ))}
      </div>
    </PopoverButton>
  );
}
