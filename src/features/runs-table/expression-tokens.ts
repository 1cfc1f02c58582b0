export type TokenKind =
  | 'name'
  | 'quoted'
  | 'text'
  | 'number'
  | 'sign'
  | 'pattern'
  | 'end'
  | 'wrong';

/** A piece of an expression. `wrong`: the last one, at what is no piece. */
export interface Token {
  readonly kind: TokenKind;
  /** As written. */
  readonly text: string;
  /** Characters from the start of the expression, from 0. */
  readonly at: number;
  /** The name, the text or the number that it stands for. */
  readonly value: string | number;
}

/** `val/loss`, `optimizer.lr`, `top-5`, `mAP50(B)` in quotes alone. */
const NAME = /[\p{L}\p{N}_][\p{L}\p{N}_./:@%#$-]*/uy;
const NUMBER = /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?![\p{L}\p{N}_./:@%#$-])/iuy;
const INFINITY = /[+-]inf(?:inity)?(?![\p{L}\p{N}_])/iuy;
const QUOTED = /`((?:[^`\\]|\\.)*)`/suy;
const TEXT = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/suy;
const PATTERN = /\/(?:[^/\\]|\\.)*\/i?/suy;
const SIGN = /<=|>=|==|!=|[=<>(),]/uy;
const SPACE = /\s+/uy;

/** The pieces of an expression; a pattern is only looked for behind `matches`. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    const space = matchAt(SPACE, text, at);
    if (space) {
      at += space[0].length;
      continue;
    }
    const last = tokens.at(-1);
    const isPattern = last?.kind === 'name' && last.text.toLowerCase() === 'matches';
    const token = (isPattern ? patternAt(text, at) : null) ?? tokenAt(text, at);
    tokens.push(token);
    if (token.kind === 'wrong') break;
    at += token.text.length;
  }
  return tokens;
}

function patternAt(text: string, at: number): Token | null {
  const found = matchAt(PATTERN, text, at);
  return found && { kind: 'pattern', text: found[0], at, value: found[0] };
}

function tokenAt(text: string, at: number): Token {
  const number = matchAt(NUMBER, text, at);
  if (number) return { kind: 'number', text: number[0], at, value: Number(number[0]) };
  const infinity = matchAt(INFINITY, text, at);
  if (infinity) {
    const value = infinity[0].startsWith('-') ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    return { kind: 'number', text: infinity[0], at, value };
  }
  const name = matchAt(NAME, text, at);
  if (name) return { kind: 'name', text: name[0], at, value: name[0] };
  const quoted = matchAt(QUOTED, text, at);
  if (quoted) return { kind: 'quoted', text: quoted[0], at, value: unescaped(quoted[1] ?? '') };
  const string = matchAt(TEXT, text, at);
  if (string)
    return { kind: 'text', text: string[0], at, value: unescaped(string[1] ?? string[2] ?? '') };
  const sign = matchAt(SIGN, text, at);
  if (sign) return { kind: 'sign', text: sign[0], at, value: sign[0] };
  const isOpen = /["'`]/.test(text[at] ?? '');
  const rest = isOpen ? text.slice(at) : String.fromCodePoint(text.codePointAt(at) ?? 0);
  return { kind: 'wrong', text: rest, at, value: '' };
}

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gs, '$1');
}
