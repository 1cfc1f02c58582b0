import type { ReactNode } from 'react';
import { Menu as AriaMenu, MenuItem, MenuTrigger } from 'react-aria-components/Menu';
import { Popover } from 'react-aria-components/Popover';
import { Separator } from 'react-aria-components/Separator';
import { Text } from 'react-aria-components/Text';
import { classNames } from './class-names.ts';
import styles from './Menu.module.css';

export interface MenuEntry {
  readonly id: string;
  readonly label: string;
  /** A second, quieter line. */
  readonly detail?: string | undefined;
  readonly isDisabled?: boolean;
  readonly onAction: () => void;
}

export interface MenuProps {
  /** Of the menu, for screen readers. */
  readonly label: string;
  /** Parts with a line between them; empty ones are left out. */
  readonly parts: readonly (readonly MenuEntry[])[];
  /** The button that opens it. */
  readonly children: ReactNode;
}

/** What can be done with something, in a list that opens. */
export function Menu({ label, parts, children }: MenuProps) {
  const shown = parts.filter((entries) => entries.length > 0);
  return (
    <MenuTrigger>
      {children}
      <Popover className={classNames(styles.popover)} offset={2} placement="bottom end">
        <AriaMenu className={classNames(styles.menu)} aria-label={label}>
          {shown.flatMap((entries) => [
            ...(entries !== shown[0]
              ? [<Separator key={`before-${entries[0]?.id}`} className={classNames(styles.line)} />]
              : []),
            ...entries.map((entry) => (
              <MenuItem
                key={entry.id}
                id={entry.id}
                textValue={entry.label}
                isDisabled={entry.isDisabled ?? false}
                className={classNames(styles.item)}
                onAction={entry.onAction}
              >
                <Text slot="label">{entry.label}</Text>
                {entry.detail !== undefined && (
                  <Text slot="description" className={classNames(styles.detail)}>
                    {entry.detail}
                  </Text>
                )}
              </MenuItem>
            )),
          ])}
        </AriaMenu>
      </Popover>
    </MenuTrigger>
  );
}
