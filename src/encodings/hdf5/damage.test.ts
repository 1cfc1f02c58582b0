import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesSource } from '#io/testing.ts';
import { casesHere, FIXTURES_HERE, readEverything } from './testing.ts';

const files = casesHere.map(({ path }) => new Uint8Array(readFileSync(join(FIXTURES_HERE, path))));

type Bytes = Uint8Array<ArrayBuffer>;

/** What happens to files: bits flip, the end is cut off, something is put in, zeros or ones stand somewhere. */
const mutation = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), value: fc.nat(7) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('set' as const),
      at: fc.nat(),
      value: fc.constantFrom(0, 1, 0x7f, 0x80, 0xff),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('fill' as const),
      at: fc.nat(),
      value: fc.constantFrom(0, 0xff),
    }),
  },
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), value: fc.nat() }),
  fc.record({ kind: fc.constant('splice' as const), at: fc.nat(), value: fc.nat() }),
);

function mutate(
  bytes: Bytes,
  { kind, at, value }: { kind: string; at: number; value: number },
): Bytes {
  const place = at % Math.max(1, bytes.length);
  const copy = bytes.slice();
  if (kind === 'cut') return copy.slice(0, place);
  if (kind === 'flip') copy[place] = (copy[place] ?? 0) ^ (1 << value);
  if (kind === 'set') copy[place] = value;
  if (kind === 'fill') copy.fill(value, place, place + 8);
  if (kind === 'splice') copy.copyWithin(place, value % Math.max(1, bytes.length));
  return copy;
}

describe('whatever the bytes', () => {
  it('a file is read or refused with a reason, and never takes long', { timeout: 600_000 }, () =>
    fc.assert(
      fc.asyncProperty(
        fc.nat(files.length - 1),
        fc.array(mutation, { minLength: 1, maxLength: 4 }),
        async (index, mutations) => {
          const damaged = mutations.reduce(mutate, files[index] ?? new Uint8Array());
          expect(['read', 'refused']).toContain(await readEverything(bytesSource(damaged, 'a.h5')));
        },
      ),
      { numRuns: 2000, interruptAfterTimeLimit: 500_000, markInterruptAsFailure: true },
    ),
  );

  it('a file may begin with anything', () =>
    fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (rest) => {
        const bytes = Uint8Array.from([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, ...rest]);
        await readEverything(bytesSource(bytes, 'a.h5'));
      }),
      { numRuns: 500 },
    ));
});
