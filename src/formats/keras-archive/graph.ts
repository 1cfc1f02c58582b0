import type { GraphFormat } from '#formats/graph-format.ts';
import { kerasArchive } from './checkpoint.ts';

/** The network of a `.keras` file, which its `config.json` describes. */
export const kerasArchiveGraph: GraphFormat = {
  id: 'keras-archive',
  title: 'Keras archive',
  spec: kerasArchive.spec,
  detect: kerasArchive.detect,
  open: async (...args) => (await import('./graph-reader.ts')).open(...args),
};
