import type { Proposal, ProposedLayer } from '#domain/graph.ts';
import { Button } from '#ui/Button.tsx';
import { useLanguage } from '#ui/language.ts';
import type { PageProps } from '#ui/page-props.ts';
import { useStrings } from '#ui/strings.ts';
import styles from './EvaluatePage.module.css';
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
  readonly isConfirmed: boolean;
  readonly onConfirm: (isConfirmed: boolean) => void;
}

/** The layers that a state dict suggests, to be corrected and confirmed. */
export function ProposalEditor(props: ProposalEditorProps) {
  const { original, proposal, isConfirmed, onConfirm, onView } = props;
  const t = useStrings(texts);
  const language = useLanguage();
  const { layers, weights, input, assumptions } = proposal;

  function change(next: readonly ProposedLayer[]): void {
    onView({ layers: editsOf(next, original), proposed: true, graph: null });
  }

  return (
    <>
      <p className={styles.quiet}>
        {weights !== '' && t.weights(weights)} {input.length > 0 && t.exampleOf(shapeWords(input))}
      </p>
      <ol className={styles.layers} aria-label={t.layers}>
        {layers.map((layer, index) => (
          <LayerRow
            key={layer.name}
            layer={layer}
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
            {assumptions.map((assumption) => (
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
      </div>
    </>
  );
}
