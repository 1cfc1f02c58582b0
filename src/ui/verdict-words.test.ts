import { expect, it } from 'vitest';
import type { Defect } from '#domain/problem.ts';
import { verdictReasons } from './verdict-words.ts';

const cut: Defect = {
  problem: { kind: 'truncated', needed: 52_000, size: 50_000 },
  place: { path: 'run/epoch_14.pth', offset: 49_990 },
};

it('a file that is cut short is told with its bytes and its place', () => {
  expect(
    verdictReasons(
      { verdict: 'incomplete', defects: [cut], verifiable: false },
      'run/epoch_14.pth',
      'en',
    ),
  ).toEqual([
    'The file is cut short: its contents go on to byte 52,000, but it ends at 50,000 (2 kB are missing). (at byte 49,990)',
  ]);
});

it('a file is named where it is not the checkpoint itself', () => {
  const missing: Defect = {
    problem: { kind: 'missing', path: 'run/ckpt.data-00001-of-00002' },
    place: { path: 'run/ckpt.index', tensor: 'model/w' },
  };
  expect(
    verdictReasons(
      { verdict: 'incomplete', defects: [missing], verifiable: true },
      'run/ckpt',
      'zh',
    ),
  ).toEqual([
    '缺少属于它的一个文件。 (run/ckpt.data-00001-of-00002 · run/ckpt.index · 张量 model/w)',
  ]);
});

it.each([
  ['sound', false, 'Complete, and every checksum matches its contents.'],
  ['unverified', true, 'Complete by its headers; its checksums have not been compared yet.'],
  ['unverified', false, 'Complete by its headers; the format keeps no checksums to compare.'],
  ['unread', false, 'Cairn does not read this format yet.'],
] as const)('%s without a defect (checksums: %s)', (verdict, verifiable, reason) => {
  expect(verdictReasons({ verdict, defects: [], verifiable }, 'a', 'en')).toEqual([reason]);
});
