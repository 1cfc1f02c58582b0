import type { GraphFormat } from '#formats/graph-format.ts';
import type { Probe } from '#formats/probe.ts';

/** A model of transformers by its configuration, or an adapter of PEFT on such a model. */
export const huggingfaceConfig: GraphFormat = {
  id: 'huggingface-config',
  title: 'Hugging Face configuration',
  spec: 'https://huggingface.co/docs/transformers/main_classes/configuration',
  detect,
  open: async (...args) => (await import('./graph-reader.ts')).openGraph(...args),
};

/** Keys are sorted, so that of many classes `model_type` comes after thousands of names. */
const CONFIG = /"(?:model_type|architectures)"\s*:/;
const ADAPTER = /"peft_type"\s*:/;

function detect({ path, head, tail }: Probe): boolean {
  const [name] = /[^/]*$/.exec(path) ?? [''];
  if (name !== 'config.json' && name !== 'adapter_config.json') return false;
  const text = new TextDecoder().decode(head);
  if (!text.trimStart().startsWith('{')) return false;
  const wanted = name === 'config.json' ? CONFIG : ADAPTER;
  return wanted.test(text) || wanted.test(new TextDecoder().decode(tail));
}
