import { type Scaling, UNSCALED } from '#domain/dataset.ts';

/** Input scaling as a person types it. */
export interface ScalingText {
  readonly divide: number;
  readonly mean: string;
  readonly std: string;
}

export const UNSCALED_TEXT: ScalingText = { divide: 1, mean: '0', std: '1' };

/** What is wrong with each field; `null`: nothing. */
export interface ScalingFaults {
  readonly divide: 'zero' | null;
  readonly mean: 'not-numbers' | null;
  readonly std: 'not-numbers' | 'zero' | null;
}

/** `null` when a field cannot be used; see `scalingFaults`. */
export function parseScaling(text: ScalingText): Scaling | null {
  const { divide, mean, std } = scalingFaults(text);
  if (divide || mean || std) return null;
  return {
    divide: text.divide,
    mean: numbers(text.mean) ?? UNSCALED.mean,
    std: numbers(text.std) ?? UNSCALED.std,
  };
}

export function scalingFaults({ divide, mean, std }: ScalingText): ScalingFaults {
  const stds = numbers(std);
  return {
    divide: Number.isFinite(divide) && divide !== 0 ? null : 'zero',
    mean: numbers(mean) ? null : 'not-numbers',
    std: stds ? (stds.includes(0) ? 'zero' : null) : 'not-numbers',
  };
}

/** One number, or one per channel: `0.485, 0.456, 0.406`, as Python or NumPy prints them too. */
function numbers(text: string): readonly number[] | null {
  const parts = text
    .replaceAll(/[[\]()]/g, ' ')
    .split(/[\s,;]+/)
    .filter((part) => part !== '');
  const values = parts.map(Number);
  return values.length > 0 && values.every(Number.isFinite) ? values : null;
}

/** What networks are usually trained on, by the names that people know. */
export const SCALING_PRESETS = [
  { id: 'none', text: UNSCALED_TEXT },
  { id: 'unit', text: { divide: 255, mean: '0', std: '1' } },
  { id: 'symmetric', text: { divide: 255, mean: '0.5', std: '0.5' } },
  {
    id: 'imagenet',
    text: { divide: 255, mean: '0.485, 0.456, 0.406', std: '0.229, 0.224, 0.225' },
  },
] as const satisfies readonly { readonly id: string; readonly text: ScalingText }[];

export type ScalingPreset = (typeof SCALING_PRESETS)[number]['id'];

/** Which preset this is; `null`: none. */
export function presetOf(text: ScalingText): ScalingPreset | null {
  const key = JSON.stringify(parseScaling(text));
  return (
    SCALING_PRESETS.find(({ text: one }) => JSON.stringify(parseScaling(one)) === key)?.id ?? null
  );
}
