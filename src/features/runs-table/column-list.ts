import { columnId } from './column-spec.ts';

/**
 * The columns of the table in their order, as kept in URLs: ids, `DIFFERING` or `ALL` for the keys of the
 * configuration that are not named themselves, and `-` before the id of one that these leave out.
 */
export type ColumnList = readonly string[];

export const DIFFERING = 'differing';
export const ALL = 'all';

/** Keys of the configurations. */
export interface Keys {
  readonly differing: readonly string[];
  readonly all: readonly string[];
}

/** Stands first, always. */
export const NAME = 'name';

/** The ids of the columns, the name of the run first, each once. */
export function expandColumns(list: ColumnList, keys: Keys): string[] {
  const named = new Set(list.map((id) => (id.startsWith('-') ? id.slice(1) : id)));
  const expanded = list.flatMap((id) => {
    if (id.startsWith('-')) return [];
    if (id !== DIFFERING && id !== ALL) return [id];
    return keysOf(id, keys).filter((key) => !named.has(key));
  });
  return [...new Set([NAME, ...expanded])];
}

function keysOf(token: string, keys: Keys): string[] {
  const wanted = token === ALL ? keys.all : keys.differing;
  return wanted.map((key) => columnId({ kind: 'configuration', key }));
}

/** Which keys are shown without being named; `null`: none. */
export function tokenOf(list: ColumnList): typeof DIFFERING | typeof ALL | null {
  return list.includes(ALL) ? ALL : list.includes(DIFFERING) ? DIFFERING : null;
}

/** A list that shows exactly `ids`, and keys that only later runs have beside the last of the others. */
function listOf(ids: readonly string[], token: string | null, keys: Keys): ColumnList {
  if (token === null) return ids;
  const shown = new Set(ids);
  const left = keysOf(token, keys).filter((id) => !shown.has(id));
  const at = ids.findLastIndex((id) => id.startsWith('c:')) + 1 || ids.length;
  return [...ids.slice(0, at), token, ...ids.slice(at), ...left.map((id) => `-${id}`)];
}

/** @param before the column that it is to stand before; `null`: at the end */
export function moveColumn(
  list: ColumnList,
  keys: Keys,
  { id, before }: { readonly id: string; readonly before: string | null },
): ColumnList {
  if (id === NAME) return list;
  const others = expandColumns(list, keys).filter((other) => other !== id);
  const found = before === null ? -1 : others.indexOf(before);
  const at = found < 0 ? others.length : Math.max(1, found);
  return listOf([...others.slice(0, at), id, ...others.slice(at)], tokenOf(list), keys);
}

export function hideColumn(list: ColumnList, keys: Keys, id: string): ColumnList {
  if (id === NAME) return list;
  const others = expandColumns(list, keys).filter((other) => other !== id);
  return listOf(others, tokenOf(list), keys);
}

/** Adds a column behind the last of its kind. */
export function showColumn(list: ColumnList, keys: Keys, id: string): ColumnList {
  const ids = expandColumns(list, keys);
  if (ids.includes(id)) return list;
  const kind = id.slice(0, 2);
  const like = ids.findLastIndex((other) => kind.endsWith(':') && other.startsWith(kind)) + 1;
  const at = like || ids.length;
  return listOf([...ids.slice(0, at), id, ...ids.slice(at)], tokenOf(list), keys);
}

/** Shows the keys that differ, all of them, or only those that are named: `null`. */
export function withToken(
  list: ColumnList,
  keys: Keys,
  token: typeof DIFFERING | typeof ALL | null,
): ColumnList {
  if (token === null) return expandColumns(list, keys);
  const others = list.filter((id) => !id.startsWith('-c:') && !id.startsWith('c:'));
  const at = others.findIndex((id) => id === DIFFERING || id === ALL);
  const without = others.filter((id) => id !== DIFFERING && id !== ALL);
  const place =
    at >= 0
      ? at
      : Math.max(
          0,
          without.findIndex((id) => id.startsWith('m:')),
        );
  return [...without.slice(0, place), token, ...without.slice(place)];
}
