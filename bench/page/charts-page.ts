import '#ui/tokens.css';
import '#ui/base.css';
import 'uplot/dist/uPlot.min.css';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { createElement, useMemo, useState } from 'react';
import { createRoot } from 'react-dom/client';
import uPlot from 'uplot';
import { metricKind } from '#domain/metric-kind.ts';
import { Chart } from '#features/charts/Chart.tsx';
import type { ChartSetting } from '#features/charts/chart-setting.ts';
import { createCursor } from '#features/charts/cursor.ts';
import { type Metric, metricGroups } from '#features/charts/metric-groups.ts';
import { parseChartsView } from '#features/charts/view.ts';
import { LanguageProvider } from '#ui/LanguageProvider.tsx';
import { testHrefs } from '#ui/page-testing.ts';
import { runMarks } from '#ui/run-marks.ts';
import { reader } from '#workers/reader.ts';
import { connect } from '#workers/rpc.ts';
import { workerUrl } from '#workers/worker-url.ts';
import columnsUrl from './columns.worker.ts?worker&url';

/** What the benchmark calls in the page; in milliseconds. */
declare global {
  interface Window {
    prepare(runs: number, points: number): Promise<void>;
    cairnPaint(): Promise<number>;
    uplotPaint(): Promise<number>;
    handOver(): Promise<number>;
  }
}

const WIDTH = 1000;
const HEIGHT = 400;

const client = new QueryClient({ defaultOptions: { queries: { staleTime: Infinity } } });
const root = document.getElementById('root') as HTMLElement;
root.style.inlineSize = `${WIDTH}px`;

let metric: Metric;
let marks: ChartSetting['marks'];
let columns: Float64Array[] = [];

/** Logs of as many runs, read by the reader; the same values as columns for uPlot. */
window.prepare = async (runs, points) => {
  const paths = Array.from({ length: runs }, (_, run) => `run-${run}`);
  const x = Float64Array.from({ length: points }, (_, i) => i);
  columns = [x, ...paths.map((_, run) => curve(points, run))];
  const files = paths.map((path, run) => {
    const values = columns[run + 1] as Float64Array;
    const rows = Array.from(values, (value, i) => `${i},${value}`);
    return new File([`step,loss\n${rows.join('\n')}\n`], 'metrics.csv', { type: path });
  });
  const names = paths.map((path) => `${path}/metrics.csv`);
  await reader.open({ kind: 'files', name: 'bench', files, paths: names });
  const details = await Promise.all(paths.map((run) => reader.run({ run })));
  const found = metricGroups(details)[0]?.metrics[0];
  if (found?.runs.length !== runs) throw new Error('The runs were not read');
  metric = found;
  marks = runMarks(paths);
};

function curve(points: number, run: number): Float64Array {
  let state = run + 1;
  return Float64Array.from({ length: points }, (_, i) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    const value = 2 * Math.exp((-3 * i) / points) + run / 100 + (state / 2 ** 32) * 0.3;
    return Math.round(value * 1e6) / 1e6;
  });
}

function Bench() {
  const [cursor] = useState(createCursor);
  const [view, setView] = useState(() => parseChartsView({}));
  const setting = useMemo(
    (): ChartSetting => ({
      directory: 'bench',
      view,
      onView: (change) => setView((now) => ({ ...now, ...change })),
      cursor,
      marks,
      names: new Map(),
      judgements: new Map(),
      hrefs: testHrefs,
      kindOf: metricKind,
      groups: null,
    }),
    [cursor, view],
  );
  return createElement(Chart, { metric, setting, height: HEIGHT, limit: 6 });
}

const English = () => LanguageProvider({ language: 'en', children: createElement(Bench) });

/** From asking the reader for the lines to the frame in which all are painted. */
window.cairnPaint = async () => {
  client.clear();
  root.replaceChildren();
  const place = root.appendChild(document.createElement('div'));
  const start = performance.now();
  createRoot(place).render(createElement(QueryClientProvider, { client }, createElement(English)));
  await appears(place, 'canvas');
  await painted();
  return performance.now() - start;
};

window.uplotPaint = async () => {
  root.replaceChildren();
  const place = root.appendChild(document.createElement('div'));
  const start = performance.now();
  const series = columns.slice(1).map((_, i) => ({ stroke: `hsl(${i * 37} 70% 40%)` }));
  const options = { width: WIDTH, height: HEIGHT, scales: { x: { time: false } } };
  const plot = new uPlot(
    { ...options, legend: { show: false }, series: [{}, ...series] },
    columns as unknown as uPlot.AlignedData,
    place,
  );
  await painted();
  const ms = performance.now() - start;
  plot.destroy();
  return ms;
};

window.handOver = async () => {
  const worker = new Worker(workerUrl(columnsUrl), { type: 'module' });
  const api = connect<{
    ready(input: null): Promise<boolean>;
    columns(input: null): Promise<{ x: Float64Array; y: Float64Array }>;
  }>(worker);
  await api.ready(null);
  const start = performance.now();
  const { x, y } = await api.columns(null);
  const ms = performance.now() - start;
  if (x.length + y.length !== 20_000_000) throw new Error('Columns were lost');
  worker.terminate();
  return ms;
};

function appears(place: Element, selector: string): Promise<void> {
  return new Promise((done) => {
    const look = () => {
      if (!place.querySelector(selector)) return;
      observer.disconnect();
      done();
    };
    const observer = new MutationObserver(look);
    observer.observe(place, { childList: true, subtree: true });
    look();
  });
}

/** The end of the frame that comes next. */
function painted(): Promise<void> {
  return new Promise((done) => {
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => done();
      channel.port2.postMessage(null);
    });
  });
}
