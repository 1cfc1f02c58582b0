import type { ProposedLayer } from '#domain/proposal.ts';
import { Button } from '#ui/Button.tsx';
import { NumberField } from '#ui/NumberField.tsx';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import styles from './EvaluatePage.module.css';
import { graphTexts } from './graph-strings.ts';
import { ACTIVATIONS, INSERTED_KINDS, type InsertedKind } from './proposal-edits.ts';
import { texts } from './strings.ts';
import { layerWords } from './words.ts';

export interface LayerRowProps {
  readonly layer: ProposedLayer;
  /** It stays where it is: other layers take it by its name. */
  readonly isFixed: boolean;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onChange: (part: Partial<ProposedLayer>) => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
  readonly onInsert: (kind: InsertedKind) => void;
}

/** One layer: what the file shows, and what can be corrected. */
export function LayerRow(props: LayerRowProps) {
  const { layer, isFixed } = props;
  const t = useStrings(texts);
  const g = useStrings(graphTexts);
  const { name, kind } = layer;
  return (
    <li className={styles.layer}>
      <span className={styles.layerName}>
        <code>{name}</code>{' '}
        <span className={styles.quiet}>
          {t[`kind_${kind}`]} {layerWords(layer)}
          {layer.inputs && ` ${takenWords(kind, layer.inputs.join(', '), g.takes)}`}
        </span>
      </span>
      <Settings {...props} />
      {!isFixed && <LayerTools {...props} />}
    </li>
  );
}

function LayerTools({ layer, isFirst, isLast, onMove, onRemove, onInsert }: LayerRowProps) {
  const t = useStrings(texts);
  const { name, shapes } = layer;
  return (
    <span className={styles.layerTools}>
      <Button
        look="quiet"
        isSquare
        isDisabled={isFirst}
        aria-label={t.up(name)}
        onPress={() => onMove(-1)}
      >
        ↑
      </Button>
      <Button
        look="quiet"
        isSquare
        isDisabled={isLast}
        aria-label={t.down(name)}
        onPress={() => onMove(1)}
      >
        ↓
      </Button>
      {shapes.length === 0 && (
        <Button look="quiet" isSquare aria-label={t.remove(name)} onPress={onRemove}>
          ×
        </Button>
      )}
      <Select
        label={t.insert(name)}
        isLabelHidden
        placeholder={t.put}
        value={null}
        options={INSERTED_KINDS.map((id) => ({ id, label: t[`kind_${id}`] }))}
        onChange={onInsert}
      />
    </span>
  );
}

const SIZES = ['size', 'strides', 'padding'] as const;

function Settings({ layer, onChange }: LayerRowProps) {
  const t = useStrings(texts);
  const { name } = layer;
  return (
    <span className={styles.settings}>
      {layer.activation !== undefined && (
        <Select
          label={t.activation(name)}
          isLabelHidden
          value={layer.activation}
          options={activationsWith(layer.activation).map((id) => ({
            id,
            label: id === 'none' ? t.noActivation : id,
          }))}
          onChange={(activation) => onChange({ activation })}
        />
      )}
      {SIZES.map((key) => {
        const sizes = layer[key];
        return (
          sizes !== undefined && (
            <span key={key} className={styles.setting}>
              <span className={styles.quiet}>{t[`${key}Short`]}</span>
              <NumberField
                label={t[key](name)}
                isLabelHidden
                min={key === 'padding' ? 0 : 1}
                value={sizes[0] ?? 0}
                onChange={(size) =>
                  Number.isInteger(size) && onChange({ [key]: sizes.map(() => size) })
                }
              />
            </span>
          )
        );
      })}
      {layer.epsilon !== undefined && (
        <span className={styles.setting}>
          <span className={styles.quiet}>{t.epsilonShort}</span>
          <NumberField
            label={t.epsilon(name)}
            isLabelHidden
            min={0}
            value={layer.epsilon}
            onChange={(epsilon) => Number.isFinite(epsilon) && onChange({ epsilon })}
          />
        </span>
      )}
    </span>
  );
}

type Activation = NonNullable<ProposedLayer['activation']>;

function activationsWith(own: Activation): readonly Activation[] {
  const known: readonly Activation[] = ACTIVATIONS;
  return known.includes(own) ? known : [...known, own];
}

/** `Sum of` and `Channels of` go on with the names alone. */
function takenWords(
  kind: ProposedLayer['kind'],
  names: string,
  takes: (names: string) => string,
): string {
  return kind === 'add' || kind === 'concat' ? names : takes(names);
}
