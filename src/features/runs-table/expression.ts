import type { ColumnSpec } from './column-spec.ts';
import { COMPARISONS, compareValues, type Value } from './compare-values.ts';
import { type Token, type TokenKind, tokenize } from './expression-tokens.ts';
import { compilePattern } from './pattern.ts';

/** What is wrong with an expression, and where. */
export interface ExpressionError {
  readonly kind:
    | 'long'
    | 'deep'
    | 'sign'
    | 'unclosed'
    | 'operand'
    | 'operator'
    | 'value'
    | 'close'
    | 'open'
    | 'end'
    | 'pattern'
    | 'unknown'
    | 'metric';
  /** Characters from its start, from 0. */
  readonly at: number;
  /** The characters that it is about; empty at the end. */
  readonly text: string;
}

const FUNCTIONS = ['best', 'last', 'min', 'max'] as const;
export type MetricFunction = (typeof FUNCTIONS)[number];

/** What a name stands for, bare or as what a function takes; `null`: nothing. */
export type Resolve = (name: string, taker: MetricFunction | null) => ColumnSpec | null;

/** The value of the run at hand. */
export type ReadValue = (spec: ColumnSpec) => Value;

export type Expression =
  | {
      readonly ok: true;
      readonly test: (read: ReadValue) => boolean;
      /** What it takes of a run, by the names as written. */
      readonly names: ReadonlyMap<string, ColumnSpec>;
    }
  | { readonly ok: false; readonly error: ExpressionError };

/** Characters; a longer one is no filter but a program. */
const MAX_EXPRESSION = 2000;
/** Parentheses and `not` within each other. */
const MAX_DEPTH = 50;

/** Carries what is wrong out of the parser; never leaves this file. */
class Wrong extends Error {
  readonly error: ExpressionError;
  constructor(kind: ExpressionError['kind'], { at, text }: Pick<Token, 'at' | 'text'>) {
    super(kind);
    this.error = { kind, at, text };
  }
}

type Test = (read: ReadValue) => boolean;
type Operand = (read: ReadValue) => Value;

/** An expression while it is read. */
interface Parsing {
  readonly tokens: readonly Token[];
  readonly end: Token;
  readonly resolve: Resolve;
  readonly names: Map<string, ColumnSpec>;
  at: number;
}

/**
 * Reads an expression such as `lr < 1e-3 and best(val/accuracy) > 0.9`. A value that a run has not compares as
 * false, with `!=` too.
 */
export function parseExpression(text: string, resolve: Resolve): Expression {
  if (text.length > MAX_EXPRESSION)
    return { ok: false, error: { kind: 'long', at: MAX_EXPRESSION, text: '' } };
  const tokens = tokenize(text);
  const last = tokens.at(-1);
  if (last?.kind === 'wrong') {
    const { at, text: rest } = last;
    const kind = /^["'`]/.test(rest) ? 'unclosed' : 'sign';
    return { ok: false, error: { kind, at, text: rest } };
  }
  const end: Token = { kind: 'end', text: '', at: text.length, value: '' };
  const parsing: Parsing = { tokens, end, resolve, names: new Map(), at: 0 };
  try {
    const test = any(parsing, 0);
    if (now(parsing).kind !== 'end') throw new Wrong('end', now(parsing));
    return { ok: true, test, names: parsing.names };
  } catch (error) {
    if (error instanceof Wrong) return { ok: false, error: error.error };
    throw error;
  }
}

function now({ tokens, at, end }: Parsing): Token {
  return tokens[at] ?? end;
}

/** Takes the next word or sign if it is this one. */
function skip(parsing: Parsing, expected: string): boolean {
  const { kind, text } = now(parsing);
  if ((kind !== 'name' && kind !== 'sign') || text.toLowerCase() !== expected) return false;
  parsing.at++;
  return true;
}

function take(
  parsing: Parsing,
  kinds: readonly TokenKind[],
  otherwise: ExpressionError['kind'],
): Token {
  const token = now(parsing);
  if (!kinds.includes(token.kind)) throw new Wrong(otherwise, token);
  parsing.at++;
  return token;
}

function need(parsing: Parsing, sign: string, otherwise: ExpressionError['kind']): void {
  if (!skip(parsing, sign)) throw new Wrong(otherwise, now(parsing));
}

function any(parsing: Parsing, depth: number): Test {
  const parts = [every(parsing, depth)];
  while (skip(parsing, 'or')) parts.push(every(parsing, depth));
  return (read) => parts.some((part) => part(read));
}

function every(parsing: Parsing, depth: number): Test {
  const parts = [single(parsing, depth)];
  while (skip(parsing, 'and')) parts.push(single(parsing, depth));
  return (read) => parts.every((part) => part(read));
}

function single(parsing: Parsing, depth: number): Test {
  if (depth > MAX_DEPTH) throw new Wrong('deep', now(parsing));
  if (skip(parsing, 'not')) {
    const inner = single(parsing, depth + 1);
    return (read) => !inner(read);
  }
  if (!skip(parsing, '(')) return comparison(parsing);
  const inner = any(parsing, depth + 1);
  need(parsing, ')', 'close');
  return inner;
}

function comparison(parsing: Parsing): Test {
  const left = leftOperand(parsing);
  if (skip(parsing, 'contains')) return contains(left, literal(parsing));
  if (skip(parsing, 'matches')) return matches(left, parsing);
  if (skip(parsing, 'in')) return among(left, parsing);
  if (skip(parsing, 'not')) {
    need(parsing, 'in', 'operator');
    const inside = among(left, parsing);
    return (read) => left(read) !== null && !inside(read);
  }
  const sign = COMPARISONS.find((one) => skip(parsing, one));
  if (!sign) throw new Wrong('operator', now(parsing));
  const right = rightOperand(parsing);
  return (read) => compareValues(left(read), sign, right(read));
}

/** What is in quotes on the left is a name, on the right a text. */
function leftOperand(parsing: Parsing): Operand {
  if (now(parsing).kind !== 'text') return operand(parsing);
  return named(parsing, take(parsing, ['text'], 'operand'), null);
}

function rightOperand(parsing: Parsing): Operand {
  if (now(parsing).kind !== 'text') return operand(parsing);
  const value = literal(parsing);
  return () => value;
}

function operand(parsing: Parsing): Operand {
  const token = take(parsing, ['name', 'quoted', 'number'], 'operand');
  if (token.kind === 'number') return () => token.value;
  const value = token.kind === 'name' ? constantOf(token) : undefined;
  if (value !== undefined && !parsing.resolve(token.text, null)) return () => value;
  const taker = FUNCTIONS.find((one) => token.kind === 'name' && one === token.text.toLowerCase());
  if (!taker || !skip(parsing, '(')) return named(parsing, token, null);
  const name = take(parsing, ['name', 'quoted', 'text'], 'operand');
  const result = named(parsing, name, taker);
  need(parsing, ')', 'close');
  return result;
}

function named({ resolve, names }: Parsing, token: Token, taker: MetricFunction | null): Operand {
  const name = String(token.value);
  const spec = resolve(name, taker);
  if (!spec) throw new Wrong(taker === null ? 'unknown' : 'metric', token);
  names.set(taker === null ? name : `${taker}(${name})`, spec);
  return (read) => read(spec);
}

/** Words that are values, where no name is the same. */
const CONSTANTS: ReadonlyMap<string, number | string> = new Map<string, number | string>([
  ['true', 'true'],
  ['false', 'false'],
  ['null', 'null'],
  ['none', 'null'],
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['infinity', Number.POSITIVE_INFINITY],
]);

function constantOf({ text }: Token): number | string | undefined {
  return CONSTANTS.get(text.toLowerCase());
}

function literal(parsing: Parsing): number | string {
  const token = now(parsing);
  const value = token.kind === 'name' ? constantOf(token) : undefined;
  if (value === undefined) return take(parsing, ['text', 'number', 'quoted'], 'value').value;
  parsing.at++;
  return value;
}

function contains(left: Operand, part: number | string): Test {
  const wanted = String(part).toLowerCase();
  return (read) => {
    const value = left(read);
    return value !== null && String(value).toLowerCase().includes(wanted);
  };
}

function among(left: Operand, parsing: Parsing): Test {
  need(parsing, '(', 'open');
  const values = [literal(parsing)];
  while (skip(parsing, ',')) values.push(literal(parsing));
  need(parsing, ')', 'close');
  return (read) => {
    const value = left(read);
    return values.some((one) => compareValues(value, '=', one));
  };
}

function matches(left: Operand, parsing: Parsing): Test {
  const token = take(parsing, ['pattern'], 'pattern');
  const found = /^\/(.*)\/(i?)$/s.exec(token.text);
  const pattern = found && compilePattern(found[1] ?? '', found[2] === 'i');
  if (!pattern) throw new Wrong('pattern', token);
  return (read) => {
    const value = left(read);
    return value !== null && pattern(String(value));
  };
}
