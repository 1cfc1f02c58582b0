import type { Defect } from '#domain/problem.ts';
import type { CheckpointSummary } from '#domain/summary.ts';
import { Button } from '#ui/Button.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useLanguage } from '#ui/language.ts';
import { Panel } from '#ui/Panel.tsx';
import { ProblemNote } from '#ui/ProblemNote.tsx';
import { Progress } from '#ui/Progress.tsx';
import { useStrings } from '#ui/strings.ts';
import { VerdictBadge } from '#ui/VerdictBadge.tsx';
import { useVerdictReasons } from '#ui/verdict-words.ts';
import styles from './CheckpointPage.module.css';
import { frameworkSays } from './framework-says.ts';
import type { Verification } from './use-verification.ts';
import { verdictStrings } from './verdict-strings.ts';

export interface VerdictPanelProps {
  readonly summary: CheckpointSummary;
  readonly verification: Verification;
  /** Shows a tensor; `null` when its header could not be read. */
  readonly onTensor: ((name: string) => void) | null;
  /** Reads it again, as it is now. */
  readonly onReadAgain: () => void;
}

/** Whether a checkpoint can be relied on: by its headers, by its contents, and what speaks against it. */
export function VerdictPanel(props: VerdictPanelProps) {
  const { summary, onTensor, onReadAgain } = props;
  const { judgement, format } = summary;
  const { verdict, defects } = judgement;
  const t = useStrings(verdictStrings);
  const canReadAgain = verdict === 'replaced' || verdict === 'gone' || verdict === 'being-written';
  return (
    <Panel title={t.verdict} actions={<VerdictBadge verdict={verdict} />}>
      <dl className={styles.list}>
        <dt>{t.structure}</dt>
        <dd>
          <Structure summary={summary} />
        </dd>
        <dt>{t.contents}</dt>
        <dd>
          <Contents {...props} />
        </dd>
      </dl>
      {verdict === 'unsafe' && <p className={styles.caution}>{t.unsafe}</p>}
      <ul className={styles.defects}>
        {defects.slice(0, LISTED).map((defect) => (
          <li key={JSON.stringify(defect)}>
            <DefectNote defect={defect} format={format} onTensor={onTensor} />
          </li>
        ))}
      </ul>
      {defects.length > LISTED && <p>{t.more(defects.length - LISTED)}</p>}
      {canReadAgain && <Button onPress={onReadAgain}>{t.readAgain}</Button>}
    </Panel>
  );
}

/** A file that is damaged all over has as many defects as tensors. */
const LISTED = 20;

/** The first tier: what the headers show, at once. */
function Structure({ summary: { judgement, format } }: { summary: CheckpointSummary }) {
  const t = useStrings(verdictStrings);
  switch (judgement.verdict) {
    case 'sound':
    case 'unverified':
      return <>✓ {t.complete}</>;
    case 'being-written':
      return <>… {t.beingWritten}</>;
    case 'replaced':
      return <>⇄ {t.replaced}</>;
    case 'unread':
      return <>– {t.unread}</>;
    case 'gone':
      return <>∅ {t.gone}</>;
    case 'corrupt':
    case 'incomplete':
    case 'unsafe':
      return format !== null &&
        judgement.defects.every(({ problem }) => problem.kind === 'corrupt') ? (
        <>✓ {t.complete}</>
      ) : (
        <span className={styles.caution}>✕ {t.notWhole(judgement.defects.length)}</span>
      );
  }
}

/** The second tier: checksums, when they are asked for or as small files are read. */
function Contents({ summary: { judgement, ref }, verification }: VerdictPanelProps) {
  const t = useStrings(verdictStrings);
  const { bytes } = useNumberFormats();
  const reasonsOf = useVerdictReasons();
  const { running, start, cancel, wasCancelled, rate } = verification;
  if (running) {
    return (
      <Progress
        label={t.comparing}
        value={running.bytes}
        total={running.total || null}
        detail={t.of(bytes(running.bytes), bytes(running.total))}
        onCancel={cancel}
      />
    );
  }
  const corrupt = judgement.defects.filter(({ problem }) => problem.kind === 'corrupt').length;
  return (
    <>
      {judgement.verdict === 'sound' && <>✓ {t.matches}</>}
      {corrupt > 0 && <span className={styles.danger}>✕ {t.differs(corrupt)}</span>}
      {judgement.verifiable && judgement.verdict !== 'sound' && (
        <>
          {corrupt === 0 && t.notCompared} <Button onPress={start}>{t.verify}</Button>
        </>
      )}
      {judgement.verdict === 'unverified' && !judgement.verifiable && (
        <>○ {reasonsOf(judgement, ref.path).join(' ')}</>
      )}
      {!judgement.verifiable && corrupt === 0 && !isWhole(judgement.verdict) && (
        <>– {t.notReached}</>
      )}
      {wasCancelled && <p role="status">{t.cancelled}</p>}
      {rate !== null && <span className={styles.quiet}> {t.rate(bytes(rate))}</span>}
    </>
  );
}

function isWhole(verdict: CheckpointSummary['judgement']['verdict']): boolean {
  return verdict === 'sound' || verdict === 'unverified';
}

interface DefectNoteProps {
  readonly defect: Defect;
  readonly format: string | null;
  readonly onTensor: VerdictPanelProps['onTensor'];
}

function DefectNote({ defect, format, onTensor }: DefectNoteProps) {
  const t = useStrings(verdictStrings);
  const says = frameworkSays(format, defect, useLanguage());
  const { tensor } = defect.place;
  return (
    <>
      <ProblemNote defect={defect} />
      {says !== null && (
        <p className={styles.says}>
          <strong>{t.framework}</strong> {says}
        </p>
      )}
      {tensor !== undefined && onTensor && (
        <Button look="quiet" onPress={() => onTensor(tensor)}>
          {t.show(tensor)}
        </Button>
      )}
    </>
  );
}
