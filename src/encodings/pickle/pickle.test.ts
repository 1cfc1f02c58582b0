import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import { readPickle } from './pickle.ts';
import { type Call, Global, LargeInteger, PersistentId, type PickleValue } from './values.ts';

const protocols: Record<string, string> = JSON.parse(
  readFileSync('src/encodings/pickle/fixtures/protocols.json', 'utf8'),
);

/** Characters up to U+00FF as bytes. */
const bytes = (text: string) => Uint8Array.from(text, (character) => character.charCodeAt(0));
const read = (text: string) => readPickle(bytes(text), { path: 'a.pkl' }).value;

describe.each(Object.entries(protocols))('the same value in protocol %s', (protocol, hex) => {
  const pickle = Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
  const { value, end, ...rest } = readPickle(pickle, { path: 'a.pkl' });
  const map = value as Map<PickleValue, PickleValue>;

  it('ends where it ends, in the protocol it says', () => {
    expect(end).toBe(pickle.length);
    expect(rest.protocol).toBe(Number(protocol) < 2 ? 0 : Number(protocol));
  });

  it.each<[string | number | null, PickleValue]>([
    ['none', null],
    ['flags', [true, false]],
    ['small', 7],
    ['byte', 255],
    ['short', 65535],
    ['negative', -2],
    ['int32', -(2 ** 31)],
    ['safe', 2 ** 53 - 1],
    ['long', 2n ** 70n],
    ['minus', -(2n ** 70n)],
    ['hex', 2n ** 2040n],
    ['float', 1.5],
    ['tiny', 5e-324],
    ['text', 'a\n\\é重🔥'],
    ['long text', 'x'.repeat(300)],
    ['nested', [[], [], new Map(), [[1], [1, 2], [1, 2, 3], [1, 2, 3, 4]]]],
    [2, 'number key'],
    [null, 'none key'],
  ])('%s', (key, expected) => {
    expect(map.get(key)).toEqual(expected);
  });

  it('keeps what is the same the same, and what holds itself', () => {
    expect(map.get('again')).toBe(map.get('same'));
    const cycle = map.get('cycle') as Map<PickleValue, PickleValue>;
    expect(cycle.get('self')).toBe(cycle);
  });

  it('has objects as calls', () => {
    const ordered = map.get('ordered') as Call;
    expect(ordered.path).toBe('collections.OrderedDict');
    const pairs = [...(ordered.entries ?? (ordered.args[0] as [PickleValue, PickleValue][]))];
    expect(pairs).toEqual([
      ['z', 1],
      ['a', 2],
    ]);
    expect(map.get('complex')).toMatchObject({ path: 'builtins.complex', args: [0, 1] });
  });
});

describe('operations that Python writes seldom', () => {
  it.each<[string, string, PickleValue]>([
    ['text integers and flags', '(I01\nI00\nI-12\nL34L\nt.', [true, false, -12, 34]],
    ['text floats', '(F1.5\nFnan\nF-inf\nt.', [1.5, Number.NaN, -Infinity]],
    ['a quoted string', "S'a\\n\\x41\\101\\'b'\n.", "a\nAA'b"],
    ['a string that is not text', 'U\x02\xff\xfe.', Uint8Array.of(0xff, 0xfe)],
    ['escaped text', 'Va\\u00e9\\U0001f525\\n\n.', 'aé🔥\\n'],
    ['a lone surrogate', 'X\x03\0\0\0\xed\xa0\x80.', '\ud800'],
    ['list and dict from a mark', '((I1\nI2\nl(S"k"\nI3\ndt.', [[1, 2], new Map([['k', 3]])]],
    ['dropped values', '(I1\n0(I2\n1I3\nt.', [3]],
    ['a dropped mark', '(I1\n(0t.', [1]],
    ['a value twice', '(I1\n2t.', [1, 1]],
    ['text memo', '(I1\np7\ng7\nt.', [1, 1]],
    ['a memo slot far away', '(I5\nr\xff\xff\xff\xffj\xff\xff\xff\xfft.', [5, 5]],
    ['a memo slot overwritten', '\x80\x04(K\x01\x94K\x02q\0K\x03\x94h\x01h\0t.', [1, 2, 3, 3, 2]],
    ['sets', '\x80\x04\x8f(K\x01K\x02\x90.', new Set([1, 2])],
    ['a frozen set', '\x80\x04(K\x01\x91.', new Set([1])],
    ['a byte array', '\x80\x05\x96\x02\0\0\0\0\0\0\0ab\x98.', bytes('ab')],
    ['a global of Python 2', 'c__builtin__\nxrange\n.', new Global('builtins', 'range')],
    [
      'the same name in protocol 3',
      '\x80\x03c__builtin__\nxrange\n.',
      new Global('__builtin__', 'xrange'),
    ],
    ['text that names what is stored elsewhere', 'Pabc\n.', new PersistentId('abc')],
    ['any value that does', '(K\x01K\x02tQ.', new PersistentId([1, 2])],
    ['a very long integer', `\x8b\x04\x04\0\0${'\x01'.repeat(1028)}.`, new LargeInteger(1028)],
    ['no bytes of an integer', '\x8a\0.', 0],
  ])('%s', (_, pickle, expected) => {
    expect(read(pickle)).toEqual(expected);
  });

  it.each<[string, string, Partial<Call>]>([
    ['REDUCE', 'cm\nf\n(K\x01tR.', { how: 'reduce', args: [1] }],
    ['NEWOBJ', 'cm\nf\n(K\x01t\x81.', { how: 'new', args: [1] }],
    ['NEWOBJ_EX', 'cm\nf\n(K\x01t}\x92.', { how: 'new', args: [1], kwargs: new Map() }],
    ['INST', '(K\x01im\nf\n.', { how: 'construct', args: [1] }],
    ['OBJ', '(cm\nf\nK\x01o.', { how: 'construct', args: [1] }],
    ['STACK_GLOBAL', '\x80\x04\x8c\x01m\x8c\x01f\x93)R.', { how: 'reduce', args: [] }],
    ['BUILD', 'cm\nf\n)RK\x05b.', { state: 5 }],
    ['APPENDS', 'cm\nf\n)R(K\x05e.', { items: [5] }],
    ['SETITEMS', 'cm\nf\n)R(K\x05K\x06u.', { entries: new Map([[5, 6]]) }],
  ])('%s makes a call, which nobody makes', (_, pickle, expected) => {
    expect(read(pickle)).toMatchObject({ path: 'm.f', ...expected });
  });

  it('a class known by number only', () => {
    expect(read('\x82\x07.')).toMatchObject({ how: 'extension', args: [7] });
  });
});

describe('what is no pickle', () => {
  it.each<[string, string, string]>([
    ['nothing', '', 'truncated'],
    ['no end', '}', 'truncated'],
    ['an end too soon', '.', 'malformed'],
    ['text past its end', 'X\x05\0\0\0abcd', 'truncated'],
    ['a length past all', '\x8d\0\0\0\0\0\0\0\x40abc.', 'malformed'],
    ['a negative length', '\x8b\xff\xff\xff\xff.', 'malformed'],
    ['an unknown opcode', '\xff.', 'malformed'],
    ['protocol 6', '\x80\x06N.', 'unsupported'],
    ['a value below a mark', 'N(0(ar.', 'malformed'],
    ['no mark', 'N1.', 'malformed'],
    ['an empty memo slot', 'h\x09.', 'malformed'],
    ['arguments that are no tuple', 'cm\nf\nNR.', 'malformed'],
    ['a global without a name', '\x80\x04NN\x93.', 'malformed'],
    ['an item of a number', 'K\x01K\x02a.', 'malformed'],
    ['a key without a value', '(K\x01d.', 'malformed'],
    ['a text that is no UTF-8', 'X\x01\0\0\0\xff.', 'malformed'],
    ['an integer that is none', 'Iabc\n.', 'malformed'],
    ['buffers elsewhere', '\x80\x05\x97.', 'unsupported'],
    ['a frame that ends within', '\x80\x04\x95\x02\0\0\0\0\0\0\0K\x01X\x01\0\0\0a.', 'fine'],
    [
      'a frame that ends within an operation',
      '\x80\x04\x95\x03\0\0\0\0\0\0\0K\x01K\x01t.',
      'unsafe',
    ],
  ])('%s', (_, pickle, kind) => {
    const outcome = attempt(() => read(pickle));
    expect(outcome instanceof CheckpointError ? outcome.problem.kind : 'fine').toBe(kind);
  });

  it('too many objects', () => {
    const pickle = new Uint8Array(4_000_000).fill(0x5d);
    const outcome = attempt(() => readPickle(pickle, { path: 'a.pkl' }));
    expect(outcome).toMatchObject({ problem: { kind: 'too-large' } });
  });

  it('lists nested without end are read without a stack', () => {
    const depth = 200_000;
    expect(read(`${']'.repeat(depth)}${'a'.repeat(depth - 1)}.`)).toHaveLength(1);
  });

  it('ends in a CheckpointError, whatever the bytes', () => {
    const good = Uint8Array.from(protocols['4']?.match(/../g) ?? [], (pair) => parseInt(pair, 16));
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.option(fc.nat(good.length), { nil: undefined }),
        (changes, end) => {
          const pickle = good.slice(0, end);
          for (const [at, value] of changes) if (at < pickle.length) pickle[at] = value;
          const outcome = attempt(() => readPickle(pickle, { path: 'a.pkl' }));
          if (outcome instanceof Error) expect(outcome).toBeInstanceOf(CheckpointError);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe('an observer', () => {
  it('is told of globals, calls and states, though reading fails in the end', () => {
    const seen: string[] = [];
    const outcome = attempt(() =>
      readPickle(bytes('cos\nsystem\n(K\x01tR0cos\nsystem\n)\x81}b\xff'), {
        path: 'a.pkl',
        observer: {
          global: ({ path }) => seen.push(`import ${path}`),
          call: ({ how, path }) => seen.push(`${how} ${path}`),
          state: (target) => seen.push(`state of ${(target as Call).path}`),
        },
      }),
    );
    expect(outcome).toBeInstanceOf(CheckpointError);
    expect(seen).toEqual([
      'import os.system',
      'reduce os.system',
      'new os.system',
      'state of os.system',
    ]);
  });

  it('knows where one pickle ends and the next begins', () => {
    const stacked = bytes('K\x01.K\x02.');
    const first = readPickle(stacked, { path: 'a.pkl' });
    const second = readPickle(stacked, { path: 'a.pkl', start: first.end });
    expect([first.value, second.value, second.end]).toEqual([1, 2, 6]);
  });

  it('places an error in the file when the pickle is the file', () => {
    const outcome = attempt(() => readPickle(bytes('N\xff'), { path: 'a.pkl', base: 100 }));
    expect(outcome).toMatchObject({ place: { path: 'a.pkl', offset: 102 } });
  });
});

function attempt(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
