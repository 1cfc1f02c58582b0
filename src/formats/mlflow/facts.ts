import type { RunFacts } from '#domain/history.ts';
import type { Metadata } from '#domain/tensor.ts';

type Fields = { readonly [key: string]: Metadata };

/** As in `meta.yaml`, by number or by name. 2 is scheduled: it has not begun. */
const STATUS: ReadonlyMap<Metadata, NonNullable<RunFacts['status']>> = new Map<
  Metadata,
  NonNullable<RunFacts['status']>
>([
  [1, 'running'],
  ['RUNNING', 'running'],
  [3, 'finished'],
  ['FINISHED', 'finished'],
  [4, 'failed'],
  ['FAILED', 'failed'],
  [5, 'killed'],
  ['KILLED', 'killed'],
]);

/** Longer values of tags are documents of MLflow's own: what models were logged. */
const MAX_TAG = 500;

export interface RunFiles {
  /** Of the run. */
  readonly meta: Fields;
  /** Of its experiment; empty where that is not there. */
  readonly experiment: Fields;
  readonly params: ReadonlyMap<string, string>;
  readonly tags: ReadonlyMap<string, string>;
}

/** What the files of a run say of it: its parameters are its configuration, its experiment is a tag. */
export function factsOf({ meta, experiment, params, tags }: RunFiles): RunFacts {
  const short = [...tags].filter(([, value]) => value.length <= MAX_TAG);
  const name = tags.get('mlflow.runName') ?? textOf(meta['run_name']) ?? textOf(meta['name']);
  const of = textOf(experiment['name']);
  return {
    ...(name !== undefined && name !== '' && { name }),
    status: STATUS.get(meta['status'] ?? null),
    started: secondsOf(meta['start_time']),
    ended: secondsOf(meta['end_time']),
    configuration: Object.fromEntries([...params].map(([key, text]) => [key, settingOf(text)])),
    tags: { ...Object.fromEntries(short), ...(of !== undefined && { experiment: of }) },
    isDeleted: meta['lifecycle_stage'] === 'deleted',
  };
}

function textOf(value: Metadata | undefined): string | undefined {
  if (typeof value === 'string') return value;
  return typeof value === 'number' ? String(value) : undefined;
}

function secondsOf(milliseconds: Metadata | undefined): number | undefined {
  return typeof milliseconds === 'number' && milliseconds > 0 ? milliseconds / 1000 : undefined;
}

/** A number as people write one; `007` is none. */
const NUMBER = /^[-+]?(?:(?:0|[1-9]\d{0,14})(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i;

/** MLflow keeps every parameter as the text that Python's `str` makes of it. */
function settingOf(text: string): Metadata {
  if (NUMBER.test(text)) return Number(text);
  if (text === 'True') return true;
  if (text === 'False') return false;
  return text === 'None' ? null : text;
}
