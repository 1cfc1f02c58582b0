import type { TranslateLayer } from '#formats/keras-config/builder.ts';

/** Layers by class name. */
export type Table = Readonly<Record<string, TranslateLayer>>;

/** The same translation for several classes. */
export function each(classes: readonly string[], translate: TranslateLayer): Table {
  return Object.fromEntries(classes.map((name) => [name, translate]));
}
