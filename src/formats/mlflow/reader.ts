import type { HistoryChunk } from '#domain/history.ts';
import { CheckpointError, type Defect } from '#domain/problem.ts';
import type { Metadata } from '#domain/tensor.ts';
import { parseConfiguration } from '#formats/configuration/parse.ts';
import type { HistoryOptions } from '#formats/history-format.ts';
import type { Part } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { parentOf } from '#io/path.ts';
import { factsOf } from './facts.ts';
import { readMetric } from './metric.ts';

/** Files open at a time: there are dozens of tiny ones in each run. */
const OPEN_FILES = 8;

/** MLflow takes parameters of up to 6000 characters, and tags of 8000. */
const MAX_VALUE = 64 << 10;

type Kind = 'metrics' | 'params' | 'tags' | 'experiment';

interface RunPart {
  readonly kind: Kind;
  /** Its path below the folder of its kind. */
  readonly name: string;
  readonly part: Part;
}

/** The metrics of a run, a chunk for each, after one with what is known of it. */
export async function* read(
  source: ByteSource,
  { signal, parts = [] }: HistoryOptions = {},
): AsyncGenerator<HistoryChunk> {
  const meta = fieldsOf(await wholeText(source, signal), source.path);
  const folder = parentOf(source.path);
  const known = parts.map((part) => partOf(part, folder)).filter((part) => part !== null);
  const defects: Defect[] = [];
  const params = new Map<string, string>();
  const tags = new Map<string, string>();
  const metrics: HistoryChunk[] = [];
  let experiment: Fields = {};

  const readPart = async ({ kind, name, part }: RunPart) => {
    const file = await part.open();
    if (kind === 'metrics') metrics.push(await readMetric(file, name, signal));
    else {
      const text = await wholeText(file, signal);
      if (kind === 'experiment') experiment = fieldsOf(text, part.path);
      else (kind === 'params' ? params : tags).set(name, text);
    }
  };
  await inTurn(known, async (part) => {
    try {
      await readPart(part);
    } catch (error) {
      signal?.throwIfAborted();
      if (!(error instanceof CheckpointError)) throw error;
      // A metric that is deleted meanwhile takes nothing from the others.
      defects.push({ problem: error.problem, place: error.place });
    }
  });
  const facts = factsOf({ meta, experiment, params: sorted(params), tags: sorted(tags) });
  yield { series: [], end: source.size, defects, unit: 'step', facts };
  yield* metrics.sort((a, b) => ((a.source ?? '') < (b.source ?? '') ? -1 : 1));
}

function partOf(part: Part, folder: string): RunPart | null {
  const prefix = folder === '' ? '' : `${folder}/`;
  if (part.path.startsWith(prefix)) {
    const [kind = '', ...name] = part.path.slice(prefix.length).split('/');
    if (name.length > 0 && (kind === 'metrics' || kind === 'params' || kind === 'tags')) {
      return { kind, name: name.join('/'), part };
    }
  }
  const isExperiment = folder !== '' && parentOf(part.path) === parentOf(folder);
  return isExperiment ? { kind: 'experiment', name: '', part } : null;
}

async function inTurn<T>(items: readonly T[], each: (item: T) => Promise<void>): Promise<void> {
  let next = 0;
  const work = async () => {
    while (next < items.length) {
      const item = items[next++];
      if (item !== undefined) await each(item);
    }
  };
  await Promise.all(Array.from({ length: OPEN_FILES }, work));
}

async function wholeText(source: ByteSource, signal?: AbortSignal): Promise<string> {
  const { path, size } = source;
  if (size > MAX_VALUE) {
    const problem = { kind: 'too-large', what: 'text file', size, limit: MAX_VALUE } as const;
    throw new CheckpointError(problem, { path });
  }
  return new TextDecoder().decode(await source.read(0, size, signal));
}

type Fields = { readonly [key: string]: Metadata };

function fieldsOf(text: string, path: string): Fields {
  const value = parseConfiguration(text, path);
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : {};
}

function sorted(values: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...values].sort(([a], [b]) => (a < b ? -1 : 1)));
}
