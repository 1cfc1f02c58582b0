import type { ReactNode } from 'react';
import { Button } from 'react-aria-components/Button';
import { Group } from 'react-aria-components/Group';
import { Input } from 'react-aria-components/Input';
import { Label } from 'react-aria-components/Label';
import { NumberField as AriaNumberField } from 'react-aria-components/NumberField';
import { Text } from 'react-aria-components/Text';
import { classNames } from './class-names.ts';
import styles from './Field.module.css';

export interface NumberFieldProps {
  readonly label: string;
  /** The label is there for screen readers alone. */
  readonly isLabelHidden?: boolean;
  /** `NaN`: empty. */
  readonly value: number;
  /** Called when the field is left or Enter is pressed; `NaN` when it was emptied. */
  readonly onChange: (value: number) => void;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number;
  readonly format?: Intl.NumberFormatOptions;
  readonly description?: ReactNode;
  readonly isDisabled?: boolean;
  /** Leaves out the buttons for one more and one less; the arrow keys do it all the same. */
  readonly isPlain?: boolean;
}

/** At most this many digits: what a person types is kept as typed. */
const EXACT: Intl.NumberFormatOptions = { maximumFractionDigits: 12 };

export function NumberField({ label, isLabelHidden = false, ...props }: NumberFieldProps) {
  const { value, onChange, min, max, step, description } = props;
  return (
    <AriaNumberField
      className={classNames(styles.field)}
      value={value}
      onChange={onChange}
      isDisabled={props.isDisabled ?? false}
      formatOptions={props.format ?? EXACT}
      {...(min === undefined ? {} : { minValue: min })}
      {...(max === undefined ? {} : { maxValue: max })}
      {...(step === undefined ? {} : { step })}
      {...(isLabelHidden ? { 'aria-label': label } : {})}
    >
      {!isLabelHidden && <Label className={classNames(styles.label)}>{label}</Label>}
      <Group className={classNames(styles.box)}>
        <Input className={classNames(styles.input)} />
        {!props.isPlain && (
          <>
            <Button slot="decrement" className={classNames(styles.inset)}>
              −
            </Button>
            <Button slot="increment" className={classNames(styles.inset)}>
              +
            </Button>
          </>
        )}
      </Group>
      {description !== undefined && (
        <Text slot="description" className={classNames(styles.description)}>
          {description}
        </Text>
      )}
    </AriaNumberField>
  );
}
