import { xWords } from '#features/charts/axis-format.ts';
import type { ChartsView } from '#features/charts/view.ts';
import { numberFormats } from '#ui/format-number.ts';
import type { Language } from '#ui/language.ts';
import { exportTexts } from './export-strings.ts';

/** What the view does to curves, where it is not the plain one: each in a few words. */
export function viewWords(view: ChartsView, language: Language): string[] {
  const t = exportTexts[language];
  const { metric } = numberFormats(language);
  const { smooth, y, from, to, low, high } = view;
  const end = (value: number | null) => (value === null ? t.values : metric(value));
  const words = [
    smooth !== 'none' && t[smooth](metric(view.amount)),
    y !== 'linear' && t[y],
    view.logx && t.logX,
    view.robust && t.robust,
    (low !== null || high !== null) && t.between(end(low), end(high)),
    from !== null &&
      to !== null &&
      t.zoomed(xWords(view.x, from, language), xWords(view.x, to, language)),
  ];
  return words.filter((one) => one !== false);
}
