import { CheckpointError, type Place, type Problem } from '#domain/problem.ts';

/** A value of a JSON document and where it stands in it. Every failure is `malformed` and names that. */
export class JsonNode {
  readonly value: unknown;
  /** `layers[2].config` */
  readonly where: string;
  readonly #place: Place;

  constructor(value: unknown, place: Place, where = '') {
    this.value = value;
    this.where = where;
    this.#place = place;
  }

  /** A member of an object; `undefined` where it is absent or `null`. */
  find(key: string): JsonNode | undefined {
    const object = this.#object();
    const value = Object.hasOwn(object, key) ? object[key] : undefined;
    return value === undefined || value === null ? undefined : this.#child(value, `.${key}`);
  }

  get(key: string): JsonNode {
    return this.find(key) ?? this.fail(`has no ${key}`);
  }

  entries(): [string, JsonNode][] {
    return Object.entries(this.#object()).map(([key, value]) => [
      key,
      this.#child(value, `.${key}`),
    ]);
  }

  list(): JsonNode[] {
    if (!Array.isArray(this.value)) return this.fail('is no list');
    return this.value.map((value: unknown, i) => this.#child(value, `[${i}]`));
  }

  text(): string {
    return typeof this.value === 'string' ? this.value : this.fail('is no text');
  }

  number(): number {
    return typeof this.value === 'number' ? this.value : this.fail('is no number');
  }

  integer(): number {
    return Number.isInteger(this.value) ? this.number() : this.fail('is no integer');
  }

  boolean(): boolean {
    return typeof this.value === 'boolean' ? this.value : this.fail('is neither true nor false');
  }

  get isObject(): boolean {
    return typeof this.value === 'object' && this.value !== null && !Array.isArray(this.value);
  }

  fail(what: string): never {
    const subject = this.where === '' ? 'the document' : this.where.replace(/^\./, '');
    return this.failWith({ kind: 'malformed', what: `${subject} ${what}` });
  }

  failWith(problem: Problem): never {
    throw new CheckpointError(problem, this.#place);
  }

  #object(): Readonly<Record<string, unknown>> {
    return this.isObject
      ? (this.value as Readonly<Record<string, unknown>>)
      : this.fail('is no object');
  }

  #child(value: unknown, step: string): JsonNode {
    return new JsonNode(value, this.#place, this.where + step);
  }
}

/** A JSON document in UTF-8. Throws `malformed`. */
export function parseJson(bytes: Uint8Array, place: Place): JsonNode {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return new JsonNode(JSON.parse(text) as unknown, place);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new CheckpointError({ kind: 'malformed', what: `not JSON: ${why}` }, place, { cause });
  }
}
