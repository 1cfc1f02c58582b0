import type { Series } from '#domain/history.ts';
import { baseOf, joinPath, parentOf } from '#io/path.ts';
import { isStepFolder } from './folder-role.ts';
import type { LoggedSeries, RunLog } from './run-log.ts';
import { commonName, mergeSame } from './same-metric.ts';

/** One metric of a run. */
export interface RunSeries extends LoggedSeries {
  /** Unique in its run: as the trainer named it, behind the folder of its split where it has one. */
  readonly tag: string;
  /** What other loggers call it. */
  readonly aliases: readonly string[];
  /** Paths of the files it comes from. */
  readonly sources: readonly string[];
  /** What its log says that its steps count. */
  readonly unit: 'step' | 'epoch';
}

/** Folders that name no split. */
const UNNAMED =
  /^(?:logs?|tensorboard|tb|tb_logs|events|checkpoints?|ckpts?|weights|models?|backup|runs|files|vis_data|wandb|csv_logs?|(?:offline-)?run-\d{8}_\d{6}-.*|\d{8}_\d{6}|\d{10}\.\d+|[A-Z][a-z]{2}\d\d_\d\d-\d\d-\d\d_.*)$/i;

/** The metrics of a run, each tag once, in order of their names. */
export function runSeries(run: string, logs: readonly RunLog[]): RunSeries[] {
  const metrics: Metrics = { byTag: new Map(), byName: new Map() };
  for (const { files, unit, series } of logs) {
    const prefix = splitOf(run, files[0] ?? '');
    for (const one of series.filter((some) => !isEpochColumn(some.all))) {
      const name = one.all.tag;
      const tag = prefix === '' || name.startsWith(`${prefix}/`) ? name : `${prefix}/${name}`;
      add(metrics, { ...one, tag, aliases: [], sources: files, unit });
    }
  }
  return [...metrics.byTag.values()].sort((a, b) => (a.tag < b.tag ? -1 : 1));
}

/** A metric by its name, or by what another logger of its run calls it. */
export function findSeries(series: readonly RunSeries[], tag: string): RunSeries | undefined {
  return (
    series.find((one) => one.tag === tag) ?? series.find(({ aliases }) => aliases.includes(tag))
  );
}

/** A column that only says in which epoch the others were logged. */
function isEpochColumn({ values, epochs }: Series): boolean {
  return epochs.length > 0 && values.every((value, i) => value === epochs[i]);
}

interface Metrics {
  readonly byTag: Map<string, RunSeries>;
  /** Tags by what other loggers may call them. */
  readonly byName: Map<string, string[]>;
}

/** Two loggers may have written the same points; other points under the same name get the file's. */
function add({ byTag, byName }: Metrics, series: RunSeries): void {
  const name = commonName(series.tag);
  const alike = byName.get(name) ?? [];
  byName.set(name, alike);
  for (const [i, tag] of alike.entries()) {
    const known = byTag.get(tag);
    const merged = known && mergeSame(known, series);
    if (!merged) continue;
    const isFree = !byTag.has(merged.tag);
    byTag.delete(tag);
    alike[i] = isFree ? merged.tag : tag;
    byTag.set(alike[i], { ...merged, tag: alike[i] });
    return;
  }
  const tag = freeTag(byTag, series);
  byTag.set(tag, { ...series, tag });
  alike.push(tag);
}

function freeTag(byTag: ReadonlyMap<string, RunSeries>, { tag, sources }: RunSeries): string {
  if (!byTag.has(tag)) return tag;
  const [file = ''] = sources;
  const short = `${tag} (${baseOf(file)})`;
  return byTag.has(short) ? `${tag} (${file})` : short;
}

/** `train` for `run/logs/train/events…`; `''` for a log in the run's own folder. */
function splitOf(run: string, file: string): string {
  const folder = parentOf(file);
  const below = run === '' ? folder : folder.slice(run.length + 1);
  return below
    .split('/')
    .filter((part) => part !== '' && !UNNAMED.test(part) && !isStepFolder(part))
    .reduce(joinPath, '');
}
