import { isIdentifier } from './python-literal.ts';

/**
 * Modules whose contents can do more than hold data. `torch.load` is never told to take them, whoever
 * asks: an honest checkpoint has no use for them.
 */
const UNSAFE_MODULES = new Set(
  (
    '__builtin__ __builtins__ asyncio bdb builtins cProfile code codeop commands cffi ctypes dill ' +
    'functools gc importlib inspect io joblib marshal multiprocessing nt operator os pdb pickle ' +
    'pickletools pip pkgutil platform posix profile pty pydoc requests runpy shutil signal socket ' +
    'ssl subprocess sys tempfile threading timeit trace types urllib venv webbrowser zipimport _pickle'
  ).split(' '),
);

/** Of those modules, what holds data alone. */
const HARMLESS = new Set([
  'builtins.set',
  'builtins.frozenset',
  'builtins.complex',
  'builtins.bytearray',
  'builtins.slice',
  'builtins.range',
  'builtins.dict',
  'builtins.list',
  'builtins.tuple',
  'builtins.int',
  'builtins.float',
  'builtins.str',
  'builtins.bool',
  'builtins.bytes',
  'types.SimpleNamespace',
]);

/** A name that can be imported and given to `add_safe_globals`. */
export interface ImportableGlobal {
  readonly module: string;
  readonly name: string;
}

/** The parts of `module.name`; `null` when it cannot be written as an import, or must not be. */
export function importable(global: string): ImportableGlobal | null {
  const parts = global.split('.');
  const name = parts.pop();
  if (!name || parts.length === 0 || ![...parts, name].every(isIdentifier)) return null;
  const unsafe = UNSAFE_MODULES.has(parts[0] ?? '') && !HARMLESS.has(global);
  return unsafe ? null : { module: parts.join('.'), name };
}
