import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { probe } from '#formats/index.ts';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import { compareTensors, type ExpectedTensor } from '#formats/pytorch/testing.ts';
import { bytesSource, fileSource, fixture, hasCorpus, metered, SHARED } from '#io/testing.ts';
import { torchTar } from './checkpoint.ts';
import { open } from './reader.ts';

const [written]: readonly { readonly tensors: readonly ExpectedTensor[] }[] = JSON.parse(
  readFileSync('src/formats/torch-tar/fixtures/expected-old.json', 'utf8'),
);

const model = async () => bytesSource(await fixture('torch-tar/model.tar'), 'model.tar');

describe('a tar archive as torch wrote it before 0.2', () => {
  it('has its tensors, parts of storages among them, and what is besides', async () => {
    const source = await model();
    expect(torchTar.detect(await probe(source))).toBe(true);
    const checkpoint = await open(source);
    expect(checkpoint.defects).toEqual([]);
    await compareTensors(checkpoint, written?.tensors ?? []);
    expect(checkpoint.metadata).toMatchObject({ epoch: 4 });
    expect(checkpoint.weightsOnly?.obstacles).toEqual([{ kind: 'container', name: 'tar' }]);
  });

  it('opens without the elements of its tensors', async () => {
    const { meter, source } = metered(await model());
    await open(source);
    expect(meter.reads).toBeLessThanOrEqual(12);
  });

  it('is cut off', async () => {
    const bytes = await fixture('torch-tar/model.tar');
    for (const end of [300, 1500, 3000]) {
      await expect(open(bytesSource(bytes.slice(0, end), 'model.tar'))).rejects.toMatchObject({
        problem: { kind: 'truncated' },
      });
    }
  });

  it('has a damaged header', async () => {
    const bytes = await fixture('torch-tar/model.tar');
    bytes[3] = 0x41;
    await expect(open(bytesSource(bytes, 'model.tar'))).rejects.toMatchObject({
      problem: { kind: 'corrupt' },
    });
  });

  it('whatever the bytes, the outcome is a checkpoint or a CheckpointError', async () => {
    const random = seeded(32);
    const bytes = await fixture('torch-tar/model.tar');
    for (let run = 0; run < 2000; run++) {
      await expectOutcome(() => open(bytesSource(mutate(bytes, random), 'model.tar')));
    }
  });
});

describe.runIf(hasCorpus)('archives that another library made up for its own tests', () => {
  const root = join(SHARED, 'corpus/torch-tar-burn');

  it('have no table of tensors, so that torch could not open them either', async () => {
    const paths = await readdir(root, { recursive: true });
    for (const path of paths.filter((name) => name.endsWith('.tar'))) {
      const source = await fileSource(root, path);
      expect(torchTar.detect(await probe(source)), path).toBe(true);
      await expect(open(source), path).rejects.toMatchObject({ problem: { kind: 'missing' } });
    }
  });
});
