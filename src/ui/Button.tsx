import type { ReactNode } from 'react';
import {
  Button as AriaButton,
  type ButtonProps as AriaButtonProps,
} from 'react-aria-components/Button';
import styles from './Button.module.css';
import { classNames } from './class-names.ts';

export interface ButtonProps extends Omit<AriaButtonProps, 'className' | 'style' | 'children'> {
  readonly children: ReactNode;
  /** `primary`: the one thing to do here; `quiet`: no edge, for toolbars and rows. */
  readonly look?: 'plain' | 'primary' | 'quiet';
  /** As wide as it is high, for a sign; give it an `aria-label`. */
  readonly isSquare?: boolean;
}

export function Button({ look = 'plain', isSquare = false, ...props }: ButtonProps) {
  return (
    <AriaButton
      {...props}
      className={classNames(styles.button, styles[look], isSquare && styles.square)}
    />
  );
}
