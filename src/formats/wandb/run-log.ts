import type { HistoryChunk, LoggedMedia, RunFacts } from '#domain/history.ts';
import type { Defect } from '#domain/problem.ts';
import type { Metadata } from '#domain/tensor.ts';
import type { LogRecord } from '#encodings/leveldb-log.ts';
import { type Message, readMessage } from '#encodings/protobuf.ts';
import { numberOf } from '#formats/json-log/parse-line.ts';
import { SeriesColumns } from '#formats/log-lines/series-columns.ts';
import { Cursor } from '#io/cursor.ts';
import { type Item, keyOf, record, secondsOf } from './records.ts';
import { parseValue, valuesOf } from './values.ts';

type Records = Message<typeof record>;

/** What every row has beside what was logged. */
const OWN_KEYS = new Set(['_step', '_timestamp', '_runtime', '_wandb']);

/** Lightning counts its steps here; what Weights & Biases counts are then only calls. */
const LIGHTNING_STEP = 'trainer/global_step';

/** The records of a run, sorted into series when they are taken. */
export class RunRecords {
  readonly #path: string;
  readonly #columns = new SeriesColumns();
  readonly #configuration = new Map<string, Metadata>();
  readonly #summary = new Map<string, number>();
  readonly #seen = new Set<string>();
  #media = new Map<string, LoggedMedia>();
  #run: Records['run'];
  #exit: Records['exit'];
  #step = 0;

  constructor(path: string) {
    this.#path = path;
  }

  /** Throws `malformed` and `truncated` for a record that does not follow the format. */
  add({ bytes, offset }: LogRecord): void {
    const { history, stats, run, config, summary, exit } = readMessage(
      record,
      new Cursor(bytes, this.#path, offset),
    );
    if (history) this.#addRow(history);
    if (stats) this.#addStats(stats);
    if (run) {
      this.#run = run;
      this.#configure(run.config?.update ?? []);
      this.#summarize(run.summary?.update ?? []);
    }
    if (config) this.#configure(config.update);
    if (summary) this.#summarize(summary.update);
    if (exit) this.#exit = exit;
  }

  #addRow({ item, step }: NonNullable<Records['history']>): void {
    const values = valuesOf(item.map((one) => [keyOf(one), parseValue(one.json ?? '')]));
    const byTag = new Map(values.numbers);
    const counted = byTag.get(LIGHTNING_STEP) ?? byTag.get('_step') ?? step?.num;
    if (counted !== undefined && Number.isFinite(counted)) this.#step = counted;
    const position = {
      step: this.#step,
      epoch: byTag.get('epoch') ?? Number.NaN,
      time: byTag.get('_timestamp') ?? Number.NaN,
    };
    for (const [tag, value] of values.numbers) {
      if (OWN_KEYS.has(tag)) continue;
      this.#columns.add(tag, value, position);
      this.#seen.add(tag);
    }
    for (const [tag, kind] of values.media) {
      const known = this.#media.get(tag) ?? { first: this.#step, count: 0 };
      const { first, count } = known;
      this.#media.set(tag, { tag, kind, first, last: this.#step, count: count + 1 });
    }
  }

  /** What the machine did meanwhile: it counts no steps, and stands at the last that was logged. */
  #addStats({ timestamp, item }: NonNullable<Records['stats']>): void {
    const position = { step: this.#step, epoch: Number.NaN, time: secondsOf(timestamp) };
    for (const { key = '', json = '' } of item) {
      const value = numberOf(parseValue(json));
      if (value !== undefined) this.#columns.add(`system/${key}`, value, position);
    }
  }

  #configure(items: readonly Item[]): void {
    for (const item of items) {
      const key = keyOf(item);
      if (key !== '_wandb') this.#configuration.set(key, parseValue(item.json ?? ''));
    }
  }

  #summarize(items: readonly Item[]): void {
    const { numbers } = valuesOf(items.map((one) => [keyOf(one), parseValue(one.json ?? '')]));
    for (const [tag, value] of numbers) {
      if (!OWN_KEYS.has(tag.split('.')[0] ?? '')) this.#summary.set(tag, value);
    }
  }

  take(end: number, defects: readonly Defect[]): HistoryChunk {
    const media = [...this.#media.values()];
    this.#media = new Map();
    return {
      series: this.#columns.take(),
      end,
      defects,
      unit: 'step',
      ...(media.length > 0 && { media }),
    };
  }

  /** What the records say of their run; it is known when all of them are read. */
  facts(): RunFacts {
    const run = this.#run;
    const code = this.#exit && (this.#exit.code ?? 0);
    const started = secondsOf(run?.startTime);
    const runtime = this.#exit?.runtime;
    const summary = [...this.#summary].filter(([tag]) => !this.#seen.has(tag));
    return {
      ...(run?.name && { name: run.name }),
      ...((run || this.#exit) && {
        status: code === undefined ? 'running' : code === 0 ? 'finished' : 'failed',
      }),
      ...(started > 0 && { started }),
      ...(started > 0 && runtime && { ended: started + runtime }),
      ...(this.#configuration.size > 0 && {
        configuration: Object.fromEntries(this.#configuration),
      }),
      ...(run && { tags: tagsOf(run) }),
      ...(summary.length > 0 && { summary: Object.fromEntries(summary) }),
    };
  }
}

function tagsOf(run: NonNullable<Records['run']>): { readonly [key: string]: string } {
  const { id, entity, project, group, jobType, notes, sweep, tags } = run;
  const all = {
    id,
    entity,
    project,
    group,
    job_type: jobType,
    notes,
    sweep,
    tags: tags.join(', '),
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => !!entry[1]),
  );
}
