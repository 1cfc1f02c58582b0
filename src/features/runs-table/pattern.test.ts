import { describe, expect, it } from 'vitest';
import { compilePattern } from './pattern.ts';

const TEXTS = [
  '',
  'a',
  'b',
  'aa',
  'ab',
  'abc',
  'xabcx',
  'lr-0.1',
  'seed12',
  'run_3',
  'a b',
  '12',
  'aaab',
  'foo.bar',
];

describe('a pattern finds what a regular expression finds', () => {
  it.each([
    'a',
    'ab|b',
    '^a',
    'b$',
    '^$',
    'a*b',
    '^a+$',
    'a?b',
    'a{2}',
    '^a{2,3}b',
    'a{2,}',
    '[abc]+x',
    '[^a]',
    '[a-c]{3}',
    '\\d+',
    '^\\w+$',
    '\\s',
    '\\.',
    'seed(1|2)+',
    '(?:ab|a)b?c',
    '\\bb',
    '[-.]',
    'a+?b',
    '[\\d.]+$',
    'x.*x',
    '(a|b)*$',
  ])('%s', (pattern) => {
    const matches = compilePattern(pattern, false);
    for (const text of TEXTS)
      expect([text, matches?.(text)]).toEqual([text, new RegExp(pattern).test(text)]);
  });
});

it('may ignore case', () => {
  expect(compilePattern('ADAM', true)?.('adamW')).toBe(true);
  expect(compilePattern('^\\D+$', true)?.('adam')).toBe(true);
});

it.each([
  '(',
  'a)',
  '[a',
  '*',
  'a**',
  '(?=a)',
  '(a)\\1',
  'a{3,2}',
  'a{1000}',
  '((a{50}){50}){50}',
  `${'('.repeat(30)}a${')'.repeat(30)}`,
  'a'.repeat(201),
  '\\',
  '\\p{L}',
])('is none: %s', (pattern) => {
  expect(compilePattern(pattern, false)).toBeNull();
});

it('is done with patterns that would keep a browser busy for years', () => {
  expect(compilePattern('^(a+)+$', false)?.(`${'a'.repeat(400)}b`)).toBe(false);
  expect(compilePattern('(a|aa)*(a|aa)*(a|aa)*$', false)?.(`${'a'.repeat(400)}b`)).toBe(true);
});
