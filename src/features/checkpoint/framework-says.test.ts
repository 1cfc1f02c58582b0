import { expect, it } from 'vitest';
import type { Problem } from '#domain/problem.ts';
import { frameworkSays } from './framework-says.ts';
import { FRAMEWORK_WORDS } from './framework-words.ts';

const says = (format: string | null, problem: Problem, path = 'model.pth') =>
  frameworkSays(format, { problem, place: { path } }, 'en');

const cut: Problem = { kind: 'truncated', needed: 2, size: 1 };
const flipped: Problem = { kind: 'corrupt', what: 'checksum' };

it.each<[string | null, Problem, RegExp, string?]>([
  ['pytorch', flipped, /torch\.load .* says nothing/],
  ['pytorch', cut, /failed finding central directory/],
  ['torch-legacy', cut, /unexpected EOF/],
  ['tensor-bundle', flipped, /DataLossError/],
  ['safetensors', cut, /incomplete metadata, file not fully covered/],
  ['safetensors', { kind: 'malformed', what: 'x' }, /flipped bit .* cannot notice/],
  ['keras-archive', flipped, /Bad CRC-32/],
  ['torch-distributed', { kind: 'missing', path: '.metadata' }, /FileNotFoundError/],
  ['huggingface', cut, /not fully covered/, 'checkpoint-9/model.safetensors'],
  ['huggingface', cut, /Invalid argument/, 'checkpoint-9/optimizer.pt'],
  [null, { kind: 'not-a-checkpoint', really: 'html' }, /UnpicklingError/],
])('of %s with %o', (format, problem, words, path) => {
  expect(says(format, problem, path)).toMatch(words);
});

it.each<[string | null, Problem, string?]>([
  ['pytorch', { kind: 'denied' }],
  ['a-format-of-tomorrow', cut, 'model.xyz'],
  [null, cut, 'notes.txt'],
])('nothing is said of %s with %o', (format, problem, path) => {
  expect(says(format, problem, path)).toBeNull();
});

it('the same is said in both languages', () => {
  const kinds = (language: 'en' | 'zh') =>
    Object.entries(FRAMEWORK_WORDS[language]).map(([family, words]) => [
      family,
      Object.keys(words),
    ]);
  expect(kinds('zh')).toEqual(kinds('en'));
});
