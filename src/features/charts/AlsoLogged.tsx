import { useMemo, useState } from 'react';
import type { LoggedMedia } from '#domain/history.ts';
import type { RunDetails } from '#domain/run-details.ts';
import { Button } from '#ui/Button.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { visibleText } from '#ui/visible-text.ts';
import styles from './AlsoLogged.module.css';
import { alsoLoggedTexts } from './also-logged-strings.ts';
import { LoggedTexts } from './LoggedTexts.tsx';

export interface AlsoLoggedProps {
  /** `OpenedDirectory.key` */
  readonly directory: string;
  readonly details: readonly RunDetails[];
  /** Of runs, by `Run.path`. */
  readonly names: ReadonlyMap<string, string>;
}

interface Logged {
  readonly run: string;
  readonly media: LoggedMedia;
}

/** Rows that are shown; more are counted. */
const SHOWN = 500;

/** What was logged that is no number, listed under the charts; texts can be read. */
export function AlsoLogged({ directory, details, names }: AlsoLoggedProps) {
  const t = useStrings(alsoLoggedTexts);
  const { count } = useNumberFormats();
  const [isOpen, setOpen] = useState(false);
  const all = useMemo(
    () => details.flatMap(({ run, media }) => media.map((one): Logged => ({ run, media: one }))),
    [details],
  );
  if (all.length === 0) return null;
  return (
    <details
      className={styles.section}
      onToggle={({ currentTarget }) => setOpen(currentTarget.open)}
    >
      <summary>
        <h2>{t.title}</h2>
        <span className={styles.quiet}>{kindsOf(all, t, count)}</span>
      </summary>
      {isOpen && (
        <table className={styles.table}>
          <thead>
            <tr>
              <th scope="col">{t.name}</th>
              <th scope="col">{t.run}</th>
              <th scope="col">{t.what}</th>
              <th scope="col" className={styles.number}>
                {t.count}
              </th>
              <th scope="col" className={styles.number}>
                {t.steps}
              </th>
              <th scope="col">{t.contents}</th>
            </tr>
          </thead>
          <tbody>
            {all.slice(0, SHOWN).map((one) => (
              <Row
                key={`${one.run}\n${one.media.kind}\n${one.media.tag}`}
                {...one}
                directory={directory}
                name={names.get(one.run) ?? one.run}
              />
            ))}
          </tbody>
        </table>
      )}
      {isOpen && all.length > SHOWN && (
        <p className={styles.quiet}>{t.more(count(all.length - SHOWN))}</p>
      )}
    </details>
  );
}

function kindsOf(
  all: readonly Logged[],
  t: (typeof alsoLoggedTexts)['en'],
  count: (value: number) => string,
): string {
  const kinds = new Map<LoggedMedia['kind'], number>();
  for (const { media } of all) kinds.set(media.kind, (kinds.get(media.kind) ?? 0) + 1);
  return [...kinds].map(([kind, many]) => `${t[kind]} ${count(many)}`).join(' · ');
}

interface RowProps extends Logged {
  readonly directory: string;
  readonly name: string;
}

function Row({ directory, run, name, media }: RowProps) {
  const t = useStrings(alsoLoggedTexts);
  const { count, step } = useNumberFormats();
  const [isRead, setRead] = useState(false);
  const { tag, kind, first, last } = media;
  return (
    <>
      <tr>
        <th scope="row">{visibleText(tag)}</th>
        <td title={run}>{name}</td>
        <td>{t[kind]}</td>
        <td className={styles.number}>{count(media.count)}</td>
        <td className={styles.number}>
          {first === last ? step(first) : `${step(first)} – ${step(last)}`}
        </td>
        <td>
          {kind === 'text' ? (
            <Button
              look="quiet"
              aria-expanded={isRead}
              aria-label={t.readNamed(tag)}
              onPress={() => setRead(!isRead)}
            >
              {isRead ? t.putAway : t.read}
            </Button>
          ) : (
            <span className={styles.quiet}>{t.listedOnly}</span>
          )}
        </td>
      </tr>
      {isRead && (
        <tr>
          <td colSpan={6}>
            <LoggedTexts directory={directory} run={run} tag={tag} />
          </td>
        </tr>
      )}
    </>
  );
}
