import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { sha256 } from '#io/testing.ts';
import { decodeJpeg, isJpeg, jpegSize } from './jpeg.ts';
import { decodePng, pngSize } from './png.ts';

/** Written by `fixtures/write-images.py`: images, and what PIL reads in them as float32. */
interface Case {
  readonly name: string;
  readonly file: string;
  readonly shape: readonly number[];
  readonly sha256: string;
}

const cases: readonly Case[] = JSON.parse(
  readFileSync('src/encodings/image/fixtures/images.json', 'utf8'),
);
const bytesOf = ({ file }: Case) => new Uint8Array(Buffer.from(file, 'base64'));
const place = { path: 'a.png' };
const named = (name: string) => {
  const found = cases.find((one) => one.name === name);
  if (!found) throw new Error(name);
  return bytesOf(found);
};

describe('images', () => {
  it.each(cases.map((one) => [one.name, one] as const))(
    '%s has the pixels that PIL reads',
    async (_, one) => {
      const bytes = bytesOf(one);
      const pixels = isJpeg(bytes) ? decodeJpeg(bytes, place) : await decodePng(bytes, place);
      expect([pixels.height, pixels.width, pixels.channels]).toEqual(one.shape);
      expect(sha256(new Uint8Array(pixels.values.buffer))).toBe(one.sha256);
    },
  );

  it.each(cases.filter(({ name }) => !name.includes('transparency')))(
    '$name says its size at its beginning',
    (one) => {
      const bytes = bytesOf(one);
      const size = isJpeg(bytes) ? jpegSize(bytes, place) : pngSize(bytes.slice(0, 64), place);
      expect([size?.height, size?.width, size?.channels]).toEqual(one.shape);
    },
  );
});

describe('damage', () => {
  it.each(['png RGB', 'jpeg 4:2:0', 'jpeg 4:2:0 progressive'])(
    '%s that is cut anywhere is refused',
    async (name) => {
      const whole = named(name);
      for (let length = 0; length < whole.length; length += 7) {
        const bytes = whole.slice(0, length);
        const decode = async () => (name.startsWith('png') ? decodePng : decodeJpeg)(bytes, place);
        await expect(decode()).rejects.toMatchObject({ name: 'CheckpointError' });
      }
    },
  );

  it('a PNG of which any bit is flipped is refused, but for what does not matter', async () => {
    const whole = named('png RGB');
    for (let at = 8; at < whole.length; at += 5) {
      const bytes = whole.slice();
      bytes[at] = (bytes[at] ?? 0) ^ 4;
      await expect(decodePng(bytes, place)).rejects.toMatchObject({ name: 'CheckpointError' });
    }
  });

  it('a JPEG of which bits are flipped gives pixels or a problem', () => {
    const whole = named('jpeg 4:2:0 progressive');
    for (let at = 2; at < whole.length; at++) {
      const bytes = whole.slice();
      bytes[at] = (bytes[at] ?? 0) ^ (1 << (at % 8));
      try {
        expect(decodeJpeg(bytes, place).values.length).toBeGreaterThan(0);
      } catch (error) {
        expect(error).toMatchObject({ name: 'CheckpointError' });
      }
    }
  });
});
