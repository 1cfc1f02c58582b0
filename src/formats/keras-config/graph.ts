import type { GraphFormat } from '#formats/graph-format.ts';
import type { Probe } from '#formats/probe.ts';

/** A model, or a class of the writer's own: Keras 3 names the module first. */
const MODEL =
  /^\s*\{\s*(?:"module"\s*:\s*"[^"]*"\s*,\s*"class_name"|"class_name"\s*:\s*"(?:Sequential|Functional|Model)")/;
const SORTED = /"class_name"\s*:\s*"(?:Sequential|Functional|Model)"/;

export const kerasConfig: GraphFormat = {
  id: 'keras-config',
  title: 'Keras model configuration',
  spec: 'https://keras.io/guides/serialization_and_saving/',
  detect,
  open: async (...args) => (await import('./graph-reader.ts')).openGraph(...args),
};

/** JSON that begins as `model.to_json()` writes it; TensorFlow.js wraps the same in its own. */
function detect({ path, head }: Probe): boolean {
  if (!path.toLowerCase().endsWith('.json')) return false;
  const text = new TextDecoder().decode(head);
  if (/"(?:modelTopology|weightsManifest)"\s*:/.test(text)) return false;
  return (
    MODEL.test(text) || (/^\s*\{\s*"(?:backend|build_config)"/.test(text) && SORTED.test(text))
  );
}
