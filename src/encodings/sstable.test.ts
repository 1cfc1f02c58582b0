import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import { bytesSource, metered } from '#io/testing.ts';
import { compareKeys, openTable, readBlock, tableMagic } from './sstable.ts';
import { block, type Entry, littleEndian, sealed, table, varint } from './testing.ts';

const ascii = (text: string) => [...new TextEncoder().encode(text)];
const entries = ['', 'a', 'model/bias', 'model/kernel', 'model/kernel/m', 'z\u00ff'].map(
  (key, i): Entry => [ascii(key), [i, i]],
);

async function readAll(bytes: Uint8Array<ArrayBuffer>) {
  const source = bytesSource(bytes, 'table');
  const found: [number[], number[]][] = [];
  for (const handle of await openTable(source)) {
    for (const { key, value } of await readBlock(source, handle))
      found.push([[...key], [...value]]);
  }
  return found;
}

describe('a table', () => {
  it.each([
    ['in one block', table([block(entries)])],
    ['with every key in full', table([block(entries, { interval: 1 })])],
    ['in two blocks', table([block(entries.slice(0, 3)), block(entries.slice(3))])],
    ['compressed with Snappy', table([block(entries, { type: 1 })])],
  ])('%s gives its entries', async (_, bytes) => {
    expect(await readAll(bytes)).toEqual(entries);
  });

  it('without entries is empty', async () => {
    expect(await readAll(table([]))).toEqual([]);
  });

  it('is opened in two reads, whatever its size', async () => {
    const large = table([block(entries), block([[[255], new Array<number>(9000).fill(7)]])]);
    const { source, meter } = metered(bytesSource(large));
    await openTable(source);
    expect(meter.reads).toBe(2);
    expect(meter.bytes).toBeLessThan(100);
  });
});

describe('a damaged table', () => {
  const good = table([block(entries)]);
  const changed = (at: number, mask = 1) => good.map((byte, i) => (i === at ? byte ^ mask : byte));
  const endless = Array.from({ length: 3000 }, (_, i) => [
    ...(i === 0 ? [0, 199, 1, 1] : [200 + Math.floor(i / 128), 0, 0]),
    ...(i === 0 ? new Array<number>(199).fill(97) : []),
  ]).flat();
  it.each([
    ['of no bytes', new Uint8Array(), 'truncated'],
    ['of 47 bytes', good.slice(-47), 'truncated'],
    ['whose end is cut off', good.slice(0, -3), 'malformed'],
    ['with a bit flipped in its magic number', changed(good.length - 1), 'corrupt'],
    ['with a bit flipped in the index block', changed(good.length - 60), 'corrupt'],
    ['with a bit flipped in a data block', changed(3), 'corrupt'],
    ['with a bit flipped in a checksum', changed(block(entries).length - 1), 'corrupt'],
    ['whose index lies past its end', changed(good.length - 45, 64), 'malformed'],
    ['with a compression that nobody has', table([sealed([0, 0, 0, 0], 7)]), 'unsupported'],
    ['with too many restarts', table([sealed(littleEndian(99, 4), 0)]), 'malformed'],
    ['with a block of 2 bytes', table([sealed([0, 0], 0)]), 'malformed'],
    ['with keys out of order', table([block([...entries].reverse())]), 'malformed'],
    [
      'with a key twice',
      table([
        block([
          [[1], []],
          [[1], []],
        ]),
      ]),
      'malformed',
    ],
    [
      'with a value longer than its block',
      table([sealed([0, 1, 99, 97, 0, 0, 0, 0], 0)]),
      'malformed',
    ],
    [
      'with a key that shares what is not there',
      table([sealed([5, 1, 0, 97, 0, 0, 0, 0], 0)]),
      'malformed',
    ],
    ['with keys that grow without end', table([sealed([...endless, 0, 0, 0, 0], 0)]), 'malformed'],
  ])('%s', async (_, bytes, kind) => {
    await expect(readAll(bytes)).rejects.toMatchObject({ problem: { kind } });
  });

  it('with one block listed many times is refused', async () => {
    const data = block(entries);
    const handle = [...varint(0), ...varint(data.length - 5)];
    const index = block([
      [[1], handle],
      [[2], handle],
    ]);
    const footer = [
      ...varint(0),
      ...varint(0),
      ...varint(data.length),
      ...varint(index.length - 5),
    ];
    const bytes = Uint8Array.from([
      ...data,
      ...index,
      ...footer,
      ...new Array<number>(40 - footer.length).fill(0),
      ...good.slice(-8),
    ]);
    await expect(readAll(bytes)).rejects.toMatchObject({
      problem: { kind: 'malformed', what: 'its blocks are not in order' },
    });
  });

  it('never gives other entries: it is whole, or a CheckpointError', () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(good.length - 1),
        fc.integer({ min: 1, max: 255 }),
        async (at, mask) => {
          const outcome = await readAll(changed(at, mask)).catch((error: unknown) => error);
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CheckpointError);
          else expect(outcome).toEqual(entries);
        },
      ),
      { numRuns: 500 },
    ));
});

it('knows a damaged magic number from none', () => {
  const magic = table([]).slice(-8);
  expect(tableMagic(magic)).toBe('present');
  expect(tableMagic(magic.map((byte) => byte ^ 1))).toBe('damaged');
  expect(tableMagic(magic.map((byte) => byte ^ 255))).toBe('absent');
  expect(tableMagic(magic.slice(1))).toBe('absent');
});

it('orders keys by their bytes', () => {
  const keys = [[], [0], [0, 0], [0, 255], [1], [255]].map((key) => Uint8Array.from(key));
  expect([...keys].reverse().sort(compareKeys)).toEqual(keys);
});
