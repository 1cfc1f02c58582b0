import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { joinChunks } from '#domain/series.ts';
import { csvLog } from '#formats/csv-log/history.ts';
import { bytesSource, collect, diskDirectory, expected } from '#io/testing.ts';
import { logOf } from '#runs/run-log.ts';
import type { Line, LinesRequest, Reader } from './api.ts';
import { createReader } from './reader-api.ts';

/** Copied from `fixtures/trackers/restarted`: 60 points, then on from step 45 up to 104. */
const RESTARTED = 'src/workers/fixtures/restarted';

interface Golden {
  readonly path: string;
  readonly format: string;
  readonly raw_points: number;
  readonly latest_per_step: { readonly count: number; readonly min: number; readonly max: number };
  readonly overlap_first_step: number;
  readonly overlap_last_step: number;
}

const goldens: readonly Golden[] = expected(RESTARTED).histories;
const folders = goldens.filter(({ format }) => format === 'tfevents');

async function open(): Promise<Reader> {
  const reader = createReader({ openGrant: () => diskDirectory(RESTARTED) });
  await reader.open({ kind: 'http', name: '', url: '' });
  return reader;
}

async function lineOf(reader: Reader, run: string, given: Partial<LinesRequest> = {}) {
  const [line] = await reader.lines({
    tag: 'loss',
    runs: [run],
    axis: 'step',
    range: null,
    width: 1000,
    smoothing: { kind: 'none', amount: 0 },
    logX: false,
    y: 'linear',
    robust: false,
    ...given,
  });
  return line as Line;
}

describe('a training that was resumed', () => {
  it.each(folders)('%o keeps what was rewritten beside its line', async (golden) => {
    const reader = await open();
    const details = await reader.run({ run: golden.path });
    const [metric] = details.metrics;
    expect(metric?.count).toBe(golden.raw_points);
    const line = await lineOf(reader, golden.path);
    const { overlap_first_step: from, overlap_last_step: to } = golden;
    expect(line.x).toHaveLength(golden.latest_per_step.count);
    expect([...line.x]).toEqual(Array.from({ length: 105 }, (_, step) => step));
    expect(Math.min(...line.y)).toBe(golden.latest_per_step.min);
    expect([...line.ghostX]).toEqual(Array.from({ length: to - from + 1 }, (_, i) => from + i));
    expect(line.ghostY).toHaveLength(line.ghostX.length);
    const points = await reader.points({ run: golden.path, tag: 'loss' });
    expect(points.values).toHaveLength(golden.raw_points);
  });

  it('has its ghost where it was on every axis', async () => {
    const reader = await open();
    const wall = await lineOf(reader, 'purged', { axis: 'wall' });
    const relative = await lineOf(reader, 'purged', { axis: 'relative' });
    const start = wall.x[0] ?? 0;
    expect(relative.ghostX[0]).toBe((wall.ghostX[0] ?? 0) - start);
    expect(wall.ghostX[0]).toBeGreaterThan(start);
  });

  it('appended to a table that repeats its header', async () => {
    const golden = goldens.find(({ path }) => path === 'resumed.csv');
    const bytes = new Uint8Array(await readFile(join(RESTARTED, 'resumed.csv')));
    const chunks = await collect(csvLog.read(bytesSource(bytes, 'resumed.csv')));
    const [loss] = logOf([{ path: 'resumed.csv', chunks }]).series;
    expect(joinChunks(chunks)[0]?.steps).toHaveLength(golden?.raw_points ?? 0);
    expect(loss?.drawn.steps).toHaveLength(golden?.latest_per_step.count ?? 0);
    expect(loss?.restarts).toEqual([{ at: 45, until: 59 }]);
  });
});
