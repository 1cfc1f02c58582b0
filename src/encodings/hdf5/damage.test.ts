import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mutate, mutations } from '#io/mutation-testing.ts';
import { bytesSource } from '#io/testing.ts';
import { casesHere, FIXTURES_HERE, readEverything } from './testing.ts';

const files = casesHere.map(({ path }) => new Uint8Array(readFileSync(join(FIXTURES_HERE, path))));

describe('whatever the bytes', () => {
  it('a file is read or refused with a reason', { timeout: 300_000 }, () =>
    fc.assert(
      fc.asyncProperty(fc.nat(files.length - 1), mutations, async (index, all) => {
        const damaged = mutate(files[index] ?? new Uint8Array(), all);
        expect(['read', 'refused']).toContain(await readEverything(bytesSource(damaged, 'a.h5')));
      }),
      { numRuns: 2000 },
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
