import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makeZip } from '#encodings/zip-testing.ts';
import { probe } from '#formats/index.ts';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import {
  codes,
  compareTensors,
  type ExpectedTensor,
  pickleOf,
  record,
} from '#formats/pytorch/testing.ts';
import { bytesSource, expected, FIXTURES, fileSource, hasFixtures, metered } from '#io/testing.ts';
import { megatron } from './checkpoint.ts';
import { open } from './reader.ts';

/** One rank's file: a weight, the iteration, and how many ranks there are. */
function rankFile(tensor: number, pipeline = 1) {
  const args = `Vargs\ncargparse\nNamespace\n(tR(dVtensor_model_parallel_size\nI${tensor}\nsVpipeline_model_parallel_size\nI${pipeline}\nsbs`;
  const pickle = pickleOf().replace(/\.$/, `Viteration\nI7\ns${args}.`);
  return makeZip([{ name: 'a/data.pkl', bytes: codes(pickle) }, record('data/0', 16)]);
}

function openRanks(folders: readonly string[], bytes: Uint8Array<ArrayBuffer>) {
  const parts = folders.map((folder) => {
    const path = `iter_0000007/${folder}/model_optim_rng.pt`;
    return { path, open: async () => bytesSource(bytes, path) };
  });
  const [first] = parts;
  if (!first) throw new Error('no ranks');
  return first.open().then((source) => open(source, { parts }));
}

describe('ranks of a model', () => {
  it('one alone is a file of torch, and says which it is', async () => {
    const checkpoint = await openRanks(['mp_rank_00'], rankFile(1));
    expect([...checkpoint.tensors.keys()]).toEqual(['w']);
    expect(checkpoint.metadata).toMatchObject({ iteration: 7, tensor_parallel_rank: 0 });
    expect(checkpoint.defects).toEqual([]);
  });

  it('several are one checkpoint, each with its own slices', async () => {
    const checkpoint = await openRanks(['mp_rank_01', 'mp_rank_00'], rankFile(2));
    expect([...checkpoint.tensors.keys()]).toEqual(['mp_rank_00.w', 'mp_rank_01.w']);
    expect(checkpoint.tensors.get('mp_rank_01.w')?.path).toEqual(['mp_rank_01', 'w']);
    expect(checkpoint.metadata).toMatchObject({ iteration: 7, mp_rank_01: { iteration: 7 } });
    expect(checkpoint.files).toHaveLength(2);
    expect(await checkpoint.read('mp_rank_01.w')).toHaveLength(16);
    expect(await checkpoint.verify?.({})).toEqual({ defects: [], checked: true });
  });

  it('one that is not there is missing', async () => {
    const { defects } = await openRanks(['mp_rank_00_000', 'mp_rank_00_001'], rankFile(2, 2));
    expect(defects.map(({ problem }) => problem)).toEqual([
      { kind: 'missing', path: 'iter_0000007/mp_rank_01_000/model_optim_rng.pt' },
      { kind: 'missing', path: 'iter_0000007/mp_rank_01_001/model_optim_rng.pt' },
    ]);
  });

  it('one that is damaged does not hide the others', async () => {
    const path = 'iter_0000007/mp_rank_01/model_optim_rng.pt';
    const main = bytesSource(rankFile(2), 'iter_0000007/mp_rank_00/model_optim_rng.pt');
    const broken = bytesSource(rankFile(2).slice(0, 300), path);
    const { defects, tensors } = await open(main, { parts: [{ path, open: async () => broken }] });
    expect([...tensors.keys()]).toEqual(['mp_rank_00.w']);
    expect(defects).toMatchObject([{ problem: { kind: 'truncated' }, place: { path } }]);
  });

  it('whatever the bytes, the outcome is a checkpoint or a CheckpointError', async () => {
    const random = seeded(36);
    for (let run = 0; run < 2000; run++) {
      await expectOutcome(() =>
        openRanks(['mp_rank_00', 'mp_rank_01'], mutate(rankFile(2), random)),
      );
    }
  });
});

interface Expected {
  readonly path: string;
  readonly problem: string | null;
  readonly tensors: readonly ExpectedTensor[];
  readonly metadata: { readonly [key: string]: unknown };
}

const folder = join(FIXTURES, 'misc/megatron');
const checkpoints: readonly Expected[] = existsSync(folder) ? expected(folder).checkpoints : [];

describe.runIf(hasFixtures)('files laid out as Megatron lays them out', () => {
  it.each(checkpoints)('$path: $problem', async (wanted) => {
    const { meter, source } = metered(await fileSource(folder, wanted.path));
    expect(megatron.detect(await probe(source))).toBe(true);
    if (wanted.problem !== null) {
      await expect(open(source)).rejects.toMatchObject({ problem: { kind: wanted.problem } });
      return;
    }
    const before = meter.reads;
    const checkpoint = await open(source);
    expect(meter.reads - before).toBeLessThanOrEqual(3);
    // The goldens leave out the state of the random numbers.
    const others = [...checkpoint.tensors.keys()].filter((name) => name.startsWith('rng_state.'));
    const tensors = new Map([...checkpoint.tensors].filter(([name]) => !others.includes(name)));
    await compareTensors({ ...checkpoint, tensors }, wanted.tensors);
    const { is_latest: _, args, ...metadata } = wanted.metadata;
    expect(checkpoint.metadata).toMatchObject(metadata);
    const { params_dtype: __, ...plain } = args as { readonly [key: string]: unknown };
    expect(checkpoint.metadata['args']).toMatchObject(plain);
    expect(await checkpoint.verify?.({})).toEqual({ defects: [], checked: true });
  });
});
