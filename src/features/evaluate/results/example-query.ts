import { queryOptions } from '@tanstack/react-query';
import type { EvaluationPlan } from '#domain/evaluation.ts';
import { reader } from '#workers/reader.ts';

/** One example of the data set, prepared but not scaled, by the columns that went in. */
export const exampleQuery = (directory: string, plan: EvaluationPlan, index: number) => {
  const { dataset: path, image } = plan;
  const inputs = plan.inputs.filter(Boolean);
  return queryOptions({
    queryKey: ['example', directory, path, inputs, image, index],
    queryFn: ({ signal }) =>
      reader.batch({ path, inputs, label: null, image, from: index, to: index + 1 }, { signal }),
    structuralSharing: false,
  });
};
