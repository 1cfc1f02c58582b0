import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import type { Directory } from '#io/directory.ts';
import { bytesSource, metered } from '#io/testing.ts';
import { createReader } from './reader-api.ts';

/** A directory with one log, of which more and more is there. */
function growing(path: string) {
  let bytes: Uint8Array<ArrayBuffer> = new Uint8Array();
  let modified = Date.now();
  const meters: { bytes: number }[] = [];
  const directory: Directory = {
    name: '',
    async *list() {
      yield { paths: [path], seen: 1, defects: [] };
    },
    async stat(asked) {
      if (asked !== path) throw new CheckpointError({ kind: 'gone' }, { path: asked });
      return { path, size: bytes.length, modified };
    },
    async open() {
      const { meter, source } = metered(bytesSource(bytes, path));
      meters.push(meter);
      return source;
    },
    hidden: () => null,
  };
  return {
    directory,
    write(next: Uint8Array<ArrayBuffer>) {
      bytes = next;
      modified++;
      meters.length = 0;
    },
    /** Bytes read since the last write. */
    read: () => meters.reduce((sum, meter) => sum + meter.bytes, 0),
  };
}

async function open(directory: Directory) {
  const reader = createReader({ openGrant: () => directory });
  const { runs } = await reader.open({ kind: 'http', name: '', url: '' });
  return { reader, run: runs[0]?.path ?? '' };
}

/** All of its metrics with all of their points. */
async function pointsIn({ reader, run }: Awaited<ReturnType<typeof open>>) {
  const { metrics, defects } = await reader.run({ run });
  const points = [];
  for (const { tag } of metrics) points.push({ tag, ...(await reader.points({ run, tag })) });
  return { points, defects };
}

async function whole(path: string, bytes: Uint8Array<ArrayBuffer>) {
  const log = growing(path);
  log.write(bytes);
  return pointsIn(await open(log.directory));
}

const LOGS: readonly (readonly [name: string, path: string])[] = [
  [
    'run/events.out.tfevents.1795454195.vm.28792.3',
    'src/formats/tfevents/fixtures/torch-style/run/events.out.tfevents.1795454195.vm.28792.3',
  ],
  [
    'run/events.out.tfevents.1795454193.vm.28792.1.v2',
    'src/formats/tfevents/fixtures/tf2-summaries/train/events.out.tfevents.1795454193.vm.28792.1.v2',
  ],
  ['run/log.jsonl', 'src/formats/json-log/fixtures/log.jsonl'],
  [
    'run/run-41run0.wandb',
    'src/formats/wandb/fixtures/wandb/offline-run-20261123_173204-41run0/run-41run0.wandb',
  ],
];

describe('a log that grows while it is open', () => {
  it.each(LOGS)('%s', async (name, file) => {
    const bytes = new Uint8Array(await readFile(file));
    const log = growing(name);
    // Also in the middle of a record.
    const sizes = [0.4, 0.7, 1].map((part) => Math.floor(part * bytes.length));
    log.write(bytes.slice(0, sizes[0]));
    const opened = await open(log.directory);
    await pointsIn(opened);
    for (const size of sizes.slice(1)) {
      const now = bytes.slice(0, size);
      log.write(now);
      const { points, defects } = await whole(name, now);
      expect(points.length).toBeGreaterThan(0);
      expect(await pointsIn(opened)).toEqual({ points, defects });
    }
  });

  it('is not read from its start again', async () => {
    const [[name, file] = ['', '']] = LOGS;
    const one = new Uint8Array(await readFile(file));
    const log = growing(name);
    const many = new Uint8Array(one.length * 100);
    for (let i = 0; i < 100; i++) many.set(one, i * one.length);
    log.write(many.slice(0, 99 * one.length));
    const opened = await open(log.directory);
    await opened.reader.run({ run: opened.run });
    log.write(many);
    const { state } = await opened.reader.run({ run: opened.run });
    expect(state.kind).toBe('finished');
    expect(log.read()).toBeLessThan(many.length / 4);
  });

  it.each([
    ['shorter', (bytes: Uint8Array<ArrayBuffer>) => bytes.slice(0, bytes.length >> 1)],
    [
      'another',
      (bytes: Uint8Array<ArrayBuffer>, other: Uint8Array<ArrayBuffer>) => {
        const longer = new Uint8Array(bytes.length + other.length);
        longer.set(other);
        longer.set(other, other.length);
        return longer;
      },
    ],
  ])('is read anew when it is %s', async (_, change) => {
    const [[name, file] = ['', ''], [, otherFile] = ['', '']] = LOGS;
    const bytes = new Uint8Array(await readFile(file));
    const other = new Uint8Array(await readFile(otherFile ?? ''));
    const log = growing(name);
    log.write(bytes);
    const opened = await open(log.directory);
    await pointsIn(opened);
    const now = change(bytes, other);
    log.write(now);
    expect(await pointsIn(opened)).toEqual(await whole(name, now));
  });
});
