/** One thing that a matcher does; numbers are places in the program. */
export type Instruction =
  | { readonly do: 'take'; readonly accepts: (code: number) => boolean }
  | { readonly do: 'split'; readonly to: readonly number[] }
  | { readonly do: 'assert'; readonly at: 'start' | 'end' | 'word' }
  | { readonly do: 'match' };

/** Characters of a pattern; people write 20. */
export const MAX_PATTERN = 200;
/** Instructions: `{100}` in `{100}` would make ten thousand. */
const MAX_PROGRAM = 400;
/** The most repetitions that a pattern can name. */
const MAX_REPEAT = 100;
/** Groups within groups. */
const MAX_DEPTH = 20;

type Accepts = (code: number) => boolean;

/** Writes what a part of the pattern does to the end of the program. */
type Part = (program: Instruction[]) => void;

/** Thrown inside of this file alone. */
class NoPattern extends Error {}

/** The program of a regular expression; `null` when it is none, or has what is not known here. */
export function parsePattern(pattern: string): readonly Instruction[] | null {
  if (pattern.length > MAX_PATTERN) return null;
  try {
    const parser = createParser(pattern);
    const program: Instruction[] = [];
    parser.alternatives(0)(program);
    if (!parser.isDone()) return null;
    program.push({ do: 'match' });
    return program.length > MAX_PROGRAM ? null : program;
  } catch (error) {
    if (error instanceof NoPattern) return null;
    throw error;
  }
}

function createParser(pattern: string) {
  let at = 0;

  function alternatives(depth: number): Part {
    if (depth > MAX_DEPTH) throw new NoPattern();
    const parts = [sequence(depth)];
    while (pattern[at] === '|') {
      at++;
      parts.push(sequence(depth));
    }
    return parts.reduceRight((right, left) => either(left, right));
  }

  function sequence(depth: number): Part {
    const parts: Part[] = [];
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') {
      parts.push(repeated(atom(depth)));
    }
    return (program) => {
      for (const part of parts) part(program);
    };
  }

  function atom(depth: number): Part {
    const sign = pattern[at++] ?? '';
    if (sign === '(') return group(depth);
    if (sign === '[') return take(characterClass());
    if (sign === '.') return take(() => true);
    if (sign === '^') return assertion('start');
    if (sign === '$') return assertion('end');
    if (sign === '\\') return escaped();
    if ('*+?{'.includes(sign)) throw new NoPattern();
    return take(is(sign.charCodeAt(0)));
  }

  function group(depth: number): Part {
    if (pattern[at] === '?') {
      if (pattern[at + 1] !== ':') throw new NoPattern();
      at += 2;
    }
    const inner = alternatives(depth + 1);
    if (pattern[at++] !== ')') throw new NoPattern();
    return inner;
  }

  function escaped(): Part {
    const sign = pattern[at++];
    if (sign === 'b') return assertion('word');
    return take(escapedClass(sign));
  }

  function characterClass(): Accepts {
    const isNegated = pattern[at] === '^';
    if (isNegated) at++;
    const parts: Accepts[] = [];
    for (let isFirst = true; pattern[at] !== ']' || isFirst; isFirst = false) {
      if (at >= pattern.length) throw new NoPattern();
      parts.push(classPart());
    }
    at++;
    const accepts: Accepts = (code) => parts.some((part) => part(code));
    return isNegated ? (code) => !accepts(code) : accepts;
  }

  function classPart(): Accepts {
    const sign = pattern[at++];
    if (sign === '\\') return escapedClass(pattern[at++]);
    const from = (sign ?? '').charCodeAt(0);
    if (pattern[at] !== '-' || pattern[at + 1] === ']') return is(from);
    const to = pattern.charCodeAt(at + 1);
    if (!(to >= from)) throw new NoPattern();
    at += 2;
    return (code) => code >= from && code <= to;
  }

  function repeated(part: Part): Part {
    const [least, most, length] = countsAt(pattern, at);
    at += length;
    // Lazy or not decides where a match ends, never whether there is one.
    if (length > 0 && pattern[at] === '?') at++;
    return length > 0 ? repeat(part, least, most) : part;
  }

  return { alternatives, isDone: () => at === pattern.length };
}

/** What a quantifier at a place asks for, and how long it is: 0 when there is none. */
function countsAt(pattern: string, at: number): readonly [number, number, number] {
  const sign = pattern[at];
  if (sign === '*') return [0, Number.POSITIVE_INFINITY, 1];
  if (sign === '+') return [1, Number.POSITIVE_INFINITY, 1];
  if (sign === '?') return [0, 1, 1];
  if (sign !== '{') return [1, 1, 0];
  const found = /^\{(\d{1,4})(,?)(\d{0,4})\}/.exec(pattern.slice(at));
  if (!found) throw new NoPattern();
  const least = Number(found[1]);
  const end = found[3] === '' ? Number.POSITIVE_INFINITY : Number(found[3]);
  const most = found[2] === '' ? least : end;
  const bound = Number.isFinite(most) ? most : least;
  if (most < least || bound > MAX_REPEAT) throw new NoPattern();
  return [least, most, found[0].length];
}

function repeat(part: Part, least: number, most: number): Part {
  return (program) => {
    for (let i = 0; i < least; i++) emit(part, program);
    if (most === Number.POSITIVE_INFINITY) {
      const start = program.length;
      const targets = [start + 1];
      program.push({ do: 'split', to: targets });
      emit(part, program);
      program.push({ do: 'split', to: [start] });
      targets.push(program.length);
      return;
    }
    const optional: number[][] = [];
    for (let i = least; i < most; i++) {
      const targets = [program.length + 1];
      optional.push(targets);
      program.push({ do: 'split', to: targets });
      emit(part, program);
    }
    for (const targets of optional) targets.push(program.length);
  };
}

function emit(part: Part, program: Instruction[]): void {
  if (program.length > MAX_PROGRAM) throw new NoPattern();
  part(program);
}

function either(left: Part, right: Part): Part {
  return (program) => {
    const targets = [program.length + 1];
    program.push({ do: 'split', to: targets });
    emit(left, program);
    const end: number[] = [];
    program.push({ do: 'split', to: end });
    targets.push(program.length);
    emit(right, program);
    end.push(program.length);
  };
}

const take =
  (accepts: Accepts): Part =>
  (program) => {
    program.push({ do: 'take', accepts });
  };

const assertion =
  (what: 'start' | 'end' | 'word'): Part =>
  (program) => {
    program.push({ do: 'assert', at: what });
  };

const is =
  (wanted: number): Accepts =>
  (code) =>
    code === wanted;

const isDigit: Accepts = (code) => code >= 48 && code <= 57;
const isSpace: Accepts = (code) => /\s/.test(String.fromCharCode(code));

const CLASSES: Readonly<Record<string, Accepts>> = {
  d: isDigit,
  D: (code) => !isDigit(code),
  w: isWord,
  W: (code) => !isWord(code),
  s: isSpace,
  S: (code) => !isSpace(code),
  n: is(10),
  t: is(9),
};

/** Letters and digits that mean something elsewhere mean nothing here, and are not guessed at. */
function escapedClass(sign: string | undefined): Accepts {
  if (sign === undefined) throw new NoPattern();
  const known = CLASSES[sign];
  if (known) return known;
  if (/[a-z0-9]/i.test(sign)) throw new NoPattern();
  return is(sign.charCodeAt(0));
}

export function isWord(code: number): boolean {
  return (
    (code >= 48 && code <= 57) ||
    (code >= 65 && code <= 90) ||
    (code >= 97 && code <= 122) ||
    code === 95
  );
}
