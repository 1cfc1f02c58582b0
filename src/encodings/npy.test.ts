import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { widen } from '#domain/widen.ts';
import { expected, FIXTURES, fileSource, hasFixtures, sha256 } from '#io/testing.ts';
import { orderElements, readNpyHeader } from './npy.ts';
import { parsePythonLiteral } from './npy-literal.ts';

describe('a Python literal', () => {
  it.each<[string, unknown]>([
    ['(3, 4L, )', [3, 4]],
    ['()', []],
    ["'a\\'b'", "a'b"],
    ['"x"', 'x'],
    [
      "[('r', '<i4'), ('g', '<f8', (2,))]",
      [
        ['r', '<i4'],
        ['g', '<f8', [2]],
      ],
    ],
    ['None', null],
    ['-7', -7],
  ])('%s', (text, value) => {
    expect(parsePythonLiteral(text, { path: 'a.npy' })).toEqual(value);
  });

  it('of a dictionary', () => {
    const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }   \n";
    expect(parsePythonLiteral(header, { path: 'a.npy' })).toEqual(
      new Map<string, unknown>([
        ['descr', '<f4'],
        ['fortran_order', false],
        ['shape', [2]],
      ]),
    );
  });

  it.each(['', '(', '{1: 2}', '{"a"}', '1 2', 'f(1)', '(1 2)', "'a", '[1,,2]', '{"a": 1 "b": 2}'])(
    'is not %j',
    (text) => {
      expect(() => parsePythonLiteral(text, { path: 'a.npy' })).toThrow(/no Python literal/);
    },
  );
});

describe.runIf(hasFixtures)('files that NumPy wrote', () => {
  const directory = join(FIXTURES, 'data/digits-numpy');
  const files = (hasFixtures ? expected(directory).datasets : []).filter(
    ({ format }: { format: string }) => format === 'npy',
  );
  const rows: [string, (typeof files)[0]][] = files.map((file: { path: string }) => [
    file.path,
    file,
  ]);

  it.each(rows)('%s', async (path, file) => {
    const source = await fileSource(directory, path);
    const header = await readNpyHeader(source);
    expect(header.shape).toEqual(file.x_shape);
    const { element } = header;
    const dtype = element.kind === 'number' ? element.dtype : 'string';
    expect(dtype).toBe(file.x_dtype);
    const bytes = orderElements(header, await source.read(header.start, source.size));
    const values = widen(bytes, dtype);
    expect(sha256(new Uint8Array(values?.buffer ?? new ArrayBuffer(0)))).toBe(file.x_sha256);
  });

  it.each([
    ['headless.npy', 'truncated'],
    ['short.npy', 'truncated'],
    ['evil-header.npy', 'malformed'],
  ])('broken: %s', async (name, kind) => {
    const source = await fileSource(join(FIXTURES, 'data/broken'), name);
    await expect(readNpyHeader(source)).rejects.toMatchObject({ problem: { kind } });
  });
});
