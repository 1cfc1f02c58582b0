import type { CheckpointDetails } from '#domain/summary.ts';
import { isUsable } from '#domain/verdict.ts';
import { Button } from '#ui/Button.tsx';
import { EmptyState } from '#ui/EmptyState.tsx';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { Loading } from '#ui/Loading.tsx';
import { MetadataTree } from '#ui/MetadataTree.tsx';
import { Panel } from '#ui/Panel.tsx';
import { Progress } from '#ui/Progress.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { useStrings } from '#ui/strings.ts';
import { VerdictBadge } from '#ui/VerdictBadge.tsx';
import styles from './CheckpointPage.module.css';
import { Overview } from './Overview.tsx';
import { PickleGlobals } from './PickleGlobals.tsx';
import { texts } from './strings.ts';
import { TensorsPanel } from './TensorsPanel.tsx';
import { useDetails } from './use-details.ts';
import { useVerification } from './use-verification.ts';
import type { CheckpointView } from './view.ts';

/** Everything about one checkpoint. */
export function CheckpointPage(props: PageProps<CheckpointView>) {
  const { view, hrefs } = props;
  const t = useStrings(texts);
  const details = useDetails(props);
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
      <Title {...props} details={details.data} />
      {details.error && <ErrorNote error={details.error} onRetry={() => void details.refetch()} />}
      {details.isPending && <Loading label={t.header} />}
      {details.data && (
        <>
          <div className={styles.facts}>
            <Panel title={t.overview}>
              <Overview details={details.data} />
            </Panel>
            <div className={styles.column}>
              {details.data.globals.length > 0 && (
                <Panel title={t.pickle}>
                  <PickleGlobals globals={details.data.globals} />
                </Panel>
              )}
              <Panel title={t.metadata}>
                <MetadataTree metadata={details.data.metadata} />
              </Panel>
            </div>
          </div>
          <TensorsPanel {...props} tensors={details.data.tensors} />
        </>
      )}
    </div>
  );
}

interface TitleProps extends PageProps<CheckpointView> {
  readonly details: CheckpointDetails | undefined;
}

function Title({ view, onView, hrefs, directory, details }: TitleProps) {
  const t = useStrings(texts);
  const { bytes } = useNumberFormats();
  const verification = useVerification(directory.key, view.path);
  const judgement = details?.summary.judgement;
  const { running } = verification;
  return (
    <>
      <header className={styles.title}>
        <h1>{view.path}</h1>
        {judgement && <VerdictBadge verdict={judgement.verdict} />}
        {judgement && isUsable(judgement) && (
          <span className={styles.actions}>
            <Button look="primary" onPress={() => onView({ resume: view.path })}>
              {t.resume}
            </Button>
            <a href={hrefs.evaluate([view.path])}>{t.evaluate}</a>
            {judgement.verifiable && judgement.verdict === 'unverified' && (
              <Button isDisabled={running !== null} onPress={verification.start}>
                {t.verify}
              </Button>
            )}
          </span>
        )}
      </header>
      {running && (
        <Progress
          label={t.verifying}
          value={running.bytes}
          total={running.total || null}
          detail={t.of(bytes(running.bytes), bytes(running.total))}
          onCancel={verification.cancel}
        />
      )}
      {verification.error !== null && <ErrorNote error={verification.error} />}
    </>
  );
}
