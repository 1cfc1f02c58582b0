import type { HistoryChunk, Series } from '#domain/history.ts';
import { joinChunks } from '#domain/series.ts';
import { baseOf, joinPath, parentOf } from '#io/path.ts';
import { byStep } from './by-step.ts';

/** One metric of a run. */
export interface RunSeries {
  /** Unique in its run: as the trainer named it, behind the folder of its split where it has one. */
  readonly tag: string;
  /** Paths of the files it comes from. */
  readonly sources: readonly string[];
  /** What its log says that its steps count. */
  readonly unit: 'step' | 'epoch';
  /** Every point, in the order of the log. */
  readonly all: Series;
  /** Without those that the trainer itself went back behind. */
  readonly drawn: Series;
  /** The last of every step, in order of the steps. */
  readonly current: Series;
}

/** What was read from a log: one file, or the event files of one folder. */
export interface RunLog {
  readonly files: readonly string[];
  readonly unit: 'step' | 'epoch';
  readonly series: readonly Omit<RunSeries, 'sources' | 'unit' | 'tag'>[];
}

/** @param chunks of one log, or of files that follow on from each other */
export function logOf(files: readonly string[], chunks: readonly HistoryChunk[]): RunLog {
  const all = joinChunks(chunks);
  const restarted = chunks.some(({ restart }) => restart !== undefined);
  const drawn = restarted ? joinChunks(chunks, { dropSuperseded: true }) : all;
  return {
    files,
    unit: chunks.at(-1)?.unit ?? 'step',
    series: all.map((series, i) => {
      const kept = drawn[i] ?? series;
      return { all: series, drawn: kept, current: byStep(kept) };
    }),
  };
}

/** Folders that name no split. */
const UNNAMED =
  /^(?:logs?|tensorboard|tb|tb_logs|events|checkpoints?|ckpts?|weights|models?|backup|runs|[A-Z][a-z]{2}\d\d_\d\d-\d\d-\d\d_.*)$/i;

/** The metrics of a run, each tag once, in order of their names. */
export function runSeries(run: string, logs: readonly RunLog[]): RunSeries[] {
  const byTag = new Map<string, RunSeries>();
  for (const { files, unit, series } of logs) {
    const prefix = splitOf(run, files[0] ?? '');
    for (const one of series.filter((some) => !isEpochColumn(some.all))) {
      const name = one.all.tag;
      const tag = prefix === '' || name.startsWith(`${prefix}/`) ? name : `${prefix}/${name}`;
      add(byTag, { ...one, tag, sources: files, unit });
    }
  }
  return [...byTag.values()].sort((a, b) => (a.tag < b.tag ? -1 : 1));
}

/** A column that only says in which epoch the others were logged. */
function isEpochColumn({ values, epochs }: Series): boolean {
  return epochs.length > 0 && values.every((value, i) => value === epochs[i]);
}

/** Two loggers may have written the same points; other points under the same name get the file's. */
function add(byTag: Map<string, RunSeries>, series: RunSeries): void {
  const known = byTag.get(series.tag);
  if (!known) byTag.set(series.tag, series);
  else if (isSame(known, series)) {
    const fuller = known.all.times.length >= series.all.times.length ? known : series;
    byTag.set(series.tag, { ...fuller, sources: [...known.sources, ...series.sources] });
  } else {
    const file = baseOf(series.sources[0] ?? '');
    const tag = `${series.tag} (${file})`;
    byTag.set(tag, { ...series, tag });
  }
}

/** Event files keep float32, text keeps more digits. */
const FLOAT32_ERROR = 1e-6;

function isSame(a: RunSeries, b: RunSeries): boolean {
  const { steps, values } = a.all;
  const others = b.all;
  if (steps.length !== others.steps.length || a.unit !== b.unit) return false;
  return steps.every((step, i) => {
    const value = values[i] ?? 0;
    const other = others.values[i] ?? 0;
    const close =
      Object.is(value, other) || Math.abs(value - other) <= FLOAT32_ERROR * Math.abs(value);
    return step === others.steps[i] && close;
  });
}

/** `train` for `run/logs/train/events…`; `''` for a log in the run's own folder. */
function splitOf(run: string, file: string): string {
  const folder = parentOf(file);
  const below = run === '' ? folder : folder.slice(run.length + 1);
  return below
    .split('/')
    .filter((part) => part !== '' && !UNNAMED.test(part))
    .reduce(joinPath, '');
}
