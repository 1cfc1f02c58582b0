import { queryOptions } from '@tanstack/react-query';
import type { DatasetSummary, ImagePreparation, Scaling } from '#domain/dataset.ts';
import { findScalingProblem } from '#domain/scale.ts';
import { elementCount } from '#domain/tensor.ts';
import { arrange } from '#workers/evaluator-data.ts';
import { reader } from '#workers/reader.ts';
import type { InputFit } from './input-fit.ts';

/** Examples that are looked at before anything is computed. */
export const PREVIEWED = 6;

export interface PreviewRequest {
  readonly dataset: DatasetSummary;
  readonly fits: readonly InputFit[];
  readonly label: string | null;
  readonly image: ImagePreparation;
  readonly from: number;
  readonly to: number;
}

/** Examples of a data set, prepared but not scaled, by the inputs that have columns. */
export const examplesQuery = (directory: string, request: PreviewRequest) => {
  const { dataset, fits, label, image, from, to } = request;
  const inputs = fits.flatMap(({ columns }) => columns);
  return queryOptions({
    queryKey: ['examples', directory, dataset.path, inputs, label, image, from, to],
    queryFn: ({ signal }) =>
      reader.batch({ path: dataset.path, inputs, label, image, from, to }, { signal }),
    structuralSharing: false,
  });
};

/** What a network gets for one input: `[n, ...shape]`. */
export interface Arranged {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
  readonly isTokens: boolean;
}

/** Whether the channels of a scaling are an axis of what is read or of what goes in. */
export function isScalable({ from, to, input }: InputFit, scaling: Scaling): boolean {
  if (from === null || !input.dtype.includes('float')) return true;
  const has = (shape: readonly number[]) =>
    findScalingProblem([1, ...shape], scaling) === undefined;
  return has(from) || has(to);
}

/** Scaled, and in the order of the graph. */
export function arranged(
  { input, from, to, way }: InputFit,
  read: { readonly shape: readonly number[]; readonly values: Float32Array<ArrayBuffer> },
  scaling: Scaling,
): Arranged {
  const isTokens = !input.dtype.includes('float');
  const isKnown = way === 'same' || way === 'reshape' || way.startsWith('channels');
  if (!isKnown || from === null || !isScalable({ input, columns: [], from, to, way }, scaling)) {
    return { name: input.name, shape: read.shape.slice(1), values: read.values, isTokens };
  }
  const fitted = {
    name: input.name,
    dtype: input.dtype,
    from,
    to,
    way: way as 'same' | 'reshape' | 'channels-first' | 'channels-last',
  };
  // A copy: scaling is done in place, and what was read is kept.
  const values = arrange(fitted, read.values.slice(), { scaling });
  return { name: input.name, shape: to, values, isTokens };
}

/** One example of several. */
export function exampleOf({ values, shape }: Pick<Arranged, 'values' | 'shape'>, index: number) {
  const size = elementCount(shape);
  return values.subarray(index * size, (index + 1) * size);
}
