import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { table } from '#encodings/testing.ts';
import { bytesSource, FIXTURES, fileSource, hasCorpus, hasFixtures, SHARED } from '#io/testing.ts';
import { probe } from './index.ts';
import { recognise } from './recognise.ts';

const TORCH_MAGIC = '\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19\x2e';
const LFS = 'version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 46827520\n';

/** Bytes from a text, a byte for each character. */
const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));

const look = async (path: string, content: Uint8Array<ArrayBuffer> | string) =>
  recognise(await probe(bytesSource(typeof content === 'string' ? bytes(content) : content, path)));

describe('a file that nothing opens yet', () => {
  it.each([
    ['model.h5', '\x89HDF\r\n\x1a\n\0', 'Keras HDF5'],
    ['run.weights.h5', `${'\0'.repeat(512)}\x89HDF\r\n\x1a\n`, 'Keras HDF5'],
    ['a.h5', '\x89HDF\r\n\x1a\n … layer_names', 'Keras HDF5'],
    ['spectra.h5', `${'\0'.repeat(2048)}\x89HDF\r\n\x1a\n`, 'HDF5'],
    ['a.keras', 'PK\x03\x04 … metadata.json … config.json', 'Keras archive'],
    ['cut.keras', 'PK\x03\x04', 'Keras archive'],
    ['m.pt2', 'PK\x03\x04 … m/archive_format', 'PyTorch exported program'],
    ['m.pt', 'PK\x03\x04 … m/data.pkl … m/code/__torch__.py', 'TorchScript'],
    ['m.pt', 'PK\x03\x04 … m/data.pkl', 'PyTorch'],
    ['w.npz', 'PK\x03\x04 … w.npy', 'NumPy archive'],
    ['w.zip', 'PK\x05\x06', 'ZIP archive'],
    ['old.pth', `\x80\x02${TORCH_MAGIC}`, 'Legacy PyTorch'],
    ['old.pth', `\x80\x04\x95\x0d\0\0\0\0\0\0\0${TORCH_MAGIC}`, 'Legacy PyTorch'],
    ['older.pth', `${'sys_info\0'.padEnd(257, '\0')}ustar`, 'PyTorch tar'],
    ['a.tar', `${'a.txt\0'.padEnd(257, '\0')}ustar`, 'tar archive'],
    ['m.gguf', 'GGUF\x03', 'GGUF'],
    ['m.bin', 'tjgg\x01', 'GGML'],
    ['x.npy', '\x93NUMPY\x01', 'NumPy array'],
    ['m.tflite', '\x1c\0\0\0TFL3', 'TensorFlow Lite'],
    ['model.ckpt-100', table([]), 'TensorFlow V1 checkpoint'],
    ['m/saved_model.pb', '\x08\x01\x12', 'TensorFlow SavedModel'],
    ['10/_CHECKPOINT_METADATA', '{"item_handlers": {}}', 'Orbax checkpoint'],
    ['10/state/manifest.ocdbt', '\x0c\xdb\x3a\x2a', 'Orbax checkpoint'],
    ['m.onnx', '\x08\x07\x12\x07pytorch', 'ONNX'],
    ['m.bin', '\x08\x07\x12\x07pytorch', 'ONNX'],
    ['m.pdparams', '\x80\x02}q', 'PaddlePaddle'],
    ['m.ckpt', '\x0a\x20\x0a\x05conv1\x12\x17\x08\x03\x12\x07Float32', 'MindSpore checkpoint'],
    ['p.msgpack', '\x81\xa6params', 'Flax MessagePack'],
    ['run/checkpoint_40', '\x83\xa6params', 'Flax MessagePack'],
    ['s/.metadata', '\x80\x04\x95', 'PyTorch distributed checkpoint'],
    ['s/__0_0.distcp', 'PK\x03\x04', 'PyTorch distributed checkpoint'],
    ['m/model.json', '{"format": "layers-model", "x": 1}', 'TensorFlow.js model'],
    ['m/group1-shard1of2.bin', '\x01\x02', 'TensorFlow.js model'],
    ['model.safetensors.index.json', '{}', 'Sharded safetensors'],
    ['pytorch_model.bin.index.json', '{}', 'Sharded PyTorch'],
    ['args.pkl', '\x80\x04\x95', 'Python pickle'],
    ['args.pkl', '(dp0\n.', 'Python pickle'],
    ['m.pth', '\x1f\x8b\x08', 'gzip'],
  ])('%s is known by name: %#', async (path, content, title) => {
    expect(await look(path, content)).toEqual({ title });
  });
});

describe('a file that pretends', () => {
  it.each([
    ['m.pth', LFS, { impostor: 'lfs-pointer', promised: 46827520 }],
    ['train.csv', LFS, { impostor: 'lfs-pointer', promised: 46827520 }],
    ['m.pth', LFS.slice(0, 60), { impostor: 'lfs-pointer' }],
    ['m.pth', '<!DOCTYPE html>\n<p>404', { impostor: 'html' }],
    ['m.pth', '\n  <html lang="en">', { impostor: 'html' }],
    ['m', '<?xml version="1.0"?><html>', { impostor: 'html' }],
    ['m.safetensors', '{"error": "Repository not found"}', { impostor: 'json' }],
    ['m.pth', '[1, 2]', { impostor: 'json' }],
    ['m.pth', 'Access to model is restricted.', { impostor: 'text' }],
    ['m.pth', '', { impostor: 'empty' }],
    ['c.data-00000-of-00001', '', { impostor: 'empty' }],
    ['m.pth', '\0'.repeat(9000), { impostor: 'zeros' }],
  ])('%s %#', async (path, content, pretence) => {
    expect(await look(path, content)).toEqual(pretence);
  });

  it('is not one whose name says what it is', async () => {
    expect(await look('notes.txt', 'notes')).toBeUndefined();
    expect(await look('LICENSE', 'MIT')).toBeUndefined();
    expect(await look('config.json', '{"lr": 0.1}')).toBeUndefined();
    expect(await look('report.html', '<html>')).toBeUndefined();
    expect(await look('__init__.py', '')).toBeUndefined();
    expect(await look('app/.metadata', '# This file tracks Flutter\nversion:')).toBeUndefined();
  });

  it('is not one that begins with zeros, or is cut inside a character', async () => {
    expect(await look('m.bin', `${'\0'.repeat(9000)}\x01`)).toBeUndefined();
    const cut = new TextEncoder().encode('é'.repeat(3000)).slice(0, 5001);
    expect(await look('m.pth', cut)).toEqual({ impostor: 'text' });
    expect(await look('m.pth', '\xff\xfe binary \x01')).toBeUndefined();
  });
});

it('never throws, whatever the bytes and the name', () =>
  fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 600 }), fc.string(), async (content, path) => {
      await look(path, new Uint8Array(content));
    }),
  ));

/** Titles of all files below a folder, whether a format claims them or not. */
async function titlesBelow(root: string): Promise<Record<string, string[]>> {
  const found: Record<string, string[]> = {};
  for (const entry of readdirSync(root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const looked = await probe(await fileSource(entry.parentPath, entry.name));
    const known = recognise(looked);
    const title = known && ('title' in known ? known.title : known.impostor);
    if (title !== undefined) found[title] = [...(found[title] ?? []), entry.name];
  }
  return found;
}

describe.runIf(hasFixtures)('files written by the frameworks', () => {
  it.each([
    ['sample-training/digits-tensorflow', { 'TensorFlow SavedModel': 1, 'NumPy archive': 1 }],
    ['tensorflow/tf1/v1-saver', { 'TensorFlow V1 checkpoint': 2 }],
    ['misc/gguf', { GGUF: 6, empty: 1 }],
    ['jax/flax-msgpack', { 'Flax MessagePack': 9, empty: 1 }],
  ])('%s', async (root, expected) => {
    const titles = await titlesBelow(join(FIXTURES, root));
    const counts = Object.entries(titles).map(([title, names]) => [title, names.length]);
    expect(Object.fromEntries(counts)).toMatchObject(expected);
  });

  it.runIf(hasCorpus)('and found in the wild', async () => {
    const titles = await titlesBelow(join(SHARED, 'corpus'));
    expect(Object.keys(titles)).toEqual(
      expect.arrayContaining(['ONNX', 'TensorFlow.js model', 'TensorFlow SavedModel']),
    );
  });
});
