import {
  type DatasetColumn,
  type DatasetSummary,
  type ImagePreparation,
  UNPREPARED,
} from '#domain/dataset.ts';
import type { Graph, GraphInput } from '#domain/graph.ts';
import { preparedShape } from '#domain/prepare-image.ts';
import { fitShape, type Way } from '#workers/evaluator-data.ts';

/** How one input of a graph gets its numbers. */
export interface InputFit {
  readonly input: GraphInput;
  /** `''`: none. Several of a table are joined. */
  readonly columns: readonly string[];
  /** Of one example, prepared; `null`: images of different sizes, which need one. */
  readonly from: readonly number[] | null;
  /** Of one example, as the graph takes it. */
  readonly to: readonly number[];
  /** `none`: nothing is chosen and it cannot be filled; `unfit`: no order of its numbers is certain. */
  readonly way: Way | 'filled' | 'none' | 'unfit' | 'sizes';
}

/** What is done to the columns of a data set so that they go into a graph. */
export function inputFits(
  graph: Graph,
  dataset: DatasetSummary,
  { inputs, image }: { readonly inputs: readonly string[]; readonly image: ImagePreparation },
): readonly InputFit[] {
  return graph.inputs.map((input, index) => {
    if (dataset.tabular && index === 0) return fitted(input, inputs, [inputs.length]);
    const name = dataset.tabular ? '' : (inputs[index] ?? '');
    const column = dataset.columns.find((one) => one.name === name);
    return column ? columnFit(input, column, image) : withoutColumn(input);
  });
}

function withoutColumn(input: GraphInput): InputFit {
  const way = input.fallback === undefined ? 'none' : 'filled';
  return { input, columns: [], from: null, to: [], way };
}

function columnFit(input: GraphInput, column: DatasetColumn, image: ImagePreparation): InputFit {
  const { name, shape, kind, varies } = column;
  if (kind !== 'image') return fitted(input, [name], shape);
  const isFixed = image.crop !== null || Array.isArray(image.resize);
  if (varies && !isFixed) return { input, columns: [name], from: null, to: [], way: 'sizes' };
  return fitted(input, [name], preparedShape(shape, image));
}

function fitted(input: GraphInput, columns: readonly string[], from: readonly number[]): InputFit {
  const fit = fitShape(from, input.shape.slice(1));
  return fit ? { input, columns, from, ...fit } : { input, columns, from, to: [], way: 'unfit' };
}

/**
 * What images need to become what a graph takes, where its sizes say it: their size and their channels.
 * `null`: nothing, or it cannot be told.
 */
export function neededPreparation(
  graph: Graph,
  dataset: DatasetSummary,
  inputs: readonly string[],
): ImagePreparation | null {
  for (const [index, { shape }] of graph.inputs.entries()) {
    const column = dataset.columns.find(({ name }) => name === inputs[index]);
    if (column?.kind !== 'image') continue;
    const one = imageSize(shape.slice(1));
    if (!one) continue;
    const needed = preparationFor(one, column);
    if (needed) return needed;
  }
  return null;
}

function preparationFor(one: ImageSize, { shape, varies }: DatasetColumn): ImagePreparation | null {
  const [height = 0, width = 0, channels] = shape;
  const isSized = !varies && height === one.height && width === one.width;
  const isColoured = channels === undefined || one.channels === channels;
  if (isSized && isColoured) return null;
  const known = one.channels === 1 || one.channels === 3 ? one.channels : null;
  return {
    ...UNPREPARED,
    resize: isSized ? null : [one.height, one.width],
    channels: isColoured ? null : known,
  };
}

interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Channels stand first where there are few of them there. */
function imageSize(shape: readonly (number | null)[]): ImageSize | null {
  const [a, b, c] = shape;
  if (shape.length !== 3 || !a || !b || !c) return null;
  return a <= 4 && c > 4
    ? { channels: a, height: b, width: c }
    : { height: a, width: b, channels: c };
}
