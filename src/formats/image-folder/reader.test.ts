import { describe, expect, it } from 'vitest';
import { UNPREPARED } from '#domain/dataset.ts';
import { diskFolder, readAll } from '#formats/examples/testing.ts';
import { openImageFolder } from './reader.ts';

const open = (name: string) =>
  openImageFolder(diskFolder('src/formats/image-folder/fixtures', name));

describe('a folder of images per class', () => {
  it('has classes and files in the order of ImageFolder', async () => {
    const dataset = await open('digits');
    expect(dataset.columns).toEqual([
      { name: 'image', dtype: 'uint8', shape: [8, 8, 1], kind: 'image' },
      { name: 'class', dtype: 'string', shape: [], classes: ['eight', 'four'] },
      { name: 'file', dtype: 'string', shape: [], kind: 'text' },
    ]);
    const { values, labels } = await readAll(dataset, ['image']);
    expect(values.slice(0, 8)).toEqual([0, 15, 180, 225, 240, 195, 15, 0]);
    expect(labels).toEqual([0, 0, 1, 1]);
    const request = { inputs: [], label: null, from: 0, to: 4, slices: ['file'] };
    const files = ['eight/img013.png', 'eight/img015.png', 'four/img001.png', 'four/img011.png'];
    expect((await dataset.read(request)).slices).toEqual([files]);
  });

  it('sorts as Python does: by code points, files of a folder before those below it', async () => {
    const sorted = ['B/x.png', 'a/z.png', 'a/b/x.png', 'a/b-c/x.png', 'a-b/x.png'];
    const folder = diskFolder('src/formats/image-folder/fixtures', 'digits');
    const files = ['a/.x.png', 'x.png', ...[...sorted].reverse()];
    const open = () => folder.open('four/img001.png');
    const dataset = await openImageFolder({ ...folder, files, open });
    expect(dataset.columns[1]?.classes).toEqual(['B', 'a', 'a-b']);
    const request = { inputs: [], label: null, from: 0, to: 5, slices: ['file'] };
    expect((await dataset.read(request)).slices?.[0]).toEqual(sorted);
  });

  it('of many kinds and sizes has to be brought to one', async () => {
    const dataset = await open('kinds');
    const [column] = dataset.columns;
    expect(column).toMatchObject({ kind: 'image', varies: true });
    const range = { inputs: ['image'], label: null, from: 0, to: 4 };
    await expect(dataset.read(range)).rejects.toMatchObject({ problem: { kind: 'unfit' } });
    const image = { ...UNPREPARED, resize: [4, 4] as const, channels: 3 as const };
    const { inputs } = await dataset.read({ ...range, image });
    expect(inputs[0]?.shape).toEqual([4, 4, 4, 3]);
  });

  it('tells which images are broken, and reads the others', async () => {
    const dataset = await open('bad-image');
    expect(dataset.defects?.map(({ place }) => place.path)).toEqual([
      'bad-image/0/cut.png',
      'bad-image/1/text.png',
    ]);
    const read = (from: number) =>
      dataset.read({ inputs: ['image'], label: 'class', from, to: from + 1 });
    await expect(read(0)).rejects.toMatchObject({ place: { path: 'bad-image/0/cut.png' } });
    expect((await read(1)).labels).toEqual(Int32Array.of(1));
  });
});
