import { describe, expect, it } from 'vitest';
import { bind } from '#domain/bind.ts';
import { graphFormats, probe } from '#formats/index.ts';
import { bytesSource, fileSource } from '#io/testing.ts';
import { tfjsLayersGraph } from './graph.ts';
import { open as openWeights } from './reader.ts';

const HERE = 'src/formats/tfjs/fixtures';

describe('layers models of TensorFlow.js', () => {
  it.each(['layers', 'sharded', 'uint8', 'uint16', 'float16'])(
    '%s fits its weights',
    async (name) => {
      const source = await fileSource(`${HERE}/${name}`, 'model.json');
      const looked = await probe(source);
      expect(graphFormats.find((format) => format.detect(looked))).toBe(tfjsLayersGraph);
      const graph = await tfjsLayersGraph.open(source);
      const sibling = (path: string) => fileSource(`${HERE}/${name}`, path);
      const { tensors } = await openWeights(source, { sibling });
      const { missing, reshaped, used } = bind(graph.parameters, tensors.values());
      expect({ missing, reshaped, used: used.length }).toEqual({
        missing: [],
        reshaped: [],
        used: 4,
      });
      expect(graph.nodes.map(({ op }) => op).join(' ')).toBe('linear unary linear');
    },
  );

  it('a model of operations is none', async () => {
    const looked = await probe(await fileSource(`${HERE}/graph`, 'model.json'));
    expect(tfjsLayersGraph.detect(looked)).toBe(false);
  });

  it('one that TensorFlow.js itself has written stands bare, with the defaults of Keras 2', async () => {
    const layers = [
      { class_name: 'Dense', config: { name: 'a', units: 3, batch_input_shape: [null, 2] } },
      { class_name: 'Activation', config: { name: 'b', activation: 'hard_sigmoid' } },
    ];
    const modelTopology = {
      class_name: 'Sequential',
      config: { name: 'net', layers },
      keras_version: 'tfjs-layers 4.22.0',
      backend: 'tensor_flow.js',
    };
    const text = JSON.stringify({ modelTopology, format: 'layers-model', weightsManifest: [] });
    const source = bytesSource(new TextEncoder().encode(text), 'model.json');
    expect(tfjsLayersGraph.detect(await probe(source))).toBe(true);
    const { nodes } = await tfjsLayersGraph.open(source);
    expect(nodes.at(-1)).toMatchObject({ attributes: { name: 'hard_sigmoid_keras2' } });
  });
});
