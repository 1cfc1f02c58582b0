import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useId } from 'react';
import { Button } from '#ui/Button.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { forgetSource } from '#workers/sources.ts';
import { recentsQuery } from './queries.ts';
import styles from './StartPage.module.css';
import { texts } from './strings.ts';

export interface RecentListProps {
  readonly onReopen: (key: string) => void;
}

/** Directories that were opened before, each one click away. */
export function RecentList({ onReopen }: RecentListProps) {
  const t = useStrings(texts);
  const { age } = useNumberFormats();
  const id = useId();
  const client = useQueryClient();
  const { data: recents = [] } = useQuery(recentsQuery);
  if (recents.length === 0) return null;

  const remove = async (key: string) => {
    await forgetSource(key);
    await client.invalidateQueries(recentsQuery);
  };
  return (
    <section aria-labelledby={id}>
      <h2 id={id} className={styles.heading}>
        {t.recent}
      </h2>
      <ul className={styles.recents}>
        {recents.map(({ key, name, opened }) => (
          <li key={key} className={styles.recent}>
            <Button look="quiet" aria-label={t.reopen(name)} onPress={() => onReopen(key)}>
              <span className={styles.name}>{name}</span>
              <span className={styles.when}>{t.opened(age(opened, Date.now()))}</span>
            </Button>
            <Button
              look="quiet"
              isSquare
              aria-label={t.remove(name)}
              onPress={() => void remove(key)}
            >
              ×
            </Button>
          </li>
        ))}
      </ul>
    </section>
  );
}
