import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import { expectRanges, expectTensors, type Golden } from '#formats/testing.ts';
import { bytesSource, expected, FIXTURES, fileSource, hasFixtures, metered } from '#io/testing.ts';
import { orbax } from './checkpoint.ts';
import { open } from './reader.ts';

type Bytes = Uint8Array<ArrayBuffer>;

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .sort();
}

/** Opens a folder as the app does, which knows all files in it. */
async function openFolder(root: string, folder: string) {
  const meter = { reads: 0, bytes: 0 };
  const count = async (path: string) => {
    const one = metered(await fileSource(root, path));
    const read: typeof one.source.read = (from, to, signal) => {
      meter.reads++;
      meter.bytes += to - from;
      return one.source.read(from, to, signal);
    };
    return { ...one.source, read };
  };
  const files = filesBelow(root, folder);
  const main = `${folder}/_CHECKPOINT_METADATA`;
  const checkpoint = await open(await count(main), {
    parts: files.map((path) => ({ path, open: () => count(path) })),
    sibling: (name) => count(`${folder}/${name}`),
  });
  return { checkpoint, meter };
}

interface Step extends Golden {
  readonly metadata: { readonly metrics?: object; readonly config?: object };
}

const DIRECTORIES = ['orbax-mlp', 'orbax-layouts', 'orbax-sharded', 'orbax-interrupted'];

const OWN = 'src/formats/orbax/fixtures';
const roots = [OWN, ...(hasFixtures ? DIRECTORIES.map((name) => join(FIXTURES, 'jax', name)) : [])];

describe.each(roots)('%s', (root) => {
  const goldens: readonly Step[] = expected(root).checkpoints;

  it.each(goldens.map((golden): [string, Step] => [golden.path, golden]))(
    '%s',
    async (path, golden) => {
      const { checkpoint } = await openFolder(root, path);
      if (golden.problem !== null) {
        expect(checkpoint.defects.length).toBeGreaterThan(0);
        const [first] = checkpoint.defects;
        expect(first?.problem.kind).toBe(path.endsWith('tmp') ? 'unfinished' : 'truncated');
        return;
      }
      expect(checkpoint.defects).toEqual([]);
      await expectTensors(checkpoint, golden);
      await expectRanges(checkpoint);
      const { metrics, config } = golden.metadata;
      if (metrics) expect(checkpoint.metadata.metrics).toEqual(metrics);
      if (config) expect(checkpoint.metadata.config).toEqual(config);
      expect(await checkpoint.verify?.({})).toMatchObject({ defects: [] });
    },
  );
});

const OCDBT = 'orbax-sharded/ocdbt/30';
const DATA = 'orbax-layouts/zarr3-ocdbt/20';
const FILES = 'orbax-sharded/files/30';

const kept = new Map(
  filesBelow(OWN, '').map((path) => [path, new Uint8Array(readFileSync(join(OWN, path)))]),
);

/** The files of a folder in memory, some of them others than on disk. */
async function openChanged(folder: string, changed: Readonly<Record<string, Bytes | null>>) {
  const files = [...kept.keys()].filter(
    (path) => path.startsWith(folder) && changed[path] !== null,
  );
  const source = async (path: string) => {
    const bytes = changed[path] === undefined ? kept.get(path) : changed[path];
    if (bytes) return bytesSource(bytes, path);
    throw new CheckpointError({ kind: 'missing', path }, { path });
  };
  return open(await source(`${folder}/_CHECKPOINT_METADATA`), {
    parts: files.map((path) => ({ path, open: () => source(path) })),
    sibling: (name) => source(`${folder}/${name}`),
  });
}

const read = async (path: string) => {
  const file = await fileSource(OWN, path);
  return file.read(0, file.size);
};
const flipped = (bytes: Bytes, at: number) => bytes.with(at, (bytes[at] ?? 0) ^ 1);

/** The files of a store of which the tree speaks, the largest first. */
async function dataFiles(folder: string): Promise<string[]> {
  const { files } = await openChanged(folder, {});
  const sized = files.filter((path) => path.includes('process_0/d/'));
  return sized.sort((a, b) => (kept.get(b)?.length ?? 0) - (kept.get(a)?.length ?? 0));
}

describe('damage', () => {
  const manifest = `${OCDBT}/state/manifest.ocdbt`;

  it('of a bit of the manifest is found when it is opened', async () => {
    const { defects } = await openChanged(OCDBT, { [manifest]: flipped(await read(manifest), 40) });
    expect(defects).toMatchObject([{ problem: { kind: 'corrupt' }, place: { path: manifest } }]);
  });

  it('of a bit of the tree is found when it is opened', async () => {
    const tree = filesBelow(OWN, `${OCDBT}/state/d`)[0] ?? '';
    const { defects } = await openChanged(OCDBT, { [tree]: flipped(await read(tree), 300) });
    expect(defects).toMatchObject([{ problem: { kind: 'corrupt' }, place: { path: tree } }]);
  });

  it('of the data is found where it is decompressed, and names the tensor', async () => {
    const [data = ''] = await dataFiles(DATA);
    const { verify, defects } = await openChanged(DATA, {
      [data]: (await read(data)).fill(0, 0, 9),
    });
    expect(defects).toEqual([]);
    const found = await verify?.({});
    expect(found?.defects).toMatchObject([
      { problem: { kind: 'corrupt' }, place: { tensor: expect.any(String) } },
    ]);
    expect(found?.checked).toBe(false);
  });

  it('that cuts the data off names every tensor in what is lost', async () => {
    const [data = ''] = await dataFiles(DATA);
    const whole = await read(data);
    const checkpoint = await openChanged(DATA, { [data]: whole.slice(0, whole.length / 3) });
    const lost = new Set(checkpoint.defects.map(({ place }) => place.tensor));
    expect(checkpoint.defects[0]?.problem.kind).toBe('truncated');
    for (const { name } of checkpoint.tensors.values()) {
      if (lost.has(name)) await expect(checkpoint.read(name)).rejects.toThrow(CheckpointError);
      else await checkpoint.read(name);
    }
  });

  it('that loses a data file names it, and the tensors in it', async () => {
    const [data = ''] = await dataFiles(DATA);
    const { defects } = await openChanged(DATA, { [data]: null });
    expect(defects[0]).toMatchObject({ problem: { kind: 'missing' } });
    expect(defects[0]?.place.tensor).toBeDefined();
  });

  it.each([
    ['a chunk', FILES, `${FILES}/state/params.Dense_0.kernel/1.0`, 'params.Dense_0.kernel'],
    ['an array', FILES, `${FILES}/state/params.Dense_0.kernel/.zarray`, 'params.Dense_0.kernel'],
  ])('that loses %s says which', async (_, folder, path, tensor) => {
    const { defects } = await openChanged(folder, { [path]: null });
    expect(defects[0]).toMatchObject({ problem: { kind: 'missing' } });
    if (tensor !== undefined) expect(defects[0]?.place.tensor).toBe(tensor);
  });
});

it('is opened without its chunks, and one tensor is read without the others', async () => {
  const { checkpoint, meter } = await openFolder(OWN, FILES);
  const chunks = filesBelow(OWN, FILES).filter((path) => /\/\d+(?:\.\d+)*$/.test(path));
  const total = filesBelow(OWN, FILES).reduce(
    (sum, path) => sum + statSync(join(OWN, path)).size,
    0,
  );
  const held = chunks.reduce((sum, path) => sum + statSync(join(OWN, path)).size, 0);
  expect(meter.bytes).toBeLessThanOrEqual(total - held);
  const before = meter.reads;
  await checkpoint.read('params.Dense_0.kernel', { to: 10 });
  expect(meter.reads - before).toBeLessThanOrEqual(2);
});

it('whatever the bytes, a checkpoint or a problem', async () => {
  const random = seeded(31);
  const folders = [OCDBT, FILES, DATA];
  const all = folders.map((folder) => ({
    folder,
    files: [...kept].filter(([path]) => path.startsWith(folder)),
  }));
  for (let run = 0; run < 2000; run++) {
    const { folder, files } = all[run % all.length] ?? { folder: '', files: [] };
    const [path, bytes] = files[Math.floor(random() * files.length)] ?? ['', new Uint8Array()];
    await expectOutcome(() => openChanged(folder, { [path]: mutate(bytes, random) }));
  }
}, 120_000);

it('is known by the files that only Orbax has', () => {
  const detect = (path: string, text: string) => {
    const head = new TextEncoder().encode(text);
    return orbax.detect({ path, size: head.length, head, tail: head });
  };
  expect(detect('10/_CHECKPOINT_METADATA', '{"item_handlers": {}}')).toBe(true);
  expect(detect('10/state/_METADATA', '{"tree_metadata": {}}')).toBe(true);
  expect(detect('10/state/_METADATA', 'version https://git-lfs')).toBe(false);
  expect(detect('metadata', '{}')).toBe(false);
});
