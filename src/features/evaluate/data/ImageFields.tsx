import { useState } from 'react';
import type { ImagePreparation } from '#domain/dataset.ts';
import page from '#features/evaluate/EvaluatePage.module.css';
import { shapeWords } from '#features/evaluate/words.ts';
import { Button } from '#ui/Button.tsx';
import { SegmentedControl } from '#ui/SegmentedControl.tsx';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import { TextField } from '#ui/TextField.tsx';
import { parseSides, type Sides, sidesText } from './sides.ts';
import { dataTexts } from './strings.ts';

export interface ImageFieldsProps {
  readonly image: ImagePreparation;
  /** What the graph's sizes ask for; `null`: nothing more. */
  readonly needed: ImagePreparation | null;
  readonly onChange: (image: ImagePreparation) => void;
}

const INTERPOLATIONS = ['bilinear-antialias', 'bicubic-antialias', 'bilinear', 'nearest'] as const;

/** What is done to every image before it is scaled. */
export function ImageFields({ image, needed, onChange }: ImageFieldsProps) {
  const t = useStrings(dataTexts);
  const change = (part: Partial<ImagePreparation>) => onChange({ ...image, ...part });
  return (
    <fieldset className={page.scaling}>
      <legend>{t.images}</legend>
      <p className={page.quiet}>{t.imagesWhy}</p>
      {needed && <Needed needed={needed} image={image} onChange={onChange} />}
      <div className={page.row}>
        <SidesField
          label={t.resize}
          why={t.sizeWhy}
          value={image.resize}
          onChange={(resize) => change({ resize })}
        />
        <SidesField
          label={t.crop}
          why={t.cropWhy}
          value={image.crop}
          onChange={(crop) => change({ crop: typeof crop === 'number' ? [crop, crop] : crop })}
        />
        <Select
          label={t.interpolation}
          value={image.interpolation}
          options={INTERPOLATIONS.map((id) => ({ id, label: t[id] }))}
          onChange={(interpolation) => change({ interpolation })}
          isDisabled={image.resize === null}
        />
      </div>
      <div className={page.tools}>
        <SegmentedControl
          label={t.channels}
          value={String(image.channels ?? 0) as '0' | '1' | '3'}
          segments={[
            { id: '0', label: t.asIs },
            { id: '1', label: t.grey },
            { id: '3', label: t.colour },
          ]}
          onChange={(id) => change({ channels: id === '0' ? null : (Number(id) as 1 | 3) })}
        />
        <SegmentedControl
          label={t.order}
          value={image.order}
          segments={[
            { id: 'rgb', label: 'RGB' },
            { id: 'bgr', label: 'BGR' },
          ]}
          onChange={(order) => change({ order })}
        />
      </div>
    </fieldset>
  );
}

interface NeededProps {
  readonly needed: ImagePreparation;
  readonly image: ImagePreparation;
  readonly onChange: (image: ImagePreparation) => void;
}

/** What the graph says of its images, until it is done. */
function Needed({ needed, image, onChange }: NeededProps) {
  const t = useStrings(dataTexts);
  const isDone =
    (needed.resize === null || image.resize !== null || image.crop !== null) &&
    (needed.channels === null || image.channels === needed.channels);
  if (isDone) return null;
  const size = Array.isArray(needed.resize) ? (needed.resize as readonly number[]) : [];
  return (
    <div className={page.tools}>
      <span>{t.needed(shapeWords([...size, ...(needed.channels ? [needed.channels] : [])]))}</span>
      <Button
        onPress={() =>
          onChange({
            ...image,
            resize: image.resize ?? needed.resize,
            channels: needed.channels ?? image.channels,
          })
        }
      >
        {t.useNeeded}
      </Button>
    </div>
  );
}

interface SidesFieldProps {
  readonly label: string;
  readonly why: string;
  readonly value: Sides;
  readonly onChange: (sides: Sides) => void;
}

function SidesField({ label, why, value, onChange }: SidesFieldProps) {
  const t = useStrings(dataTexts);
  const own = sidesText(value);
  // What is being typed need not be a size yet.
  const [typed, setTyped] = useState<string | null>(null);
  const isTyped = typed !== null && sidesText(parseSides(typed) ?? null) === own;
  const text = typed !== null && (isTyped || parseSides(typed) === undefined) ? typed : own;
  return (
    <TextField
      label={label}
      value={text}
      placeholder={t.sizeHint}
      description={why}
      error={parseSides(text) === undefined ? t.sizeError : undefined}
      onChange={(next) => {
        setTyped(next);
        const sides = parseSides(next);
        if (sides !== undefined) onChange(sides);
      }}
    />
  );
}
