import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';
import { findImpostor } from '#formats/recognise-impostor.ts';

export const safetensors: CheckpointFormat = {
  id: 'safetensors',
  title: 'Safetensors',
  framework: null,
  spec: 'https://github.com/huggingface/safetensors#format',
  detect: (probe) => hasHeader(probe) || isNamedSo(probe),
  open: async (...args) => (await import('./reader.ts')).open(...args),
};

/** `u64` header length, below 2²⁷, then the `{"` of the JSON header. */
function hasHeader({ head }: Probe): boolean {
  const small = (head[3] ?? 8) < 8 && [4, 5, 6, 7].every((i) => head[i] === 0);
  return small && head[8] === 0x7b && (head[9] === 0x22 || head[9] === 0x7d || isSpace(head[9]));
}

/** A damaged one is still one, unless it is something else altogether. */
function isNamedSo({ path, head, tail }: Probe): boolean {
  const other = head[0] === 0x50 && head[1] === 0x4b;
  return path.endsWith('.safetensors') && !other && !findImpostor(head, tail);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
