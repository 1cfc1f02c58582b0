/** Constructors that `torch.load(weights_only=True)` takes, apart from those told by pattern. */
const WEIGHTS_ONLY: ReadonlySet<string> = new Set([
  'collections.OrderedDict',
  'collections.Counter',
  'builtins.bytearray',
  'builtins.set',
  'builtins.complex',
  '_codecs.encode',
  'torch.Size',
  'torch.Tensor',
  'torch.device',
  'torch.nn.parameter.Parameter',
  'torch.serialization._get_layout',
  'torch.storage.TypedStorage',
  'torch.storage.UntypedStorage',
  'torch._tensor._rebuild_from_type_v2',
  'torch._utils._rebuild_parameter',
  'torch._utils._rebuild_parameter_with_state',
  'torch._utils._rebuild_qtensor',
  'torch._utils._rebuild_tensor',
  'torch._utils._rebuild_tensor_v2',
  'torch._utils._rebuild_tensor_v3',
  'torch._utils._rebuild_sparse_tensor',
  'torch._utils._rebuild_meta_tensor_no_storage',
  'torch._utils._rebuild_nested_tensor',
  'torch._utils._rebuild_wrapper_subclass',
  'torch._utils._rebuild_device_tensor_from_numpy',
  'torch._utils._rebuild_device_tensor_from_cpu_tensor',
]);

const ELEMENT =
  'Double|Float|Half|BFloat16|Long|Int|Short|Char|Byte|Bool|ComplexDouble|ComplexFloat|QInt8|QUInt8|QInt32|QUInt4x2|QUInt2x4';
const TENSOR_OR_STORAGE = new RegExp(
  `^torch\\.(?:cuda\\.)?(?:(?:${ELEMENT})Storage|(?:sparse\\.)?(?:${ELEMENT})Tensor)$`,
);
const ELEMENT_TYPE =
  /^torch\.(float(16|32|64)|bfloat16|float8_\w+|float4_e2m1fn_x2|complex(32|64|128)|u?int([1-8]|16|32|64)|bool|q(u?int8|int32|uint4x2|uint2x4)|bits(8|16|1x8|2x4|4x2)|per_(tensor|channel)_(affine|symmetric|affine_float_qparams))$/;

/**
 * Whether `torch.load(weights_only=True)` takes a global by itself, by `module.name`.
 * @see https://github.com/pytorch/pytorch/blob/main/torch/_weights_only_unpickler.py `_get_allowed_globals`
 */
export function allowedByWeightsOnly(path: string): boolean {
  return WEIGHTS_ONLY.has(path) || TENSOR_OR_STORAGE.test(path) || ELEMENT_TYPE.test(path);
}

/** Of Python's own library only these are data; by module, a pattern for their names. */
const LIBRARY_DATA: ReadonlyMap<string, RegExp> = new Map([
  ['_codecs', /^encode$/],
  ['_io', /^(BytesIO|StringIO)$/],
  ['argparse', /^Namespace$/],
  ['array', /^(array|_array_reconstructor)$/],
  [
    'builtins',
    /^(list|dict|set|frozenset|tuple|str|bytes|bytearray|int|float|bool|complex|range|slice|object|type|Ellipsis|NotImplemented|[A-Z]\w*(Error|Exception|Warning))$/,
  ],
  [
    'collections',
    /^(OrderedDict|Counter|defaultdict|deque|ChainMap|UserDict|UserList|UserString)$/,
  ],
  ['collections.abc', /^[A-Z]\w*$/],
  ['copyreg', /^(_reconstructor|__newobj__|__newobj_ex__)$/],
  ['dataclasses', /^(_MISSING_TYPE|_HAS_DEFAULT_FACTORY_CLASS|Field|_FIELD_BASE)$/],
  ['datetime', /^(date|datetime|time|timedelta|timezone)$/],
  ['decimal', /^(Decimal|Context)$/],
  ['enum', /^[A-Z]\w*$/],
  ['fractions', /^Fraction$/],
  ['functools', /^partial$/],
  ['io', /^(BytesIO|StringIO)$/],
  ['ipaddress', /^[A-Z]\w*$/],
  ['logging', /^(getLogger|Logger|RootLogger)$/],
  ['math', /^[a-z]\w*$/],
  ['numbers', /^[A-Z]\w*$/],
  ['pathlib', /^(Pure)?(Posix|Windows)?Path$/],
  ['pathlib._local', /^(Pure)?(Posix|Windows)?Path$/],
  ['random', /^Random$/],
  ['re', /^(_compile|Pattern|RegexFlag)$/],
  ['types', /^(SimpleNamespace|MappingProxyType|NoneType|GenericAlias|UnionType)$/],
  ['typing', /^[A-Z]\w*$/],
  ['uuid', /^(UUID|SafeUUID)$/],
  ['zoneinfo', /^ZoneInfo(\._unpickle)?$/],
]);

/** Modules of Python's library, of any version that runs torch. @see https://docs.python.org/3/py-modindex.html */
const LIBRARY: ReadonlySet<string> = new Set(
  `__future__ abc aifc antigravity argparse array ast asynchat asyncio asyncore atexit audioop base64 bdb
binascii binhex bisect builtins bz2 cProfile calendar cgi cgitb chunk cmath cmd code codecs codeop collections
colorsys compileall compression concurrent configparser contextlib contextvars copy copyreg crypt csv ctypes curses
dataclasses datetime dbm decimal difflib dis distutils doctest dummy_threading email encodings ensurepip enum errno
faulthandler fcntl filecmp fileinput fnmatch formatter fractions ftplib functools gc genericpath getopt getpass
gettext glob graphlib grp gzip hashlib heapq hmac html http idlelib imaplib imghdr imp importlib inspect io ipaddress
itertools json keyword lib2to3 linecache locale logging lzma macpath mailbox mailcap marshal math mimetypes mmap
modulefinder msilib msvcrt multiprocessing netrc nis nntplib nt ntpath nturl2path numbers opcode operator optparse
os ossaudiodev parser pathlib pdb pickle pickletools pip pipes pkg_resources pkgutil platform plistlib poplib posix
posixpath pprint profile pstats pty pwd py_compile pyclbr pydoc pydoc_data pyexpat queue quopri random re readline
reprlib resource rlcompleter runpy sched secrets select selectors setuptools shelve shlex shutil signal site smtpd
smtplib sndhdr socket socketserver spwd sqlite3 sre_compile sre_constants sre_parse ssl stat statistics string
stringprep struct subprocess sunau symbol symtable sys sysconfig syslog tabnanny tarfile telnetlib tempfile termios
test textwrap this threading time timeit tkinter token tokenize tomllib trace traceback tracemalloc tty turtle
turtledemo types typing unicodedata unittest urllib uu uuid venv warnings wave weakref webbrowser winreg winsound
wsgiref xdrlib xml xmlrpc zipapp zipfile zipimport zlib zoneinfo commands popen2 thread user ihooks imputil`.split(
    /\s/,
  ),
);

/** Functions of other libraries that only make data of their arguments. */
const DATA_FUNCTIONS =
  /^(torch\._utils\._rebuild_\w+|torch\._?tensor\._rebuild_from_type(_v2)?|torch\.serialization\._get_layout|torch\.jit\._pickle\.\w+|torch\.nn\.backends\.thnn\._get_thnn_function_backend|numpy\.(_?core\.)?(multiarray\.(_reconstruct|scalar)|numeric\._frombuffer|ndarray|dtype|u?int\d*|float\d*|complex\d*|bool_?)|numpy\.random\._?pickle\.__\w+_ctor|numpy\.random\.__RandomState_ctor|numpy\.ma\.core\._mareconstruct|pandas\.(core|_libs)\.[\w.]*\b(_new_\w+|_unpickle_\w+|__pyx_unpickle_\w+)|[\w.]*\.__pyx_unpickle_\w+)$/;

/** Classes that compile, fetch or run something when made. */
const DANGEROUS =
  /^(torch\.(hub|package|utils\.cpp_extension|utils\.collect_env|utils\.bottleneck|distributed\.rpc|distributed\.launcher)|numpy\.(testing|f2py|distutils)|IPython|cloudpickle|dill|joblib|numba|cffi|pytest|_pytest|nose|fabric|invoke|paramiko)\b/;

/** Whether a global names a class by the custom of writing its name large. */
function looksLikeClass(name: string): boolean {
  return /^_*[A-Z]\w*$/.test(name);
}

/**
 * Whether merely naming a global in a checkpoint is a reason not to load it: it is no data, and no class
 * of a training's own code. A deny-list would leak, so that of Python's library all is denied but data.
 */
export function isHazard(module: string, name: string): boolean {
  const path = `${module}.${name}`;
  if (allowedByWeightsOnly(path)) return false;
  const [root = ''] = module.split('.');
  // Private modules are the library's own, but `__main__` is the training, `__torch__` is TorchScript.
  if (LIBRARY.has(root) || /^_[^_]|^__builtin/.test(root))
    return !LIBRARY_DATA.get(module)?.test(name);
  // Attributes are looked up one after another: `torch` has `serialization.os.system`.
  if (
    name
      .split('.')
      .slice(0, -1)
      .some((part) => !looksLikeClass(part))
  )
    return true;
  return DANGEROUS.test(path) && !DATA_FUNCTIONS.test(path);
}

/** Whether calling a global is: besides hazards, any function that is not known to make data. */
export function isHazardToCall(module: string, name: string): boolean {
  if (isHazard(module, name)) return true;
  const path = `${module}.${name}`;
  if (allowedByWeightsOnly(path) || DATA_FUNCTIONS.test(path)) return false;
  if (LIBRARY_DATA.has(module)) return false;
  return !looksLikeClass(name.split('.').at(-1) ?? '');
}
