import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Label } from 'react-aria-components/Label';
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox';
import { Popover } from 'react-aria-components/Popover';
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select';
import { Text } from 'react-aria-components/Text';
import { classNames } from './class-names.ts';
import fields from './Field.module.css';
import styles from './Select.module.css';

export interface SelectOption<Id extends string> {
  readonly id: Id;
  readonly label: string;
  /** A second, quieter line. */
  readonly detail?: string | undefined;
  readonly isDisabled?: boolean;
}

export interface SelectProps<Id extends string> {
  readonly label: string;
  /** The label is there for screen readers alone. */
  readonly isLabelHidden?: boolean;
  readonly options: readonly SelectOption<Id>[];
  /** `null`: nothing is chosen yet. */
  readonly value: Id | null;
  readonly onChange: (value: Id) => void;
  /** Shown while nothing is chosen. */
  readonly placeholder?: string;
  readonly description?: ReactNode;
  readonly isDisabled?: boolean;
}

/** One of several, in a list that opens. For up to four, a `SegmentedControl` shows them all. */
export function Select<Id extends string>({
  label,
  isLabelHidden = false,
  options,
  ...props
}: SelectProps<Id>) {
  return (
    <AriaSelect
      className={classNames(fields.field)}
      value={props.value}
      onChange={(id) => {
        const chosen = options.find((option) => option.id === id);
        if (chosen) props.onChange(chosen.id);
      }}
      placeholder={props.placeholder ?? '—'}
      isDisabled={props.isDisabled ?? false}
      {...(isLabelHidden ? { 'aria-label': label } : {})}
    >
      {!isLabelHidden && <Label className={classNames(fields.label)}>{label}</Label>}
      <Button className={classNames(fields.box, styles.button)}>
        <SelectValue className={classNames(styles.value)} />
        <span aria-hidden="true" className={styles.arrow} />
      </Button>
      {props.description !== undefined && (
        <Text slot="description" className={classNames(fields.description)}>
          {props.description}
        </Text>
      )}
      <Popover className={classNames(styles.popover)} offset={2}>
        <ListBox className={classNames(styles.list)}>
          {options.map((option) => (
            <ListBoxItem
              key={option.id}
              id={option.id}
              textValue={option.label}
              isDisabled={option.isDisabled ?? false}
              className={classNames(styles.option)}
            >
              <Text slot="label">{option.label}</Text>
              {option.detail !== undefined && (
                <Text slot="description" className={classNames(styles.detail)}>
                  {option.detail}
                </Text>
              )}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  );
}
