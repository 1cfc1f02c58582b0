import { describe, expect, it } from 'vitest';
import { diskFolder, readAll } from '#formats/examples/testing.ts';
import { featuresOf, parseFeatures } from './features.ts';
import { openSavedToDisk } from './reader.ts';

const folder = diskFolder('src/formats/huggingface-data', 'fixtures');

describe('a folder of save_to_disk', () => {
  it('has the columns of its stream and the classes of its description', async () => {
    const dataset = await openSavedToDisk(folder);
    expect(dataset).toMatchObject({ count: 60, label: 'label' });
    expect(dataset.columns[0]).toEqual({ name: 'x', dtype: 'float32', shape: [64] });
    expect(dataset.columns[1]?.classes?.slice(0, 2)).toEqual(['zero', 'one']);
    expect(await readAll(dataset, ['x'])).toMatchObject({
      x: '601f2a4477f9f75dfa5c5afa8f25a7b8ac5deae6b2316af3da65893383b585bc',
      y: 'f0973f3c0d47a4feba70770549c5c75a8d5e1c5cd82b29883361bf8159a060d0',
    });
  });

  it('without a file that it names is refused', async () => {
    const files = folder.files.filter((name) => !name.endsWith('.arrow'));
    await expect(openSavedToDisk({ ...folder, files })).rejects.toMatchObject({
      problem: { kind: 'missing', path: 'fixtures/data-00000-of-00001.arrow' },
    });
  });
});

describe('features', () => {
  it.each<[string, unknown]>([
    ['dataset_info.json', { features: { y: { names: ['a', 'b'], _type: 'ClassLabel' } } }],
    ['a file', { info: { features: { y: { names: ['a', 'b'], _type: 'ClassLabel' } } } }],
    [
      'a README',
      {
        dataset_info: {
          features: [{ name: 'y', dtype: { class_label: { names: { 0: 'a', 1: 'b' } } } }],
        },
      },
    ],
  ])('of %s name classes', (_, document) => {
    expect(featuresOf(document).get('y')).toEqual({ classes: ['a', 'b'] });
  });

  it('that are no JSON say nothing', () => {
    expect(parseFeatures('{').size).toBe(0);
  });
});
