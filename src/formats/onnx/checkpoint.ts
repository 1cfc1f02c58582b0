import type { CheckpointFormat } from '#formats/checkpoint-format.ts';
import type { Probe } from '#formats/probe.ts';
import { findImpostor } from '#formats/recognise-impostor.ts';

export const onnx: CheckpointFormat = {
  id: 'onnx',
  title: 'ONNX',
  framework: null,
  spec: 'https://onnx.ai/onnx/repo-docs/IR.html',
  detect,
  open: async (...args) => (await import('./reader.ts')).open(...args),
};

/** Fields that a `ModelProto` can begin with: numbers and texts of its head, its graph, its opsets. */
const FIRST = new Set([0x08, 0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72]);
const WRITERS = /^(?:pytorch|onnx|tf2onnx|keras2onnx|skl2onnx|CNTK|MATLAB)/;

function detect({ path, head, tail }: Probe): boolean {
  if (/\.onnx$/i.test(path)) return FIRST.has(head[0] ?? 0) && !findImpostor(head, tail);
  if (head[0] !== 0x08 || (head[1] ?? 99) >= 32 || head[2] !== 0x12) return false;
  return WRITERS.test(new TextDecoder('windows-1252').decode(head.subarray(4, 16)));
}
