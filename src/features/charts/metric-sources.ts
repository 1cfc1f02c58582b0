/** Paths of files as they are seen from the folder of a run, each once; those elsewhere whole. */
export function sourcesIn(run: string, sources: readonly string[]): readonly string[] {
  const folder = run === '' ? '' : `${run}/`;
  return [...new Set(sources)].map((path) =>
    path.startsWith(folder) ? path.slice(folder.length) : path,
  );
}
