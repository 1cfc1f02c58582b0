import styles from './RunName.module.css';
import { RunSwatch } from './RunSwatch.tsx';
import { NO_MARK, type RunMark } from './run-marks.ts';
import { defineStrings, useStrings } from './strings.ts';

export interface RunNameProps {
  /** `Run.path` */
  readonly path: string;
  /** Of all runs in the directory. */
  readonly marks: ReadonlyMap<string, RunMark>;
  /** Shown instead of the path, which is then told on hovering. */
  readonly short?: string | undefined;
}

const texts = defineStrings({
  en: { root: '(the directory itself)' },
  zh: { root: '（目录本身）' },
});

/** A run by its path, with the mark it has in the charts. */
export function RunName({ path, marks, short }: RunNameProps) {
  const t = useStrings(texts);
  return (
    <span className={styles.run}>
      <RunSwatch mark={marks.get(path) ?? NO_MARK} />
      <span className={styles.path} title={short === undefined ? undefined : path}>
        {path === '' ? t.root : (short ?? path)}
      </span>
    </span>
  );
}
