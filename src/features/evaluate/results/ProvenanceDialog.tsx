import type { Evaluation, FileVersion, Provenance } from '#domain/evaluation.ts';
import { dataTexts } from '#features/evaluate/data/strings.ts';
import { resultTexts } from '#features/evaluate/result-strings.ts';
import { differenceWords } from '#features/evaluate/result-words.ts';
import { texts } from '#features/evaluate/strings.ts';
import { Dialog } from '#ui/Dialog.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useStrings } from '#ui/strings.ts';
import { preparationWords } from './preparation-words.ts';
import styles from './Results.module.css';
import { detailTexts } from './strings.ts';

export interface ProvenanceDialogProps {
  /** `null`: it is closed. */
  readonly evaluation: Evaluation | null;
  readonly onClose: () => void;
}

/** Everything that the scores of one checkpoint depend on. */
export function ProvenanceDialog({ evaluation, onClose }: ProvenanceDialogProps) {
  const t = useStrings(detailTexts);
  return (
    <Dialog
      title={t.provenanceOf(evaluation?.checkpoint ?? '')}
      isOpen={evaluation !== null}
      onClose={onClose}
    >
      {evaluation?.provenance && (
        <div className={styles.part}>
          <Facts evaluation={evaluation} provenance={evaluation.provenance} />
          <details>
            <summary>{t.copy}</summary>
            {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
            <pre className={styles.json} tabIndex={0}>
              {JSON.stringify(evaluation.provenance, null, 2)}
            </pre>
          </details>
        </div>
      )}
    </Dialog>
  );
}

interface FactsProps {
  readonly evaluation: Evaluation;
  readonly provenance: Provenance;
}

function Facts({ evaluation: { checkpoint, parity }, provenance }: FactsProps) {
  const t = useStrings(detailTexts);
  const r = useStrings(resultTexts);
  const names = useStrings(texts);
  const d = useStrings(dataTexts);
  const { count, date } = useNumberFormats();
  const { graph, checkpoints, dataset, plan, batch, backend, device, cairn } = provenance;
  const average = plan.virtual?.[checkpoint];
  const used = [...plan.inputs, ...(plan.label ? [plan.label] : []), ...(plan.targets ?? [])];
  const facts: readonly (readonly [string, React.ReactNode])[] = [
    [t.graphFile, graph ? <Files key="graph" files={[graph]} /> : t.proposal],
    [
      t.checkpointFiles,
      <div key="checkpoints">
        {average?.kind === 'mean' && t.average_mean(count(average.of.length))}
        {average?.kind === 'ema' && t.average_ema(count(average.of.length), String(average.decay))}
        <Files files={checkpoints} />
      </div>,
    ],
    [t.dataFile, <Files key="dataset" files={[dataset]} />],
    [t.task, d[plan.task ?? 'multi-class']],
    [t.columns, used.filter(Boolean).join(', ')],
    [t.preparation, preparationWords(plan, { t, d })],
    [t.batch, count(batch)],
    [t.backend, names[backend]],
    [t.adapter, device],
    [
      t.parity,
      parity
        ? r.agrees(
            names[parity.backend],
            differenceWords(parity.difference),
            count(parity.examples),
          )
        : r.noParity,
    ],
    [t.cairn, cairn],
    [t.date, date(provenance.date)],
  ];
  return (
    <dl className={styles.facts}>
      {facts.map(([name, value]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Files({ files }: { readonly files: readonly FileVersion[] }) {
  const t = useStrings(detailTexts);
  return files.map(({ path, version }) => (
    <div key={path}>
      <code>{path}</code>
      <div className={styles.note}>
        {t.version} <code>{version}</code>
      </div>
    </div>
  ));
}
