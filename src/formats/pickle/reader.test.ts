import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Problem } from '#domain/problem.ts';
import { probe } from '#formats/index.ts';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import { codes, compareTensors, type ExpectedTensor } from '#formats/pytorch/testing.ts';
import { bytesSource, fixture } from '#io/testing.ts';
import { pickle } from './checkpoint.ts';
import { open } from './reader.ts';

interface Expected {
  readonly path: string;
  readonly tensors: readonly ExpectedTensor[];
  readonly metadata: { readonly [key: string]: number };
}

const written: readonly Expected[] = JSON.parse(
  readFileSync('src/formats/pickle/fixtures/expected-old.json', 'utf8'),
);

describe('pickles of arrays and tensors', () => {
  it.each(written)('$path', async ({ path, tensors, metadata }) => {
    const source = bytesSource(await fixture(`pickle/${path}`), path);
    expect(pickle.detect(await probe(source))).toBe(true);
    const checkpoint = await open(source);
    expect(checkpoint.defects).toEqual([]);
    await compareTensors(checkpoint, tensors);
    expect(checkpoint.metadata).toMatchObject(metadata);
  });

  it('are not what torch.load reads', async () => {
    const { weightsOnly } = await open(bytesSource(await fixture('pickle/arrays-2.pkl'), 'a.pkl'));
    expect(weightsOnly?.obstacles).toContainEqual({ kind: 'container', name: 'pickle' });
  });
});

describe('what is wrong with a pickle', () => {
  it.each<[string, string, Problem['kind'][]]>([
    ['it calls something', 'cos\nsystem\n(tR.', ['unsafe']],
    ['one behind it does', 'N.cos\nsystem\n(tR.', ['unsafe']],
    ['no pickle is behind it', 'N.hello', ['malformed']],
    [
      'it loads bytes that are no storage',
      'ctorch.storage\n_load_from_bytes\n(Vx\ntR.',
      ['unsafe'],
    ],
    ['several are in one file', 'I1\n.I2\n.', []],
  ])('%s', async (_, code, kinds) => {
    const { defects } = await open(bytesSource(codes(code), 'a.pkl'));
    expect(defects.map(({ problem }) => problem.kind)).toEqual(kinds);
  });

  it('it has no end', async () => {
    await expect(open(bytesSource(codes('\x80\x02]'), 'a.pkl'))).rejects.toMatchObject({
      problem: { kind: 'truncated' },
    });
  });

  it('whatever the bytes, the outcome is a checkpoint or a CheckpointError', async () => {
    const random = seeded(33);
    for (const { path } of written) {
      const bytes = await fixture(`pickle/${path}`);
      for (let run = 0; run < 700; run++) {
        await expectOutcome(() => open(bytesSource(mutate(bytes, random), path)));
      }
    }
  });
});
