import { describe, expect, it } from 'vitest';
import type { HistoryChunk } from '#domain/history.ts';
import { joinChunks } from '#domain/series.ts';
import { probe } from '#formats/index.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { bytesSource, collect } from '#io/testing.ts';
import { csvLog } from './history.ts';

const inUtf8 = (text: string, path = 'metrics.csv') =>
  bytesSource(new TextEncoder().encode(text), path);

function inUtf16(text: string, littleEndian: boolean): ByteSource {
  const bytes = new Uint8Array(2 * text.length + 2);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, 0xfeff, littleEndian);
  for (let i = 0; i < text.length; i++) view.setUint16(2 * i + 2, text.charCodeAt(i), littleEndian);
  return bytesSource(bytes, 'metrics.csv');
}

function columnsOf(chunks: readonly HistoryChunk[]) {
  return Object.fromEntries(
    joinChunks(chunks).map(({ tag, steps, values }) => [tag, [[...steps], [...values]]]),
  );
}

const detects = async (source: ByteSource) => csvLog.detect(await probe(source));

describe('a table', () => {
  it.each([
    ['bars', 'epoch|loss|val_loss\n0|3|4\n1|2|3\n'],
    ['colons', 'epoch:loss:val_loss\n0:3:4\n1:2:3\n'],
    ['spaces', 'epoch loss val_loss\n0 3 4\n1 2 3\n', true],
    [
      'aligned spaces',
      '  epoch   loss  val_loss\n      0     3         4\n      1     2  3\n',
      true,
    ],
  ])('divided by %s: %j', async (...[, text]) => {
    expect(await detects(inUtf8(text))).toBe(true);
    const chunks = await collect(csvLog.read(inUtf8(text)));
    expect(columnsOf(chunks)).toEqual({
      loss: [
        [0, 1],
        [3, 2],
      ],
      val_loss: [
        [0, 1],
        [4, 3],
      ],
    });
    expect(chunks.flatMap(({ defects }) => defects)).toEqual([]);
  });

  it.each([
    ['Epoch 1: loss 0.5\nEpoch 2: loss 0.4\n'],
    ['epoch: 1\nepoch: 2\n'],
    ['Epoch 1\n'],
    ['step one of the plan\n1 is done\n'],
  ])('is not seen in prose: %j', async (text) => {
    expect(await detects(inUtf8(text, 'train.log'))).toBe(false);
  });

  it.each([
    ['little-endian', true],
    ['big-endian', false],
  ])('in UTF-16, %s, is read as one in UTF-8', async (_, littleEndian) => {
    const source = inUtf16('epoch,loss,été\r\n0,3,1\r\n1,nan,2\r\n', littleEndian);
    expect(await detects(source)).toBe(true);
    const chunks = await collect(csvLog.read(source));
    expect(columnsOf(chunks)).toEqual({
      loss: [
        [0, 1],
        [3, Number.NaN],
      ],
      été: [
        [0, 1],
        [1, 2],
      ],
    });
    expect(chunks.at(-1)?.end).toBe(source.size);
  });

  it('in UTF-16 that was cut says so, with no offset that is not of the file', async () => {
    const chunks = await collect(csvLog.read(inUtf16('epoch,loss\n0,3\n1,2', true)));
    expect(columnsOf(chunks)).toEqual({
      loss: [
        [0, 1],
        [3, 2],
      ],
    });
    expect(chunks.flatMap(({ defects }) => defects)).toEqual([
      { problem: expect.objectContaining({ kind: 'truncated' }), place: { path: 'metrics.csv' } },
    ]);
  });
});
