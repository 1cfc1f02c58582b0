import type { Translate } from '#formats/torch-export/builder.ts';

/** Ops by target, `aten.conv2d.default`. */
export type Table = Readonly<Record<string, Translate>>;

/** The same translation for several ops. */
export function each(targets: readonly string[], translate: Translate): Table {
  return Object.fromEntries(targets.map((target) => [`aten.${target}`, translate]));
}
