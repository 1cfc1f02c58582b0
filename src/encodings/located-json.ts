import { CheckpointError, type Place } from '#domain/problem.ts';

/** A value of a JSON text and where it stands. */
export interface LocatedJson {
  /** As `JSON.parse` gives it. */
  readonly value: unknown;
  /** `layers[2].kernel`; `''` for the whole. */
  readonly path: string;
  /** From 1, of its first character, in UTF-16 code units; of a member's key in `key`. */
  readonly line: number;
  readonly column: number;
  /** Of an object; an empty map for anything else. */
  readonly members: ReadonlyMap<string, LocatedJson>;
  /** Of a list. */
  readonly items: readonly LocatedJson[];
  /** Where the key of a member stands. */
  readonly key?: { readonly line: number; readonly column: number };
  /** Keys that an object has twice. */
  readonly repeated: readonly string[];
}

/** Lists within lists: no document for people goes deeper. */
const MAX_DEPTH = 32;

const SPACE = /[ \t\n\r]*/y;
/** What is wrong within a text, `JSON.parse` finds. */
const TEXT = /"[^"\\\n]*(?:\\.[^"\\\n]*)*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;

/**
 * A JSON text with the place of every value. Throws `malformed`, with line and column, for what is no JSON.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8259
 */
export function parseLocatedJson(text: string, place: Place): LocatedJson {
  const scanner = new Scanner(text, place);
  const value = scanner.value('', 0);
  scanner.end();
  return value;
}

class Scanner {
  readonly #text: string;
  readonly #place: Place;
  #at: number;
  #line = 1;
  #lineStart = 0;

  constructor(text: string, place: Place) {
    this.#text = text;
    this.#place = place;
    this.#at = text.startsWith('\ufeff') ? 1 : 0;
    this.#lineStart = this.#at;
  }

  value(path: string, depth: number): LocatedJson {
    if (depth > MAX_DEPTH) this.#fail('nests too deeply');
    this.#space();
    const start = { path, ...this.#position(), members: new Map(), items: [], repeated: [] };
    const first = this.#text[this.#at];
    if (first === '{') return { ...start, ...this.#object(path, depth) };
    if (first === '[') return { ...start, ...this.#list(path, depth) };
    const scalar = first === '"' ? this.#take(TEXT) : (this.#take(NUMBER) ?? this.#take(WORD));
    if (scalar === undefined) this.#fail(first === '"' ? 'text is not ended' : 'no value');
    return { ...start, value: this.#parsed(scalar) };
  }

  end(): void {
    this.#space();
    if (this.#at < this.#text.length) this.#fail('there is more behind the end');
  }

  #object(path: string, depth: number) {
    const members = new Map<string, LocatedJson>();
    const repeated: string[] = [];
    const parts = this.#parts('}', () => {
      const key = this.#position();
      const raw = this.#take(TEXT) ?? this.#fail('a key in quotes must stand here');
      const name = this.#parsed(raw) as string;
      this.#space();
      this.#expect(':');
      const member = this.value(path === '' ? name : `${path}.${name}`, depth + 1);
      if (members.has(name)) repeated.push(name);
      members.set(name, { ...member, key });
      return [name, member.value] as const;
    });
    return { value: Object.fromEntries(parts), members, repeated };
  }

  #list(path: string, depth: number) {
    let count = 0;
    const items = this.#parts(']', () => this.value(`${path}[${count++}]`, depth + 1));
    return { value: items.map((item) => item.value), items };
  }

  /** What stands between the brackets, separated by commas. */
  #parts<Part>(close: string, next: () => Part): Part[] {
    const parts: Part[] = [];
    this.#at++;
    this.#space();
    if (this.#text[this.#at] === close) {
      this.#at++;
      return parts;
    }
    for (;;) {
      this.#space();
      parts.push(next());
      this.#space();
      if (this.#text[this.#at] === close) break;
      this.#expect(',');
    }
    this.#at++;
    return parts;
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const [found] = pattern.exec(this.#text) ?? [];
    this.#at += found?.length ?? 0;
    return found;
  }

  #parsed(scalar: string): unknown {
    try {
      return JSON.parse(scalar) as unknown;
    } catch {
      this.#at -= scalar.length;
      return this.#fail('the text has a character that must be escaped');
    }
  }

  #space(): void {
    const from = this.#at;
    const space = this.#take(SPACE) ?? '';
    for (let i = space.indexOf('\n'); i !== -1; i = space.indexOf('\n', i + 1)) {
      this.#line++;
      this.#lineStart = from + i + 1;
    }
  }

  #expect(char: string): void {
    if (this.#text[this.#at] !== char) this.#fail(`${char} must stand here`);
    this.#at++;
  }

  #position(): { readonly line: number; readonly column: number } {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }

  #fail(what: string): never {
    const { line, column } = this.#position();
    const full = `no JSON at line ${line}, column ${column}: ${what}`;
    throw new CheckpointError({ kind: 'malformed', what: full }, this.#place);
  }
}
