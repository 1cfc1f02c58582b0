import type { Assumption, ProposedLayer } from './proposal.ts';
import type { Found } from './propose-modules.ts';
import { type ExampleShape, inputOf, shapeAfter } from './propose-shapes.ts';
import type { Step, Steps } from './propose-steps.ts';

/** Layers with all that the file does not say, and what was assumed for it. */
export interface Arrangement {
  readonly layers: readonly ProposedLayer[];
  readonly input: ExampleShape;
  readonly assumptions: readonly Assumption[];
}

/** What is open about the convolutions of a network. */
interface Choice {
  /** Per convolution. */
  readonly paddings: readonly (readonly number[])[];
  readonly pools: readonly boolean[];
  /** A mean over all positions instead of a flatten. */
  readonly mean: boolean;
}

/** Sides of square images that people train on, most likely first, by channels. */
const SIDES: Readonly<Record<number, readonly number[]>> = {
  1: [28, 32, 8, 64, 16, 48, 128, 224],
  3: [32, 224, 64, 28, 96, 128, 48, 16, 8, 256, 227, 299],
};
const OTHER_SIDES = [32, 28, 8, 16, 64, 224];

/** Sides that are tried where no usual one fits. */
const ANY_SIDE = Array.from({ length: 60 }, (_, i) => i + 4);

/** Past this many combinations only those with one rule for all convolutions are tried. */
const MAX_CHOICES = 2 ** 12;

/** How much less likely a network is whose convolutions differ, in places of `SIDES`. */
const UNEVEN = 0.9;

/** With batch normalization, a mean over all positions is the usual end; without, it is rare. */
const MEAN_WITH_NORMS = 1;
const MEAN_WITHOUT = 3;

/**
 * Arranges layers in a chain. Where convolutions meet a linear layer, padding and pooling are chosen so
 * that an image of a usual size ends in as many features as that layer takes.
 */
export function arrange(steps: Steps): Arrangement | string {
  const images = steps.steps.filter(({ layer }) => layer.kind === 'conv');
  if (images.length === 0) {
    const choice = { paddings: [], pools: [], mean: false };
    const layers = build(steps, choice);
    return { layers, input: inputOf(layers), assumptions: assumptionsOf(steps, choice, null) };
  }
  const best = fits(steps, images)
    .toSorted((a, b) => a.score - b.score)
    .find(({ choice, input }) => isChain(build(steps, choice), input));
  if (!best) {
    const [name] = steps.steps.flatMap(({ layer }) => (layer.kind === 'linear' ? layer.name : []));
    return `no padding and pooling was found that gives ${name ?? 'a linear layer'} its features`;
  }
  const { choice, input } = best;
  const size = input.slice(1).flatMap((length) => length ?? []);
  const assumptions = assumptionsOf(steps, choice, size.length > 0 ? size : null);
  return { layers: build(steps, choice), input, assumptions };
}

interface Fit {
  readonly choice: Choice;
  readonly input: ExampleShape;
  /** Lower is likelier. */
  readonly score: number;
}

/** Every choice and size that ends in as many features as the first linear layer takes. */
function fits(steps: Steps, images: readonly Step[]): Fit[] {
  const [channels = null, ...axes] = inputOf(images.map(({ layer }) => layer));
  const features = featuresOf(steps);
  const last = images.at(-1)?.layer.shapes[0]?.[0] ?? 1;
  const sides =
    axes.length === 1 ? lengthsOf(steps) : [...(SIDES[channels ?? 0] ?? OTHER_SIDES), ...ANY_SIDE];
  const hasNorms = images.some(({ norms }) => norms.length > 0);
  return choicesOf(images).flatMap((choice) => {
    const likely = unevenness(choice);
    if (choice.mean) {
      const score = likely + (hasNorms ? MEAN_WITH_NORMS : MEAN_WITHOUT);
      return last === features ? [{ choice, input: [channels, ...axes], score }] : [];
    }
    return sides.flatMap((side, place) =>
      last * areaAfter(images, choice, side) === features
        ? [{ choice, input: [channels, ...axes.map(() => side)], score: likely + place }]
        : [],
    );
  });
}

/** Positions that are left of an image of a side; 0 when a kernel or window did not fit in. */
function areaAfter(images: readonly Step[], { paddings, pools }: Choice, side: number): number {
  let area = 1;
  const axes = images[0]?.layer.shapes[0]?.slice(2) ?? [];
  for (const axis of axes.keys()) {
    let length = side;
    for (const [i, { layer }] of images.entries()) {
      const kernel = layer.shapes[0]?.[axis + 2] ?? 1;
      length += 2 * (paddings[i]?.[axis] ?? 0) - kernel + 1;
      if (pools[i]) length = Math.floor(length / 2);
      if (length < 1) return 0;
    }
    area *= length;
  }
  return area;
}

/** What the first linear layer takes. */
function featuresOf({ steps }: Steps): number {
  return steps.find(({ layer }) => layer.kind === 'linear')?.layer.shapes[0]?.[1] ?? 0;
}

/** Lengths of a series that may become the features of the first linear layer: no size is usual. */
function lengthsOf(steps: Steps): number[] {
  const last = steps.steps.findLast(({ layer }) => layer.kind === 'conv')?.layer.shapes[0]?.[0];
  const length = featuresOf(steps) / (last ?? 1);
  return Number.isInteger(length) ? [0, 1, 2, 3].map((pools) => length * 2 ** pools) : [];
}

function isChain(layers: readonly ProposedLayer[], input: ExampleShape): boolean {
  let shape: ExampleShape | string = input;
  for (const layer of layers) {
    shape = shapeAfter(layer, shape);
    if (typeof shape === 'string') return false;
  }
  return shape.length === 1;
}

function unevenness({ paddings, pools }: Choice): number {
  const kinds = [
    new Set(paddings.map((padding) => padding.some((size) => size > 0))),
    new Set(pools),
  ];
  return kinds.reduce((sum, { size }) => sum + (size > 1 ? UNEVEN : 0), 0);
}

function choicesOf(images: readonly Step[]): Choice[] {
  const paddings = images.map(({ layer }) => paddingsOf(layer));
  const pools = images.map((step, i) => poolsOf(step, i === images.length - 1));
  const all = [...paddings, ...pools].reduce((product, { length }) => product * length, 1);
  const pairs =
    all <= MAX_CHOICES
      ? product(paddings).flatMap((padding) =>
          product(pools).map((pool) => [padding, pool] as const),
        )
      : [0, 1].flatMap((i) =>
          [0, 1].map(
            (j) => [paddings.map((of) => nth(of, i)), pools.map((of) => nth(of, j))] as const,
          ),
        );
  return pairs.flatMap(([padding, pool]) =>
    [false, true].map((mean) => ({ paddings: padding, pools: pool, mean })),
  );
}

/** Half the kernel, which keeps the size, or nothing. */
function paddingsOf({ shapes }: Found): (readonly number[])[] {
  const kernel = shapes[0]?.slice(2) ?? [];
  const none = kernel.map(() => 0);
  const isOdd = kernel.every((size) => size % 2 === 1) && kernel.some((size) => size > 1);
  return isOdd ? [kernel.map((size) => (size - 1) / 2), none] : [none];
}

/** An activation comes before a pool, and a flatten after the last one. */
function poolsOf({ gap }: Step, isLast: boolean): boolean[] {
  const needed = isLast ? 3 : 2;
  return gap !== null && gap < needed ? [false] : [true, false];
}

function product<T>(options: readonly (readonly T[])[]): T[][] {
  return options.reduce<T[][]>(
    (rows, values) => rows.flatMap((row) => values.map((value) => [...row, value])),
    [[]],
  );
}

function nth<T>(values: readonly T[], i: number): T {
  return (values[i] ?? values[0]) as T;
}

function build({ before, steps }: Steps, choice: Choice): ProposedLayer[] {
  const layers: ProposedLayer[] = before.map(normOf);
  let image = 0;
  for (const [i, { layer, norms, gap }] of steps.entries()) {
    const { name, kind, shapes } = layer;
    const next = steps[i + 1]?.layer.kind;
    const isConv = kind === 'conv';
    const padding = choice.paddings[image] ?? [];
    const strides = padding.map(() => 1);
    layers.push(isConv ? { name, kind, shapes, strides, padding } : { name, kind, shapes });
    layers.push(...norms.map(normOf));
    if (isActivated(layer, next, gap)) {
      layers.push({
        name: `${name} activation`,
        kind: 'activation',
        shapes: [],
        activation: 'relu',
      });
    }
    if (!isConv) continue;
    if (choice.pools[image]) {
      const size = padding.map(() => 2);
      layers.push({ name: `${name} pooling`, kind: 'max_pool', shapes: [], size });
    }
    image++;
    if (next !== 'linear') continue;
    if (choice.mean) layers.push({ name: 'mean', kind: 'global_avg_pool', shapes: [] });
    else layers.push({ name: 'flatten', kind: 'flatten', shapes: [] });
  }
  return layers;
}

/** The last layer gives logits; between neighbours of an `nn.Sequential` nothing else can stand. */
function isActivated(layer: Found, next: string | undefined, gap: number | null): boolean {
  if (next === undefined) return false;
  const flattens = layer.kind === 'conv' && next === 'linear' ? 1 : 0;
  return gap === null || gap > flattens;
}

function normOf({ name, kind, shapes }: Found): ProposedLayer {
  return { name, kind, shapes, epsilon: 1e-5 };
}

function assumptionsOf(
  { before, steps }: Steps,
  { paddings, pools, mean }: Choice,
  size: readonly number[] | null,
): Assumption[] {
  const assumptions: Assumption[] = before.flatMap(assumptionsOfNorm);
  let image = 0;
  for (const [i, { layer, norms, gap }] of steps.entries()) {
    const { name } = layer;
    const next = steps[i + 1]?.layer.kind;
    const padding = paddings[image] ?? [];
    if (layer.kind === 'conv') {
      assumptions.push({ code: 'strides', layer: name, strides: padding.map(() => 1) });
      assumptions.push({ code: 'padding', layer: name, padding });
    }
    assumptions.push(...norms.flatMap(assumptionsOfNorm));
    if (isActivated(layer, next, gap)) {
      assumptions.push({ code: 'activation', layer: name, activation: 'relu' });
    }
    if (layer.kind !== 'conv') continue;
    const pooled = { code: 'max-pool', layer: name, size: padding.map(() => 2) } as const;
    assumptions.push(pools[image] ? pooled : { code: 'no-pool', layer: name });
    image++;
    if (mean && next === 'linear') assumptions.push({ code: 'global-avg-pool', layer: name });
  }
  if (size) assumptions.push({ code: 'input-size', size });
  return assumptions;
}

function assumptionsOfNorm({ name, kind }: Found): Assumption[] {
  const epsilon: Assumption = { code: 'epsilon', layer: name, epsilon: 1e-5 };
  return kind === 'layer_norm' ? [{ code: 'layer-norm', layer: name }, epsilon] : [epsilon];
}
