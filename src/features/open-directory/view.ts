/** Which directory is open, as the URL says it. */
export interface DirectoryView {
  /** The key of its source: `sample`, `files` or the id of a kept handle; `null`: none. */
  readonly dir: string | null;
}

export function parseDirectoryView({ dir }: Readonly<Record<string, unknown>>): DirectoryView {
  return { dir: typeof dir === 'string' && dir !== '' ? dir : null };
}
