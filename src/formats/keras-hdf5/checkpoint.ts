import { hdf5Signature } from '#encodings/hdf5/signature.ts';
import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';

/** HDF5 as Keras writes it: `.weights.h5`, and the `.h5` of Keras 1 and 2. */
export const kerasHdf5: CheckpointFormat = {
  id: 'keras-hdf5',
  title: 'Keras HDF5',
  framework: 'keras',
  spec: 'https://keras.io/api/models/model_saving_apis/',
  detect,
  open: async (...args) => (await import('./reader.ts')).open(...args),
};

/** By its name, or by names of groups and attributes that only Keras gives. */
function detect({ path, head, tail }: Probe): boolean {
  const signature = hdf5Signature(head);
  if (signature === 'absent') return false;
  if (/\.weights(?:_\d+)?\.h5$|\.keras$/i.test(path)) return true;
  if (signature === 'damaged') return false;
  const ascii = new TextDecoder('windows-1252');
  const text = ascii.decode(head) + ascii.decode(tail);
  const names =
    /layer_names|weight_names|model_weights|keras_version|_layer_checkpoint_dependencies/;
  return names.test(text) || (text.includes('layers\0') && text.includes('vars\0'));
}
