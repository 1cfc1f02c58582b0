import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CheckpointDetails } from '#domain/summary.ts';
import { isUsable } from '#domain/verdict.ts';
import { Button } from '#ui/Button.tsx';
import { CodeBlock } from '#ui/CodeBlock.tsx';
import { Dialog } from '#ui/Dialog.tsx';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { Loading } from '#ui/Loading.tsx';
import { useLanguage } from '#ui/language.ts';
import type { OpenedDirectory } from '#ui/page-props.ts';
import { ReadinessMarks } from '#ui/ReadinessMarks.tsx';
import { useStrings } from '#ui/strings.ts';
import { TextField } from '#ui/TextField.tsx';
import { VerdictBadge } from '#ui/VerdictBadge.tsx';
import { useVerdictReasons } from '#ui/verdict-words.ts';
import { noteWords } from './note-words.ts';
import { isAbsolute, keepPrefix, keptPrefix } from './path-prefix.ts';
import { detailsQuery } from './queries.ts';
import styles from './ResumeDialog.module.css';
import { resumeCode } from './resume-code.ts';
import { texts } from './strings.ts';

export interface ResumeDialogProps {
  /** `CheckpointRef.path` */
  readonly checkpoint: string;
  readonly directory: OpenedDirectory;
  readonly onClose: () => void;
}

/** The code that goes on from a checkpoint, with the person's own paths. */
export function ResumeDialog({ checkpoint, directory, onClose }: ResumeDialogProps) {
  const t = useStrings(texts);
  const { data, error, refetch } = useQuery(detailsQuery(directory.key, checkpoint));
  return (
    <Dialog
      title={t.title(checkpoint)}
      isOpen
      onClose={onClose}
      width="wide"
      footer={<Button onPress={onClose}>{t.close}</Button>}
    >
      {error && <ErrorNote error={error} onRetry={() => void refetch()} />}
      {!error && !data && <Loading label={t.header} />}
      {data && <Resume details={data} directory={directory} />}
    </Dialog>
  );
}

interface ResumeProps {
  readonly details: CheckpointDetails;
  readonly directory: OpenedDirectory;
}

function Resume({ details, directory }: ResumeProps) {
  const t = useStrings(texts);
  const language = useLanguage();
  const reasonsOf = useVerdictReasons();
  const [prefix, setPrefix] = useState(() => keptPrefix(directory.key));
  const { judgement, ref, readiness } = details.summary;
  const isSafeToUse = isUsable(judgement);
  const { blocks, notes } = resumeCode(details, prefix);

  function change(next: string): void {
    setPrefix(next);
    keepPrefix(directory.key, next);
  }

  return (
    <div className={styles.resume}>
      {!isSafeToUse && (
        <div role="alert" className={styles.refusal}>
          <p>
            {t.unusable} <VerdictBadge verdict={judgement.verdict} />
          </p>
          {reasonsOf(judgement, ref.path).map((reason) => (
            <p key={reason}>{reason}</p>
          ))}
        </div>
      )}
      {isSafeToUse && (
        <>
          <TextField
            label={t.prefix(directory.name)}
            description={
              prefix.trim() !== '' && !isAbsolute(prefix) ? t.prefixRelative : t.prefixWhy
            }
            placeholder={`/home/…/${directory.name}`}
            value={prefix}
            onChange={change}
            isMono
          />
          {readiness && <ReadinessMarks readiness={readiness} size="full" />}
          {blocks.map(({ title, code }) => (
            <CodeBlock key={title} title={title} code={code} />
          ))}
          {blocks.length === 0 && <p>{t.noCode}</p>}
          <ul className={styles.notes}>
            {notes.map((note) => (
              <li key={note.kind}>{noteWords(note, language)}</li>
            ))}
          </ul>
        </>
      )}
    </div>
  );
}
