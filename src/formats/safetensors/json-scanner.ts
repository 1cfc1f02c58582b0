import { CheckpointError, type Problem } from '#domain/problem.ts';

/** As deep as the reference implementation's parser goes. */
const MAX_DEPTH = 127;

/**
 * Reads JSON by its grammar, a piece at a time, so that nothing the text says is lost: `JSON.parse` keeps only
 * the last of two equal keys. Stricter than that, too: texts hold no half of a surrogate pair.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8259
 */
export class JsonScanner {
  readonly #text: string;
  readonly #path: string;
  readonly #base: number;
  #at = 0;

  /** @param base offset in the file of the first byte of `text` */
  constructor(text: string, path: string, base: number) {
    this.#text = text;
    this.#path = path;
    this.#base = base;
  }

  /** Calls `onMember` after each key; it must read the value. */
  object(what: string, onMember: (key: string) => void): void {
    if (!this.#take('{')) this.fail(`${what} is no JSON object`);
    if (this.#take('}')) return;
    do {
      if (this.#peek() !== '"') this.fail(`${what} has a key that is no text`);
      const key = this.string();
      if (!this.#take(':')) this.fail(`${what} has a key without a value`);
      onMember(key);
    } while (this.#take(','));
    if (!this.#take('}')) this.fail(`${what} does not end`);
  }

  /** Calls `onItem` before each item; it must read it. */
  array(what: string, onItem: () => void): void {
    if (!this.#take('[')) this.fail(`${what} is no list`);
    if (this.#take(']')) return;
    do onItem();
    while (this.#take(','));
    if (!this.#take(']')) this.fail(`${what} does not end`);
  }

  isString(): boolean {
    return this.#peek() === '"';
  }

  string(): string {
    if (!this.#take('"')) this.fail('a text is missing');
    const start = this.#at;
    let escaped = false;
    for (let at = start; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === 0x22) {
        this.#at = at + 1;
        return escaped ? this.#unescape(start - 1, at + 1) : this.#text.slice(start, at);
      }
      if (code === 0x5c) {
        escaped = true;
        at++;
      } else if (code < 0x20) this.fail('a text holds a control character');
    }
    return this.fail('a text does not end');
  }

  /** A whole number from 0 to 2⁵³ − 1, without sign, point or exponent. */
  count(what: string): number {
    const digits = this.#match(/(?:0|[1-9]\d*)(?![\d.eE])/y);
    if (digits === undefined) return this.fail(`${what} is no whole number`);
    const count = Number(digits);
    return Number.isSafeInteger(count) ? count : this.fail(`${what} is past 2⁵³`);
  }

  /** `null`, if that is what comes next. */
  null(): boolean {
    return this.#match(/null\b/y) !== undefined;
  }

  /** Steps over any value. */
  skip(depth = 0): void {
    if (depth > MAX_DEPTH) this.fail(`it is nested more than ${MAX_DEPTH} deep`);
    const next = this.#peek();
    if (next === '{') this.object('a value', () => this.skip(depth + 1));
    else if (next === '[') this.array('a value', () => this.skip(depth + 1));
    else if (next === '"') this.string();
    else if (!this.#match(/(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y)) {
      this.fail('a value is missing');
    }
  }

  end(): void {
    if (this.#peek() !== undefined) this.fail('something follows the header');
  }

  fail(what: string): never {
    this.failWith({ kind: 'malformed', what });
  }

  failWith(problem: Problem): never {
    const before = new TextEncoder().encode(this.#text.slice(0, this.#at)).length;
    throw new CheckpointError(problem, { path: this.#path, offset: this.#base + before });
  }

  #unescape(start: number, end: number): string {
    let text: unknown;
    try {
      text = JSON.parse(this.#text.slice(start, end));
    } catch {
      text = undefined;
    }
    if (typeof text === 'string' && text.isWellFormed()) return text;
    return this.fail('a text holds an escape that does not exist');
  }

  /** The next character that is no white space. */
  #peek(): string | undefined {
    while (' \n\r\t'.includes(this.#text[this.#at] ?? '.')) this.#at++;
    return this.#text[this.#at];
  }

  #take(character: string): boolean {
    if (this.#peek() !== character) return false;
    this.#at++;
    return true;
  }

  /** @param pattern sticky */
  #match(pattern: RegExp): string | undefined {
    this.#peek();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }
}
