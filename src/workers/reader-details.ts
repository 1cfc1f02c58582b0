import type { XAxis } from '#domain/history.ts';
import type { Defect } from '#domain/problem.ts';
import { FIRST_DATE } from '#domain/process-clock.ts';
import type { MetricInfo, RunDetails } from '#domain/run-details.ts';
import { sparkline, summarize } from '#domain/series.ts';
import { axesOf } from '#domain/x-axis.ts';
import type { RunSeries } from '#runs/run-series.ts';
import { standingOf } from '#runs/run-state.ts';
import { epochsOf } from './reader-axis.ts';
import type { RunModel } from './reader-model.ts';

/** What the screen needs to know of a run. */
export function detailsOf(model: RunModel, done: boolean): RunDetails {
  return {
    run: model.run.path,
    done,
    checkpoints: model.checkpoints,
    metrics: model.series.map((series) => metricInfo(model, series)).filter((one) => one !== null),
    claims: model.claims,
    configuration: model.configuration,
    defects: model.defects,
    files: model.files,
    state: standingOf(model.origin === 'log' ? model.series : NO_SERIES, model.circumstances),
    facts: model.facts,
    media: model.media,
    duration: durationOf(model),
  };
}

const NO_SERIES: readonly RunSeries[] = [];

/** From its first point to its last, where a log has times; else as its tracker says. */
function durationOf({ series, facts: { started, ended } }: RunModel): number | null {
  const [first, last] = timesOf(series.map(({ all }) => all.times));
  if (last > first) return last - first;
  return started !== undefined && ended !== undefined && ended > started ? ended - started : null;
}

/** The first and the last of all; dates and times since a start are not mixed. */
function timesOf(columns: readonly Float64Array[]): readonly [number, number] {
  const dated = columns.filter((times) => (times.find(Number.isFinite) ?? 0) >= FIRST_DATE);
  let first = Number.POSITIVE_INFINITY;
  let last = Number.NEGATIVE_INFINITY;
  for (const times of dated.length > 0 ? dated : columns) {
    for (const time of times) {
      if (time < first) first = time;
      if (time > last) last = time;
    }
  }
  return [first, last];
}

/** Of a run that could not be read at all. */
export function failedDetails(run: string, defect: Defect): RunDetails {
  return {
    run,
    done: true,
    checkpoints: [],
    metrics: [],
    claims: [],
    configuration: {},
    defects: [defect],
    state: standingOf([]),
    facts: {},
    media: [],
    duration: null,
  };
}

function metricInfo(model: RunModel, series: RunSeries): MetricInfo | null {
  const { first, last, ...summary } = summarize(series.all);
  if (!first || !last) return null;
  return {
    tag: series.tag,
    aliases: series.aliases,
    sources: series.sources,
    origin: model.origin,
    ...summary,
    first,
    last,
    axes: axesFor(model, series),
    spark: sparkline(series.drawn.values),
  };
}

function axesFor(model: RunModel, series: RunSeries): readonly XAxis[] {
  const { map, own } = epochsOf(model, series);
  return axesOf({ ...series.drawn, epochs: own }, map);
}
