import { queryOptions } from '@tanstack/react-query';
import { reader } from '#workers/reader.ts';

/** All that the headers of a checkpoint say; the checkpoint page asks for the same. */
export const detailsQuery = (directory: string, checkpoint: string) =>
  queryOptions({
    queryKey: ['checkpoint', directory, checkpoint],
    queryFn: ({ signal }) => reader.checkpoint({ checkpoint }, { signal }),
  });
