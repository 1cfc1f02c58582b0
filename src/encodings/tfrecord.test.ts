import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '#io/testing.ts';
import { maskedCrc32c } from './crc32c.ts';
import { readTfRecords, type TfRecordOptions } from './tfrecord.ts';

type Bytes = Uint8Array<ArrayBuffer>;

function record(payload: Uint8Array): Bytes {
  const bytes = new Uint8Array(payload.length + 16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, payload.length, true);
  view.setUint32(8, maskedCrc32c(bytes, 0, 8), true);
  bytes.set(payload, 12);
  view.setUint32(payload.length + 12, maskedCrc32c(payload), true);
  return bytes;
}

/** A header that keeps its promise to its checksum alone. */
function header(length: bigint): Bytes {
  const bytes = new Uint8Array(12);
  const view = new DataView(bytes.buffer);
  view.setBigUint64(0, length, true);
  view.setUint32(8, maskedCrc32c(bytes, 0, 8), true);
  return bytes;
}

function joined(...parts: Uint8Array[]): Bytes {
  const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

const numbered = (i: number, length = 5 + (i % 40)) =>
  Uint8Array.from({ length }, (_, k) => (k === 0 ? i : (k * 31 + i * 7) & 255));

async function readAll(bytes: Bytes, options?: TfRecordOptions) {
  const payloads: Uint8Array[] = [];
  const defects = [];
  let end = options?.from ?? 0;
  const visit = ({ bytes }: { bytes: Uint8Array }, from: number, to: number) =>
    void payloads.push(bytes.slice(from, to));
  for await (const progress of readTfRecords(bytesSource(bytes, 'log'), visit, options)) {
    end = progress.end;
    defects.push(...progress.defects);
  }
  return { payloads, defects, end };
}

const twenty = Array.from({ length: 20 }, (_, i) => numbered(i));
const sound = joined(...twenty.map(record));
const offsets = twenty.map((_, i) => joined(...twenty.slice(0, i).map(record)).length);

describe('a sound file', () => {
  it('gives its records in order', async () => {
    expect(await readAll(sound)).toEqual({ payloads: twenty, defects: [], end: sound.length });
  });

  it.each([
    ['no bytes', new Uint8Array(), 0],
    ['one empty record', record(new Uint8Array()), 1],
  ])('may have %s', async (_, bytes, count) => {
    const { payloads, defects } = await readAll(bytes);
    expect(payloads).toHaveLength(count);
    expect(defects).toEqual([]);
  });

  it('larger than what is read at once loses nothing between the pieces', async () => {
    const large = Array.from({ length: 23 }, (_, i) => new Uint8Array(900_001 + i).fill(i));
    const huge = new Uint8Array(19_000_000).fill(99);
    const all = [...large, huge, ...twenty];
    const bytes = joined(...all.map(record));
    const { payloads, defects, end } = await readAll(bytes);
    expect(payloads.map(({ length }) => length)).toEqual(all.map(({ length }) => length));
    expect(payloads.map(maskOf)).toEqual(all.map(maskOf));
    expect(defects).toEqual([]);
    expect(end).toBe(bytes.length);
  });
});

const maskOf = (payload: Uint8Array) => maskedCrc32c(payload);

describe('a file still being written', () => {
  it.each(offsets.slice(1).flatMap((end) => [end - 1, end + 1, end + 13]))(
    'cut at byte %i gives what is whole, and the rest from there when it has grown',
    async (size) => {
      const first = await readAll(sound.slice(0, size));
      expect(first.defects).toEqual([]);
      const rest = await readAll(sound, { from: first.end });
      expect([...first.payloads, ...rest.payloads]).toEqual(twenty);
      expect(rest.defects).toEqual([]);
    },
  );

  it('that has become shorter is another file', async () => {
    await expect(readAll(sound, { from: sound.length + 1 })).rejects.toMatchObject({
      problem: { kind: 'changed' },
    });
  });
});

describe('damage', () => {
  it('of any one bit loses no more than its record', async () => {
    for (let bit = 0; bit < sound.length * 8; bit += 3) {
      const bytes = sound.slice();
      (bytes[bit >> 3] as number) ^= 1 << (bit & 7);
      const hit = offsets.findLastIndex((offset) => offset <= bit >> 3);
      const { payloads, defects } = await readAll(bytes);
      expect(payloads).toEqual(twenty.filter((_, i) => i !== hit));
      expect(defects).toMatchObject([
        { problem: { kind: 'corrupt' }, place: { path: 'log', offset: offsets[hit] } },
      ]);
    }
  });

  const kinds: [string, Bytes, number][] = [
    ['garbage', Uint8Array.from({ length: 333 }, (_, i) => (i * i * 7 + 3) & 255), 1],
    ['zeros', new Uint8Array(500), 1],
    ['a length that lies about itself', joined(new Uint8Array([255]), record(numbered(1))), 1],
    ['a length no file has', header(2n ** 62n), 1],
    ['a length past the limit', header(2n ** 31n), 1],
    ['a record that was cut', record(numbered(99, 200)).slice(0, 70), 1],
  ];

  it.each(kinds)('in the middle, of %s, is stepped over', async (_, damage, count) => {
    const bytes = joined(...twenty.map(record), damage, ...twenty.map(record));
    const { payloads, defects, end } = await readAll(bytes);
    expect(payloads.slice(0, 20)).toEqual(twenty);
    expect(payloads.slice(-20)).toEqual(twenty);
    expect(defects).toHaveLength(count);
    expect(defects[0]?.place.offset).toBe(sound.length);
    expect(end).toBe(bytes.length);
  });

  it.each(kinds.slice(0, 5))('at the end, of %s, is provisional', async (_, damage) => {
    const tail = damage.slice(0, damage.length - 17);
    const bytes = joined(sound, tail, new Uint8Array(20));
    const { payloads, defects, end } = await readAll(bytes);
    expect(payloads).toEqual(twenty);
    expect(end).toBe(sound.length);
    expect(defects.map(({ place }) => place.offset)).toEqual([sound.length]);
    const healed = joined(sound, sound);
    expect((await readAll(healed, { from: end })).payloads).toEqual(twenty);
  });

  it('of a record past the limit is stepped over unread', async () => {
    const length = 300_000_000;
    const size = 2 * sound.length + 16 + length;
    const pieces: [number, Bytes][] = [
      [0, sound],
      [sound.length, header(BigInt(length))],
      [size - sound.length, sound],
    ];
    let bytesRead = 0;
    const read = (start: number, end: number) => {
      const bytes = new Uint8Array(end - start);
      bytesRead += bytes.length;
      for (const [at, piece] of pieces) {
        const part = piece.subarray(Math.max(0, start - at), Math.max(0, end - at));
        if (part.length > 0) bytes.set(part, Math.max(0, at - start));
      }
      return Promise.resolve(bytes);
    };
    const payloads: number[] = [];
    const defects = [];
    const records = readTfRecords({ path: 'log', size, read }, (_, from, to) =>
      payloads.push(to - from),
    );
    for await (const progress of records) defects.push(...progress.defects);
    expect(payloads).toEqual([...twenty, ...twenty].map(({ length }) => length));
    expect(defects).toEqual([
      {
        problem: { kind: 'too-large', what: 'a record', size: length, limit: 256 << 20 },
        place: { path: 'log', offset: sound.length },
      },
    ]);
    expect(bytesRead).toBeLessThan(40_000_000);
  });

  it('all over is listed up to a limit, then counted', async () => {
    const flipped = record(numbered(1)).map((byte, i) => (i === 14 ? byte ^ 1 : byte));
    const bytes = joined(...Array.from({ length: 500 }, () => flipped), ...twenty.map(record));
    const { payloads, defects } = await readAll(bytes);
    expect(payloads).toEqual(twenty);
    expect(defects).toHaveLength(101);
    expect(defects.at(-1)?.problem).toEqual({
      kind: 'corrupt',
      what: '400 more damaged places follow',
    });
  });

  it('of lengths that all promise much is still read in good time', async () => {
    const promises = new Uint8Array(12 * 300_000);
    for (let at = 0; at < promises.length; at += 12) {
      promises.set(header(BigInt(promises.length - at - 16)), at);
    }
    const { payloads } = await readAll(joined(promises, sound));
    expect(payloads).toEqual(twenty);
  });

  it('of any kind ends in records, never in another error', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.oneof(
            fc.uint8Array({ maxLength: 40 }),
            fc.uint8Array({ maxLength: 40 }).map(record),
            fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }).map(header),
            fc.nat(200).map((length) => header(BigInt(length))),
          ),
        ),
        fc.nat(60),
        async (parts, cut) => {
          const bytes = joined(...parts);
          const { end } = await readAll(bytes.slice(0, Math.max(0, bytes.length - cut)));
          expect(end).toBeLessThanOrEqual(bytes.length);
        },
      ),
    ));
});

describe('reading', () => {
  const large = joined(...Array.from({ length: 30 }, () => record(new Uint8Array(900_000))));

  it('stops where it is aborted', async () => {
    const controller = new AbortController();
    let count = 0;
    const progress = readTfRecords(bytesSource(large), () => void count++, {
      signal: controller.signal,
    });
    await progress.next();
    controller.abort();
    await expect(progress.next()).rejects.toThrow('abort');
    expect(count).toBeLessThan(30);
  });

  it('fails with the error of the read that failed', async () => {
    const source = bytesSource(large);
    for (let failing = 0; failing < 4; failing++) {
      let reads = 0;
      const read: typeof source.read = (...range) =>
        reads++ === failing ? Promise.reject(new Error('disk')) : source.read(...range);
      const all = async () => {
        for await (const _ of readTfRecords({ ...source, read }, () => undefined));
      };
      await expect(all()).rejects.toThrow('disk');
    }
  });
});
