import { parentOf } from '#io/path.ts';

/** Pictures in a folder per class are a data set; single ones are not. */
export function imageFolders(limit: number) {
  const classes = new Map<string, Set<string>>();
  return {
    add(path: string): void {
      const folder = parentOf(path);
      const parent = parentOf(folder);
      const known = classes.get(parent);
      if (known) {
        if (known.size < 2) known.add(folder);
      } else if (classes.size < limit) classes.set(parent, new Set([folder]));
    },
    found: (): string[] =>
      [...classes].filter(([, names]) => names.size > 1).map(([parent]) => parent),
  };
}
