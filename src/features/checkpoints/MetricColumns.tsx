import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Popover } from 'react-aria-components/Popover';
import { Button } from '#ui/Button.tsx';
import { Checkbox } from '#ui/Checkbox.tsx';
import { classNames } from '#ui/class-names.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './MetricColumns.module.css';
import { texts } from './strings.ts';

export interface MetricColumnsProps {
  readonly tags: readonly string[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** Chooses which metrics have a column, in the order in which they were chosen. */
export function MetricColumns({ tags, chosen, onChange }: MetricColumnsProps) {
  const t = useStrings(texts);
  return (
    <DialogTrigger>
      <Button isDisabled={tags.length === 0}>{t.columns}</Button>
      <Popover className={classNames(styles.popover)} offset={2}>
        <Dialog className={classNames(styles.list)} aria-label={t.columns}>
          {tags.map((tag) => (
            <Checkbox
              key={tag}
              isSelected={chosen.includes(tag)}
              onChange={(isChosen) => {
                const others = chosen.filter((other) => other !== tag);
                onChange(isChosen ? [...others, tag] : others);
              }}
            >
              {tag}
            </Checkbox>
          ))}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
