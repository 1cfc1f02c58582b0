import { describe, expect, it } from 'vitest';
import { diskFile, readAll } from '#formats/examples/testing.ts';
import { probe } from '#formats/index.ts';
import { bytesSource, fileSource } from '#io/testing.ts';
import { imageTable } from './dataset.ts';
import { openImageTable } from './reader.ts';

const ROOT = 'src/formats/image-table/fixtures';

describe('images with a table of labels', () => {
  it('come in the order of the table', async () => {
    const dataset = await openImageTable(...(await diskFile(`${ROOT}/listed`, 'labels.csv')));
    expect(dataset).toMatchObject({ count: 4, label: 'label' });
    expect(dataset.columns.map(({ name }) => name)).toEqual(['image', 'label', 'filename']);
    const { values, labels } = await readAll(dataset, ['image']);
    expect(values.slice(0, 8)).toEqual([0, 0, 30, 120, 120, 120, 180, 30]);
    expect(labels.slice(0, 3)).toEqual([7, 4, 2]);
  });

  it('that are missing or outside of the folder are told, and never opened', async () => {
    const opened: string[] = [];
    const [source] = await diskFile(`${ROOT}/missing-image`, 'labels.csv');
    const sibling = (name: string) => {
      opened.push(name);
      return fileSource(`${ROOT}/missing-image`, name);
    };
    const { defects } = await openImageTable(source, { sibling });
    expect(defects?.map(({ problem }) => problem.kind)).toEqual(['missing', 'unsafe']);
    expect(opened.some((name) => name.includes('..'))).toBe(false);
  });
});

it.each([
  ['labels.csv', 'filename,label\nimages/a.png,7\n', true],
  ['labels.csv', 'label,file\n7,"b c.JPG"\n', true],
  ['metadata.jsonl', '{"file_name": "0.png", "label": 1}\n', true],
  ['test.csv', 'a,b,label\n1,2,3\n', false],
  ['test.csv', 'text,label\nsee a.png for more of it,1\n', false],
  ['test.jsonl', '{"text": "see a.png for more"}\n', false],
])('%s with %j is one: %s', async (name, text, is) => {
  const source = bytesSource(new TextEncoder().encode(text), name);
  expect(imageTable.detect(await probe(source))).toBe(is);
});
