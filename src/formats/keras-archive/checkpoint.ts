import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';

/** `.keras`: a zip archive of a model's configuration and its weights. */
export const kerasArchive: CheckpointFormat = {
  id: 'keras-archive',
  title: 'Keras archive',
  framework: 'keras',
  spec: 'https://keras.io/guides/serialization_and_saving/',
  detect,
  open: async (...args) => (await import('./reader.ts')).open(...args),
};

/** By the names of its members, which stand at both ends; of one that was cut short, by its own. */
function detect({ path, head, tail }: Probe): boolean {
  const [p, k, kind] = head;
  if (p !== 0x50 || k !== 0x4b || (kind !== 3 && kind !== 5)) return false;
  const ascii = new TextDecoder('windows-1252');
  const text = ascii.decode(head) + ascii.decode(tail);
  const hasModel = text.includes('config.json') && text.includes('metadata.json');
  return hasModel || path.toLowerCase().endsWith('.keras');
}
