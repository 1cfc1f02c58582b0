import type { WeightsOnly, WeightsOnlyObstacle } from '#domain/tensor.ts';
import type { PickleObserver } from '#encodings/pickle/machine.ts';
import { Global, type PersistentId, type PickleValue } from '#encodings/pickle/values.ts';
import { allowedByWeightsOnly } from './globals.ts';
import { isList } from './inert.ts';

/** Watches pickles as `torch.load(weights_only=True)` would read them. */
export interface WeightsOnlyJudge {
  readonly observer: PickleObserver;
  /** Told of each pickle that it would read, when it has been read. */
  sawOpcodes(opcodes: Uint8Array): void;
  /** Told of what stands for something outside of the pickle. */
  sawReference(id: PersistentId): void;
  refuse(obstacle: WeightsOnlyObstacle): void;
  answer(): WeightsOnly;
}

/** The opcodes it has. */
const OPCODES: ReadonlySet<number> = new Set([
  ...Array.from('cRbaesu(tN)]}QJKMGhjqrXU.', (code) => code.charCodeAt(0)),
  ...[128, 129, 133, 134, 135, 136, 137, 138, 143],
]);

/** Names of the others. @see https://github.com/python/cpython/blob/main/Lib/pickletools.py */
const NAMES: Readonly<Record<number, string>> = {
  48: 'POP',
  49: 'POP_MARK',
  50: 'DUP',
  66: 'BINBYTES',
  67: 'SHORT_BINBYTES',
  70: 'FLOAT',
  73: 'INT',
  76: 'LONG',
  80: 'PERSID',
  83: 'STRING',
  84: 'BINSTRING',
  86: 'UNICODE',
  100: 'DICT',
  103: 'GET',
  105: 'INST',
  108: 'LIST',
  111: 'OBJ',
  112: 'PUT',
  130: 'EXT1',
  131: 'EXT2',
  132: 'EXT4',
  139: 'LONG4',
  140: 'SHORT_BINUNICODE',
  141: 'BINUNICODE8',
  142: 'BINBYTES8',
  144: 'ADDITEMS',
  145: 'FROZENSET',
  146: 'NEWOBJ_EX',
  147: 'STACK_GLOBAL',
  148: 'MEMOIZE',
  149: 'FRAME',
  150: 'BYTEARRAY8',
  151: 'NEXT_BUFFER',
  152: 'READONLY_BUFFER',
};

/** Nothing of these is taken, even when it was allowed. */
const BLOCKED_MODULES: ReadonlySet<string> = new Set(['sys', 'os', 'posix', 'nt']);

/** Classes whose keys may be set, besides plain dictionaries. */
const DICTIONARIES: ReadonlySet<string> = new Set([
  'collections.OrderedDict',
  'collections.Counter',
  'builtins.dict',
]);
/** Classes that are filled like lists, and are none. */
const NO_LISTS: ReadonlySet<string> = new Set(['collections.deque', 'builtins.set']);

/** @see https://github.com/pytorch/pytorch/blob/main/torch/_weights_only_unpickler.py */
export function startWeightsOnly(): WeightsOnlyJudge {
  const needs = new Set<string>();
  const obstacles = new Map<string, WeightsOnlyObstacle>();
  const refuse = (obstacle: WeightsOnlyObstacle): void => {
    obstacles.set(JSON.stringify(obstacle), obstacle);
  };
  return {
    observer: {
      global({ module, path }) {
        if (BLOCKED_MODULES.has(module)) refuse({ kind: 'module', name: module });
        else if (!allowedByWeightsOnly(path)) needs.add(path);
      },
      call({ callee, how }) {
        if (how !== 'extension' && !(callee instanceof Global)) refuse({ kind: 'call' });
      },
      fill({ path }, how) {
        const isFit = how === 'set' ? DICTIONARIES.has(path) : !NO_LISTS.has(path);
        if (!isFit) refuse({ kind: 'fill', name: path });
      },
    },
    sawOpcodes(opcodes) {
      opcodes.forEach((seen, code) => {
        if (!seen || OPCODES.has(code)) return;
        refuse({ kind: 'opcode', name: NAMES[code] ?? `opcode ${code}` });
      });
    },
    sawReference({ id }) {
      if (!isStorage(id)) refuse({ kind: 'reference' });
    },
    refuse,
    answer: () => ({ needs: [...needs], obstacles: [...obstacles.values()] }),
  };
}

function isStorage(id: PickleValue): boolean {
  return typeof id === 'number' || (isList(id) && (id.length === 0 || id[0] === 'storage'));
}
