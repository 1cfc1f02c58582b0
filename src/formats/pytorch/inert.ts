import { latin1 } from '#encodings/pickle/text.ts';
import {
  Call,
  Global,
  LargeInteger,
  PersistentId,
  type PickleValue,
} from '#encodings/pickle/values.ts';

/** The entries of a dictionary of any class that pickles as one; `undefined` for anything else. */
export function entriesOf(value: PickleValue): [PickleValue, PickleValue][] | undefined {
  if (value instanceof Map) return [...value];
  if (!(value instanceof Call)) return undefined;
  const { path, args, entries } = value;
  if (!DICTIONARIES.has(path)) return undefined;
  const initial = path === 'collections.defaultdict' ? args[1] : args[0];
  return [...pairsOf(initial), ...(entries ?? [])];
}

const DICTIONARIES: ReadonlySet<string> = new Set([
  'collections.OrderedDict',
  'collections.defaultdict',
  'collections.Counter',
  'builtins.dict',
]);

/** What a dictionary was made from: another one, or pairs. */
function pairsOf(value: PickleValue | undefined): [PickleValue, PickleValue][] {
  if (value instanceof Map) return [...value];
  if (!isList(value)) return [];
  return value.flatMap((pair): [PickleValue, PickleValue][] =>
    isList(pair) && pair.length === 2 ? [[pair[0] ?? null, pair[1] ?? null]] : [],
  );
}

/** A value by its text key. */
export function lookUp(value: PickleValue | undefined, key: string): PickleValue | undefined {
  if (value instanceof Map) return value.get(key);
  if (value instanceof Call) return value.entries?.get(key);
  return undefined;
}

const LISTS: ReadonlySet<string> = new Set([
  'torch.Size',
  'builtins.list',
  'builtins.tuple',
  'builtins.set',
  'builtins.frozenset',
]);

/** The elements of a list, tuple, set, or a class that pickles as one. */
export function listOf(value: PickleValue | undefined): readonly PickleValue[] | undefined {
  if (isList(value)) return value;
  if (value instanceof Set) return [...value];
  if (!(value instanceof Call) || !LISTS.has(value.path)) return undefined;
  const [initial = []] = value.args;
  return isList(initial) ? initial : undefined;
}

export function isList(value: PickleValue | undefined): value is readonly PickleValue[] {
  return Array.isArray(value);
}

/** Bytes, however the protocol wrote them: protocol 2 has none, and encodes text. */
export function bytesOf(value: PickleValue | undefined): Uint8Array<ArrayBuffer> | undefined {
  if (value instanceof Uint8Array) return value as Uint8Array<ArrayBuffer>;
  if (typeof value === 'string') return new TextEncoder().encode(value);
  if (!(value instanceof Call)) return undefined;
  const [first] = value.args;
  if (value.path === '_codecs.encode' && typeof first === 'string') {
    return value.args[1] === 'latin1' ? encodeLatin1(first) : new TextEncoder().encode(first);
  }
  if (value.path !== 'builtins.bytes' && value.path !== 'builtins.bytearray') return undefined;
  if (first === undefined) return new Uint8Array();
  // One call around another at most: more would be a stack to overflow.
  return first instanceof Call && first.path !== '_codecs.encode' ? undefined : bytesOf(first);
}

/** How many bytes `bytesOf` gives; `undefined` where it gives none. */
export function byteCount(value: PickleValue): number | undefined {
  const isLatin1 = value instanceof Call && value.args[1] === 'latin1';
  const text = isLatin1 && value.path === '_codecs.encode' ? value.args[0] : undefined;
  return typeof text === 'string' ? text.length : bytesOf(value)?.length;
}

/** Whether it is bytes, without making them. */
export function isBytes(value: PickleValue): boolean {
  if (value instanceof Uint8Array) return true;
  return (
    value instanceof Call &&
    ['_codecs.encode', 'builtins.bytes', 'builtins.bytearray'].includes(value.path)
  );
}

function encodeLatin1(text: string): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(text.length);
  for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at);
  return bytes;
}

/** A key as Python prints it, but text without quotes. */
export function keyText(key: PickleValue): string {
  return typeof key === 'string' ? key : repr(key, 0);
}

/** Deep enough for any key; a key that holds more is named by its class. */
const MAX_REPR_DEPTH = 4;

function repr(value: PickleValue, depth: number): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value !== 'object') return String(value);
  if (value instanceof Uint8Array) return `b'${latin1(value.subarray(0, 64))}'`;
  if (value instanceof Global) return value.path;
  if (value instanceof PersistentId || value instanceof LargeInteger) return '…';
  if (depth === MAX_REPR_DEPTH) return '…';
  if (isList(value)) return `(${parts(value, depth)}${value.length === 1 ? ',' : ''})`;
  if (value instanceof Call) return `${value.path}(…)`;
  return '…';
}

function parts(values: readonly PickleValue[], depth: number): string {
  return values
    .slice(0, 8)
    .map((value) => repr(value, depth + 1))
    .join(', ');
}
