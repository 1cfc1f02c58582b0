import { type Candidate, type Join, type Parameters, sameShape } from './join.ts';
import type { TensorInfo } from './tensor.ts';

/** `dense_2/kernel` under `digits_cnn/`: Keras numbers layers of one kind as a session makes them. */
interface NumberedName {
  readonly head: string;
  readonly kind: string;
  readonly number: number;
  readonly variable: string;
}

/**
 * Joins Keras layers that were numbered anew: the same model made later in a session has `dense_5`
 * where the graph says `dense_2`. Layers of one kind keep their order, so the first is joined to
 * the first; only where their counts agree.
 */
export function renumberedJoins(parameters: Parameters, candidates: readonly Candidate[]): Join[] {
  const wanted = new Map<string, NumberedName>();
  for (const [value, { name }] of parameters) {
    const parsed = parseName(name);
    if (!parsed) return [];
    wanted.set(value, parsed);
  }
  const names = candidates.flatMap((candidate) => {
    const parsed = candidate.role === 'ema' ? undefined : parseName(candidate.key);
    return parsed ? [{ ...parsed, info: candidate.info }] : [];
  });
  const heads = new Set(names.map(({ head }) => head));
  return [...heads].flatMap((head) => {
    const found = names.filter((name) => name.head === head);
    const join = joinLayers(parameters, wanted, found);
    return join ? [{ ...join, prefix: head }] : [];
  });
}

function joinLayers(
  parameters: Parameters,
  wanted: ReadonlyMap<string, NumberedName>,
  found: readonly (NumberedName & { readonly info: TensorInfo })[],
): Join | undefined {
  const renamed = numbersOf([...wanted.values()], found);
  if (!renamed) return undefined;
  const byName = new Map(found.map((name) => [layerOf(name) + name.variable, name]));
  if (byName.size < found.length) return undefined;
  const pairs = new Map<string, { tensor: TensorInfo; rule: string }>();
  let fits = 0;
  for (const [value, name] of wanted) {
    const number = renamed.get(layerOf(name)) ?? name.number;
    const match = byName.get(layerOf({ ...name, number }) + name.variable);
    if (!match) continue;
    const rule = `${match.head}${layerOf(match)}* → ${name.head}${layerOf(name)}*`;
    pairs.set(value, { tensor: match.info, rule });
    if (sameShape(match.info.shape, parameters.get(value)?.shape ?? [])) fits++;
  }
  return { prefix: '', pairs, fits, averages: false, rank: Number.MAX_SAFE_INTEGER, clashes: [] };
}

/** Layer of the graph to the number of its kind in the checkpoint. */
function numbersOf(
  wanted: readonly NumberedName[],
  found: readonly NumberedName[],
): ReadonlyMap<string, number> | undefined {
  const renamed = new Map<string, number>();
  for (const kind of new Set(wanted.map((name) => name.kind))) {
    const from = sortedNumbers(found, kind);
    const to = sortedNumbers(wanted, kind);
    if (from.length !== to.length) return undefined;
    for (const [i, number] of to.entries()) {
      renamed.set(layerOf({ kind, number }), from[i] ?? number);
    }
  }
  return renamed;
}

function sortedNumbers(names: readonly NumberedName[], kind: string): number[] {
  const numbers = names.filter((name) => name.kind === kind).map(({ number }) => number);
  return [...new Set(numbers)].sort((a, b) => a - b);
}

function layerOf({ kind, number }: Pick<NumberedName, 'kind' | 'number'>): string {
  return number === 0 ? `${kind}/` : `${kind}_${number}/`;
}

function parseName(name: string): NumberedName | undefined {
  const parts = /^(.*\/)?([^/]+?)(?:_([1-9]\d*))?\/([^/]+)$/.exec(name);
  if (!parts) return undefined;
  const [, head = '', kind = '', number = '0', variable = ''] = parts;
  return { head, kind, number: Number(number), variable };
}
