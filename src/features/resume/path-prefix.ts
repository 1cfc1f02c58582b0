/** Where an opened directory lies on the person's machine is kept in this browser, by its key. */
const KEY = 'cairn.path.';

/** `''`: not known. */
export function keptPrefix(directory: string): string {
  try {
    return localStorage.getItem(KEY + directory) ?? '';
  } catch {
    // Storage is switched off: it is asked for again.
    return '';
  }
}

export function keepPrefix(directory: string, prefix: string): void {
  try {
    if (prefix.trim() === '') localStorage.removeItem(KEY + directory);
    else localStorage.setItem(KEY + directory, prefix);
  } catch {
    // It holds until the dialog is closed.
  }
}

/** Whether it can be the place of a directory: `/…`, `~/…`, `C:\…` or `\\server\…`. */
export function isAbsolute(prefix: string): boolean {
  return /^(?:\/|~|[A-Za-z]:[\\/]|\\\\)/.test(prefix.trim());
}
