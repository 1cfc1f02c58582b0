import type { LocatedJson } from '#encodings/located-json.ts';

/** Collects what is wrong with a document, each with its path, line and column. */
export class Faults {
  readonly #found: { readonly line: number; readonly column: number; readonly reason: string }[] =
    [];

  /** In the order of the document. */
  get reasons(): readonly string[] {
    return this.#found
      .toSorted((a, b) => a.line - b.line || a.column - b.column)
      .map(({ reason }) => reason);
  }

  get count(): number {
    return this.#found.length;
  }

  /** @param at where, unless it is where the value begins */
  add({ path, line, column }: LocatedJson, what: string, at = { line, column }): undefined {
    const subject = path === '' ? 'the document' : path;
    this.#found.push({ ...at, reason: `${subject} (${at.line}:${at.column}) ${what}` });
    return undefined;
  }
}

/** A setting: how it is read, and what the schema says of it. */
export interface Field<T> {
  /** `undefined` once a fault was added. */
  readonly read: (node: LocatedJson, faults: Faults) => T | undefined;
  /** What is taken where the setting is absent; no `otherwise` at all: it must be there. */
  readonly otherwise?: T;
  readonly schema: Readonly<Record<string, unknown>>;
}

export type Fields<S> = { readonly [K in keyof S]: Field<S[K]> };

/** No size of a layer is larger, by far. */
const MAX_COUNT = 2 ** 31 - 1;

const isWhole = (value: unknown, least: number): value is number =>
  Number.isInteger(value) && Number(value) >= least && Number(value) <= MAX_COUNT;

/** The same with a value for where it is left out. */
export function optional<T>(field: Field<T>, otherwise: T): Field<T> {
  const isSaid = otherwise !== null && otherwise !== undefined;
  return {
    ...field,
    otherwise,
    schema: isSaid ? { ...field.schema, default: otherwise } : field.schema,
  };
}

/** The same, `null` where it is left out. */
export function maybe<T>(field: Field<T>): Field<T | null> {
  return { ...field, otherwise: null };
}

function checked<T>(
  isRight: (value: unknown) => value is T,
  what: string,
  schema: Field<T>['schema'],
): Field<T> {
  const read = (node: LocatedJson, faults: Faults) =>
    isRight(node.value) ? node.value : faults.add(node, `must be ${what}`);
  return { read, schema };
}

export const count = checked(
  (value): value is number => isWhole(value, 1),
  'a whole number from 1',
  {
    type: 'integer',
    minimum: 1,
  },
);

export const integer = checked(
  (value): value is number => isWhole(value, -MAX_COUNT),
  'a whole number',
  { type: 'integer' },
);

export const positive = checked(
  (value): value is number => typeof value === 'number' && value >= 0 && Number.isFinite(value),
  'a number from 0',
  { type: 'number', minimum: 0 },
);

export const flag = checked(
  (value): value is boolean => typeof value === 'boolean',
  'true or false',
  { type: 'boolean' },
);

export const text = checked((value): value is string => typeof value === 'string', 'a text', {
  type: 'string',
});

export const integers = checked(
  (value): value is readonly number[] =>
    Array.isArray(value) && value.length > 0 && value.every((one) => isWhole(one, -MAX_COUNT)),
  'a list of whole numbers',
  { type: 'array', items: { type: 'integer' }, minItems: 1 },
);

/** One number for every axis, or one for each. */
function perAxis(least: number): Field<number | readonly number[]> {
  const size = { type: 'integer', minimum: least };
  return checked(
    (value): value is number | readonly number[] =>
      isWhole(value, least) ||
      (Array.isArray(value) && value.length > 0 && value.every((one) => isWhole(one, least))),
    `a whole number from ${least}, or a list of them, one for each axis`,
    { oneOf: [size, { type: 'array', items: size, minItems: 1 }] },
  );
}

export const sizes = perAxis(1);
export const zeros = perAxis(0);

export function choice<const T extends string | number>(values: readonly T[]): Field<T> {
  return checked(
    (value): value is T => (values as readonly unknown[]).includes(value),
    `one of ${values.join(', ')}`,
    { enum: values },
  );
}

/** `same` or a size: see `zeros`. */
export const padding: Field<'same' | number | readonly number[]> = {
  read: (node, faults) => (node.value === 'same' ? 'same' : zeros.read(node, faults)),
  schema: { oneOf: [{ const: 'same' }, ...(zeros.schema['oneOf'] as readonly unknown[])] },
};

/** `shape` of one example: `null` where any size will do. */
export const exampleShape = checked(
  (value): value is readonly (number | null)[] =>
    Array.isArray(value) && value.every((size) => size === null || isWhole(size, 1)),
  'a list of whole numbers from 1, null where any size will do',
  { type: 'array', items: { type: ['integer', 'null'], minimum: 1 } },
);

/**
 * Reads the members of an object. `null`: something is wrong, and is among the faults. Members that no field is
 * named after are faults, and so are those that stand there twice.
 */
export function readFields<S>(
  node: LocatedJson,
  fields: Fields<S>,
  faults: Faults,
): { readonly [K in keyof S]: S[K] } | null {
  const before = faults.count;
  if (typeof node.value !== 'object' || node.value === null || Array.isArray(node.value)) {
    faults.add(node, 'must be an object');
    return null;
  }
  for (const key of node.repeated) faults.add(node, `has ${key} twice`);
  for (const [key, member] of node.members) {
    if (!Object.hasOwn(fields, key)) {
      const known = Object.keys(fields).join(', ');
      faults.add(member, `is unknown; known here: ${known}`, member.key);
    }
  }
  const found: Partial<Record<keyof S, unknown>> = {};
  for (const key of Object.keys(fields) as (keyof S & string)[]) {
    const field: Field<S[keyof S]> = fields[key];
    const member = node.members.get(key);
    if (member) found[key] = field.read(member, faults);
    else if ('otherwise' in field) found[key] = field.otherwise;
    else faults.add(node, `has no ${key}`);
  }
  return faults.count === before ? (found as { [K in keyof S]: S[K] }) : null;
}
