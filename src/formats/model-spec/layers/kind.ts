import { type Context, type Made, words } from '#formats/model-spec/builder.ts';
import type { Field, Fields } from '#formats/model-spec/fields.ts';

/** A kind of layer: its settings, and what they make of what it takes. */
export interface Kind {
  readonly fields: Readonly<Record<string, Field<unknown>>>;
  /** How many layers it takes at least and at most. */
  readonly takes: readonly [number, number];
  /** `settings` are those that `fields` read. */
  readonly translate: (context: Context, settings: never) => Made;
}

export type Kinds = Readonly<Record<string, Kind>>;

/** A kind whose settings have the types of its fields. */
export function kind<S>(
  fields: Fields<S>,
  translate: (context: Context, settings: { readonly [K in keyof S]: S[K] }) => Made,
  takes: Kind['takes'] = [1, 1],
): Kind {
  return { fields: fields as Kind['fields'], takes, translate };
}

/** One size for each of so many axes. */
export function each(sizes: number | readonly number[], axes: number): readonly number[] | string {
  if (typeof sizes === 'number') return Array.from({ length: axes }, () => sizes);
  return sizes.length === axes ? sizes : `has ${sizes.length} sizes for ${axes} axes`;
}

/** Why an image is needed; `null` where it is one: channels and one, two or three axes. */
export function noImage({ layer, input: { shape } }: Context): string | null {
  return shape.length < 2 || shape.length > 4 ? `${layer} gets ${words(shape)}, no image` : null;
}
