import { visibleText } from '#ui/visible-text.ts';

/** The shortest ends of the paths that still tell them apart. */
export function runNames(paths: readonly string[], rootName: string): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const path of paths) {
    const parts = path.split('/');
    let take = 1;
    while (take < parts.length && isShared(endOf(parts, take), path, paths)) take++;
    names.set(path, visibleText(path === '' ? rootName : endOf(parts, take)));
  }
  return names;
}

function endOf(parts: readonly string[], count: number): string {
  return parts.slice(-count).join('/');
}

function isShared(end: string, path: string, paths: readonly string[]): boolean {
  return paths.some((other) => other !== path && (other === end || other.endsWith(`/${end}`)));
}
