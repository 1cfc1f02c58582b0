import { describe, expect, it } from 'vitest';
import type { Problem } from '#domain/problem.ts';
import { openZip } from '#encodings/zip.ts';
import { makeZip } from '#encodings/zip-testing.ts';
import { bytesSource, fixture } from '#io/testing.ts';
import { open } from './reader.ts';
import { archive, codes, pickleOf, record } from './testing.ts';

describe('what headers show to be wrong', () => {
  it.each<[string, Uint8Array<ArrayBuffer>, Partial<Problem>]>([
    ['a storage that is missing', archive(pickleOf(), []), { kind: 'missing', path: 'a/data/0' }],
    [
      'a storage that is short',
      archive(pickleOf(), [record('data/0', 12)]),
      { kind: 'truncated', needed: 16, size: 12 },
    ],
    ['a storage that is long', archive(pickleOf(), [record('data/0', 20)]), { kind: 'malformed' }],
    ['a view that leaves its storage', archive(pickleOf({ offset: 1 })), { kind: 'malformed' }],
    ['a negative stride', archive(pickleOf({ stride: '(I-1\nt' })), { kind: 'malformed' }],
    ['a stride too few', archive(pickleOf({ stride: '(t' })), { kind: 'malformed' }],
    [
      'sizes past counting',
      archive(pickleOf({ size: '(L1152921504606846976L\nt' })),
      { kind: 'malformed' },
    ],
  ])('%s', async (_, bytes, problem) => {
    const { defects } = await open(bytesSource(bytes, 'a.pt'));
    expect(defects).toMatchObject([{ problem, place: { path: 'a.pt', tensor: 'w' } }]);
  });

  it.each<[string, Uint8Array<ArrayBuffer>, Problem['kind']]>([
    ['no pickle', makeZip([record('version', 2)]), 'missing'],
    ['no directory', archive(pickleOf()).slice(0, 200), 'truncated'],
    ['no end of the pickle', archive(pickleOf().slice(0, -1)), 'truncated'],
    ['no pickle in the pickle', archive('hello'), 'malformed'],
  ])('%s: it cannot be opened', async (_, bytes, kind) => {
    await expect(open(bytesSource(bytes, 'a.pt'))).rejects.toMatchObject({ problem: { kind } });
  });

  it('two tensors in one storage, one of them wrong', async () => {
    const good = pickleOf().replace(/s\.$/, '');
    const bad = pickleOf({ offset: 2 }).replace('(dVw', 'Vv');
    const { defects, tensors } = await open(bytesSource(archive(`${good}s${bad}`), 'a.pt'));
    expect([...tensors.keys()]).toEqual(['w', 'v']);
    expect(defects.map(({ place }) => place.tensor)).toEqual(['v']);
  });

  it('a damaged pickle that can still be read', async () => {
    const bytes = await fixture('pytorch/model_checkpoint.pth');
    const at = new TextDecoder('latin1').decode(bytes).indexOf('epoch');
    bytes[at] = 0x45;
    const { defects } = await open(bytesSource(bytes, 'a.pt'));
    expect(defects).toMatchObject([{ problem: { kind: 'corrupt' } }]);
  });

  it('a damaged storage, by its tensor', async () => {
    const bytes = archive(pickleOf());
    const zip = await openZip(bytesSource(bytes));
    bytes[(zip.entries.get('a/data/0')?.offset ?? 0) + 40] = 0xff;
    const checkpoint = await open(bytesSource(bytes, 'a.pt'));
    expect(checkpoint.defects).toEqual([]);
    const verified = await checkpoint.verify?.({});
    expect(verified?.defects).toMatchObject([
      { problem: { kind: 'corrupt' }, place: { tensor: 'w' } },
    ]);
  });
});

describe('what loading would do besides making data is said, and its tensors are listed', () => {
  const payload = (code: string) => archive(pickleOf().replace('(dVw', `${code}0(dVw`));

  it.each<[string, string, string]>([
    ['a call', 'cposix\nsystem\n(Vecho\ntR', 'loading it would call posix.system'],
    ['a name alone', 'cposix\nsystem\n', 'loading it would import posix.system'],
    ['an instance', '(Vecho\niposix\nsystem\n', 'loading it would call posix.system'],
    [
      'a class with a task',
      'csubprocess\nPopen\n(Vecho\nt\x81',
      'loading it would call subprocess.Popen',
    ],
    [
      'what a call gives',
      'c__main__\nA\n(tR(tR',
      'loading it would call something that it computes first',
    ],
    [
      'a number for a class',
      '\x82\x07',
      'loading it would make a class known only by the number 7',
    ],
    [
      'another method',
      'c__main__\nA\n(t\x81(dV__setstate__\nc__main__\nB\nsb',
      'loading it would replace the method __setstate__ of an object',
    ],
  ])('%s', async (_, code, what) => {
    const latin1 = Uint8Array.from(pickleOf().replace('(dVw', `${code}0(dVw`), (c) =>
      c.charCodeAt(0),
    );
    const bytes = makeZip([{ name: 'a/data.pkl', bytes: latin1 }, record('data/0', 16)]);
    const { defects, tensors } = await open(bytesSource(bytes, 'a.pt'));
    expect(defects.map(({ problem }) => problem)).toContainEqual({ kind: 'unsafe', what });
    expect([...tensors.keys()]).toEqual(['w']);
  });

  it('also when the pickle breaks off afterwards', async () => {
    const { defects, globals } = await open(bytesSource(archive('cos\nsystem\n(tR'), 'a.pt'));
    expect(defects.map(({ problem }) => problem.kind)).toEqual(['truncated', 'unsafe']);
    expect(globals).toEqual(['os.system']);
  });

  it('also behind the pickle, beside it, and in one that may be taken for it', async () => {
    const hidden = [
      record('data/0', 16),
      { name: 'a/constants.pkl', bytes: codes('cos\nsystem\n.') },
    ];
    const twin = [record('data/0', 16), { name: 'a/DATA.PKL', bytes: codes('N.') }];
    const other = [record('data/0', 16), { name: 'b/data.pkl', bytes: codes('N.') }];
    for (const bytes of [
      archive(`${pickleOf()}cos\nsystem\n.`),
      archive(pickleOf(), hidden),
      archive(pickleOf(), twin),
      archive(pickleOf(), other),
    ]) {
      const { defects } = await open(bytesSource(bytes, 'a.pt'));
      expect(defects[0]).toMatchObject({ problem: { kind: 'unsafe' } });
    }
  });

  it('enumerations are not, though they are looked up by name', async () => {
    const { defects } = await open(
      bytesSource(payload('c__builtin__\ngetattr\n(c__main__\nColor\nVBLUE\ntR'), 'a.pt'),
    );
    expect(defects).toEqual([]);
  });
});

describe('names', () => {
  it('that come to the same are told apart', async () => {
    const dotted = pickleOf().replace('Vw\n', 'Va.b\n').replace(/\.$/, '');
    const nested = pickleOf().replace('(dVw\n', '(dVb\n').replace(/\.$/, '');
    const { tensors } = await open(bytesSource(archive(`${dotted}Va\n${nested}s.`), 'a.pt'));
    expect([...tensors.values()].map(({ name, path }) => [name, path])).toEqual([
      ['a.b', ['a.b']],
      ['a.b#2', ['a', 'b']],
    ]);
  });

  it('that mean something to JavaScript mean nothing here', async () => {
    const keys = ['__proto__', 'constructor', 'toString'];
    const pickle = `(d${keys.map((key) => `V${key}\n(dVpolluted\nI01\nss`).join('')}.`;
    const { metadata } = await open(bytesSource(archive(pickle, []), 'a.pt'));
    expect(Object.keys(metadata)).toEqual(keys);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

describe('what is too much', () => {
  it('metadata is cut off, tensors behind it are found', async () => {
    const list = `(l${'I7\na'.repeat(150_000)}`;
    const pickle = pickleOf().replace('(dVw', `(dVlosses\n${list}sVmore\n${list}sVw`);
    const { metadata, tensors } = await open(bytesSource(archive(pickle), 'a.pt'));
    expect([...tensors.keys()]).toEqual(['w']);
    expect((metadata['losses'] as unknown[]).length).toBeLessThan(110_000);
    expect(metadata['losses']).toContain('…');
  });

  it('one element that a view repeats is not made into a gigabyte', async () => {
    const bytes = archive(pickleOf({ size: '(I268435456\nt', stride: '(I0\nt' }));
    const checkpoint = await open(bytesSource(bytes, 'a.pt'));
    expect(checkpoint.defects).toEqual([]);
    await expect(checkpoint.read('w')).rejects.toMatchObject({ problem: { kind: 'too-large' } });
    expect(await checkpoint.read('w', { from: 2 ** 28 - 2 })).toHaveLength(8);
  });

  it('a long key that leads to many tensors, and a long text that stands at many places', async () => {
    const tensor = pickleOf().slice('(dVw\n'.length, -'s.'.length);
    const key = 'k'.repeat(100_000);
    const list = `(l${tensor}p7\na${'g7\na'.repeat(5000)}`;
    const named = await open(bytesSource(archive(`(dV${key}\n${list}s.`), 'a.pt'));
    expect(named.defects).toMatchObject([{ problem: { kind: 'too-large' } }]);
    expect(named.tensors.size).toBeLessThan(400);
    const text = `(dVa\n(lV${key}\np7\na${'g7\na'.repeat(50_000)}s.`;
    const { metadata } = await open(bytesSource(archive(text, []), 'a.pt'));
    expect(JSON.stringify(metadata).length).toBeLessThan(2 ** 23);
  });

  it('lists of lists of the same are not walked for ever', async () => {
    const levels = Array.from(
      { length: 40 },
      (_, level) => `p${level}\n0(l${`g${level}\na`.repeat(9)}`,
    );
    const { tensors } = await open(bytesSource(archive(`(l${levels.join('')}.`, []), 'a.pt'));
    expect(tensors.size).toBe(0);
  });

  it('a tensor that is an attribute of itself, and of others without end', async () => {
    const inner = pickleOf().slice(
      '(dVw\nctorch._utils\n_rebuild_tensor_v2\n'.length,
      -'tRs.'.length,
    );
    const typed = `ctorch._tensor\n_rebuild_from_type_v2\n(ctorch._utils\n_rebuild_tensor_v2\ncm\nC\n${inner}t`;
    const own = `(dp1\n0${typed}g1\ntRp2\n0g1\nVme\ng2\ns0(dVw\ng2\ns.`;
    const { tensors, defects } = await open(bytesSource(archive(own), 'a.pt'));
    expect([...tensors.keys()]).toEqual(['w']);
    expect(defects).toEqual([]);
    const chain = `${`${typed}(dVa\n`.repeat(3000)}N${'stR'.repeat(3000)}.`;
    const long = await open(bytesSource(archive(`(dVw\n${chain.slice(0, -1)}s.`), 'a.pt'));
    expect(long.tensors.size).toBeGreaterThan(100);
  });

  it('tensors nested deeper than a stack are a defect, not a crash', async () => {
    const depth = 50_000;
    const pickle = `${'(l'.repeat(depth)}${pickleOf().slice(0, -1)}a${'a'.repeat(depth - 1)}.`;
    const { defects } = await open(bytesSource(archive(pickle), 'a.pt'));
    expect(defects).toMatchObject([{ problem: { kind: 'too-large' } }]);
  });
});
