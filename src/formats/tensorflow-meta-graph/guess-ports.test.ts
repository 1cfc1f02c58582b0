import { describe, expect, it } from 'vitest';
import { JsonNode } from '#encodings/json-node.ts';
import { graphOfJson } from '#formats/tensorflow-graph/graph-json.ts';
import { bodyOf, libraryOf } from '#formats/tensorflow-graph/library.ts';
import { guessPorts } from './guess-ports.ts';

const FLOAT = { T: { type: 'DT_FLOAT' } };
const shape = { list: { shape: [{ dim: [{ size: '-1' }, { size: '3' }] }] } };
const node = (name: string, op: string, input: readonly string[] = []) => ({
  name,
  op,
  input,
  attr: { ...FLOAT, _output_shapes: shape },
});
const [x, y] = [node('x', 'Placeholder'), node('y', 'Placeholder')];

function keysOf(nodes: readonly object[]) {
  const message = graphOfJson(new JsonNode({ node: nodes }, { path: 'graph' }));
  const { inputs, outputs } = guessPorts(bodyOf(message), libraryOf(message, []));
  return { inputs: inputs.map(({ key }) => key), outputs: outputs.map(({ key }) => key) };
}

describe('a graph of TensorFlow 1 without a signature', () => {
  it('has outputs that are called so, logits first', () => {
    const nodes = [
      x,
      y,
      node('net/logits', 'Relu', ['x']),
      node('probs', 'Softmax', ['net/logits']),
    ];
    const training = node('gradients/net/logits', 'Relu', ['x']);
    expect(keysOf([...nodes, node('loss', 'Sub', ['probs', 'y']), training])).toEqual({
      inputs: ['x'],
      outputs: ['net/logits', 'probs'],
    });
  });

  it('has for an output what the labels are compared with', () => {
    const nodes = [x, y, node('h', 'Relu', ['x']), node('last', 'Tanh', ['h'])];
    expect(keysOf([...nodes, node('loss', 'Sub', ['last', 'y'])])).toEqual({
      inputs: ['x'],
      outputs: ['last'],
    });
  });
});
