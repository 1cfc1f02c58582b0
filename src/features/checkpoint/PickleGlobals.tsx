import type { PickleGlobal } from '#domain/summary.ts';
import { classNames } from '#ui/class-names.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './CheckpointPage.module.css';
import { texts } from './strings.ts';

export interface PickleGlobalsProps {
  readonly globals: readonly PickleGlobal[];
}

/** What loading a pickle would import, and what `torch.load` says to that. Nothing was imported here. */
export function PickleGlobals({ globals }: PickleGlobalsProps) {
  const t = useStrings(texts);
  const refused = globals.filter(({ allowed }) => !allowed).length;
  return (
    <>
      <p className={classNames(refused > 0 && styles.caution)}>
        {refused > 0 ? t.loadsNot(refused) : t.loads}
      </p>
      <details open={refused > 0}>
        <summary>{t.globals}</summary>
        <ul className={styles.plain}>
          {globals.map(({ name, allowed }) => (
            <li key={name}>
              <code>{name}</code>{' '}
              <span className={allowed ? styles.quiet : styles.caution}>
                {allowed ? t.allowed : t.refused}
              </span>
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}
