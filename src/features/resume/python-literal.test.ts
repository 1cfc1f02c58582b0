import { describe, expect, it } from 'vitest';
import { isIdentifier } from '#domain/safe-globals.ts';
import { joinPath, parentPath, pyAccess, pyString } from './python-literal.ts';

describe('a Python string', () => {
  it.each([
    ['plain', "'plain'"],
    ["it's", "'it\\'s'"],
    ["'); import os #", "'\\'); import os #'"],
    ['a\\', "'a\\\\'"],
    ['a\nb\r\tc', "'a\\nb\\r\\tc'"],
    ['nul\0', "'nul\\x00'"],
    ['"""', '\'"""\''],
    ['{x}', "'{x}'"],
    ['数据/训练', "'数据/训练'"],
    ['é', "'é'"],
    ['e\u0301', "'e\\u0301'"],
    ['数e\u0301', "'\\u6570e\\u0301'"],
    ['\u202egnp.exe', "'\\u202egnp.exe'"],
    ['\u2028', "'\\u2028'"],
    ['\ud800', "'\\ud800'"],
    ['\u{1f600}', "'\\U0001f600'"],
    ['’', "'\\u2019'"],
  ])('%j is %s', (text, literal) => {
    expect(pyString(text)).toBe(literal);
  });
});

it.each([
  ['model', true],
  ['_x1', true],
  ['1x', false],
  ['class', false],
  ['a-b', false],
  ['', false],
  ['a\n', false],
])('%j as a name: %s', (text, is) => {
  expect(isIdentifier(text)).toBe(is);
});

it('keys are written as they are typed', () => {
  expect(pyAccess(['optimizer_states', 0, "it's"])).toBe("['optimizer_states'][0]['it\\'s']");
});

it.each([
  ['/data/runs', 'a/b.pth', '/data/runs/a/b.pth'],
  ['/data/runs/', 'a/b.pth', '/data/runs/a/b.pth'],
  ['/', 'b.pth', '/b.pth'],
  ['', 'a/b.pth', 'a/b.pth'],
  ['  ', 'a/b.pth', 'a/b.pth'],
  ['~/runs', 'b.pth', '~/runs/b.pth'],
  ['C:\\runs\\', 'a/b.pth', 'C:\\runs\\a\\b.pth'],
  ['D:/runs', 'a/b.pth', 'D:/runs\\a\\b.pth'],
  ['\\\\server\\share', 'a/b.pth', '\\\\server\\share\\a\\b.pth'],
])('%j and %j make %j', (prefix, path, joined) => {
  expect(joinPath(prefix, path)).toBe(joined);
});

it.each([
  ['/data/ckpt-8', '/data'],
  ['/ckpt-8', '/'],
  ['ckpt-8', '.'],
  ['C:\\runs\\ckpt-8', 'C:\\runs'],
])('%j lies in %j', (path, folder) => {
  expect(parentPath(path)).toBe(folder);
});
