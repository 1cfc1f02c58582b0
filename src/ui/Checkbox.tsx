import type { ReactNode } from 'react';
import { Checkbox as AriaCheckbox } from 'react-aria-components/Checkbox';
import styles from './Checkbox.module.css';
import { classNames } from './class-names.ts';

export interface CheckboxProps {
  /** What it switches; without it, give `aria-label`. */
  readonly children?: ReactNode;
  readonly 'aria-label'?: string;
  readonly isSelected: boolean;
  /** Some of a group, not all. */
  readonly isIndeterminate?: boolean;
  readonly onChange: (isSelected: boolean) => void;
  readonly isDisabled?: boolean;
}

export function Checkbox({ children, ...props }: CheckboxProps) {
  return (
    <AriaCheckbox {...props} className={classNames(styles.checkbox)}>
      <span aria-hidden="true" className={styles.box} />
      {children}
    </AriaCheckbox>
  );
}
