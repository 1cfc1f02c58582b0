import type { GraphFormat } from '#formats/graph-format.ts';
import { savedModel } from './checkpoint.ts';

/** The network of a SavedModel: what one of its signatures computes. */
export const savedModelGraph: GraphFormat = {
  id: 'saved-model',
  title: savedModel.title,
  spec: savedModel.spec,
  detect: savedModel.detect,
  open: async (...args) => (await import('./graph-reader.ts')).openGraph(...args),
};
