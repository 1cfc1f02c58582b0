import { NumberField } from '#ui/NumberField.tsx';
import { useStrings } from '#ui/strings.ts';
import { TextField } from '#ui/TextField.tsx';
import styles from './EvaluatePage.module.css';
import { type ScalingText, scalingFaults } from './scaling.ts';
import { texts } from './strings.ts';

export interface ScalingFieldsProps {
  readonly text: ScalingText;
  readonly onChange: (part: Partial<ScalingText>) => void;
}

/** How raw numbers become inputs: asked for, as no checkpoint says it. */
export function ScalingFields({ text, onChange }: ScalingFieldsProps) {
  const t = useStrings(texts);
  const faults = scalingFaults(text);
  return (
    <fieldset className={styles.scaling}>
      <legend>{t.scaling}</legend>
      <p className={styles.quiet}>{t.scalingWhy}</p>
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
