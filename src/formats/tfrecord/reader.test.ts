import { describe, expect, it } from 'vitest';
import { diskFile, expectExamples, readAll } from '#formats/examples/testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import { bytesSource, fixture } from '#io/testing.ts';
import { openTfRecord } from './reader.ts';

const ROOT = 'src/formats/tfrecord/fixtures';
const open = async (name: string) => openTfRecord(...(await diskFile(ROOT, name)));

/** Of `expected.json` of the shared fixtures: 60 handwritten digits. */
const DIGITS = '160bf8621b4aac4ba2ad5eca5e4818a617614148bec380d288a4b3b3ecb80f5d';
const PIXELS = '8f72286da2bbe374659fa2c528b7c81da67f05604d6a88f0806faf263595ba2c';
const CLASSES = '331c4cd95819c17bbccc0d10ab1996b08f427307957f4142d7dadb787c35b91c';

describe('records of digits', () => {
  it.each([
    ['test.tfrecord.gz', 'x', [64], 'y', DIGITS],
    ['test-00000-of-00002.tfrecord', 'raw', [64], 'label', DIGITS],
    ['test_png.tfrecords', 'image/encoded', [8, 8, 1], 'image/class/label', PIXELS],
  ])('%s have %s of %j and %s', async (...[name, input, shape, label, x]) => {
    const dataset = await open(name);
    expect(dataset).toMatchObject({ count: 60, label });
    expect(dataset.columns.find((column) => column.name === input)?.shape).toEqual(shape);
    expect(await readAll(dataset, [input])).toMatchObject({ x, y: CLASSES });
  });

  it('have texts that groups can be told by', async () => {
    const dataset = await open('test_png.tfrecords');
    const request = { inputs: [], label: null, from: 0, to: 2, slices: ['image/format'] };
    expect((await dataset.read(request)).slices).toEqual([['png', 'png']]);
  });
});

describe('damage', () => {
  it('names the record', async () => {
    const what = 'record 0 (counted from 0): a record and its checksum disagree';
    await expect(open('crc.tfrecord')).rejects.toMatchObject({
      problem: { kind: 'corrupt', what },
    });
  });

  it('a file that is cut, and a shard that is not there, are told', async () => {
    const whole = await fixture('tfrecord/test_png.tfrecords');
    const cut = openTfRecord(bytesSource(whole.slice(0, 9000), 'a.tfrecord'));
    await expect(cut).rejects.toMatchObject({ problem: { kind: 'truncated' } });
    const [source] = await diskFile(ROOT, 'test-00000-of-00002.tfrecord');
    const [, options] = await diskFile(`${ROOT}/..`, 'reader.ts');
    await expect(openTfRecord(source, options)).rejects.toMatchObject({
      problem: { kind: 'missing' },
    });
  });

  it('anywhere gives examples or a problem', async () => {
    const whole = await fixture('tfrecord/test-00000-of-00002.tfrecord');
    const random = seeded(3);
    for (let i = 0; i < 150; i++) {
      const source = bytesSource(mutate(whole, random), 'a.tfrecord');
      await expectExamples(() => openTfRecord(source));
    }
  });
});
