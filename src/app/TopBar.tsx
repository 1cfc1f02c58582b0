import type { ReactNode } from 'react';
import { SegmentedControl } from '#ui/SegmentedControl.tsx';
import { useStrings } from '#ui/strings.ts';
import { setPreferences, usePreferences } from './preferences.ts';
import { texts } from './strings.ts';
import { ThemeSign } from './ThemeSign.tsx';
import styles from './TopBar.module.css';

export interface TopBarProps {
  /** What belongs to the open directory. */
  readonly children?: ReactNode;
}

export function TopBar({ children }: TopBarProps) {
  const t = useStrings(texts);
  const { language, theme } = usePreferences();
  return (
    <header className={styles.bar}>
      <a className={styles.brand} href="#/" aria-label={t.home}>
        <Mark />
        Cairn
      </a>
      {children}
      <div className={styles.settings}>
        <SegmentedControl
          label={t.language}
          isLabelHidden
          value={language}
          onChange={(language) => setPreferences({ language })}
          segments={[
            { id: 'en', label: 'EN', name: 'English' },
            { id: 'zh', label: '中', name: '简体中文' },
          ]}
        />
        <SegmentedControl
          label={t.theme}
          isLabelHidden
          value={theme}
          onChange={(theme) => setPreferences({ theme })}
          segments={[
            { id: 'system', label: <ThemeSign theme="system" />, name: t.system },
            { id: 'light', label: <ThemeSign theme="light" />, name: t.light },
            { id: 'dark', label: <ThemeSign theme="dark" />, name: t.dark },
          ]}
        />
      </div>
    </header>
  );
}

/** Three stones on each other. */
function Mark() {
  return (
    <svg className={styles.mark} viewBox="0 0 16 16" aria-hidden="true">
      <ellipse cx="8" cy="13" rx="7" ry="2.4" />
      <ellipse cx="8.6" cy="8.4" rx="5" ry="1.9" />
      <ellipse cx="7.7" cy="4.3" rx="3.2" ry="1.7" />
    </svg>
  );
}
