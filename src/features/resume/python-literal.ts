/**
 * A Python string literal that means exactly `text`: nothing in a file name or a key can end it.
 *
 * Letters and digits of any script stay readable; all else outside of ASCII is written as its code, so
 * that no direction mark is in the code. A text that pasting would compose (`e` and an accent) is
 * written in ASCII alone.
 *
 * @see https://docs.python.org/3/reference/lexical_analysis.html#escape-sequences
 */
export function pyString(text: string): string {
  const readable = text === text.normalize('NFC') ? READABLE : ASCII;
  const escaped = Array.from(text, (character) => escapeCharacter(character, readable));
  return `'${escaped.join('')}'`;
}

const ASCII = /^[\x20-\x7e]$/;
const READABLE = /^[\x20-\x7e\p{L}\p{N}]$/u;

const NAMED: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function escapeCharacter(character: string, readable: RegExp): string {
  const named = NAMED[character];
  if (named) return named;
  if (readable.test(character)) return character;
  const code = character.codePointAt(0) ?? 0;
  const digits = code.toString(16);
  if (code <= 0xff) return `\\x${digits.padStart(2, '0')}`;
  if (code <= 0xffff) return `\\u${digits.padStart(4, '0')}`;
  return `\\U${digits.padStart(8, '0')}`;
}

/** Keys of a nested dictionary or list, as they are written after its name: `['models']['net'][0]`. */
export type Keys = readonly (string | number)[];

export function pyAccess(keys: Keys): string {
  return keys.map((key) => `[${typeof key === 'number' ? key : pyString(key)}]`).join('');
}

/**
 * The path of a file, from the absolute path of the opened directory and its path in it. Windows paths
 * (`C:\…`, `\\server\…`) get backslashes. An empty prefix leaves it relative.
 */
export function joinPath(prefix: string, path: string): string {
  const root = prefix.trim();
  if (root === '') return path;
  const windows = /^[A-Za-z]:|^\\\\/.test(root);
  if (!windows) return `${root.replace(/\/+$/, '')}/${path}`;
  return `${root.replace(/[\\/]+$/, '')}\\${path.replaceAll('/', '\\')}`;
}

/** The folder of a joined path, whichever way its parts are joined. */
export function parentPath(path: string): string {
  const end = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return end < 0 ? '.' : path.slice(0, Math.max(end, 1));
}
