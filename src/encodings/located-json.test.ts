import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseLocatedJson } from './located-json.ts';

const parse = (text: string) => parseLocatedJson(text, { path: 'a.json' });

it('gives what JSON.parse gives', () =>
  fc.assert(
    fc.property(fc.json({ maxDepth: 5 }), fc.nat(3), (json, indent) => {
      const value: unknown = JSON.parse(json);
      const text = JSON.stringify(value, null, indent);
      expect(JSON.stringify(parse(text).value)).toBe(JSON.stringify(JSON.parse(text)));
    }),
  ));

it('refuses what JSON.parse refuses', () =>
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\0-1.eE tru') }), (text) => {
      expect(attempt(() => parse(text).value) === undefined).toBe(
        attempt(() => JSON.parse(text) as unknown) === undefined,
      );
    }),
    { numRuns: 2000 },
  ));

function attempt(work: () => unknown): unknown {
  try {
    return [work()];
  } catch {
    return undefined;
  }
}

it('says where a value and its key stand, and which keys an object has twice', () => {
  const json = parse('{\n  "a": [1,\n    {"b": true}], "a": 2\n}');
  expect(json.repeated).toEqual(['a']);
  const { members } = parse('{\n  "a": [1,\n    {"b": true}]\n}');
  expect(members.get('a')).toMatchObject({ path: 'a', line: 2, column: 8, key: { column: 3 } });
  expect(members.get('a')?.items[1]?.members.get('b')).toMatchObject({
    path: 'a[1].b',
    line: 3,
    column: 11,
  });
});

describe('what is no JSON', () => {
  it.each([
    ['', 'line 1, column 1: no value'],
    ['{"a" 1}', 'line 1, column 6: : must stand here'],
    ['[1\n 2]', 'line 2, column 2: , must stand here'],
    ['{"a": 1,\n}', 'line 2, column 1: a key in quotes must stand here'],
    ['["a\n"]', 'line 1, column 2: text is not ended'],
    ['[1] 2', 'line 1, column 5: there is more behind the end'],
    ['['.repeat(40), 'nests too deeply'],
  ])('%j is refused with its place', (text, message) => {
    expect(() => parse(text)).toThrow(message);
  });
});
