/** @see https://docs.python.org/3/reference/lexical_analysis.html#keywords */
const KEYWORDS = new Set(
  (
    'False None True and as assert async await break class continue def del elif else except finally ' +
    'for from global if import in is lambda nonlocal not or pass raise return try while with yield'
  ).split(' '),
);

/** Whether `text` can stand in Python code as a name. */
export function isIdentifier(text: string): boolean {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) && !KEYWORDS.has(text);
}

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

/**
 * Python that lets `torch.load(weights_only=True)` take these globals; nothing for none. Those that cannot be
 * written as an import, or must not be allowed, are left out.
 *
 * @param needed `module.name` of each
 */
export function safeGlobalsCode(needed: readonly string[]): readonly string[] {
  const classes = needed.flatMap((name) => importable(name) ?? []);
  if (classes.length === 0) return [];
  const names = classes.map(({ module, name }) =>
    classes.filter((other) => other.name === name).length > 1
      ? { module, name, as: `${module.replaceAll('.', '_')}_${name}` }
      : { module, name, as: name },
  );
  return [
    ...names
      .filter(({ module }) => module !== '__main__')
      .map(
        ({ module, name, as }) => `from ${module} import ${name}${as === name ? '' : ` as ${as}`}`,
      ),
    ...names
      .filter(({ module }) => module === '__main__')
      .map(({ name }) => `# ${name} was defined in the training script: define it here first.`),
    '',
    '# The file names these classes; allow them only if you trust where it comes from.',
    `torch.serialization.add_safe_globals([${names.map(({ as }) => as).join(', ')}])`,
  ];
}
