import { describe, expect, it } from 'vitest';
import { rewindable } from './rewind.ts';

/** The numbers from 0 in pieces of three bytes, and how often they were begun. */
function counting(length: number) {
  const starts = { count: 0 };
  async function* open() {
    starts.count++;
    for (let at = 0; at < length; at += 3) {
      yield Uint8Array.from({ length: Math.min(3, length - at) }, (_, i) => at + i);
    }
  }
  return { starts, read: rewindable(open) };
}

describe('what can only be read forward', () => {
  it('goes on where the last range ended', async () => {
    const { starts, read } = counting(20);
    expect([...(await read(0, 4))]).toEqual([0, 1, 2, 3]);
    expect([...(await read(4, 9))]).toEqual([4, 5, 6, 7, 8]);
    expect([...(await read(2, 5))]).toEqual([2, 3, 4]);
    expect([...(await read(17, 30))]).toEqual([17, 18, 19]);
    expect(starts.count).toBe(1);
  });

  it('reads ranges that are asked for at once one after another', async () => {
    const { read } = counting(12);
    const parts = await Promise.all([read(6, 9), read(0, 3), read(9, 12)]);
    expect(parts.map((part) => [...part])).toEqual([
      [6, 7, 8],
      [0, 1, 2],
      [9, 10, 11],
    ]);
  });

  it('starts anew for what lies far back', async () => {
    const block = new Uint8Array(2 ** 23);
    let starts = 0;
    async function* open() {
      starts++;
      for (let i = 0; i < 5; i++) yield block.fill(i).slice();
    }
    const read = rewindable(open);
    await read(2 ** 25, 2 ** 25 + 1);
    expect([...(await read(0, 2))]).toEqual([0, 0]);
    expect(starts).toBe(2);
  });

  it('an abort stops it, and the next range is read all the same', async () => {
    const { read } = counting(9);
    await expect(read(0, 3, AbortSignal.abort())).rejects.toThrow(/abort/i);
    expect([...(await read(0, 3))]).toEqual([0, 1, 2]);
  });
});
