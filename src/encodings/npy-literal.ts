import { CheckpointError, type Place } from '#domain/problem.ts';

/** What Python's `ast.literal_eval` may find in the header of a `.npy` file. */
export type PythonLiteral =
  | string
  | number
  | boolean
  | null
  | readonly PythonLiteral[]
  | ReadonlyMap<string, PythonLiteral>;

/** Records nest a few levels; a header of brackets alone must not exhaust the stack. */
const MAX_DEPTH = 32;

const TOKEN =
  /\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)"|(-?\d+)L?|(True|False|None)|([{}()[\],:]))/y;

type Token = string | number | boolean | null | { readonly mark: string };

/** Reads a literal of texts, whole numbers, tuples, lists and dictionaries. Throws `malformed`. */
export function parsePythonLiteral(text: string, place: Place): PythonLiteral {
  const tokens = tokenize(text.trimEnd(), place);
  const fail = (): never => {
    throw new CheckpointError(
      { kind: 'malformed', what: 'its header is no Python literal' },
      place,
    );
  };
  let at = 0;

  const take = (mark: string): boolean => {
    const token = tokens[at];
    if (typeof token !== 'object' || token?.mark !== mark) return false;
    at++;
    return true;
  };

  function items(end: string, depth: number): PythonLiteral[] {
    const list: PythonLiteral[] = [];
    while (!take(end)) {
      list.push(value(depth));
      if (!take(',') && !isNext(end)) fail();
    }
    return list;
  }

  function dictionary(depth: number): ReadonlyMap<string, PythonLiteral> {
    const entries = new Map<string, PythonLiteral>();
    while (!take('}')) {
      const key = value(depth);
      if (typeof key !== 'string' || !take(':')) return fail();
      entries.set(key, value(depth));
      if (!take(',') && !isNext('}')) fail();
    }
    return entries;
  }

  const isNext = (mark: string): boolean => {
    const token = tokens[at];
    return typeof token === 'object' && token?.mark === mark;
  };

  function value(depth: number): PythonLiteral {
    if (depth > MAX_DEPTH) return fail();
    if (take('{')) return dictionary(depth + 1);
    if (take('(')) return items(')', depth + 1);
    if (take('[')) return items(']', depth + 1);
    const token = tokens[at++];
    return token === undefined || (typeof token === 'object' && token !== null) ? fail() : token;
  }

  const literal = value(0);
  return at === tokens.length ? literal : fail();
}

function tokenize(text: string, place: Place): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const at = TOKEN.lastIndex;
    const match = TOKEN.exec(text);
    if (!match) {
      const what = `its header is no Python literal, from character ${at} on`;
      throw new CheckpointError({ kind: 'malformed', what }, place);
    }
    tokens.push(tokenOf(match));
  }
  return tokens;
}

function tokenOf([, single, double, number, word, mark]: RegExpExecArray): Token {
  const quoted = single ?? double;
  if (quoted !== undefined) return quoted.replace(/\\(.)/g, '$1');
  if (number !== undefined) return Number(number);
  if (mark !== undefined) return { mark };
  return word === 'None' ? null : word === 'True';
}
