import type { Graph } from '#domain/graph.ts';
import { ErrorNote } from '#ui/ErrorNote.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { Loading } from '#ui/Loading.tsx';
import { useLanguage } from '#ui/language.ts';
import { Panel } from '#ui/Panel.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import styles from './EvaluatePage.module.css';
import { ProposalEditor } from './ProposalEditor.tsx';
import { texts } from './strings.ts';
import { type ChosenGraph, isOwn } from './use-graph-choice.ts';
import type { EvaluateView } from './view.ts';
import { WeightsReport } from './WeightsReport.tsx';
import { graphNoteWords, shapeWords } from './words.ts';

export interface GraphPanelProps extends PageProps<EvaluateView> {
  readonly chosen: ChosenGraph;
  /** The first checkpoint that is chosen. */
  readonly checkpoint: string | undefined;
  readonly isConfirmed: boolean;
  readonly onConfirm: (isConfirmed: boolean) => void;
}

/** Instead of the path of a file. */
const PROPOSED = '\0proposed';

/** Which network the weights are put into. */
export function GraphPanel(props: GraphPanelProps) {
  const { chosen, checkpoint, scan, onView } = props;
  const t = useStrings(texts);
  const { choice, files, proposal, graph, error, isReading } = chosen;
  const value = choice?.kind === 'file' ? choice.path : proposal ? PROPOSED : null;
  const options = [
    ...files.map((path) => ({
      id: path,
      label: path,
      detail: isOwn(path, checkpoint ?? '', scan.runs) ? t.ofRun : t.elsewhere,
    })),
    ...(checkpoint === undefined
      ? []
      : [{ id: PROPOSED, label: t.proposed, detail: t.proposedWhy }]),
  ];
  return (
    <Panel title={t.network}>
      <div className={styles.fields}>
        <Select
          label={t.graph}
          value={value}
          options={options}
          onChange={(id) =>
            onView(
              id === PROPOSED
                ? { proposed: true, graph: null, signature: null }
                : { proposed: false, graph: id, layers: null, signature: null },
            )
          }
          isDisabled={options.length === 0}
        />
        {checkpoint === undefined && choice === null && (
          <p className={styles.quiet}>{t.chooseFirst}</p>
        )}
        {isReading && <Loading label={choice === null ? t.searching : t.reading} />}
        {error !== null && <ErrorNote error={error} onRetry={chosen.retry} />}
        {graph?.signatures && graph.signatures.length > 1 && (
          <Signature {...props} signatures={graph.signatures} />
        )}
        {graph && <GraphFacts graph={graph} isFile={choice?.kind === 'file'} />}
        {graph && choice && checkpoint !== undefined && (
          <WeightsReport {...props} checkpoint={checkpoint} graph={choice} />
        )}
        {proposal && choice?.kind === 'proposal' && (
          <ProposalEditor
            {...props}
            isGraph={graph !== undefined}
            original={proposal}
            proposal={choice.proposal}
          />
        )}
      </div>
    </Panel>
  );
}

interface SignatureProps extends Pick<GraphPanelProps, 'view' | 'onView'> {
  /** The one that is read first. */
  readonly signatures: readonly string[];
}

/** Which of the networks in one file. */
function Signature({ view, onView, signatures }: SignatureProps) {
  const t = useStrings(texts);
  return (
    <Select
      label={t.signature}
      value={view.signature ?? signatures[0] ?? null}
      options={[...signatures].sort().map((id) => ({ id, label: id }))}
      onChange={(signature) => onView({ signature })}
    />
  );
}

function GraphFacts({ graph, isFile }: { graph: Graph; isFile: boolean }) {
  const t = useStrings(texts);
  const language = useLanguage();
  const { count } = useNumberFormats();
  const inputs = graph.inputs.map(({ name, shape }) => `${name} [${shapeWords(shape)}]`);
  const outputs = graph.outputs.map(({ name, means }) => `${name} (${t[means]})`);
  return (
    <div className={styles.quiet}>
      <p>
        {isFile && `${graph.title}. `}
        {t.takes(inputs.join(', '))} {t.gives(outputs.join(', '))}{' '}
        {t.holds(count(graph.parameters.size), count(graph.nodes.length))}
      </p>
      {graph.notes.map((note) => (
        <p key={JSON.stringify(note)}>{graphNoteWords(note, language)}</p>
      ))}
    </div>
  );
}
