import type { UnreadFile } from '#domain/run.ts';

/** How many files there are of each kind that Cairn does not read yet, most first. */
export function countByTitle(
  unread: readonly UnreadFile[],
): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const { title } of unread) counts.set(title, (counts.get(title) ?? 0) + 1);
  return [...counts].sort(([, a], [, b]) => b - a);
}
