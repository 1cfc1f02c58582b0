import type { Example, Json } from './records.ts';

/** What was seen of one column while all examples were looked at. */
export interface Seen {
  readonly name: string;
  numbers: number;
  texts: number;
  /** All numbers were whole. */
  whole: boolean;
  /** All were true or false. */
  boolean: boolean;
  /** Distinct texts; `undefined` once there are too many to be classes. */
  words: Set<string> | undefined;
  /** Of the first example that is a list; `null` while there is none. */
  shape: readonly number[] | null;
  /** The longest list, where lists are of different lengths. */
  longest: number;
  /** The first example of another shape than the first, and its shape. */
  odd: { readonly row: number; readonly shape: readonly number[] } | undefined;
  /** Lists of texts: several classes each. */
  wordLists: number;
  /** Lists of anything else, and objects. */
  others: number;
}

/** A column of more different texts is no class. */
const MAX_CLASSES = 2 ** 14;

/** Longer texts are sentences. */
const MAX_WORD = 200;

/** Columns of all examples; objects with more keys are no rows. */
const MAX_COLUMNS = 4096;

/** Looks at examples one after another, and keeps what their columns are. */
export function createSurvey() {
  const columns = new Map<string, Seen>();
  return {
    columns,
    see(example: Example, row: number): void {
      for (const [name, value] of Object.entries(example)) {
        const known = columns.get(name);
        if (!known && columns.size >= MAX_COLUMNS) continue;
        const seen = known ?? newColumn(name);
        if (!known) columns.set(name, seen);
        look(seen, value, row);
      }
    },
  };
}

function newColumn(name: string): Seen {
  return {
    name,
    numbers: 0,
    texts: 0,
    whole: true,
    boolean: true,
    words: new Set(),
    shape: null,
    longest: 0,
    odd: undefined,
    wordLists: 0,
    others: 0,
  };
}

function look(seen: Seen, value: Json, row: number): void {
  if (value === null) return;
  if (typeof value === 'string') lookAtText(seen, value);
  else if (typeof value !== 'object') lookAtNumber(seen, value, row);
  else if (Array.isArray(value)) lookAtList(seen, value, row);
  else seen.others++;
}

function lookAtNumber(seen: Seen, value: number | boolean, row: number): void {
  seen.numbers++;
  if (typeof value === 'number') seen.boolean = false;
  if (!Number.isInteger(Number(value))) seen.whole = false;
  compare(seen, [], row);
}

function lookAtList(seen: Seen, list: readonly Json[], row: number): void {
  // An empty list may be one of anything
  if (list.length === 0) return;
  const shape = shapeOf(list, seen);
  if (!shape) {
    const texts = list.filter((cell) => typeof cell === 'string');
    if (texts.length < list.length) seen.others++;
    else seen.wordLists++;
    for (const text of texts) note(seen, text);
    return;
  }
  seen.numbers++;
  seen.boolean = false;
  seen.longest = Math.max(seen.longest, shape[0] ?? 0);
  compare(seen, shape, row);
}

function compare(seen: Seen, shape: readonly number[], row: number): void {
  if (seen.shape === null) seen.shape = shape;
  else if (!seen.odd && shape.join() !== seen.shape.join()) seen.odd = { row, shape };
}

function lookAtText(seen: Seen, text: string): void {
  seen.texts++;
  note(seen, text);
}

function note(seen: Seen, text: string): void {
  if (!seen.words) return;
  seen.words.add(text);
  if (text.length > MAX_WORD || seen.words.size > MAX_CLASSES) seen.words = undefined;
}

/** Axes of lists in lists of numbers; `undefined` for lists of anything else, or of different lengths. */
function shapeOf(value: readonly Json[], seen: Seen): readonly number[] | undefined {
  return Array.isArray(value[0]) ? nestedShape(value, seen) : flatShape(value, seen);
}

function nestedShape(value: readonly Json[], seen: Seen): readonly number[] | undefined {
  let inner: readonly number[] | undefined;
  for (const part of value) {
    const shape = Array.isArray(part) ? shapeOf(part, seen) : undefined;
    if (!shape || (inner && shape.join() !== inner.join())) return undefined;
    inner = shape;
  }
  return [value.length, ...(inner ?? [])];
}

function flatShape(value: readonly Json[], seen: Seen): readonly number[] | undefined {
  for (const cell of value) {
    if (typeof cell !== 'number' && typeof cell !== 'boolean' && cell !== null) return undefined;
    if (!Number.isInteger(Number(cell ?? 0.5))) seen.whole = false;
  }
  return [value.length];
}
