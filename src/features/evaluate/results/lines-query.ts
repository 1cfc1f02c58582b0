import { queryOptions } from '@tanstack/react-query';
import { reader } from '#workers/reader.ts';

/** Pixel columns that the logged curve is thinned to: no plot here is wider. */
const WIDTH = 1200;

/** A logged metric of some runs over their steps. */
export const linesQuery = (directory: string, tag: string, runs: readonly string[]) =>
  queryOptions({
    queryKey: ['evaluated-lines', directory, tag, runs],
    queryFn: ({ signal }) =>
      reader.lines(
        {
          tag,
          runs,
          axis: 'step',
          range: null,
          width: WIDTH,
          smoothing: { kind: 'none', amount: 0 },
          logX: false,
          y: 'linear',
        },
        { signal },
      ),
    structuralSharing: false,
  });
