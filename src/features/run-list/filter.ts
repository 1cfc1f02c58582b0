/** Which names are shown. */
export interface Filter {
  readonly matches: (path: string) => boolean;
  /** Why the pattern is none, in the browser's words. */
  readonly error: string | null;
}

/** Text is looked for in any case; `/…/` is a regular expression. A pattern that is none hides nothing. */
export function parseFilter(text: string): Filter {
  const pattern = /^\/(.*?)\/?$/.exec(text.trim())?.[1];
  if (pattern === undefined) {
    const wanted = text.trim().toLowerCase();
    return { matches: (path) => path.toLowerCase().includes(wanted), error: null };
  }
  try {
    const expression = new RegExp(pattern, 'iu');
    return { matches: (path) => expression.test(path), error: null };
  } catch (error) {
    return { matches: () => true, error: error instanceof Error ? error.message : String(error) };
  }
}
