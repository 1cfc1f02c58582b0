import type { HistoryChunk, RunFacts } from '#domain/history.ts';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Metadata } from '#domain/tensor.ts';
import { parseConfiguration } from '#formats/configuration/parse.ts';
import type { HistoryOptions } from '#formats/history-format.ts';
import { SeriesColumns } from '#formats/log-lines/series-columns.ts';
import type { ByteSource } from '#io/byte-source.ts';

/** JSON is parsed whole. A million records are some 150 MB. */
const MAX_SIZE = 256 << 20;

/** A name by which a text is parsed as JSON with Python's `NaN`. */
const AS_JSON = 'trainer_state.json';

type Fields = { readonly [key: string]: Metadata };

interface State {
  readonly fields: Fields;
  readonly records: readonly Metadata[];
  readonly defects: readonly Defect[];
}

/**
 * The records of `log_history`, all in one chunk. Of a file that is cut or broken those that are whole are
 * kept, and what is wrong is told.
 *
 * @see https://github.com/huggingface/transformers/blob/main/src/transformers/trainer_callback.py `TrainerState`
 */
export async function* read(
  source: ByteSource,
  { signal }: HistoryOptions = {},
): AsyncGenerator<HistoryChunk> {
  const { path, size } = source;
  if (size > MAX_SIZE) {
    const problem = { kind: 'too-large', what: 'a Trainer state', size, limit: MAX_SIZE } as const;
    throw new CheckpointError(problem, { path });
  }
  const text = new TextDecoder().decode(await source.read(0, size, signal));
  const { fields, records, defects } = parseState(text, source);
  const columns = new SeriesColumns();
  let stepless = 0;
  for (const record of records) if (!isFields(record) || !addRecord(columns, record)) stepless++;
  const what = `${stepless} records say no step`;
  const faults: readonly Defect[] =
    stepless > 0 ? [{ problem: { kind: 'malformed', what }, place: { path } }] : [];
  yield {
    series: columns.take(),
    end: size,
    defects: [...defects, ...faults],
    unit: 'step',
    facts: factsOf(fields, records.at(-1)),
  };
}

/** `false`, with nothing added, when the record has no step. */
function addRecord(columns: SeriesColumns, record: Fields): boolean {
  const step = numberIn(record['step']);
  if (step === null) return false;
  const position = { step, epoch: numberIn(record['epoch']) ?? Number.NaN, time: Number.NaN };
  for (const [key, said] of Object.entries(record)) {
    const value = key === 'step' ? null : numberIn(said);
    if (value !== null) columns.add(key, value, position);
  }
  return true;
}

function numberIn(value: Metadata | undefined): number | null {
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'number' ? value : null;
}

function parseState(text: string, { path, size }: ByteSource): State {
  try {
    const fields = parseConfiguration(text, AS_JSON);
    const records = isFields(fields) ? fields['log_history'] : undefined;
    if (isFields(fields) && Array.isArray(records)) return { fields, records, defects: [] };
    const what = 'there is no log_history';
    return broken({ problem: { kind: 'malformed', what }, place: { path } });
  } catch (error) {
    if (!(error instanceof CheckpointError)) throw error;
    const isCut = !text.trimEnd().endsWith('}');
    const problem = isCut
      ? ({ kind: 'truncated', needed: size + 1, size } as const)
      : error.problem;
    return { ...broken({ problem, place: { path } }), records: wholeRecords(text) };
  }
}

function broken(defect: Defect): State {
  return { fields: {}, records: [], defects: [defect] };
}

/** A record of the log, which holds no other object. */
const RECORD = /\{[^{}]*\}/y;

/** The records before the place where a file breaks off. */
function wholeRecords(text: string): Metadata[] {
  const records: Metadata[] = [];
  const start = /"log_history"\s*:\s*\[/.exec(text);
  if (!start) return records;
  for (let at = start.index + start[0].length; ; ) {
    at += /^[\s,]*/.exec(text.slice(at, at + 1000))?.[0].length ?? 0;
    RECORD.lastIndex = at;
    const [record] = RECORD.exec(text) ?? [];
    if (record === undefined) return records;
    at += record.length;
    try {
      records.push(parseConfiguration(record, AS_JSON));
    } catch {
      return records;
    }
  }
}

/** What is not asked for in `training_args.bin`, which is a pickle of foreign classes. */
const CONFIGURATION = ['num_train_epochs', 'max_steps', 'train_batch_size'] as const;

function factsOf(fields: Fields, last: Metadata | undefined): RunFacts {
  const said = CONFIGURATION.flatMap((key) => {
    const value = fields[key];
    return typeof value === 'number' && value > 0 ? [[key, value] as const] : [];
  });
  const trial = fields['trial_params'];
  const configuration = { ...Object.fromEntries(said), ...(isFields(trial) ? trial : {}) };
  const name = fields['trial_name'];
  // Logged once, when the training is over.
  const isFinished = isFields(last) && 'train_runtime' in last;
  return {
    ...(typeof name === 'string' && name !== '' && { name }),
    ...(isFinished && { status: 'finished' as const }),
    ...(Object.keys(configuration).length > 0 && { configuration }),
  };
}

function isFields(value: Metadata | undefined): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
