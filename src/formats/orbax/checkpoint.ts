import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';

/** A directory that Orbax writes: a step with its items, or a single item. */
export const orbax: CheckpointFormat = {
  id: 'orbax',
  title: 'Orbax',
  framework: 'jax',
  spec: 'https://orbax.readthedocs.io/en/latest/guides/checkpoint/checkpoint_format.html',
  detect,
  open: async (...args) => (await import('./reader.ts')).open(...args),
};

/** The files that say what a directory is, or the manifest of its arrays where those are lost. */
function detect({ path, head }: Probe): boolean {
  if (/(?:^|\/)_(?:CHECKPOINT_)?METADATA$/.test(path)) {
    return /^\s*\{/.test(new TextDecoder().decode(head.subarray(0, 64)));
  }
  const isManifest = [0x0c, 0xdb, 0x3a, 0x2a].every((byte, i) => head[i] === byte);
  return /(?:^|\/)manifest\.ocdbt$/.test(path) && isManifest;
}
