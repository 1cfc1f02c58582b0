import { hdf5Signature } from '#encodings/hdf5/signature.ts';
import type { GraphFormat } from '#formats/graph-format.ts';
import { kerasHdf5 } from './checkpoint.ts';

/** The network of an `.h5` of Keras 1 and 2, which an attribute describes. */
export const kerasHdf5Graph: GraphFormat = {
  id: 'keras-hdf5',
  title: 'Keras HDF5',
  spec: kerasHdf5.spec,
  detect: ({ head }) =>
    hdf5Signature(head) === 'present' &&
    new TextDecoder('windows-1252').decode(head).includes('model_config'),
  open: async (...args) => (await import('./graph-reader.ts')).open(...args),
};
