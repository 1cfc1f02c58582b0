import type { EvaluationPlan } from '#domain/evaluation.ts';
import { sidesText } from '#features/evaluate/data/sides.ts';
import type { dataTexts } from '#features/evaluate/data/strings.ts';
import type { detailTexts } from './strings.ts';

interface Words {
  readonly t: (typeof detailTexts)['en'];
  readonly d: (typeof dataTexts)['en'];
}

/** What was done to the inputs, in the order in which it was done. */
export function preparationWords({ image, scaling }: EvaluationPlan, { t, d }: Words): string {
  const { divide, mean, std } = scaling;
  const steps = [
    image?.resize && `${d.resize} ${sidesText(image.resize)} (${d[image.interpolation]})`,
    image?.crop && `${d.crop} ${sidesText(image.crop)}`,
    image?.channels && `${d.channels} ${image.channels}`,
    image?.order === 'bgr' && 'BGR',
    t.scalingIs(String(divide), mean.join(', '), std.join(', ')),
  ];
  return steps.filter(Boolean).join(' · ');
}
