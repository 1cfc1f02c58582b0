import type { Found } from './propose-modules.ts';
import { type ExampleShape, inputOf, shapeAfter } from './propose-shapes.ts';

/** A layer that computes, with the normalizations after it. */
export interface Step {
  readonly layer: Found;
  readonly norms: readonly Found[];
  /**
   * Modules without parameters before the next step, as the numbers of an `nn.Sequential` show them;
   * `null` where they do not, or where there is no next step.
   */
  readonly gap: number | null;
}

export interface Steps {
  /** Normalizations of the input. */
  readonly before: readonly Found[];
  readonly steps: readonly Step[];
}

export function stepsOf(layers: readonly Found[]): Steps {
  const before: Found[] = [];
  const groups: { readonly layer: Found; readonly norms: Found[] }[] = [];
  for (const layer of layers) {
    if (layer.kind === 'linear' || layer.kind === 'conv') groups.push({ layer, norms: [] });
    else (groups.at(-1)?.norms ?? before).push(layer);
  }
  const gaps = groups.map(({ layer, norms }, i) =>
    gapBetween((norms.at(-1) ?? layer).name, groups[i + 1]?.layer.name ?? ''),
  );
  // layers without any gap are an nn.ModuleList, and what is between them stands in the code
  const isSequential = gaps.some((gap) => gap !== null && gap > 0);
  const steps = groups.map((group, i) => ({
    ...group,
    gap: isSequential ? (gaps[i] ?? null) : null,
  }));
  return { before, steps };
}

function gapBetween(name: string, next: string): number | null {
  const [from, to] = [name, next].map((text) => /^(.*\.)?(\d+)$/.exec(text));
  if (!from || !to || from[1] !== to[1]) return null;
  const gap = Number(to[2]) - Number(from[2]) - 1;
  return gap >= 0 ? gap : null;
}

/** Why layers cannot follow each other in this order; `undefined` when they can. */
export function findBreak(layers: readonly Found[]): string | undefined {
  let shape: ExampleShape | string = inputOf(layers);
  for (const layer of layers) {
    if (layer.kind === 'linear' && shape.length > 1) shape = flattened(layer, shape);
    if (typeof shape !== 'string') shape = shapeAfter(layer, shape);
    if (typeof shape === 'string') return shape;
  }
  return undefined;
}

/** Features of an image whose size is not known: a multiple of its channels. */
function flattened(
  { name, shapes }: Found,
  [channels = null]: ExampleShape,
): ExampleShape | string {
  const features = shapes[0]?.[1] ?? 0;
  return channels === null || features % channels === 0
    ? [features]
    : `${name} takes ${features} features, which ${channels} channels cannot give`;
}
