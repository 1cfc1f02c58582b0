import type { Problem } from '#domain/problem.ts';

/** What TensorFlow's `checkpoint` file says, as far as it can be read. */
export interface CheckpointState {
  /** The prefix that `tf.train.latest_checkpoint` would give, as written. `null`: it does not say. */
  readonly latest: StatedCheckpoint | null;
  /** Those that a `CheckpointManager` keeps, oldest first. */
  readonly all: readonly StatedCheckpoint[];
  /** Why TensorFlow would refuse it; what stands before that is given all the same. */
  readonly problem: Problem | null;
}

interface StatedCheckpoint {
  /** As written: relative to the file, or absolute on the machine where it was written. */
  readonly path: string;
  /** What is left of it when a directory was moved: its last part. Never leads out of the folder. */
  readonly name: string;
  /** Seconds since 1970 when it was saved; `null` where the file does not say. */
  readonly saved: number | null;
}

/** Ten thousand checkpoints, which a manager that keeps them all writes at a hundred bytes each. */
const MAX_SIZE = 2 ** 20;

/**
 * Parses a `checkpoint` state file: a `CheckpointState` in the text format of protobuf. Never throws.
 *
 * @see https://github.com/tensorflow/tensorflow/blob/master/tensorflow/python/training/checkpoint_state.proto
 * @see https://protobuf.dev/reference/protobuf/textformat-spec/
 */
export function parseStateFile(bytes: Uint8Array): CheckpointState {
  const { fields, problem } = parseFields(bytes);
  const texts = (name: string) =>
    fields.flatMap((field) => (field.name === name ? String(field.value) : []));
  const paths = texts('all_model_checkpoint_paths');
  const times = texts('all_model_checkpoint_timestamps').map(Number);
  const all = paths.map((path, i) =>
    stated(path, times.length === paths.length ? (times[i] ?? null) : null),
  );
  const [path] = texts('model_checkpoint_path');
  const saved = all.find((one) => one.path === path)?.saved ?? null;
  return { latest: path === undefined ? null : stated(path, saved), all, problem };
}

function stated(path: string, saved: number | null): StatedCheckpoint {
  const name = path.split(/[/\\]/).at(-1) ?? '';
  return { path, name: name === '.' || name === '..' ? '' : name, saved };
}

interface Field {
  readonly name: string;
  readonly value: string | number;
}

const FIELDS: ReadonlyMap<string, 'text' | 'number'> = new Map([
  ['model_checkpoint_path', 'text'],
  ['all_model_checkpoint_paths', 'text'],
  ['all_model_checkpoint_timestamps', 'number'],
  ['last_preserved_timestamp', 'number'],
]);

/** The fields up to where the text cannot be read on, and why. */
function parseFields(bytes: Uint8Array): { fields: readonly Field[]; problem: Problem | null } {
  const size = bytes.length;
  if (size > MAX_SIZE) {
    const problem: Problem = { kind: 'too-large', what: 'the state file', size, limit: MAX_SIZE };
    return { fields: [], problem };
  }
  if (size === 0) return { fields: [], problem: { kind: 'truncated', needed: 1, size } };
  const fields: Field[] = [];
  const text = decode(bytes);
  if (text === undefined) return { fields, problem: { kind: 'malformed', what: 'it is no text' } };
  const scan: Scan = { text, at: 0 };
  while (!atEnd(scan)) {
    const found = readField(scan);
    if (typeof found === 'string') {
      const problem: Problem = atEnd(scan)
        ? { kind: 'truncated', needed: size + 1, size }
        : { kind: 'malformed', what: found };
      return { fields, problem };
    }
    fields.push(...found);
  }
  return { fields, problem: null };
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

interface Scan {
  readonly text: string;
  at: number;
}

/** `name: value`, or `name: [value, …]`. Gives what is wrong, if it is; the scan then stands there. */
function readField(scan: Scan): readonly Field[] | string {
  const name = take(scan, /[A-Za-z_]\w*/y);
  if (name === undefined) return 'a field has no name';
  const type = FIELDS.get(name);
  if (!type) return `TensorFlow knows no field ${name}`;
  if (take(scan, /:/y) === undefined) return `${name} has no value`;
  const read = type === 'text' ? readText : readNumber;
  const list = take(scan, /\[/y) !== undefined;
  const fields: Field[] = [];
  do {
    const value = read(scan);
    if (value === undefined) return `${name} has a value that is no ${type}`;
    fields.push({ name, value });
  } while (list && take(scan, /,/y) !== undefined);
  if (list && take(scan, /\]/y) === undefined) return `the list of ${name} does not end`;
  take(scan, /[,;]/y);
  return fields;
}

function readNumber(scan: Scan): number | undefined {
  const digits = take(scan, /-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?(?![\w.])/y);
  return digits === undefined ? undefined : Number(digits);
}

/** Strings that follow one another are one. */
function readText(scan: Scan): string | undefined {
  let bytes: number[] | undefined;
  for (let literal = takeLiteral(scan); literal !== undefined; literal = takeLiteral(scan)) {
    bytes ??= [];
    for (const [piece] of literal.slice(1, -1).matchAll(ESCAPE_OR_TEXT)) {
      for (const byte of piece.startsWith('\\') ? unescaped(piece) : UTF8.encode(piece)) {
        bytes.push(byte);
      }
    }
  }
  return bytes && new TextDecoder().decode(Uint8Array.from(bytes));
}

function takeLiteral(scan: Scan): string | undefined {
  const literal = take(scan, /"[^"\\\n]*(?:\\.[^"\\\n]*)*"|'[^'\\\n]*(?:\\.[^'\\\n]*)*'/y);
  const open = literal === undefined && /["']/.test(scan.text[scan.at] ?? '');
  // What is left is the beginning of a string: the file ends inside it, unless its line does.
  if (open && !scan.text.includes('\n', scan.at)) scan.at = scan.text.length;
  return literal;
}

const UTF8 = new TextEncoder();
const ESCAPE_OR_TEXT =
  /\\(?:[0-7]{1,3}|[xX][0-9a-fA-F]{1,2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)|[^\\]+/g;
const LETTERS: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['b', 8],
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
]);

/** The bytes of an escape; one that does not exist stands for its character. */
function unescaped(sequence: string): Iterable<number> {
  const code = sequence.slice(1);
  if (/^[0-7]/.test(code)) return [Number.parseInt(code, 8) & 255];
  if (/^[xX]./.test(code)) return [Number.parseInt(code.slice(1), 16)];
  if (/^[uU]./.test(code)) {
    const point = Number.parseInt(code.slice(1), 16);
    return UTF8.encode(point < 0x110000 ? String.fromCodePoint(point) : '\ufffd');
  }
  const letter = LETTERS.get(code);
  return letter === undefined ? UTF8.encode(code) : [letter];
}

/** Steps over white space and comments. */
function atEnd(scan: Scan): boolean {
  const blank = /\s*(?:#[^\n]*\s*)*/y;
  blank.lastIndex = scan.at;
  scan.at += blank.exec(scan.text)?.[0].length ?? 0;
  return scan.at >= scan.text.length;
}

/** @param pattern sticky */
function take(scan: Scan, pattern: RegExp): string | undefined {
  atEnd(scan);
  pattern.lastIndex = scan.at;
  const found = pattern.exec(scan.text)?.[0];
  scan.at += found?.length ?? 0;
  return found;
}
