import type { ReactNode } from 'react';
import { Tabs as AriaTabs, Tab, TabList, TabPanel } from 'react-aria-components/Tabs';
import { classNames } from './class-names.ts';
import styles from './Tabs.module.css';

export interface TabContent {
  readonly id: string;
  readonly label: string;
  readonly content: ReactNode;
}

export interface TabsProps {
  /** Of the list of tabs, for screen readers. */
  readonly label: string;
  readonly tabs: readonly TabContent[];
  /** One that is not there: the first. */
  readonly value: string | null;
  readonly onChange: (id: string) => void;
}

/** Parts of which one is in sight. */
export function Tabs({ label, tabs, value, onChange }: TabsProps) {
  const shown = tabs.find(({ id }) => id === value) ?? tabs[0];
  if (!shown) return null;
  return (
    <AriaTabs
      className={classNames(styles.tabs)}
      selectedKey={shown.id}
      onSelectionChange={(key) => onChange(String(key))}
    >
      <TabList className={classNames(styles.list)} aria-label={label}>
        {tabs.map(({ id, label: title }) => (
          <Tab key={id} id={id} className={classNames(styles.tab)}>
            {title}
          </Tab>
        ))}
      </TabList>
      {tabs.map(({ id, content }) => (
        <TabPanel key={id} id={id} className={classNames(styles.panel)}>
          {content}
        </TabPanel>
      ))}
    </AriaTabs>
  );
}
