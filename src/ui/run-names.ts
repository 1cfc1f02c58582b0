/** The end of each path that no other ends with: `seed0` rather than `digits/mlp/seed0`. */
export function shortNames(paths: readonly string[]): ReadonlyMap<string, string> {
  const uses = new Map<string, number>();
  for (const path of paths) {
    for (const end of ends(path)) uses.set(end, (uses.get(end) ?? 0) + 1);
  }
  return new Map(
    paths.map((path) => [path, ends(path).find((end) => uses.get(end) === 1) ?? path]),
  );
}

/** `c`, `b/c`, `a/b/c` */
function ends(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.map((_, i) => parts.slice(parts.length - 1 - i).join('/'));
}
