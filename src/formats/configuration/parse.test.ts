import { describe, expect, it } from 'vitest';
import { parseConfiguration } from './parse.ts';

describe('a configuration', () => {
  it.each<[string, string, unknown]>([
    [
      'config.json',
      '{"lr": 0.1, "model": {"hidden": [1, 2]}}',
      { lr: 0.1, model: { hidden: [1, 2] } },
    ],
    [
      'config.json',
      '{"a": NaN, "b": -Infinity, "c": "NaN, in words"}',
      { a: Number.NaN, b: Number.NEGATIVE_INFINITY, c: 'NaN, in words' },
    ],
    [
      'hparams.yaml',
      'hidden: 16\nlr: 1e-3\nname: mlp\nflag: true\nnone: null\n',
      { hidden: 16, lr: 0.001, name: 'mlp', flag: true, none: null },
    ],
    ['args.yaml', 'a: &x [1, 2]\nb: *x\n', { a: [1, 2], b: [1, 2] }],
    ['hparams.yaml', 'path: !!python/object/apply:pathlib.PosixPath [data]\n', { path: ['data'] }],
    ['hparams.yaml', 'seed: 12345678901234567890\n', { seed: 12345678901234567890n }],
    [
      'config.json',
      '{"seed": -12345678901234567890, "of": "12345678901234567890"}',
      { seed: -12345678901234567890n, of: '12345678901234567890' },
    ],
    ['hparams.yaml', '', null],
  ])('%s %s', (path, text, value) => {
    expect(parseConfiguration(text, path)).toEqual(value);
  });

  it.each([
    ['config.json', '{"lr": 0.1'],
    ['config.json', '{"a": undefined}'],
    ['hparams.yaml', 'a: [1, 2\nb: }'],
    [
      'hparams.yaml',
      `a: &a [x]\n${Array.from({ length: 9 }, (_, i) => `b${i}: &b${i} [${'*a, '.repeat(30)}*a]`).join('\n')}`,
    ],
    ['config.json', `${'['.repeat(200)}${']'.repeat(200)}`],
  ])('that is none is malformed: %s %s', (path, text) => {
    expect(() => parseConfiguration(text, path)).toThrow(
      expect.objectContaining({ problem: { kind: 'malformed', what: expect.any(String) } }),
    );
  });

  it('cannot reach what objects have from their prototype', () => {
    const parsed = parseConfiguration('{"__proto__": {"polluted": 1}}', 'config.json');
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(Object.keys(parsed as object)).toEqual(['__proto__']);
  });
});
