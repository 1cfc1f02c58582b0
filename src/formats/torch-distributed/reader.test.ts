import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { judge } from '#domain/verdict.ts';
import { probe } from '#formats/index.ts';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import {
  archive,
  codes,
  compareMetadata,
  compareTensors,
  type ExpectedTensor,
  metadataAt,
} from '#formats/pytorch/testing.ts';
import type { ByteSource } from '#io/byte-source.ts';
import {
  bytesSource,
  expected,
  FIXTURES,
  fileSource,
  fixture,
  hasFixtures,
  metered,
} from '#io/testing.ts';
import { torchDistributed } from './checkpoint.ts';
import { open } from './reader.ts';

interface Expected {
  readonly path: string;
  readonly problem: string | null;
  readonly tensors: readonly ExpectedTensor[];
  readonly metadata: { readonly [key: string]: unknown };
}

const OWN = 'src/formats/torch-distributed/fixtures';

async function openFolder(folder: string) {
  const source = await fileSource(folder, '.metadata');
  expect(torchDistributed.detect(await probe(source))).toBe(true);
  return open(source, { sibling: (name) => fileSource(folder, name) });
}

/** What a test of its own directory says of the run around it, not of the checkpoint. */
const ELSEWHERE = ['world_size', 'losses'];

async function expectWhole(folder: string, wanted: Expected): Promise<void> {
  const checkpoint = await openFolder(folder);
  expect(checkpoint.defects).toEqual([]);
  await compareTensors(
    checkpoint,
    wanted.tensors.map((tensor) => ({ ...tensor, path: tensor.path ?? null })),
  );
  for (const [key, value] of Object.entries(wanted.metadata)) {
    if (!ELSEWHERE.includes(key)) {
      compareMetadata(metadataAt(checkpoint.metadata, key), value, key);
    }
  }
  expect(await checkpoint.verify?.({})).toEqual({ defects: [], checked: true });
  for (const { name, shape, bytes } of checkpoint.tensors.values()) {
    const count = shape.reduce((all, size) => all * size, 1);
    const [from, to] = [Math.floor(count / 3), Math.ceil((count * 4) / 5)];
    const whole = await checkpoint.read(name);
    const width = bytes / count;
    expect(await checkpoint.read(name, { from, to })).toEqual(
      whole.slice(from * width, to * width),
    );
  }
}

const own: Expected = JSON.parse(readFileSync(`${OWN}/expected.json`, 'utf8'));

describe('a checkpoint that two processes wrote', () => {
  it('is put together from their pieces, by rows and by columns', async () => {
    await expectWhole(`${OWN}/dtensor`, own);
  });

  it('opens without the pieces', async () => {
    const meters: ReturnType<typeof metered>[] = [];
    const meter = async (name: string) => {
      const one = metered(await fileSource(`${OWN}/dtensor`, name));
      meters.push(one);
      return one.source;
    };
    const checkpoint = await open(await meter('.metadata'), { sibling: meter });
    const total = () => meters.reduce((sum, one) => sum + one.meter.bytes, 0);
    // The pickle, and the one object that is no tensor.
    expect(total()).toBeLessThan(3633 + 1261 + 1);
    const before = total();
    await checkpoint.read('rows_uneven', { from: 0, to: 1 });
    expect(total() - before).toBeLessThan(3 * 1577);
  });

  it('has its optimizer and its other files beside it', async () => {
    const folder = `${OWN}/dtensor`;
    const pickle = '(dVglobal_step\nI10\nsVw\nNs.';
    const files: Record<string, () => Promise<ByteSource>> = {
      'r/model_0/.metadata': () => fileSource(folder, '.metadata'),
      'r/optimizer_0/.metadata': () => fileSource(folder, '.metadata'),
      'r/optimizer_0/__0_0.distcp': () => fileSource(folder, '__0_0.distcp'),
      'r/optimizer_0/__1_0.distcp': () => fileSource(folder, '__1_0.distcp'),
      'r/meta.pt': async () => bytesSource(archive(pickle, []), 'r/meta.pt'),
      'r/scheduler.pt': async () => bytesSource(archive(pickle, []), 'r/scheduler.pt'),
      'r/broken.pt': async () => bytesSource(archive(pickle, []).slice(0, 99), 'r/broken.pt'),
    };
    const parts = Object.entries(files).map(([path, start]) => ({ path, open: start }));
    const source = { ...(await fileSource(folder, '.metadata')), path: 'r/model_0/.metadata' };
    const checkpoint = await open(source, { parts, sibling: (name) => fileSource(folder, name) });
    expect(checkpoint.tensors.size).toBe(18);
    expect(await checkpoint.read('optimizer_0.scalar')).toEqual(await checkpoint.read('scalar'));
    expect(checkpoint.metadata).toMatchObject({
      epoch: 12,
      global_step: 10,
      scheduler: { global_step: 10 },
    });
    expect(checkpoint.defects.map(({ problem, place }) => [problem.kind, place.path])).toEqual([
      ['truncated', 'r/broken.pt'],
    ]);
  });

  it('a file of it is missing: that is said of the tensors that have a piece in it', async () => {
    const source = await fileSource(`${OWN}/dtensor`, '.metadata');
    const checkpoint = await open(source, {
      sibling: (name) => fileSource(`${OWN}/dtensor`, name.replace('__1_0', '__9_0')),
    });
    const { defects } = checkpoint;
    expect(defects).toContainEqual({
      problem: { kind: 'missing', path: '__9_0.distcp' },
      place: { path: '__1_0.distcp', offset: 1261, tensor: 'layer.0.weight' },
    });
    expect(new Set(defects.map(({ place }) => place.tensor))).toContain('epoch');
    expect(judge({ defects, verifiable: true, verified: false }).verdict).toBe('incomplete');
    await expect(checkpoint.read('scalar')).rejects.toMatchObject({ problem: { kind: 'missing' } });
  });

  it('a file of it is cut off, or has a flipped bit', async () => {
    const bytes = await fixture('torch-distributed/dtensor/__1_0.distcp');
    const openWith = async (changed: Uint8Array<ArrayBuffer>) =>
      open(await fileSource(`${OWN}/dtensor`, '.metadata'), {
        sibling: async (name) =>
          name === '__1_0.distcp' ? bytesSource(changed, name) : fileSource(`${OWN}/dtensor`, name),
      });
    const cut = await openWith(bytes.slice(0, 13_000));
    expect(cut.defects.map(({ problem, place }) => [problem.kind, place.tensor])).toEqual([
      ['truncated', 'one_row'],
      ['truncated', 'scalar'],
    ]);
    const flipped = bytes.slice();
    const at = positionOf(bytes, (await cut.read('rows_uneven')).slice(-8));
    flipped[at] = (flipped[at] ?? 0) ^ 1;
    const checkpoint = await openWith(flipped);
    expect(checkpoint.defects).toEqual([]);
    expect((await checkpoint.verify?.({}))?.defects).toMatchObject([
      { problem: { kind: 'corrupt' }, place: { path: '__1_0.distcp', tensor: 'rows_uneven' } },
    ]);
  });

  it('whatever the bytes, the outcome is a checkpoint or a CheckpointError', async () => {
    const random = seeded(34);
    const names = ['.metadata', '__0_0.distcp', '__1_0.distcp'];
    const files = new Map<string, Uint8Array<ArrayBuffer>>();
    for (const name of names) files.set(name, await fixture(`torch-distributed/dtensor/${name}`));
    for (let run = 0; run < 2000; run++) {
      const chosen = names[run % 4 === 0 ? 1 + (run % 2) : 0] ?? '';
      const changed = mutate(files.get(chosen) ?? new Uint8Array(), random);
      const sibling = async (name: string) =>
        bytesSource(name === chosen ? changed : (files.get(name) ?? new Uint8Array()), name);
      await expectOutcome(async () => open(await sibling('.metadata'), { sibling }));
    }
  });
});

/** Where some bytes stand in others. */
function positionOf(bytes: Uint8Array, part: Uint8Array): number {
  return bytes.findIndex((_, at) => part.every((byte, index) => bytes[at + index] === byte));
}

describe('what is no distributed checkpoint', () => {
  it.each<[string, string, string]>([
    ['a pickle of something else', '(dVa\nI1\ns.', 'malformed'],
    ['no pickle', 'hello', 'malformed'],
  ])('%s', async (_, code, kind) => {
    await expect(open(bytesSource(codes(code), '.metadata'))).rejects.toMatchObject({
      problem: { kind },
    });
  });

  it('that of Flutter, which is text', async () => {
    const source = bytesSource(codes('# This file tracks properties'), '.metadata');
    expect(torchDistributed.detect(await probe(source))).toBe(false);
  });

  it('one that calls something is unsafe', async () => {
    const { defects, globals } = await open(bytesSource(codes('cos\nsystem\n(tR.'), '.metadata'));
    expect(defects.map(({ problem }) => problem.kind)).toContain('unsafe');
    expect(globals).toEqual(['os.system']);
  });
});

const checkpoints = ['pytorch/dcp', 'misc/torchtitan'].flatMap((directory) =>
  existsSync(join(FIXTURES, directory))
    ? expected(join(FIXTURES, directory)).checkpoints.map((checkpoint: Expected) => ({
        name: `${directory}/${checkpoint.path}`,
        folder: join(FIXTURES, directory, checkpoint.path),
        checkpoint,
      }))
    : [],
);

describe.runIf(hasFixtures)('what torch says is in its own distributed checkpoints', () => {
  it.each(checkpoints.filter(({ checkpoint }) => checkpoint.problem === null))(
    '$name',
    async ({ folder, checkpoint }) => {
      await expectWhole(folder, checkpoint);
    },
  );

  it.each(checkpoints.filter(({ checkpoint }) => checkpoint.problem !== null))(
    '$name: $checkpoint.problem',
    async ({ folder, checkpoint: { problem } }) => {
      // Without its .metadata there is nothing to open: the grouping of files says that it is missing.
      if (!existsSync(join(folder, '.metadata'))) return;
      const { defects } = await openFolder(folder);
      const kind = problem === 'data-file-truncated' ? 'truncated' : problem;
      expect(defects.map((defect) => defect.problem.kind)).toContain(kind);
      expect(defects.every(({ place }) => place.tensor !== undefined)).toBe(true);
    },
  );

  it('a hostile .metadata is unsafe', async () => {
    const { defects } = await openFolder(join(FIXTURES, 'pytorch/hostile/dcp-evil'));
    expect(judge({ defects, verifiable: true, verified: false }).verdict).toBe('unsafe');
  });
});
