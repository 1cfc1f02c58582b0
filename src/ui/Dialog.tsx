import type { ReactNode } from 'react';
import { Dialog as AriaDialog } from 'react-aria-components/Dialog';
import { Heading } from 'react-aria-components/Heading';
import { Modal, ModalOverlay } from 'react-aria-components/Modal';
import { Button } from './Button.tsx';
import { classNames } from './class-names.ts';
import styles from './Dialog.module.css';
import { defineStrings, useStrings } from './strings.ts';

export interface DialogProps {
  readonly title: string;
  readonly isOpen: boolean;
  /** Called for the close button, Escape and a press outside. */
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Buttons at the end. */
  readonly footer?: ReactNode;
  /** `wide`: for charts and code. */
  readonly width?: 'normal' | 'wide';
}

const texts = defineStrings({
  en: { close: 'Close' },
  zh: { close: '关闭' },
});

/** A window over the page, which waits behind it. */
export function Dialog({ title, isOpen, onClose, width = 'normal', ...props }: DialogProps) {
  const t = useStrings(texts);
  return (
    <ModalOverlay
      className={classNames(styles.overlay)}
      isOpen={isOpen}
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      isDismissable
    >
      <Modal className={classNames(styles.modal, styles[width])}>
        <AriaDialog className={classNames(styles.dialog)}>
          <header className={styles.head}>
            <Heading slot="title" className={classNames(styles.title)}>
              {title}
            </Heading>
            <Button look="quiet" isSquare aria-label={t.close} onPress={onClose}>
              ×
            </Button>
          </header>
          <div className={styles.body}>{props.children}</div>
          {props.footer !== undefined && <footer className={styles.foot}>{props.footer}</footer>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  );
}
