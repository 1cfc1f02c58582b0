import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readStrings } from '#domain/strings.ts';
import { field } from '#encodings/testing.ts';
import { expectOutcome } from '#formats/mutate-testing.ts';
import { mutate, seeded } from '#formats/mutations.ts';
import { expectRanges, expectTensors, type Golden, openFile } from '#formats/testing.ts';
import {
  bytesSource,
  expected,
  FIXTURES,
  fileSource,
  hasCorpus,
  hasFixtures,
  SHARED,
} from '#io/testing.ts';
import { onnx } from './checkpoint.ts';
import { open } from './reader.ts';

const OWN = 'src/formats/onnx/fixtures';
const roots = [OWN, ...(hasFixtures ? [join(FIXTURES, 'misc/onnx')] : [])];

/** With which problem the tensors of each damaged file are named. */
const DAMAGED: Record<string, string> = {
  'external-missing/model.onnx': 'missing',
  'external-short/model.onnx': 'truncated',
  'external-hostile/model.onnx': 'unsafe',
  'truncated/model.onnx': 'truncated',
};

describe.each(roots)('models of %s', (root) => {
  const goldens: readonly Golden[] = expected(root).checkpoints;
  const whole = goldens.filter(({ problem }) => problem === null);

  it.each(whole.map((golden): [string, Golden] => [golden.path, golden]))(
    '%s',
    async (path, golden) => {
      const { checkpoint, format } = await openFile(root, path);
      expect(format.id).toBe('onnx');
      expect(checkpoint.defects).toEqual([]);
      await expectTensors(checkpoint, golden);
      await expectRanges(checkpoint);
      const { metadata, files, writer } = checkpoint;
      expect(metadata).toMatchObject({
        ir_version: golden.metadata.ir_version,
        opset_import: golden.metadata.opset,
        metadata_props: golden.metadata.props,
      });
      expect(Object.keys(metadata.operators ?? {})).toEqual(golden.metadata.ops);
      expect(writer).toMatch(/^pytorch 2/);
      const beside = files.slice(1).map((file) => file.slice(file.lastIndexOf('/') + 1));
      expect(beside.sort()).toEqual(golden.metadata.external_files);
    },
  );

  it.each(Object.entries(DAMAGED))('%s: %s', async (path, kind) => {
    const { checkpoint } = await openFile(root, path);
    expect(checkpoint.defects[0]?.problem.kind).toBe(kind);
    const tensor = checkpoint.defects.find(({ place }) => place.tensor)?.place.tensor;
    if (path.startsWith('external')) expect(tensor).toBe('layers.0.weight');
    if (tensor !== undefined) {
      await expect(checkpoint.read(tensor)).rejects.toMatchObject({ problem: { kind } });
    }
  });

  it('are opened without reading a weight', async () => {
    const { meter } = await openFile(root, 'external/model.onnx');
    expect(meter.bytes).toBeLessThan(2000);
  });
});

const floats = (...values: number[]) => new Uint8Array(Float32Array.from(values).buffer);
const text = (value: string) => new TextEncoder().encode(value);
const message = (...fields: number[][]) => Uint8Array.from(fields.flat());
const tensor = (type: number, dims: readonly number[], ...rest: number[][]) =>
  message(...dims.map((size) => field(1, size)), field(2, type), field(8, text('w')), ...rest);
const model = (...initialisers: Uint8Array[]) =>
  bytesSource(
    message(field(1, 8), field(7, message(...initialisers.map((one) => field(5, one))))),
    'm.onnx',
  );

describe('elements', () => {
  it.each<[string, Uint8Array, string, number[]]>([
    ['in a list of floats', tensor(1, [2], field(4, floats(1, 2))), 'float32', [...floats(1, 2)]],
    ['in a list of bytes', tensor(3, [3], field(5, Uint8Array.of(1, 2, 127))), 'int8', [1, 2, 127]],
    [
      'negative, in a list',
      tensor(6, [2], field(5, Uint8Array.of(...new Array<number>(9).fill(255), 1, 5))),
      'int32',
      [255, 255, 255, 255, 5, 0, 0, 0],
    ],
    [
      'past 2⁵³, in a list',
      tensor(7, [2], field(7, Uint8Array.of(255, 255, 255, 255, 255, 255, 255, 255, 127, 1))),
      'int64',
      [255, 255, 255, 255, 255, 255, 255, 127, 1, 0, 0, 0, 0, 0, 0, 0],
    ],
    ['in half precision, in a list', tensor(10, [1], field(5, 0x3c00)), 'float16', [0, 0x3c]],
    [
      'that are not packed',
      tensor(7, [2], field(7, 3), field(7, 4)),
      'int64',
      [3, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0],
    ],
    ['of four bits', tensor(22, [3], field(9, Uint8Array.of(0xf1, 0x08))), 'int4', [1, 255, 248]],
    [
      'of four bits without sign',
      tensor(21, [3], field(9, Uint8Array.of(0xf1, 0x08))),
      'uint4',
      [1, 15, 8],
    ],
    [
      'of two bits',
      tensor(26, [5], field(9, Uint8Array.of(0b11_10_01_00, 1))),
      'int2',
      [0, 1, 254, 255, 1],
    ],
    ['raw', tensor(16, [1], field(9, Uint8Array.of(0x80, 0x3f))), 'bfloat16', [0x80, 0x3f]],
    ['of a scalar', tensor(1, [], field(9, floats(7))), 'float32', [...floats(7)]],
    ['that are none', tensor(1, [0], field(9, floats())), 'float32', []],
  ])('%s', async (_, initialiser, dtype, bytes) => {
    const checkpoint = await open(model(initialiser));
    expect(checkpoint.defects).toEqual([]);
    expect(checkpoint.tensors.get('w')?.dtype).toBe(dtype);
    expect([...(await checkpoint.read('w'))]).toEqual(bytes);
    await expectRanges(checkpoint);
  });

  it('that are texts', async () => {
    const { read } = await open(model(tensor(8, [2], field(6, text('a')), field(6, text('bc')))));
    const texts = readStrings(await read('w'), 2).map((one) => new TextDecoder().decode(one));
    expect(texts).toEqual(['a', 'bc']);
  });

  it.each<[string, Uint8Array, string]>([
    ['too few bytes', tensor(1, [3], field(9, floats(1, 2))), 'malformed'],
    ['no bytes', tensor(1, [3]), 'malformed'],
    ['a type that there is not', tensor(99, [1], field(9, floats(1))), 'unsupported'],
    ['a shape past counting', tensor(1, [2 ** 40, 2 ** 40], field(9, floats(1))), 'malformed'],
  ])('with %s name their tensor', async (_, initialiser, kind) => {
    const { defects, read } = await open(model(initialiser));
    expect(defects).toMatchObject([{ problem: { kind }, place: { tensor: 'w' } }]);
    await expect(read('w')).rejects.toMatchObject({ problem: { kind } });
  });

  it('in a list that is too short are refused when they are read', async () => {
    const { read } = await open(model(tensor(7, [3], field(7, Uint8Array.of(1, 2)))));
    await expect(read('w')).rejects.toMatchObject({ problem: { kind: 'malformed' } });
  });

  it('of two initialisers with one name are unsafe', async () => {
    const one = tensor(1, [1], field(9, floats(1)));
    const { defects, tensors } = await open(model(one, one));
    expect(defects).toMatchObject([{ problem: { kind: 'unsafe' } }]);
    expect(tensors.size).toBe(1);
  });

  it('that are sparse are given as the values stored', async () => {
    const sparse = field(15, message(field(1, tensor(1, [1], field(9, floats(3))))));
    const { tensors } = await open(bytesSource(message(field(1, 8), field(7, message(sparse)))));
    expect(tensors.get('w')).toMatchObject({ kind: 'sparse', shape: [1] });
  });
});

describe('places outside', () => {
  const external = (location: string) =>
    model(
      tensor(
        1,
        [1],
        field(14, 1),
        field(13, message(field(1, text('location')), field(2, text(location)))),
      ),
    );
  it.each(['/etc/passwd', '../w', 'a/../../w', 'C:\\w', 'https://x/w', ''])(
    '%s is never opened',
    async (location) => {
      const sibling = () => Promise.reject(new Error('it was opened'));
      const { defects } = await open(external(location), { sibling });
      expect(defects).toMatchObject([{ problem: { kind: 'unsafe' } }]);
    },
  );

  it('./w is the file beside it', async () => {
    const { read } = await open(external('./w'), {
      sibling: async (name) => bytesSource(floats(name === 'w' ? 5 : 0), name),
    });
    expect(await read('w')).toEqual(floats(5));
  });
});

it('is known by its name, or by what wrote it', () => {
  const detect = (path: string, head: number[]) =>
    onnx.detect({ path, size: 99, head: Uint8Array.from(head), tail: Uint8Array.from(head) });
  expect(detect('a.onnx', [0x3a, 0x05, 0x80])).toBe(true);
  expect(detect('a.onnx', [0x3c, 0x68])).toBe(false);
  expect(detect('a.bin', [8, 7, 18, 7, ...text('pytorch')])).toBe(true);
  expect(detect('a.bin', [8, 7, 18, 7, ...text('nothing')])).toBe(false);
});

it('whatever the bytes, a checkpoint or a problem', async () => {
  const random = seeded(11);
  const file = await fileSource(OWN, 'embedded/model.onnx');
  const good = await file.read(0, file.size);
  const beside = await fileSource(OWN, 'files/model.onnx');
  const small = await beside.read(0, beside.size);
  const sibling = (name: string) => fileSource(OWN, `files/${name}`);
  for (let run = 0; run < 2000; run++) {
    const bytes = mutate(run % 4 === 0 ? good : small, random);
    await expectOutcome(() => open(bytesSource(bytes, 'm.onnx'), { sibling }));
  }
});

describe.runIf(hasCorpus)('models that people made', () => {
  it.each(['light/light_squeezenet.onnx', 'simple/test_sequence_model1/model.onnx'])(
    '%s',
    async (path) => {
      const root = join(SHARED, 'corpus/onnx/onnx/backend/test/data');
      const { checkpoint } = await openFile(root, path);
      expect(checkpoint.defects).toEqual([]);
      await expectRanges(checkpoint);
    },
  );
});
