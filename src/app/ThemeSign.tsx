import type { Theme } from './preferences.ts';
import styles from './TopBar.module.css';

export interface ThemeSignProps {
  readonly theme: Theme;
}

const SHAPES = {
  system: 'M8 2.5a5.5 5.5 0 1 0 0 11zm0 0a5.5 5.5 0 0 1 0 11',
  light:
    'M8 5a3 3 0 1 0 0 6 3 3 0 0 0 0-6zM8 .8v1.7M8 13.5v1.7M.8 8h1.7M13.5 8h1.7M2.9 2.9l1.2 1.2M11.9 11.9l1.2 1.2M2.9 13.1l1.2-1.2M11.9 4.1l1.2-1.2',
  dark: 'M13.5 9.7A5.8 5.8 0 0 1 6.3 2.5a5.8 5.8 0 1 0 7.2 7.2z',
};

/** A half disc, a sun or a moon. */
export function ThemeSign({ theme }: ThemeSignProps) {
  return (
    <svg className={styles.sign} viewBox="0 0 16 16" aria-hidden="true">
      <path d={SHAPES[theme]} />
      {theme === 'system' && <path className={styles.half} d="M8 2.5a5.5 5.5 0 1 0 0 11z" />}
    </svg>
  );
}
