import type { GraphFormat } from '#formats/graph-format.ts';
import { onnx } from './checkpoint.ts';

/** The network of a model of ONNX: its own weights are its initialisers. */
export const onnxGraph: GraphFormat = {
  id: 'onnx',
  title: onnx.title,
  spec: onnx.spec,
  detect: onnx.detect,
  open: async (...args) => (await import('./graph-reader.ts')).openGraph(...args),
};
