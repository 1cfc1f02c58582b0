import type { OpenOptions } from '#formats/open-options.ts';
import type { ByteSource } from '#io/byte-source.ts';
import { baseOf } from '#io/path.ts';

/** `…-00000-of-00002…` */
const SHARD = /^(.*?-)(\d{5})-of-(\d{5})(.*)$/;

/** Files of a data set are opened together: more would be no longer read in one go. */
const MAX_SHARDS = 10_000;

/**
 * All files of a data set that is kept in several, in order of their numbers; one alone where it bears no number.
 * Throws `missing` for one that is not there.
 */
export async function openShards(
  source: ByteSource,
  { sibling }: OpenOptions,
): Promise<readonly ByteSource[]> {
  const [, start = '', , total = '', end = ''] = SHARD.exec(baseOf(source.path)) ?? [];
  const count = Math.min(MAX_SHARDS, Number(total));
  if (total === '' || !sibling) return [source];
  const shards: ByteSource[] = [];
  for (let i = 0; i < count; i++) {
    const name = `${start}${String(i).padStart(5, '0')}-of-${total}${end}`;
    shards.push(name === baseOf(source.path) ? source : await sibling(name));
  }
  return shards;
}
