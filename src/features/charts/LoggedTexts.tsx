import { useQuery } from '@tanstack/react-query';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { Loading } from '#ui/Loading.tsx';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import styles from './AlsoLogged.module.css';
import { alsoLoggedTexts } from './also-logged-strings.ts';
import { textsQuery } from './queries.ts';

export interface LoggedTextsProps {
  readonly directory: string;
  readonly run: string;
  readonly tag: string;
}

/** Texts that are shown: the last ones. */
const SHOWN = 20;

/** What was logged as text under one tag, the last first; shown as it was written, never as markup. */
export function LoggedTexts({ directory, run, tag }: LoggedTextsProps) {
  const t = useStrings(alsoLoggedTexts);
  const { step } = useNumberFormats();
  const { data, error, refetch } = useQuery(textsQuery(directory, run, tag));
  if (error) return <ErrorNote error={error} onRetry={() => void refetch()} />;
  if (!data) return <Loading label={tag} />;
  if (data.length === 0) return <p className={styles.quiet}>{t.noTexts}</p>;
  const last = data
    .map((one, index) => ({ ...one, index }))
    .slice(-SHOWN)
    .reverse();
  return (
    <ol className={styles.texts}>
      {last.map((one) => (
        <li key={one.index}>
          <span className={styles.quiet}>{t.atStep(step(one.step))}</span>
          <pre>{one.text.split('\n').map(visibleText).join('\n')}</pre>
        </li>
      ))}
    </ol>
  );
}
