import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';
import { findImpostor } from '#formats/recognise-impostor.ts';

/** A JSON file that says in which of several files each tensor lies. */
export const safetensorsIndex: CheckpointFormat = {
  id: 'safetensors-sharded',
  title: 'Sharded safetensors',
  framework: null,
  spec: 'https://huggingface.co/docs/huggingface_hub/package_reference/serialization',
  detect: (probe) => isIndex(probe) && !isOfTorch(probe),
  open: async (...args) => (await import('./reader.ts')).open(...args),
};

/** The same over archives of `torch.save`. */
export const pytorchIndex: CheckpointFormat = {
  id: 'pytorch-sharded',
  title: 'Sharded PyTorch',
  framework: 'pytorch',
  spec: 'https://huggingface.co/docs/transformers/big_models',
  detect: (probe) => isIndex(probe) && isOfTorch(probe),
  open: async (...args) => (await import('./reader.ts')).open(...args),
};

/** By its name, however it is damaged, or by its key, which Keras has as well. */
function isIndex({ path, head, tail }: Probe): boolean {
  if (!/\.json$/i.test(path) || /\.weights\.json$/i.test(path)) return false;
  const pretence = findImpostor(head, tail);
  if (pretence && pretence.impostor !== 'json' && pretence.impostor !== 'text') return false;
  if (/\.(?:safetensors|bin)\.index\.json$/i.test(path)) return true;
  const text = textOf(head);
  return /^\s*\{/.test(text) && /"weight_map"\s*:\s*\{/.test(text);
}

function isOfTorch({ path, head }: Probe): boolean {
  if (/\.safetensors\.index\.json$/i.test(path)) return false;
  if (/\.bin\.index\.json$/i.test(path)) return true;
  return !textOf(head).includes('.safetensors"');
}

function textOf(head: Uint8Array): string {
  return new TextDecoder().decode(head);
}
