import { describe, expect, it } from 'vitest';
import type { RunDetails } from '#domain/run-details.ts';
import { diskDirectory } from '#io/testing.ts';
import { createReader } from './reader-api.ts';

async function opened() {
  const reader = createReader({ openGrant: () => diskDirectory('public/sample') });
  const { runs } = await reader.open({ kind: 'http', name: '', url: '' });
  return { reader, runs: runs.map(({ path }) => path) };
}

describe('many runs in one call', () => {
  it('are what each of them is alone', async () => {
    const { reader, runs } = await opened();
    const together = await reader.runs({ runs });
    expect(together.map(({ run }) => run).sort()).toEqual([...runs].sort());
    for (const details of together) {
      const { reader: other } = await opened();
      expect(details).toEqual(await other.run({ run: details.run }));
    }
  });

  it('are reported as they come, and no more than that is the result', async () => {
    const { reader, runs } = await opened();
    const last = new Map<string, RunDetails>();
    const take = (batch: readonly RunDetails[]) => {
      for (const details of batch) last.set(details.run, details);
    };
    take(await reader.runs({ runs }, { onProgress: take }));
    expect([...last.keys()].sort()).toEqual([...runs].sort());
    expect([...last.values()].every(({ done }) => done)).toBe(true);
  });

  it('go on when one of them is gone', async () => {
    const { reader, runs } = await opened();
    const [one = ''] = runs;
    const found = await reader.runs({ runs: ['not there', one] });
    const byRun = new Map(found.map((details) => [details.run, details]));
    expect(byRun.get('not there')).toMatchObject({
      done: true,
      metrics: [],
      defects: [{ problem: { kind: 'gone' }, place: { path: 'not there' } }],
    });
    expect(byRun.get(one)?.metrics.length).toBeGreaterThan(0);
  });

  it('stop when nobody wants them any more', async () => {
    const { reader, runs } = await opened();
    const controller = new AbortController();
    const reading = reader.runs({ runs }, { signal: controller.signal });
    controller.abort();
    await expect(reading).rejects.toBe(controller.signal.reason);
  });
});
