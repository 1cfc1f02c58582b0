import type { ReactNode } from 'react';
import { Label } from 'react-aria-components/Label';
import { Radio, RadioGroup } from 'react-aria-components/RadioGroup';
import { classNames } from './class-names.ts';
import fields from './Field.module.css';
import styles from './SegmentedControl.module.css';

interface Segment<Id extends string> {
  readonly id: Id;
  readonly label: ReactNode;
  /** Its name, where `label` is a sign. */
  readonly name?: string;
  readonly isDisabled?: boolean;
}

export interface SegmentedControlProps<Id extends string> {
  readonly label: string;
  /** The label is there for screen readers alone. */
  readonly isLabelHidden?: boolean;
  readonly segments: readonly Segment<Id>[];
  readonly value: Id;
  readonly onChange: (value: Id) => void;
  readonly isDisabled?: boolean;
}

/** One of a few, all in sight. */
export function SegmentedControl<Id extends string>({
  label,
  isLabelHidden = false,
  segments,
  ...props
}: SegmentedControlProps<Id>) {
  return (
    <RadioGroup
      className={classNames(fields.field)}
      orientation="horizontal"
      value={props.value}
      isDisabled={props.isDisabled ?? false}
      onChange={(id) => {
        const chosen = segments.find((segment) => segment.id === id);
        if (chosen) props.onChange(chosen.id);
      }}
      {...(isLabelHidden ? { 'aria-label': label } : {})}
    >
      {!isLabelHidden && <Label className={classNames(fields.label)}>{label}</Label>}
      <div className={styles.segments}>
        {segments.map(({ id, label: content, name, isDisabled = false }) => (
          <Radio
            key={id}
            value={id}
            isDisabled={isDisabled}
            className={classNames(styles.segment)}
            {...(name === undefined ? {} : { 'aria-label': name })}
          >
            {content}
          </Radio>
        ))}
      </div>
    </RadioGroup>
  );
}
