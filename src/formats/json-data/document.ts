import { findLabelName } from '#domain/labels.ts';
import { CheckpointError } from '#domain/problem.ts';
import { dataError } from '#formats/examples/dataset.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { gunzip, piecesOf } from '#io/gunzip.ts';
import { type Example, isExample, type Json, parseValue, type Records } from './records.ts';

/** A document has to be read whole: the text of a larger one is no string any more. */
const MAX_TEXT = 2 ** 28;

/** Examples of one document, and names of classes where it has them beside. */
export interface Document extends Records {
  readonly classes?: readonly string[] | undefined;
}

/** A list of objects, one in an object, or a list for each column. Throws `malformed`, `data`. */
export async function openDocument(source: ByteSource, signal?: AbortSignal): Promise<Document> {
  const { path } = source;
  const value = await readValue(source, signal);
  if (Array.isArray(value)) return recordsOf(value, path);
  if (!isExample(value)) throw dataError(path, 'it is neither a list nor an object');
  const lists = Object.entries(value).filter((entry): entry is [string, readonly Json[]] =>
    Array.isArray(entry[1]),
  );
  const records = lists.filter(([, list]) => list.length > 0 && list.every(isExample));
  const [only] = records;
  if (only && records.length === 1) return recordsOf(only[1], path);
  return columnsOf(lists, path);
}

function recordsOf(list: readonly Json[], path: string): Document {
  const bad = list.findIndex((one) => !isExample(one));
  if (bad >= 0) throw dataError(path, `element ${bad} of the list is no object`, bad);
  const examples = list.filter(isExample);
  return { count: examples.length, read: async (from, to) => examples.slice(from, to) };
}

const CLASS_NAMES = /^(?:(?:class|target|label)_?names?|classes|categories)$/i;

function columnsOf(given: readonly [string, readonly Json[]][], path: string): Document {
  const names = given.find(([name, list]) => CLASS_NAMES.test(name) && list.every(isText));
  const lists = given.filter((one) => one !== names);
  const label = findLabelName(lists.map(([name]) => name));
  const counts = lists.map(([, list]) => list.length);
  const count = lists.find(([name]) => name === label)?.[1].length ?? Math.max(0, ...counts);
  const used = lists.filter(([, list]) => list.length === count);
  if (!used.some(([name]) => name !== label)) {
    const said = lists.map(([name, list]) => `${name} has ${list.length} examples`);
    throw dataError(path, said.length > 0 ? said.join(', ') : 'it holds no lists of examples');
  }
  const classes = names?.[1].filter(isText);
  return {
    count,
    ...(classes && { classes }),
    async read(from, to) {
      return Array.from(
        { length: to - from },
        (_, i): Example =>
          Object.fromEntries(used.map(([name, list]) => [name, list[from + i] ?? null])),
      );
    },
  };
}

const isText = (value: Json): value is string => typeof value === 'string';

async function readValue(source: ByteSource, signal?: AbortSignal): Promise<Json> {
  const { path } = source;
  const [first, second] = await source.read(0, Math.min(2, source.size), signal);
  const isPacked = first === 0x1f && second === 0x8b;
  const decoder = new TextDecoder();
  let text = '';
  for await (const bytes of isPacked ? gunzip(source, signal) : piecesOf(source, signal)) {
    text += decoder.decode(bytes, { stream: true });
    if (text.length > MAX_TEXT) {
      const problem = {
        kind: 'too-large',
        what: 'document',
        size: text.length,
        limit: MAX_TEXT,
      } as const;
      throw new CheckpointError(problem, { path });
    }
  }
  try {
    return parseValue(text + decoder.decode());
  } catch (cause) {
    const what = `not JSON: ${cause instanceof Error ? cause.message : String(cause)}`;
    throw new CheckpointError({ kind: 'malformed', what }, { path }, { cause });
  }
}
