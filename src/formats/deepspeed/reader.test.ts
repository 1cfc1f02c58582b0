import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge } from '#domain/verdict.ts';
import { probe } from '#formats/index.ts';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import { compareTensors, type ExpectedTensor } from '#formats/pytorch/testing.ts';
import { bytesSource, expected, FIXTURES, fileSource, hasFixtures, metered } from '#io/testing.ts';
import { deepspeed } from './checkpoint.ts';
import { open } from './reader.ts';

interface Expected {
  readonly path: string;
  readonly format: string;
  readonly problem: string | null;
  readonly tensors: readonly ExpectedTensor[];
  readonly metadata: { readonly [key: string]: unknown };
  readonly files: readonly string[];
}

const OWN = 'src/formats/deepspeed/fixtures';
const MAIN = 'mp_rank_00_model_states.pt';

async function openFolder(folder: string, files: readonly string[]) {
  const main = files.find((name) => name.endsWith('mp_rank_00_model_states.pt')) ?? '';
  const source = await fileSource(folder, main);
  expect(deepspeed.detect(await probe(source))).toBe(true);
  return open(source, { sibling: (name) => fileSource(folder, name) });
}

async function expectMerged(folder: string, wanted: Expected): Promise<void> {
  const checkpoint = await openFolder(folder, wanted.files);
  expect(checkpoint.defects).toEqual([]);
  await compareTensors(checkpoint, wanted.tensors);
  const { is_latest: _, ...metadata } = wanted.metadata;
  expect(checkpoint.metadata).toMatchObject(metadata);
  expect([...checkpoint.files].sort()).toEqual([...wanted.files].sort());
  expect(await checkpoint.verify?.({})).toEqual({ defects: [], checked: true });
  for (const { name, bytes, shape } of checkpoint.tensors.values()) {
    const count = shape.reduce((all, size) => all * size, 1);
    const [from, to] = [Math.floor(count / 3), Math.ceil((count * 4) / 5)];
    const whole = await checkpoint.read(name);
    const width = bytes / count;
    expect(await checkpoint.read(name, { from, to })).toEqual(
      whole.slice(from * width, to * width),
    );
  }
}

const checkpoints = ['misc/deepspeed-zero2', 'misc/deepspeed-zero3'].flatMap((directory) =>
  existsSync(join(FIXTURES, directory))
    ? expected(join(FIXTURES, directory))
        .checkpoints.filter(({ format }: Expected) => format === 'deepspeed')
        .map((checkpoint: Expected) => ({
          name: `${directory}/${checkpoint.path}`,
          folder: join(FIXTURES, directory, checkpoint.path),
          checkpoint,
        }))
    : [],
);

const own: readonly Expected[] = existsSync(`${OWN}/expected.json`)
  ? expected(OWN).checkpoints
  : [];

describe('weights in full precision, merged from the parts of all processes', () => {
  it.each(own)('ZeRO $metadata.zero_stage', async (wanted) => {
    await expectMerged(join(OWN, wanted.path), wanted);
  });
});

describe.runIf(hasFixtures)('what the script of DeepSpeed makes of its files', () => {
  it.each(checkpoints.filter(({ checkpoint }) => checkpoint.problem === null))(
    '$name',
    async ({ folder, checkpoint }) => {
      await expectMerged(folder, checkpoint);
    },
  );

  it.each(checkpoints.filter(({ checkpoint }) => checkpoint.problem !== null))(
    '$name: $checkpoint.problem',
    async ({ folder, checkpoint: { files } }) => {
      const { defects, tensors } = await openFolder(folder, files);
      expect(defects).toContainEqual(
        expect.objectContaining({
          problem: {
            kind: 'missing',
            path: 'bf16_zero_pp_rank_1_mp_rank_00_optim_states.pt',
          },
        }),
      );
      expect(judge({ defects, verifiable: true, verified: false }).verdict).toBe('incomplete');
      expect(tensors.size).toBeGreaterThan(0);
    },
  );
});

describe('economy', () => {
  it.each(own)('ZeRO $metadata.zero_stage reads only what it needs', async (wanted) => {
    const meters: ReturnType<typeof metered>[] = [];
    const sibling = async (name: string) => {
      const one = metered(await fileSource(join(OWN, wanted.path), name));
      meters.push(one);
      return one.source;
    };
    const main = wanted.files.find((name) => name.endsWith(MAIN)) ?? '';
    const checkpoint = await open(await sibling(main), { sibling });
    const reads = () => meters.reduce((sum, one) => sum + one.meter.reads, 0);
    const before = reads();
    expect(before).toBeLessThanOrEqual(3 * wanted.files.length);
    await checkpoint.read('layers.1.bias');
    expect(reads() - before).toBeLessThanOrEqual(4);
  });

  it.each(own)('whatever the bytes of ZeRO $metadata.zero_stage', async ({ path, files }) => {
    const random = seeded(35);
    const folder = join(OWN, path);
    const contents = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const name of files) {
      contents.set(name, new Uint8Array(await readFile(join(folder, name))));
    }
    const main = files.find((name) => name.endsWith('mp_rank_00_model_states.pt')) ?? '';
    for (let run = 0; run < 1000; run++) {
      const chosen = files[run % files.length] ?? '';
      const changed = mutate(contents.get(chosen) ?? new Uint8Array(), random);
      const sibling = async (name: string) => {
        const bytes = name === chosen ? changed : contents.get(name);
        return bytes ? bytesSource(bytes, name) : fileSource(folder, name);
      };
      await expectOutcome(async () => open(await sibling(main), { sibling }));
    }
  });
});

describe('what is wrong', () => {
  const [zero2] = own;

  it.runIf(zero2)('a file of another training is there for a process', async () => {
    const { path = '', files = [] } = zero2 ?? {};
    const [part = ''] = files.filter((name) => name.includes('optim_states'));
    const other = own[1]?.files.find((name) => name.includes('optim_states')) ?? '';
    const checkpoint = await open(await fileSource(join(OWN, path), MAIN), {
      sibling: (name) =>
        name === part
          ? fileSource(join(OWN, own[1]?.path ?? ''), other)
          : fileSource(join(OWN, path), name),
    });
    const { defects, tensors } = checkpoint;
    const weights = [...tensors.keys()].filter((name) => !name.includes('running'));
    expect(judge({ defects, verifiable: true, verified: false }).verdict).toBe('corrupt');
    expect(defects.map(({ place }) => place.tensor)).toContain('layers.0.weight');
    for (const name of weights.filter((one) => !one.includes('batches'))) {
      await expect(checkpoint.read(name)).rejects.toMatchObject({ problem: { kind: 'malformed' } });
    }
  });

  it.runIf(zero2)('without the files beside it, it is a file of torch', async () => {
    const { path = '' } = zero2 ?? {};
    const { tensors } = await open(await fileSource(join(OWN, path), MAIN));
    expect(tensors.get('module.layers.0.weight')?.dtype).toBe('bfloat16');
  });
});
