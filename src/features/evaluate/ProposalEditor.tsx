import { specOfProposal, specText } from '#domain/model-spec.ts';
import type { Proposal, ProposedLayer } from '#domain/proposal.ts';
import { Button } from '#ui/Button.tsx';
import { useLanguage } from '#ui/language.ts';
import type { PageProps } from '#ui/page-props.ts';
import { SavingNote } from '#ui/SavingNote.tsx';
import type { SavedFile } from '#ui/saved-file.ts';
import { useStrings } from '#ui/strings.ts';
import { useSaving } from '#ui/use-saving.ts';
import styles from './EvaluatePage.module.css';
import { graphTexts } from './graph-strings.ts';
import { LayerRow } from './LayerRow.tsx';
import { editsOf, insertLayer, moveLayer } from './proposal-edits.ts';
import { texts } from './strings.ts';
import type { EvaluateView } from './view.ts';
import { assumptionWords, shapeWords } from './words.ts';

export interface ProposalEditorProps extends Pick<PageProps<EvaluateView>, 'onView'> {
  /** As it came from the state dict. */
  readonly original: Proposal;
  /** With corrections. */
  readonly proposal: Proposal;
  /** The layers fit each other. */
  readonly isGraph: boolean;
  readonly isConfirmed: boolean;
  readonly onConfirm: (isConfirmed: boolean) => void;
}

/** The layers that a state dict suggests, to be corrected and confirmed. */
export function ProposalEditor(props: ProposalEditorProps) {
  const { original, proposal, isGraph, isConfirmed, onConfirm, onView } = props;
  const t = useStrings(texts);
  const language = useLanguage();
  const g = useStrings(graphTexts);
  const saving = useSaving();
  const { layers, weights, input, assumptions } = proposal;
  // What a layer takes by its name would be lost where layers change their places.
  const isChain = layers.every(({ inputs }) => inputs === undefined);
  const family = assumptions.find(({ code }) => code === 'family');

  function change(next: readonly ProposedLayer[]): void {
    onView({ layers: editsOf(next, original), proposed: true, graph: null });
  }

  return (
    <>
      <p className={styles.quiet}>
        {weights !== '' && t.weights(weights)} {input.length > 0 && t.exampleOf(shapeWords(input))}
      </p>
      {family && <p>{assumptionWords(family, language)}</p>}
      {!isChain && <p className={styles.quiet}>{g.branches}</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <ol className={styles.layers} aria-label={t.layers} tabIndex={0}>
        {layers.map((layer, index) => (
          <LayerRow
            key={layer.name}
            layer={layer}
            isFixed={!isChain}
            isFirst={index === 0}
            isLast={index === layers.length - 1}
            onChange={(part) =>
              change(layers.map((one) => (one === layer ? { ...one, ...part } : one)))
            }
            onMove={(by) => change(moveLayer(layers, index, by))}
            onRemove={() => change(layers.filter((one) => one !== layer))}
            onInsert={(kind) => change(insertLayer(layers, index, kind))}
          />
        ))}
      </ol>
      {assumptions.length > 0 && (
        <details open>
          <summary>{t.assumed}</summary>
          <ul className={styles.assumptions}>
            {assumptions
              .filter((one) => one !== family)
              .map((assumption) => (
                <li key={JSON.stringify(assumption)}>{assumptionWords(assumption, language)}</li>
              ))}
          </ul>
        </details>
      )}
      <div className={styles.tools}>
        <Button
          look={isConfirmed ? 'plain' : 'primary'}
          isDisabled={isConfirmed}
          onPress={() => onConfirm(true)}
        >
          {isConfirmed ? `✓ ${t.confirmed}` : t.confirm}
        </Button>
        {proposal !== original && (
          <Button onPress={() => onView({ layers: null })}>{t.reset}</Button>
        )}
        <Button
          isDisabled={!isGraph}
          aria-description={g.saveWhy}
          onPress={() => saving.start(specFile(proposal))}
        >
          {g.save}
        </Button>
        <a href="schema/model-spec.schema.json" target="_blank" rel="noreferrer">
          {g.schema}
        </a>
      </div>
      <SavingNote saving={saving} />
    </>
  );
}

/** The proposal as a file that is found as the graph of the run it is put beside. */
function specFile(proposal: Proposal): SavedFile {
  const bytes = new TextEncoder().encode(specText(specOfProposal(proposal, '')));
  return {
    name: 'model-spec.json',
    size: bytes.length,
    async *pieces() {
      yield bytes;
    },
  };
}
