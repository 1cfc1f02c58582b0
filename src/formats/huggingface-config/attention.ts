import type { Network } from './network.ts';

/** What is added to the scores of places that are masked: the least float32, as transformers has it. */
const LOWEST = -3.4028234663852886e38;

/** Names of the lengths that every network of tokens has. */
export const BATCH = 'batch';
export const LENGTH = 'length';

export interface Tokens {
  readonly ids: string;
  /** Truth values `[batch, length]`: places that count. */
  readonly kept: string;
  /** As it was given. */
  readonly mask: string;
}

/** `input_ids` and `attention_mask`, and their lengths. */
export function tokenInputs(network: Network): Tokens {
  const shape = [null, null];
  const ids = network.input({ name: 'input_ids', dtype: 'int64', shape });
  const mask = network.input({ name: 'attention_mask', dtype: 'int64', shape, fallback: 1 });
  network.emit('size', [ids], { axis: 0 }, { name: BATCH });
  network.emit('size', [ids], { axis: 1 }, { name: LENGTH });
  const zero = network.number(0, 'int32');
  const kept = network.emit('compare', [mask, zero], { name: 'ne' });
  return { ids, kept, mask };
}

/** `0, 1, …` up to the length. */
export function places(network: Network): string {
  return network.emit('range', [], { from: 0, to: LENGTH, step: 1, dtype: 'int32' });
}

/** Whether a query may look at a key: `[batch, 1, 1, length]`, with `causal` `[batch, 1, length, length]`. */
export function allowedBy(
  network: Network,
  { kept }: Tokens,
  causal: { readonly window: number | null } | null,
): string {
  const rows = network.emit('unsqueeze', [kept], { axis: 1 });
  const keys = network.emit('unsqueeze', [rows], { axis: 1 });
  if (!causal) return keys;
  const shape = [LENGTH, LENGTH];
  const all = network.emit('fill', [], { shape, value: 1, dtype: 'bool' });
  const past = network.emit('triangle', [all], { keep: 'lower', diagonal: 0 });
  const { window } = causal;
  const near =
    window === null
      ? past
      : network.emit('triangle', [past], { keep: 'upper', diagonal: 1 - window });
  return network.emit('logical', [keys, near], { name: 'and' });
}

export interface Attention {
  readonly query: string;
  readonly key: string;
  readonly value: string;
  readonly heads: number;
  /** Heads of keys and values, each for as many of the queries. */
  readonly shared?: number;
  readonly width: number;
  readonly scale?: number;
  readonly allowed: string | null;
  /** What is done to queries and keys by their places: `[batch, heads, length, width]`. */
  readonly turn?: (x: string) => string;
  /** Name of the number of places, where it is not that of tokens. */
  readonly length?: string | number;
}

/** Scaled products of `[batch, length, heads · width]`; gives the same shape. */
export function attend(network: Network, one: Attention): string {
  const { heads, width, allowed, turn = (x) => x, shared = heads, length = LENGTH } = one;
  const split = (x: string, count: number) => {
    const apart = network.emit('reshape', [x], { shape: [BATCH, length, count, width] });
    return network.emit('transpose', [apart], { axes: [0, 2, 1, 3] });
  };
  const repeat = (x: string) => {
    if (shared === heads) return x;
    const spaced = network.emit('unsqueeze', [x], { axis: 2 });
    const shape = [BATCH, shared, heads / shared, length, width];
    const repeated = network.emit('expand', [spaced], { shape });
    return network.emit('reshape', [repeated], { shape: [BATCH, heads, length, width] });
  };
  const query = turn(split(one.query, heads));
  const key = repeat(turn(split(one.key, shared)));
  const value = repeat(split(one.value, shared));
  const turned = network.emit('transpose', [key], { axes: [0, 1, 3, 2] });
  const products = network.emit('matmul', [query, turned], {});
  const scale = network.number(one.scale ?? 1 / Math.sqrt(width));
  const scores = network.binary('mul', products, scale);
  const masked =
    allowed === null
      ? scores
      : network.emit('where', [allowed, scores, network.number(LOWEST)], {});
  const weights = network.emit('softmax', [masked], { axis: -1 });
  const mixed = network.emit('matmul', [weights, value], {});
  const joined = network.emit('transpose', [mixed], { axes: [0, 2, 1, 3] });
  return network.emit('reshape', [joined], { shape: [BATCH, length, heads * width] });
}

/** The state of the first place, as of `[CLS]`. */
export function firstPlace(network: Network, states: string): string {
  return network.emit('select', [states], { axis: 1, index: 0 });
}

/** Rows of the last place that is no padding: `[batch, length, n]` to `[batch, n]`. */
export function lastPlace(
  network: Network,
  states: string,
  { ids, padding, width }: { ids: string; padding: number | null; width: number },
): string {
  if (padding === null) return network.emit('select', [states], { axis: 1, index: -1 });
  const is = network.emit('compare', [ids, network.number(padding, 'int32')], { name: 'ne' });
  const ones = network.emit('cast', [is], { dtype: 'int32' });
  const at = network.binary('mul', ones, places(network));
  const last = network.emit('arg', [at], { name: 'max', axis: 1, keep: true });
  const deep = network.emit('unsqueeze', [last], { axis: 2 });
  const index = network.emit('expand', [deep], { shape: [BATCH, 1, width] });
  const row = network.emit('gather_elements', [states, index], { axis: 1 });
  return network.emit('reshape', [row], { shape: [BATCH, width] });
}
