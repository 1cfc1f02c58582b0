import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { handleDirectory } from '#io/handle-directory.ts';
import { type FakeTree, fakeHandle, staleFile } from '#io/testing.ts';
import type { RunDetails } from './api.ts';
import { createReader } from './reader-api.ts';

const SAMPLE = 'public/sample/digits-pytorch';
const good = await readFile(`${SAMPLE}/mlp-adam-lr1e-3-seed0/checkpoints/epoch_02.pth`);
const cut = await readFile(`${SAMPLE}/mlp-adam-lr1e-3-seed2/checkpoints/epoch_12.pth`);

const file = (bytes: Uint8Array<ArrayBuffer>, lastModified = 1) =>
  new File([bytes], 'a.pth', { lastModified });
const bytes = (from: Uint8Array<ArrayBuffer> | string) => async () =>
  file(typeof from === 'string' ? new TextEncoder().encode(from) : from);
const refused = (name: string) => () => Promise.reject(new DOMException('', name));

function readerOver(tree: FakeTree) {
  const reader = createReader({ openGrant: () => handleDirectory(fakeHandle('training', tree)) });
  return { reader, open: () => reader.open({ kind: 'http', name: '', url: '' }) };
}

describe('one bad file hides no other', () => {
  it.each<[string, () => Promise<File>, string, object]>([
    ['cut short', bytes(cut), 'incomplete', { kind: 'truncated' }],
    ['empty', bytes(''), 'incomplete', { kind: 'not-a-checkpoint', really: 'empty' }],
    [
      'a web page',
      bytes('<!doctype html><title>Sign in</title>'),
      'corrupt',
      { kind: 'not-a-checkpoint', really: 'html' },
    ],
    [
      'a Git LFS pointer',
      bytes(
        `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 9000\n`,
      ),
      'incomplete',
      { kind: 'not-a-checkpoint', really: 'lfs-pointer', promised: 9000 },
    ],
    ['nothing but zeros', bytes(new Uint8Array(5000)), 'corrupt', { really: 'zeros' }],
    ['gone', refused('NotFoundError'), 'gone', { kind: 'gone' }],
    ['not to be read', refused('NotAllowedError'), 'unread', { kind: 'denied' }],
    ['always stale', async () => staleFile(file(good)), 'replaced', { kind: 'changed' }],
    [
      'of another kind',
      bytes('7z\u00bc\u00af\u0027\u001c'.padEnd(200, '\0')),
      'unread',
      { kind: 'unsupported' },
    ],
  ])('when it is %s', async (_, bad, verdict, problem) => {
    const { reader, open } = readerOver({
      run: { 'epoch_01.pth': bytes(good), 'epoch_02.pth': bad },
    });
    await open();
    const { checkpoints } = await reader.run({ run: 'run' });
    expect(checkpoints.map(({ judgement }) => judgement.verdict)).toEqual(['sound', verdict]);
    expect(checkpoints[1]?.judgement.defects).toMatchObject([{ problem }]);
    const [latest] = await reader.suggestions({ run: 'run', metric: null, lower: null });
    expect(latest?.checkpoint).toBe('run/epoch_01.pth');
  });

  it('when it is a configuration or a pointer', async () => {
    const { reader, open } = readerOver({
      run: {
        'epoch_01.pth': bytes(good),
        'config.json': bytes('{"lr": '),
        'hparams.yaml': bytes('seed: 7'),
        checkpoint: refused('NotAllowedError'),
      },
    });
    await open();
    const { configuration, defects, checkpoints } = await reader.run({ run: 'run' });
    expect(configuration).toMatchObject({ seed: 7 });
    expect(checkpoints).toHaveLength(1);
    expect(defects.map(({ place, problem }) => [place.path, problem.kind])).toEqual([
      ['run/checkpoint', 'denied'],
      ['run/config.json', 'malformed'],
    ]);
  });

  it('when it is a folder', async () => {
    const { open } = readerOver({
      locked: new DOMException('', 'NotAllowedError'),
      run: { 'epoch_01.pth': bytes(good) },
    });
    const { runs, defects } = await open();
    expect(runs.map(({ path }) => path)).toEqual(['run']);
    expect(defects).toMatchObject([{ problem: { kind: 'denied' }, place: { path: 'locked' } }]);
  });
});

describe('a directory', () => {
  it('with nothing in it has no runs', async () => {
    expect(await readerOver({}).open()).toMatchObject({ seen: 0, runs: [], done: true });
  });

  it('that grew is read anew, and what did not change is not', async () => {
    let reads = 0;
    const counted = async () => {
      const one = file(good);
      const slice = one.slice.bind(one);
      return Object.assign(one, {
        slice: (...range: [number, number]) => {
          reads++;
          return slice(...range);
        },
      });
    };
    const { reader, open } = readerOver({ run: { 'epoch_01.pth': counted } });
    await open();
    await reader.run({ run: 'run' });
    const before = reads;
    await reader.run({ run: 'run' });
    expect(reads).toBe(before);
  });

  it('whose file was replaced gives the new one', async () => {
    let now = file(cut);
    const { reader, open } = readerOver({ run: { 'epoch_01.pth': async () => now } });
    await open();
    const verdict = async () =>
      (await reader.run({ run: 'run' })).checkpoints[0]?.judgement.verdict;
    expect(await verdict()).toBe('incomplete');
    now = file(good, 2);
    expect(await verdict()).toBe('sound');
  });
});

it('rows are told as they come, and at last verified', async () => {
  const names = Array.from({ length: 5 }, (_, i) => [`epoch_0${i}.pth`, bytes(good)]);
  const { reader, open } = readerOver({ run: Object.fromEntries(names) });
  await open();
  const told: RunDetails[] = [];
  const details = await reader.run({ run: 'run' }, { onProgress: (some) => told.push(some) });
  expect(told.every(({ done }) => !done)).toBe(true);
  expect(told.at(-1)?.checkpoints[0]?.judgement).toMatchObject({
    verdict: 'unverified',
    verifiable: true,
  });
  expect(details).toMatchObject({ done: true, checkpoints: { length: 5 } });
});

it('a run that is left is not read on', async () => {
  const controller = new AbortController();
  const { reader, open } = readerOver({ run: { 'epoch_01.pth': bytes(good) } });
  await open();
  const call = reader.run({ run: 'run' }, { signal: controller.signal });
  controller.abort();
  await expect(call).rejects.toMatchObject({ name: 'AbortError' });
});
