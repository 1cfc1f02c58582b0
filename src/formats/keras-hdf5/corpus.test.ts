import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkpointFormats, probe } from '#formats/index.ts';
import { fileSource, hasCorpus, SHARED } from '#io/testing.ts';

const CORPUS = join(SHARED, 'corpus');

async function openAny(path: string) {
  const source = await fileSource(CORPUS, path);
  const looked = await probe(source);
  const format = checkpointFormats.find((candidate) => candidate.detect(looked));
  return { id: format?.id, checkpoint: await format?.open(source) };
}

describe.runIf(hasCorpus)('files found in the wild', () => {
  it.each([
    ['hdf5-features/test/test.h5', 'hdf5', 8],
    ['hdf5-features/test/compressed.h5', 'hdf5', 4],
    ['hdf5-features/test/empty.h5', 'hdf5', 1],
    ['hdf5-features/test/vlen.h5', 'hdf5', 2],
    ['hdf5-features/test/array.h5', 'hdf5', 7],
    [
      'keras2-h5-run/trained_models/emotion_models/fer2013_mini_XCEPTION.00-0.47.hdf5',
      'keras-hdf5',
      185,
    ],
    [
      'keras3-keras-official/keras/src/saving/test_data/pre_pr22362_nested_container.keras',
      'keras-archive',
      5,
    ],
  ])('%s', async (path, id, count) => {
    const { id: found, checkpoint } = await openAny(path);
    expect(found).toBe(id);
    expect(checkpoint?.defects).toEqual([]);
    expect(checkpoint?.tensors.size).toBe(count);
    const unread: string[] = [];
    for (const name of checkpoint?.tensors.keys() ?? [])
      await checkpoint?.read(name).catch(() => unread.push(name));
    expect(unread).toEqual(path.endsWith('compressed.h5') ? ['/scaleoffset', '/szip'] : []);
    expect(Object.keys((checkpoint?.metadata['refused'] as object | undefined) ?? {})).toEqual(
      unread,
    );
  });

  it('a model of Keras 2 has the names of its layers, not those of its program', async () => {
    const { checkpoint } = await openAny(
      'keras2-h5-run/trained_models/emotion_models/fer2013_mini_XCEPTION.00-0.47.hdf5',
    );
    const labels = [...(checkpoint?.tensors.values() ?? [])].map(({ label }) => label);
    expect(labels).toContain('batch_normalization_10/gamma');
    expect(checkpoint?.writer).toBe('Keras 2.0.5');
  });
});
