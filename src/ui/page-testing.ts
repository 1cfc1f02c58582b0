import { metricKind } from '#domain/metric-kind.ts';
import type { Run, Scan } from '#domain/run.ts';
import type { Hrefs, PageProps } from './page-props.ts';
import { runMarks } from './run-marks.ts';

/** Links that say where they would lead. */
export const testHrefs: Hrefs = {
  charts: () => '#/charts',
  runs: () => '#/runs',
  checkpoints: () => '#/checkpoints',
  checkpoint: (path) => `#/checkpoint?path=${path}`,
  evaluate: (paths = []) => `#/evaluate?${paths.join()}`,
};

/** What a page gets from `app` beside its view, for a test of the page alone. */
export function testPageProps(
  scan: Scan,
  runs: readonly Run[],
): Omit<PageProps<never>, 'view' | 'onView'> {
  return {
    runs,
    read: { details: [], waiting: 0, problems: [] },
    onRuns: () => undefined,
    marks: runMarks(scan.runs.map(({ path }) => path)),
    kindOf: metricKind,
    scan,
    directory: { key: 'd', name: 'sample' },
    hrefs: testHrefs,
  };
}
