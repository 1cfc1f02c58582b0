import { int64, nested, repeated, text } from '#encodings/protobuf.ts';

const item = {
  key: text(1),
  nestedKey: repeated(text(2)),
  json: text(16),
};

const instant = { seconds: int64(1), nanos: int64(2) };

const config = { update: repeated(nested(1, item)) };

const summary = { update: repeated(nested(1, item)) };

/**
 * What of a `Record` says how a training went.
 *
 * @see https://github.com/wandb/wandb/blob/main/wandb/proto/wandb_internal.proto
 */
export const record = {
  history: nested(2, { item: repeated(nested(1, item)), step: nested(2, { num: int64(1) }) }),
  summary: nested(3, summary),
  config: nested(5, config),
  stats: nested(7, {
    timestamp: nested(2, instant),
    item: repeated(nested(3, { key: text(1), json: text(16) })),
  }),
  run: nested(17, {
    id: text(1),
    entity: text(2),
    project: text(3),
    config: nested(4, config),
    summary: nested(5, summary),
    group: text(6),
    jobType: text(7),
    name: text(8),
    notes: text(9),
    tags: repeated(text(10)),
    sweep: text(12),
    startTime: nested(17, instant),
  }),
  exit: nested(18, { code: int64(1), runtime: int64(2) }),
};

export interface Item {
  readonly key: string | undefined;
  readonly nestedKey: readonly string[];
  readonly json: string | undefined;
}

export function keyOf({ key, nestedKey }: Item): string {
  return nestedKey.length > 0 ? nestedKey.join('.') : (key ?? '');
}

export function secondsOf(
  time: { readonly seconds: number | undefined; readonly nanos: number | undefined } | undefined,
): number {
  return time ? (time.seconds ?? 0) + (time.nanos ?? 0) / 1e9 : Number.NaN;
}
