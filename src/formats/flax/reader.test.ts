import { join } from 'node:path';
import { decodeMulti, encode } from '@msgpack/msgpack';
import { describe, expect, it } from 'vitest';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import { expectRanges, expectTensors, type Golden, openFile } from '#formats/testing.ts';
import { bytesSource, expected, FIXTURES, fixture, hasFixtures, metered } from '#io/testing.ts';
import { flax } from './checkpoint.ts';
import { open } from './reader.ts';

const OWN = 'src/formats/flax/fixtures';
const roots = [OWN, ...(hasFixtures ? [join(FIXTURES, 'jax/flax-msgpack')] : [])];
const DAMAGED: Record<string, string> = {
  'truncated.msgpack': 'truncated',
  'trailing.msgpack': 'malformed',
};

describe.each(roots)('files of %s', (root) => {
  const goldens: readonly Golden[] = expected(root).checkpoints;

  it.each(goldens.map((golden): [string, Golden] => [golden.path, golden]))(
    '%s',
    async (path, golden) => {
      if (path === 'empty.msgpack') {
        await expect(openFile(root, path)).rejects.toThrow('no format claims');
        return;
      }
      const { checkpoint, format } = await openFile(root, path);
      expect(format.id).toBe('flax-msgpack');
      const kind = DAMAGED[path];
      if (kind) {
        expect(checkpoint.defects[0]).toMatchObject({ problem: { kind } });
        return;
      }
      expect(checkpoint.defects).toEqual([]);
      await expectTensors(checkpoint, golden);
      await expectRanges(checkpoint);
      if (golden.step !== null) expect(checkpoint.metadata.step).toBe(golden.step);
    },
  );

  it('keep what is no array as metadata', async () => {
    const { checkpoint } = await openFile(root, 'leaves.msgpack');
    expect(checkpoint.metadata).toMatchObject({
      list: { 1: 3 },
      py: {
        big: 2 ** 40,
        bool: true,
        bytes: { $bytes: 2 },
        complex: { real: 1, imag: 2 },
        float: 0.1,
        int: 7,
        neg: -3,
        none: null,
        str: '<img src=x onerror=window.__pwned=1>',
      },
    });
  });
});

const array = (shape: number[], type: string, bytes: Uint8Array) => {
  const payload = encode([shape, type, bytes]);
  const head = new Uint8Array(6);
  head[0] = 0xc9;
  new DataView(head.buffer).setUint32(1, payload.length);
  head[5] = 1;
  return Uint8Array.from([...head, ...payload]);
};
const map = (...entries: [string, Uint8Array][]) =>
  bytesSource(
    Uint8Array.from([
      0x80 + entries.length,
      ...entries.flatMap(([key, value]) => [...encode(key), ...value]),
    ]),
    'p.msgpack',
  );

describe('an array', () => {
  const four = new Uint8Array(4);
  it.each<[string, Uint8Array, string]>([
    ['of a type that is not read', array([1], 'object', four), 'unsupported'],
    ['with fewer bytes than its shape', array([2], 'float32', four), 'malformed'],
    ['past counting', array([2 ** 31, 2 ** 31, 2 ** 31], 'float32', four), 'malformed'],
  ])('%s is named', async (_, value, kind) => {
    const { defects, read } = await open(map(['w', value]));
    expect(defects).toMatchObject([{ problem: { kind }, place: { tensor: 'w' } }]);
    await expect(read('w', { to: 0 })).rejects.toMatchObject({ problem: { kind } });
  });

  it.each<[string, Uint8Array]>([
    ['has a negative shape', array([-1], 'float32', four)],
    ['is something else', Uint8Array.of(0xd4, 1, 5)],
    ['is longer than it says', Uint8Array.from([...array([1], 'float32', four)].with(4, 3))],
  ])('that %s is refused', async (_, value) => {
    await expect(open(map(['w', value]))).rejects.toMatchObject({ problem: { kind: 'malformed' } });
  });

  it('is not read before it is asked for', async () => {
    const long = array([250_000], 'float32', new Uint8Array(1_000_000));
    const { meter, source } = metered(map(['v', long], ['w', long]));
    const { read } = await open(source);
    expect(meter.bytes).toBeLessThan(400_000);
    const before = meter.bytes;
    await read('w', { from: 249_990 });
    expect(meter.bytes - before).toBe(40);
  });
});

describe('a dictionary', () => {
  it.each([
    ['that is nested without end', new Uint8Array(5000).fill(0x91), 'too-large'],
    ['with the byte that means nothing', Uint8Array.of(0x81, 0xa1, 0x61, 0xc1), 'malformed'],
    ['with a key that is a map', Uint8Array.of(0x81, 0x80, 0x01), 'malformed'],
  ])('%s is refused', async (_, bytes, kind) => {
    await expect(open(bytesSource(bytes))).rejects.toMatchObject({ problem: { kind } });
  });

  it('that claims more entries than the file has bytes ends too early', async () => {
    const { defects } = await open(bytesSource(Uint8Array.of(0xdf, 0xff, 0xff, 0xff, 0xff, 0)));
    expect(defects).toMatchObject([{ problem: { kind: 'truncated' } }]);
  });

  it('is read as another reader reads it', async () => {
    const value = {
      a: { b: [1, -2.5, 'x', null, true], '': 2 ** 33 },
      c: 'y'.repeat(300),
      d: -40000,
    };
    const bytes = Uint8Array.from(encode(value));
    expect([...decodeMulti(bytes)]).toEqual([value]);
    expect((await open(bytesSource(bytes))).metadata).toEqual(value);
  });
});

it('is known by its name, or by the arrays in it', async () => {
  const detect = (path: string, head: Uint8Array) =>
    flax.detect({ path, size: head.length, head, tail: head });
  const file = map(['w', array([1], 'float32', new Uint8Array(4))]);
  const params = await file.read(0, file.size);
  expect(detect('a.bin', params)).toBe(true);
  expect(detect('run/checkpoint_40', Uint8Array.of(0x83, 0xa4))).toBe(true);
  expect(detect('a.bin', Uint8Array.of(0x83, 0xa4))).toBe(false);
  expect(detect('a.pkl', Uint8Array.of(0x80, 0x04, 0x95))).toBe(false);
});

it('whatever the bytes, a checkpoint or a problem', async () => {
  const random = seeded(29);
  const names = ['leaves', 'chunked', 'train_state'];
  const files = await Promise.all(names.map((name) => fixture(`flax/${name}.msgpack`)));
  for (let run = 0; run < 2000; run++) {
    const bytes = mutate(files[run % 3] ?? new Uint8Array(), random);
    await expectOutcome(() => open(bytesSource(bytes, 'p.msgpack')));
  }
}, 60_000);
