import type { GraphParameter } from './graph.ts';
import { roleOf } from './role.ts';
import type { TensorRole } from './summary.ts';
import type { TensorInfo } from './tensor.ts';

export type Parameters = ReadonlyMap<string, GraphParameter>;

/** A tensor that may be a weight, under the name by which it is looked for. */
export interface Candidate {
  readonly info: TensorInfo;
  readonly key: string;
  readonly role: TensorRole;
}

/** One reading of all names: parameter (by its value name) to tensor. */
export interface Join {
  readonly prefix: string;
  readonly pairs: ReadonlyMap<string, { readonly tensor: TensorInfo; readonly rule: string }>;
  /** Pairs whose shapes agree. */
  readonly fits: number;
  /** Whether it takes running averages in place of weights. */
  readonly averages: boolean;
  /** Place in the order of usual prefixes; all unusual ones are equal. */
  readonly rank: number;
  /** Tensors that share a name, so that none of them could be taken. */
  readonly clashes: readonly string[];
}

/** Keys under which people keep the weights, most likely first. */
const USUAL_KEYS = [
  'model_state_dict',
  'state_dict',
  'model_state',
  'model',
  'module',
  '_orig_mod',
  'net',
  'network',
  'weights',
  'params',
  'model_dict',
  'net_state_dict',
  'module_state_dict',
];

/** Enough parameters to find every prefix; a model may have thousands. */
const SAMPLED_PARAMETERS = 32;

/** All that may be weights, each under the name that `nameOf` gives it. */
export function candidatesOf(
  infos: readonly TensorInfo[],
  nameOf: (info: TensorInfo) => string,
): Candidate[] {
  return infos.flatMap((info) => {
    const role = roleOf(info);
    if (role === 'optimizer' || info.kind === 'meta' || info.kind === 'object') return [];
    if (info.dtype === 'string' || info.dtype === 'variant' || info.dtype === 'resource') return [];
    const key = nameOf(info)
      .replace(/\/\.ATTRIBUTES\/.*$/, '')
      .replace(/:0$/, '')
      .replace(/^\//, '');
    return [{ info, key, role }];
  });
}

/** Every way to join them: tensors under a prefix, parameters as they are or without one of theirs. */
export function joinsOf(parameters: Parameters, candidates: readonly Candidate[]): Join[] {
  const index = indexOf(candidates);
  return leadingOf([...parameters.values()].map(({ name }) => name)).flatMap((dropped) =>
    prefixesOf(parameters, candidates, dropped).map((prefix) =>
      joinUnder(parameters, index, { prefix, dropped }),
    ),
  );
}

interface Reading {
  /** Of the tensors. */
  readonly prefix: string;
  /** Of the parameters. */
  readonly dropped: string;
}

function joinUnder(
  parameters: Parameters,
  index: ReadonlyMap<string, readonly Candidate[]>,
  { prefix, dropped }: Reading,
): Join {
  const pairs = new Map<string, { tensor: TensorInfo; rule: string }>();
  const clashes: string[] = [];
  const rule = prefix === dropped ? '*' : `${prefix}* → ${dropped}*`;
  let fits = 0;
  let averages = false;
  for (const [value, parameter] of parameters) {
    const found = suffixesOf(parameter, dropped)
      .map((suffix) => index.get(prefix + suffix) ?? [])
      .find(({ length }) => length > 0);
    const only = found?.[0];
    if (!found || !only) continue;
    if (found.length > 1) {
      clashes.push(...found.map(({ info }) => info.name));
      continue;
    }
    pairs.set(value, { tensor: only.info, rule });
    if (sameShape(only.info.shape, parameter.shape)) fits++;
    if (only.role === 'ema') averages = true;
  }
  return { prefix, pairs, fits, averages, rank: rankOf(prefix, dropped), clashes };
}

/** Tensors by key. Copies that TensorFlow keeps of the same variable, and averages, give way. */
function indexOf(candidates: readonly Candidate[]): ReadonlyMap<string, readonly Candidate[]> {
  const index = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const same = index.get(candidate.key);
    if (same) same.push(candidate);
    else index.set(candidate.key, [candidate]);
  }
  for (const [key, all] of index) {
    if (all.length === 1) continue;
    const own = all.filter(({ info }) => !/(?:^|\/)_all_variables\//.test(info.name));
    const weights = own.filter(({ role }) => role === 'weight' || role === 'buffer');
    index.set(key, [weights, own].find(({ length }) => length > 0) ?? all);
  }
  return index;
}

/** What may be left out at the front of every parameter: nothing, or keys that all share. */
function leadingOf(names: readonly string[]): string[] {
  const [first = ''] = names;
  const leading = [...first.matchAll(/[./]/g)].map(({ index }) => first.slice(0, index + 1));
  return ['', ...leading.filter((start) => names.every((name) => name.startsWith(start)))];
}

function suffixesOf({ name, aliases = [] }: GraphParameter, dropped: string): string[] {
  return [name, ...aliases]
    .filter((key) => key.startsWith(dropped))
    .map((key) => key.slice(dropped.length));
}

function prefixesOf(
  parameters: Parameters,
  candidates: readonly Candidate[],
  dropped: string,
): readonly string[] {
  const every = Math.ceil(parameters.size / SAMPLED_PARAMETERS);
  const suffixes = [...parameters.values()]
    .filter((_, i) => i % every === 0)
    .flatMap((parameter) => suffixesOf(parameter, dropped));
  const prefixes = new Set<string>();
  for (const suffix of suffixes) {
    for (const { key } of candidates) {
      if (!key.endsWith(suffix)) continue;
      const prefix = key.slice(0, key.length - suffix.length);
      if (prefix === '' || /[./]$/.test(prefix)) prefixes.add(prefix);
    }
  }
  return [...prefixes];
}

/** `0` for the same name, then usual prefixes in their order, then all others alike. */
function rankOf(prefix: string, dropped: string): number {
  const kept = dropped === '' ? 0 : 0.5;
  if (prefix === '') return kept;
  const places = prefix
    .slice(0, -1)
    .split('.')
    .map((key) => USUAL_KEYS.indexOf(key));
  if (places.includes(-1)) return Number.MAX_SAFE_INTEGER;
  return places.reduce((sum, place) => sum + place + 1, kept);
}

/** Sorts the better one first; `0` where they cannot be told apart. */
export function byQuality(a: Join, b: Join): number {
  return (
    b.fits - a.fits ||
    Number(a.averages) - Number(b.averages) ||
    b.pairs.size - a.pairs.size ||
    a.rank - b.rank
  );
}

export function sameShape(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}
