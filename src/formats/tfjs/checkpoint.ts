import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';

export const tfjs: CheckpointFormat = {
  id: 'tfjs',
  title: 'TensorFlow.js',
  framework: 'tensorflow',
  spec: 'https://github.com/tensorflow/tfjs/tree/master/tfjs-converter',
  detect,
  open: async (...args) => (await import('./reader.ts')).open(...args),
};

const MODEL = /"(?:modelTopology|weightsManifest)"\s*:|"format"\s*:\s*"(?:layers|graph)-model"/;
/** Of models before 2019: a list of groups, and no topology. */
const MANIFEST = /"(?:paths|weights)"\s*:\s*\[/;

function detect({ path, head, tail }: Probe): boolean {
  if (!/\.json$/i.test(path)) return false;
  const start = new TextDecoder().decode(head).trimStart();
  if (start.startsWith('{')) {
    return MODEL.test(start) || /"weightsManifest"\s*:/.test(new TextDecoder().decode(tail));
  }
  return start.startsWith('[') && /manifest\.json$/i.test(path) && MANIFEST.test(start);
}
