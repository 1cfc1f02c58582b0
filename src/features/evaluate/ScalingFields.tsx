import { Button } from '#ui/Button.tsx';
import { Menu } from '#ui/Menu.tsx';
import { NumberField } from '#ui/NumberField.tsx';
import { useStrings } from '#ui/strings.ts';
import { TextField } from '#ui/TextField.tsx';
import { dataTexts } from './data/strings.ts';
import styles from './EvaluatePage.module.css';
import { presetOf, SCALING_PRESETS, type ScalingText, scalingFaults } from './scaling.ts';
import { texts } from './strings.ts';

export interface ScalingFieldsProps {
  readonly text: ScalingText;
  readonly onChange: (part: Partial<ScalingText>) => void;
}

/** How raw numbers become inputs: asked for, as no checkpoint says it. */
export function ScalingFields({ text, onChange }: ScalingFieldsProps) {
  const t = useStrings(texts);
  const d = useStrings(dataTexts);
  const faults = scalingFaults(text);
  const preset = presetOf(text);
  return (
    <fieldset className={styles.scaling}>
      <legend>{t.scaling}</legend>
      <p className={styles.quiet}>{t.scalingWhy}</p>
      <div className={styles.tools}>
        <Menu
          label={d.presets}
          parts={[
            SCALING_PRESETS.map(({ id, text: usual }) => ({
              id,
              label: d[`preset_${id}`],
              detail: `÷ ${usual.divide}, − ${usual.mean}, ÷ ${usual.std}`,
              onAction: () => onChange(usual),
            })),
          ]}
        >
          <Button>{`${d.presets}…`}</Button>
        </Menu>
        {preset && <span className={styles.quiet}>{d[`preset_${preset}`]}</span>}
      </div>
      <div className={styles.numbers}>
        <NumberField
          label={t.divide}
          isPlain
          value={text.divide}
          onChange={(divide) => onChange({ divide })}
          description={faults.divide && t[faults.divide]}
        />
        <TextField
          label={t.mean}
          value={text.mean}
          onChange={(mean) => onChange({ mean })}
          error={faults.mean ? t[faults.mean] : undefined}
        />
        <TextField
          label={t.std}
          value={text.std}
          onChange={(std) => onChange({ std })}
          error={faults.std ? t[faults.std] : undefined}
        />
      </div>
    </fieldset>
  );
}
