import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import { expectRanges, expectTensors, type Golden, openFile } from '#formats/testing.ts';
import { bytesSource, expected, FIXTURES, fileSource, hasFixtures } from '#io/testing.ts';
import { pytorchIndex, safetensorsIndex } from './checkpoint.ts';
import { open } from './reader.ts';

const OWN = 'src/formats/safetensors-index/fixtures';
const roots = [OWN, ...(hasFixtures ? [join(FIXTURES, 'safetensors/sharded')] : [])];

/** The defects of each directory, as `kind of what`. */
const DEFECTS: Record<string, readonly string[]> = {
  'model.safetensors.index.json': [],
  'missing-shard/model.safetensors.index.json': [
    'missing',
    'missing net.0.bias',
    'missing net.2.bias',
    'missing net.2.weight',
    'missing net.4.bias',
    'missing net.4.weight',
  ],
  'wrong-map/model.safetensors.index.json': ['malformed ghost.weight', 'malformed net.0.bias'],
  'hostile-map/model.safetensors.index.json': [
    'malformed <script>window.__pwned=1</script>',
    'malformed __proto__',
    'unsafe b',
    'unsafe c',
    'unsafe net.0.bias',
  ],
};

describe.each(roots)('shards of %s', (root) => {
  const goldens: readonly Golden[] = expected(root).checkpoints;

  it.each(goldens.map((golden): [string, Golden] => [golden.path, golden]))(
    '%s',
    async (path, golden) => {
      const wanted = DEFECTS[path];
      if (!wanted) {
        await expect(openFile(root, path)).rejects.toMatchObject({
          problem: { kind: 'malformed' },
        });
        return;
      }
      const { checkpoint, format } = await openFile(root, path);
      expect(format.id).toBe('safetensors-sharded');
      const defects = checkpoint.defects.map(({ problem: { kind }, place: { tensor } }) =>
        tensor === undefined ? kind : `${kind} ${tensor}`,
      );
      expect(defects.sort()).toEqual(wanted);
      if (/^(?:wrong|hostile)-map/.test(path)) return;
      await expectTensors(checkpoint, golden);
      if (golden.problem === null) {
        expect(checkpoint.metadata).toEqual(golden.metadata);
        await expectRanges(checkpoint);
      }
    },
  );

  it('finds a tensor in another shard than the index says, and says so', async () => {
    const { checkpoint } = await openFile(root, 'wrong-map/model.safetensors.index.json');
    expect([...checkpoint.tensors.keys()]).toContain('net.0.bias');
    expect(checkpoint.defects).toHaveLength(2);
  });

  it('opens on headers alone', async () => {
    const { checkpoint, meter } = await openFile(root, 'model.safetensors.index.json');
    expect(meter.reads).toBeLessThan(8);
    const before = meter.bytes;
    await checkpoint.read('net.4.bias');
    expect(meter.bytes - before).toBe(40);
    expect(checkpoint.files).toHaveLength(3);
  });
});

describe('an index', () => {
  const sibling = (name: string) => fileSource(OWN, name);
  const index = (map: unknown) =>
    bytesSource(new TextEncoder().encode(JSON.stringify(map)), 'model.safetensors.index.json');

  it.each([
    ['.', 'x/../y', '/etc/passwd', '../x', 'C:\\x', 'a\\b', 'https://x/y', 'file:x', '', 'a//b'],
  ])('that leads out of its folder is never followed: %s', async (...names) => {
    const asked: string[] = [];
    const map = Object.fromEntries(names.map((name) => [`to ${name}`, name]));
    const { defects, tensors } = await open(index({ weight_map: map }), {
      sibling: (name) => {
        asked.push(name);
        return sibling(name);
      },
    });
    expect(asked).toEqual([]);
    expect(tensors.size).toBe(0);
    expect(defects.map(({ problem }) => problem.kind)).toEqual(names.map(() => 'unsafe'));
  });

  it.each([[{}], [[]], [{ weight_map: 3 }], [{ weight_map: { a: 3 } }], [null]])(
    'without a map is refused: %j',
    async (value) => {
      await expect(open(index(value), { sibling })).rejects.toMatchObject({
        problem: { kind: 'malformed' },
      });
    },
  );

  it('is known by its name or by what it says', () => {
    const detect = (path: string, text: string) => {
      const head = new TextEncoder().encode(text);
      const probe = { path, size: head.length, head, tail: head };
      return [safetensorsIndex, pytorchIndex].find((one) => one.detect(probe))?.id;
    };
    const map = (file: string) => `{"metadata": {}, "weight_map": {"w": "${file}"}}`;
    expect(detect('a/model.safetensors.index.json', '{"cut')).toBe('safetensors-sharded');
    expect(detect('pytorch_model.bin.index.json', map('a.bin'))).toBe('pytorch-sharded');
    expect(detect('x.json', map('a.safetensors'))).toBe('safetensors-sharded');
    expect(detect('model.weights.json', map('a.weights.h5'))).toBeUndefined();
    expect(detect('x.json', '{"a": 1}')).toBeUndefined();
    const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 9\n';
    expect(detect('model.safetensors.index.json', pointer)).toBeUndefined();
  });

  it('whatever the bytes, a checkpoint or a problem', async () => {
    const file = await fileSource(OWN, 'model.safetensors.index.json');
    const good = await file.read(0, file.size);
    const random = seeded(3);
    for (let run = 0; run < 2000; run++) {
      const source = bytesSource(mutate(good, random), 'model.safetensors.index.json');
      await expectOutcome(() => open(source, { sibling }));
    }
  });
});
