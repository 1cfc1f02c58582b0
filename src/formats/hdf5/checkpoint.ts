import { hdf5Signature } from '#encodings/hdf5/signature.ts';
import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import { kerasHdf5 } from '#formats/keras-hdf5/checkpoint.ts';

/** HDF5 with arrays in it, whoever wrote it; Keras's own is `keras-hdf5`. */
export const hdf5: CheckpointFormat = {
  id: 'hdf5',
  title: 'HDF5',
  framework: null,
  spec: 'https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html',
  /** A damaged signature only where the name says what it should be. */
  detect(probe) {
    const { head, path } = probe;
    if (kerasHdf5.detect(probe)) return false;
    const signature = hdf5Signature(head);
    return signature === 'present' || (signature === 'damaged' && /\.(?:h5|hdf5)$/i.test(path));
  },
  open: async (...args) => (await import('./reader.ts')).open(...args),
};
