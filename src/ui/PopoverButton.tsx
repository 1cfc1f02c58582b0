import type { ReactNode } from 'react';
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog';
import { Popover } from 'react-aria-components/Popover';
import { Button } from './Button.tsx';
import { classNames } from './class-names.ts';
import styles from './PopoverButton.module.css';

export interface PopoverButtonProps {
  /** What stands on the button, and names what it opens. */
  readonly label: string;
  /** What is set in there, quietly beside the label; `''`: nothing. */
  readonly detail?: string;
  readonly children: ReactNode;
}

/** Controls that are seldom needed, behind a button. */
export function PopoverButton({ label, detail = '', children }: PopoverButtonProps) {
  return (
    <DialogTrigger>
      <Button>
        {label}
        {detail !== '' && <span className={styles.detail}>{detail}</span>}
        <span aria-hidden="true" className={styles.arrow} />
      </Button>
      <Popover className={classNames(styles.popover)} offset={2} placement="bottom start">
        <Dialog className={classNames(styles.content)} aria-label={label}>
          {children}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
