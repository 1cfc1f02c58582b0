import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { expected, FIXTURES, hasFixtures } from '#io/testing.ts';
import { parseStateFile } from './state-file.ts';

const parse = (text: string) => parseStateFile(new TextEncoder().encode(text));

const GOOD = `model_checkpoint_path: "ckpt-3"
all_model_checkpoint_paths: "ckpt-1"
all_model_checkpoint_paths: "ckpt-3"
all_model_checkpoint_timestamps: 1795454213.613018
all_model_checkpoint_timestamps: 1795454213.6258223
last_preserved_timestamp: 1795454212.5962794
`;

describe('a state file', () => {
  it('as TensorFlow writes it', () => {
    expect(parse(GOOD)).toEqual({
      latest: { path: 'ckpt-3', name: 'ckpt-3', saved: 1795454213.6258223 },
      all: [
        { path: 'ckpt-1', name: 'ckpt-1', saved: 1795454213.613018 },
        { path: 'ckpt-3', name: 'ckpt-3', saved: 1795454213.6258223 },
      ],
      problem: null,
    });
  });

  it.each([
    ['an octal escape', String.raw`"ckpt\0553"`, 'ckpt-3'],
    ['UTF-8 in octal escapes', String.raw`"mod\303\250le-3"`, 'modèle-3'],
    ['UTF-8 as it is', '"modèle-3"', 'modèle-3'],
    ['other escapes', String.raw`"\x41\u00e9\U0001F600\t\"\\\?"`, 'Aé😀\t"\\?'],
    ['strings that follow one another', `'a' "b"\n"c"`, 'abc'],
    ['a quote of the other kind', `'say "hi"'`, 'say "hi"'],
    ['an empty string', '""', ''],
  ])('with %s', (_, value, path) => {
    expect(parse(`model_checkpoint_path: ${value}`)).toMatchObject({
      latest: { path },
      problem: null,
    });
  });

  it('with lists, separators, comments and two fields on a line', () => {
    const text = `# c\nall_model_checkpoint_paths: ["a", 'b'], model_checkpoint_path : "b"; # "c"\n`;
    const { latest, all, problem } = parse(text);
    expect([latest?.path, all.map(({ path }) => path), problem]).toEqual(['b', ['a', 'b'], null]);
  });

  it.each([
    ['an absolute path', '/home/trainer/exp7/ckpt-3', 'ckpt-3'],
    ['a path of Windows', 'C:\\runs\\ckpt-3', 'ckpt-3'],
    ['a path that leads out of the folder', '../../../../etc/passwd', 'passwd'],
    ['a path that is nothing but a way out', '../..', ''],
  ])('with %s has a name inside its folder', (_, path, name) => {
    const { latest } = parse(`model_checkpoint_path: "${path.replaceAll('\\', '\\\\')}"`);
    expect(latest).toEqual({ path, name, saved: null });
  });

  it('without as many times as paths has no times', () => {
    const { all } = parse(GOOD.replace(/all_model_checkpoint_timestamps.*\n/, ''));
    expect(all.map(({ saved }) => saved)).toEqual([null, null]);
  });
});

describe('a damaged state file', () => {
  it.each([
    ['of no bytes', '', 'truncated'],
    ['cut after a name', 'model_checkpoint_path: "a"\nall_model_ch', 'truncated'],
    ['cut before a value', 'model_checkpoint_path: "a"\nall_model_checkpoint_paths: ', 'truncated'],
    [
      'cut inside a value',
      'model_checkpoint_path: "a"\nall_model_checkpoint_paths: "ckp',
      'truncated',
    ],
    ['cut inside a list', 'all_model_checkpoint_paths: ["a",', 'truncated'],
    ['with a field that TensorFlow does not know', 'future_field: 3\n', 'malformed'],
    ['with a number for a path', 'model_checkpoint_path: 3\n', 'malformed'],
    ['with a line break in a string', 'model_checkpoint_path: "a\nb"\n', 'malformed'],
    ['with a number that is none', 'last_preserved_timestamp: 1.5x\n', 'malformed'],
    ['with a list without an end', 'all_model_checkpoint_paths: ["a" "b"}\n', 'malformed'],
    ['that is something else', '{"model": 3}', 'malformed'],
    ['that holds zeros', 'model_checkpoint_path: "a"\0\n', 'malformed'],
  ])('%s says so', (_, text, kind) => {
    expect(parse(text).problem).toMatchObject({ kind });
  });

  it('keeps what stands before the damage', () => {
    expect(parse(`${GOOD.slice(0, 80)}`).latest?.path).toBe('ckpt-3');
    expect(parse(`${GOOD}future_field: 3`)).toMatchObject({ latest: { path: 'ckpt-3' } });
  });

  it.each([
    ['escapes', `model_checkpoint_path: "${'\\\\a'.repeat(300_000)}"`],
    ['an open string', `model_checkpoint_path: "${'\\\\a'.repeat(300_000)}`],
    ['white space', `${' '.repeat(900_000)}#\n`],
    ['comments', '#\n'.repeat(400_000)],
    ['fields', 'last_preserved_timestamp: 1\n'.repeat(30_000)],
    ['too much', ' '.repeat(2_000_000)],
  ])('of a megabyte of %s is read in no time', (_, text) => {
    expect(parse(text)).toHaveProperty('problem');
  });

  it('never throws, whatever it holds', () =>
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 200 }),
          fc
            .tuple(fc.nat(GOOD.length), fc.string({ unit: 'binary' }))
            .map(([at, text]) =>
              new TextEncoder().encode(GOOD.slice(0, at) + text + GOOD.slice(at + 3)),
            ),
        ),
        (bytes) => {
          expect(parseStateFile(new Uint8Array(bytes))).toHaveProperty('problem');
        },
      ),
      { numRuns: 500 },
    ));
});

interface Golden {
  readonly case: string;
  readonly path: string;
  readonly state: { model_checkpoint_path: string; all: string[] } | null;
}

describe.runIf(hasFixtures)('state files that TensorFlow read, or refused', () => {
  const root = join(FIXTURES, 'tensorflow/damaged/state-files');
  const PROBLEMS: Record<string, string> = {
    'half-written': 'truncated',
    empty: 'truncated',
    binary: 'malformed',
    'unknown-field': 'malformed',
  };
  const cases = hasFixtures
    ? expected(root).checkpoints.filter(
        (c: { format: string; case: string }) =>
          c.format === 'tf-checkpoint-state' && c.case !== 'missing-state',
      )
    : [];

  it.each<Golden>(cases)('$case', (golden) => {
    const { latest, all, problem } = parseStateFile(
      new Uint8Array(readFileSync(join(root, golden.path))),
    );
    expect(problem?.kind).toBe(PROBLEMS[golden.case]);
    if (!golden.state) return;
    const written = (path: string) => path.replace('<dir>/', '');
    expect(latest?.path).toBe(written(golden.state.model_checkpoint_path));
    expect(all.map(({ path }) => path)).toEqual(golden.state.all.map(written));
  });
});
