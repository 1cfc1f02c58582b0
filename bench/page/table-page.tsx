import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { useState } from 'react';
import { createRoot } from 'react-dom/client';
import { metricKind } from '#domain/metric-kind.ts';
import type { RunDetails } from '#domain/run-details.ts';
import { RunsPage } from '#features/runs-table/RunsPage.tsx';
import { parseRunsView } from '#features/runs-table/view.ts';
import { runMarks } from '#ui/run-marks.ts';
import '#ui/tokens.css';
import '#ui/base.css';

/** What the benchmark calls in the page. */
declare global {
  interface Window {
    /** Draws the page of so many runs; milliseconds until it is painted. */
    paint(runs: number): Promise<number>;
    /** Milliseconds from a change of the view until it is painted. */
    change(search: Record<string, unknown>): Promise<number>;
    /** Milliseconds between the frames of a scroll. */
    scrollTable(frames: number): Promise<number[]>;
  }
}

const KEYS = 12;
const METRICS = 15;

/** With what stands beside them, 30 columns. */
const COLUMNS = [
  'state',
  'spark',
  'duration',
  ...Array.from({ length: KEYS }, (_, i) => `c:key${i}`),
  ...Array.from({ length: METRICS }, (_, i) => `m:best:metric${i}/loss`),
];

function details(index: number): RunDetails {
  const value = (i: number) => Math.abs(Math.sin(index * 12.9898 + i * 78.233));
  const metrics = Array.from({ length: METRICS }, (_, i) => {
    const point = { step: 100 * i, value: value(i) };
    const tag = `metric${i}/loss`;
    const spark = Array.from({ length: 60 }, (_, at) => Math.exp(-at / 20) + value(at) / 10);
    return {
      ...{ tag, sources: ['metrics.csv'], origin: 'log' as const, count: 1000, nonfinite: 0 },
      ...{ first: point, last: point, min: point, max: point, axes: ['step' as const], spark },
    };
  });
  const configuration = Object.fromEntries(
    Array.from({ length: KEYS }, (_, i) => [`key${i}`, i % 3 ? value(i + 20) : `kind${index % 7}`]),
  );
  return {
    ...{ run: `sweep/run-${index}`, done: true, checkpoints: [], metrics, claims: [] },
    ...{ configuration, defects: [], facts: {}, media: [], duration: 60 * value(99) },
    state: { kind: 'finished', step: null, reason: { by: 'nothing' }, remarks: [] },
  };
}

let setSearch: ((search: Record<string, unknown>) => void) | undefined;

function Host({ all }: { readonly all: readonly RunDetails[] }) {
  const [search, set] = useState<Record<string, unknown>>({ columns: COLUMNS });
  const [client] = useState(() => new QueryClient());
  const [page] = useState(() => {
    const runs = all.map(({ run: path }) => ({ ...EMPTY_RUN, path }));
    return {
      runs,
      read: { details: all, waiting: 0, problems: [] },
      marks: runMarks(runs.map(({ path }) => path)),
      scan: { ...EMPTY_SCAN, runs },
      directory: { key: 'bench', name: 'bench' },
      ...{ onRuns: nothing, kindOf: metricKind, hrefs: HREFS },
    };
  });
  const [onView] = useState(() => (part: object) => set((before) => ({ ...before, ...part })));
  setSearch = (part) => set((before) => ({ ...before, ...part }));
  return (
    <QueryClientProvider client={client}>
      <RunsPage {...page} view={parseRunsView(search)} onView={onView} />
    </QueryClientProvider>
  );
}

const EMPTY_RUN = { checkpoints: [], histories: [], configurations: [], graphs: [], pointers: [] };
const EMPTY_SCAN = {
  ...{ name: 'bench', seen: 0, done: true, datasets: [], graphs: [], unread: [] },
  ...{ hidden: null, defects: [] },
};
const nothing = () => undefined;
const nowhere = () => '#';
const HREFS = {
  ...{ charts: nowhere, runs: nowhere, checkpoints: nowhere },
  ...{ checkpoint: nowhere, evaluate: nowhere },
};

const frame = () => new Promise<number>((done) => requestAnimationFrame(done));

/** When what React has to do is done, and out on the screen. */
async function painted(): Promise<void> {
  const idle = () => new Promise((done) => requestIdleCallback(done));
  await idle();
  await frame();
  await frame();
}

window.paint = async (runs) => {
  const all = Array.from({ length: runs }, (_, i) => details(i));
  const root = document.querySelector('#root');
  if (!root) throw new TypeError('The page has no root');
  const start = performance.now();
  createRoot(root).render(<Host all={all} />);
  while (!document.querySelector('tbody tr[data-index]')) await frame();
  await painted();
  return performance.now() - start;
};

window.change = async (search) => {
  const start = performance.now();
  setSearch?.(search);
  await painted();
  return performance.now() - start;
};

window.scrollTable = async (frames) => {
  const scroller = document.querySelector('table')?.parentElement;
  if (!scroller) throw new TypeError('There is no table');
  scroller.scrollTop = 0;
  await painted();
  const gaps: number[] = [];
  let last = await frame();
  for (let i = 0; i < frames; i++) {
    // More than a screen in a second and a half: as a wheel is turned fast.
    scroller.scrollTop += 120;
    const now = await frame();
    gaps.push(now - last);
    last = now;
  }
  return gaps;
};
