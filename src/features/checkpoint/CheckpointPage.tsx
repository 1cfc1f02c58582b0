import { useState } from 'react';
import type { CheckpointDetails, CheckpointSummary } from '#domain/summary.ts';
import { isUsable } from '#domain/verdict.ts';
import { Button } from '#ui/Button.tsx';
import { EmptyState } from '#ui/EmptyState.tsx';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { Loading } from '#ui/Loading.tsx';
import { MetadataTree } from '#ui/MetadataTree.tsx';
import { Panel } from '#ui/Panel.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { useStrings } from '#ui/strings.ts';
import { VerdictBadge } from '#ui/VerdictBadge.tsx';
import styles from './CheckpointPage.module.css';
import { Overview } from './Overview.tsx';
import { PickleGlobals } from './PickleGlobals.tsx';
import type { CheckpointPlace } from './queries.ts';
import { SaveDialog } from './SaveDialog.tsx';
import { saveStrings } from './save-strings.ts';
import { texts } from './strings.ts';
import { TensorsPanel } from './TensorsPanel.tsx';
import { type Details, useDetails } from './use-details.ts';
import { useVerification } from './use-verification.ts';
import { VerdictPanel } from './VerdictPanel.tsx';
import type { CheckpointView } from './view.ts';

/** Everything about one checkpoint. */
export function CheckpointPage(props: PageProps<CheckpointView>) {
  const { view, hrefs } = props;
  const t = useStrings(texts);
  const known = useDetails(props);
  if (view.path === '') {
    return (
      <EmptyState title={t.none}>
        <a href={hrefs.checkpoints()}>{t.noneWhy}</a>
      </EmptyState>
    );
  }
  return (
    <div className={styles.page}>
      <p>
        <a href={hrefs.checkpoints()}>← {t.back}</a>
      </p>
      <Title {...props} known={known} />
      {known.error !== null && <ErrorNote error={known.error} onRetry={known.readAgain} />}
      {!known.summary && known.error === null && <Loading label={t.header} />}
      {known.summary && <Facts key={view.path} {...props} summary={known.summary} known={known} />}
      {known.summary && known.isPending && <Loading label={t.header} />}
      {known.details && (
        <TensorsPanel
          {...props}
          tensors={known.details.tensors}
          place={placeOf(props, known.details)}
        />
      )}
    </div>
  );
}

function placeOf(
  { directory, view }: PageProps<CheckpointView>,
  { version }: CheckpointDetails,
): CheckpointPlace {
  return { directory: directory.key, checkpoint: view.path, version };
}

interface FactsProps extends PageProps<CheckpointView> {
  readonly summary: CheckpointSummary;
  readonly known: Details;
}

/** What there is to say of it besides its tensors. */
function Facts({ summary, known: { details, readAgain }, view, onView, directory }: FactsProps) {
  const t = useStrings(texts);
  const verification = useVerification(directory.key, view.path);
  return (
    <div className={styles.facts}>
      <div className={styles.column}>
        <Panel title={t.overview}>
          <Overview summary={summary} details={details} />
        </Panel>
      </div>
      <div className={styles.column}>
        <VerdictPanel
          summary={summary}
          verification={verification}
          onTensor={details ? (tensor) => onView({ tensor }) : null}
          onReadAgain={readAgain}
        />
        {verification.error !== null && <ErrorNote error={verification.error} />}
        {details && details.globals.length > 0 && (
          <Panel title={t.pickle}>
            <PickleGlobals details={details} />
          </Panel>
        )}
        {details && (
          <Panel title={t.metadata}>
            <MetadataTree metadata={details.metadata} />
          </Panel>
        )}
      </div>
    </div>
  );
}

interface TitleProps extends PageProps<CheckpointView> {
  readonly known: Details;
}

function Title({ known: { summary, details }, ...props }: TitleProps) {
  const { view, onView, hrefs } = props;
  const t = useStrings(texts);
  const words = useStrings(saveStrings);
  const [isSaving, setSaving] = useState(false);
  const judgement = summary?.judgement;
  return (
    <header className={styles.title}>
      <h1>{view.path}</h1>
      {judgement && <VerdictBadge verdict={judgement.verdict} />}
      <span className={styles.actions}>
        {judgement && isUsable(judgement) && (
          <>
            <Button look="primary" onPress={() => onView({ resume: view.path })}>
              {t.resume}
            </Button>
            <a href={hrefs.evaluate([view.path])}>{t.evaluate}</a>
          </>
        )}
        {details && details.tensors.length > 0 && (
          <>
            <Button onPress={() => setSaving(true)}>{words.open}</Button>
            <SaveDialog
              details={details}
              place={placeOf(props, details)}
              isOpen={isSaving}
              onClose={() => setSaving(false)}
            />
          </>
        )}
      </span>
    </header>
  );
}
