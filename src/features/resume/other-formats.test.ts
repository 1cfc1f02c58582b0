import { describe, expect, it } from 'vitest';
import { resumeCode } from './resume-code.ts';
import { details, tensor } from './testing.ts';

const code = (...parameters: Parameters<typeof resumeCode>) =>
  resumeCode(...parameters).blocks[0]?.code;

describe('safetensors', () => {
  const path = 'run/model.safetensors';
  const file = (metadata = {}, files = [path]) =>
    details({
      summary: {
        format: 'safetensors',
        framework: null,
        ref: { path, main: files[0] ?? path, files },
      },
      tensors: [tensor('fc.weight')],
      metadata,
    });

  it('loads the file into a model', () => {
    expect(code(file(), '/data')).toMatchInlineSnapshot(`
      "from safetensors.torch import load_file

      model = ...  # build it as it was when this was saved

      state = load_file('/data/run/model.safetensors')

      model.load_state_dict(state)"
    `);
  });

  it('is loaded by the framework that wrote it', () => {
    expect(code(file({ format: 'tf' }), '/data')).toContain('from safetensors.tensorflow import');
    expect(code(file({ format: "x'" }), '/data')).toContain('from safetensors.torch import');
  });

  it('goes on from a folder of the Trainer, and loads what lies beside the weights', () => {
    const folder = 'run/checkpoint-60';
    const files = ['model.safetensors', 'optimizer.pt', 'scheduler.pt'].map(
      (name) => `${folder}/${name}`,
    );
    const { blocks } = resumeCode(
      details({
        summary: {
          format: 'safetensors',
          framework: null,
          ref: { path: folder, main: files[0] ?? '', files },
        },
        tensors: [tensor('fc.weight')],
      }),
      '/data',
    );
    expect(blocks[0]?.code).toContain(
      "trainer.train(resume_from_checkpoint='/data/run/checkpoint-60')",
    );
    expect(blocks[1]?.code).toContain(
      "optimizer.load_state_dict(torch.load('/data/run/checkpoint-60/optimizer.pt', map_location='cpu', weights_only=True))",
    );
  });

  it('is put together from its shards', () => {
    const text = code(
      file({}, ['run/m.safetensors.index.json', 'run/1.safetensors', 'run/2.safetensors']),
      '/d',
    );
    expect(text).toContain(
      "shards = [\n    '/d/run/1.safetensors',\n    '/d/run/2.safetensors',\n]",
    );
  });
});

describe('Keras', () => {
  const saved = (file: string, format: string, metadata = {}) =>
    details({
      summary: {
        format,
        framework: 'keras',
        ref: { path: file, main: file, files: [file] },
        epoch: { value: 6, from: 'name', where: file },
      },
      metadata,
    });

  it.each([
    [saved('06-0.527.keras', 'keras-archive'), "keras.saving.load_model('/d/06-0.527.keras')"],
    [saved('06.weights.h5', 'keras-hdf5'), "model.load_weights('/d/06.weights.h5')"],
    [saved('m.h5', 'keras-hdf5', { model_config: {} }), "keras.saving.load_model('/d/m.h5')"],
  ])('%#', (one, line) => {
    expect(code(one, '/d')).toContain(line);
    expect(code(one, '/d')).toContain('initial_epoch=6');
  });
});

describe('checkpoints of many files', () => {
  const folder = (format: string, path: string, files: readonly string[] = []) =>
    details({
      summary: { format, ref: { path, main: files[0] ?? path, files } },
      tensors: [tensor('fc.weight')],
    });

  it.each([
    [
      folder('pytorch-sharded', 'm.bin.index.json', ['m.bin.index.json', '1.bin', '2.bin']),
      "shards = [\n    '/d/1.bin',\n    '/d/2.bin',\n]",
    ],
    [folder('torch-distributed', 'run/step-60'), "dcp.load(state, checkpoint_id='/d/run/step-60')"],
    [folder('deepspeed', 'run/global_step30'), "load_checkpoint('/d/run', tag='global_step30')"],
    [folder('torch-export', 'model.pt2'), "torch.export.load('/d/model.pt2')"],
  ])('%#', (one, line) => {
    expect(code(one, '/d')).toContain(line);
  });
});

it('a format that no one has written code for has none', () => {
  expect(resumeCode(details({ summary: { format: 'gguf' } }), '/d')).toEqual({
    blocks: [],
    notes: [],
  });
});
