import type { Problem } from '#domain/problem.ts';
import { elementCount, type Metadata, type TensorInfo } from '#domain/tensor.ts';
import {
  Call,
  Global,
  LargeInteger,
  PersistentId,
  type PickleValue,
} from '#encodings/pickle/values.ts';
import { byteCount, entriesOf, isBytes, isList, keyText, listOf, lookUp } from './inert.ts';
import { findLeading } from './leading.ts';
import { numpyScalar } from './numpy.ts';
import { rebuild, type Tensor } from './rebuild.ts';
import { describeTensor } from './tensor-info.ts';

/** What a checkpoint holds: tensors by name, and all else as plain data. */
export interface Contents {
  readonly tensors: ReadonlyMap<string, Found>;
  readonly metadata: { readonly [key: string]: Metadata };
  /** The same, where it need not be a dictionary; `undefined` when there are only tensors. */
  readonly root: Metadata | undefined;
  /** What is wrong with it, and with which tensor. */
  readonly problems: readonly { readonly problem: Problem; readonly tensor?: string }[];
}

export interface Found {
  readonly info: TensorInfo;
  readonly tensor: Exclude<Tensor, { kind: 'broken' }>;
}

/** Modules are nested a dozen deep; what is deeper is not what a training saves. */
const MAX_DEPTH = 200;
/** Values of metadata kept: more is not for looking at. */
const MAX_METADATA = 100_000;
/** Characters of one text kept. */
const MAX_TEXT = 20_000;
/** A text counts as another value for each so many of its characters: the same one can stand anywhere. */
const TEXT_UNIT = 64;
/** Characters of all names: a long key can lead to many tensors. */
const MAX_NAMES = 2 ** 25;
/** Tensors, and objects that lead to them, each on every way to it. */
const MAX_VISITS = 500_000;

/** What stands where metadata was cut off. */
const CUT = '…';

/**
 * Finds the tensors of an unpickled value, and turns all else into plain data of limited size.
 *
 * A tensor is named by the keys that lead to it; those of a pickled module by the names that its
 * `state_dict()` would have. In a dictionary tensors are left out of the metadata; in a list, where
 * places count, they are `{ $tensor: name }`.
 */
export function readContents(root: PickleValue): Contents {
  const walk = new Walk(root);
  const metadata = walk.describe(root, [], 0);
  return {
    tensors: walk.tensors,
    metadata: asRecord(metadata),
    root: metadata === undefined || isReference(metadata) ? undefined : metadata,
    problems: walk.problems,
  };
}

function asRecord(metadata: Metadata | undefined): { readonly [key: string]: Metadata } {
  if (metadata === undefined || isReference(metadata)) return {};
  if (typeof metadata !== 'object' || metadata === null) return { value: metadata };
  if (!Array.isArray(metadata)) return metadata as { readonly [key: string]: Metadata };
  return Object.fromEntries(metadata.map((value, index) => [String(index), value]));
}

type Path = readonly string[];
type Fields = [key: string, value: Metadata][];

/** Where the names of a module's tensors begin: they are one key, however many modules they lead through. */
interface Prefix {
  readonly path: Path;
  readonly prefix: string;
}

class Walk {
  readonly tensors = new Map<string, Found>();
  readonly problems: { problem: Problem; tensor?: string }[] = [];
  readonly #ancestors = new Set<PickleValue>();
  readonly #root: PickleValue;
  #leading: ReadonlySet<PickleValue> | undefined;
  /** How many tensors have come to the same name. */
  readonly #twins = new Map<string, number>();
  #kept = 0;
  #named = 0;
  #visits = 0;
  #full = false;

  constructor(root: PickleValue) {
    this.#root = root;
  }

  /** Plain data for a value; `undefined` where there is none besides tensors. */
  describe(value: PickleValue, path: Path, depth: number): Metadata | undefined {
    if (typeof value !== 'object' || value === null) return this.#keep(plain(value));
    if (value instanceof LargeInteger) {
      return this.#keep({ $object: 'builtins.int', length: value.length });
    }
    if (value instanceof Global) return this.#keep({ $object: value.path });
    if (value instanceof PersistentId && !rebuild(value)) return this.#unknownId(path);
    if (isBytes(value)) return this.#keep({ $bytes: byteCount(value) ?? 0 });
    if (this.#ancestors.has(value)) return undefined;
    const tensor = rebuild(value);
    if (!tensor && !this.#mayEnter(value, depth)) return CUT;
    this.#ancestors.add(value);
    const metadata = tensor
      ? this.#tensor(tensor, path, depth)
      : this.#container(value, path, depth + 1);
    this.#ancestors.delete(value);
    return metadata;
  }

  #unknownId(path: Path): undefined {
    const what = 'it refers to something outside the pickle that is no storage';
    this.problems.push({ problem: { kind: 'malformed', what }, tensor: path.join('.') });
  }

  #container(value: PickleValue, path: Path, depth: number): Metadata | undefined {
    const entries = entriesOf(value);
    if (entries) return this.#dictionary(entries, path, depth);
    const list = listOf(value);
    if (list) return this.#list(list, path, depth);
    if (!(value instanceof Call)) return undefined;
    const scalar = numpyScalar(value);
    if (scalar !== undefined) return this.#keep(scalar);
    if (isModule(value) || isScript(value)) return this.#module(value, path, depth);
    return this.#object(value, path, depth);
  }

  #dictionary(
    entries: readonly [PickleValue, PickleValue][],
    path: Path,
    depth: number,
  ): Metadata | undefined {
    const fields = this.#fields(entries, path, depth);
    return fields.length > 0 || entries.length === 0 ? record(fields) : undefined;
  }

  #fields(entries: Iterable<[PickleValue, PickleValue]>, path: Path, depth: number): Fields {
    const fields: Fields = [];
    for (const [key, value] of entries) {
      if (this.#full) break;
      const text = keyText(key);
      const metadata = this.describe(value, [...path, text], depth);
      if (metadata === undefined || isReference(metadata)) continue;
      // Once there is too much, the first that is cut off stands for the rest.
      if (metadata === CUT && fields.at(-1)?.[1] === CUT) continue;
      fields.push([text, metadata]);
    }
    return fields;
  }

  #list(values: readonly PickleValue[], path: Path, depth: number): Metadata | undefined {
    const list: Metadata[] = [];
    let isPlain = values.length === 0;
    for (const [index, value] of values.entries()) {
      if (this.#full) break;
      const metadata = this.describe(value, [...path, String(index)], depth);
      if (metadata !== undefined && !isReference(metadata)) isPlain = true;
      if (metadata !== CUT || list.at(-1) !== CUT) list.push(metadata ?? null);
      else if (!this.#leadsToTensor(values)) break;
    }
    return isPlain ? list : undefined;
  }

  /** The tensors that `state_dict()` would have, under one name each; settings as metadata. */
  #module(module: Call, path: Path, depth: number): Metadata {
    const fields: Fields = [['$object', module.path || '?']];
    const at = { path, prefix: '' };
    if (isModule(module)) this.#stateDict(module, at, depth, fields);
    else this.#script(module, at, depth, fields);
    return record(fields);
  }

  /** A module of TorchScript: its tensors and parts are attributes like any other. */
  #script(module: Call, at: Prefix, depth: number, fields: Fields): void {
    for (const [key, value] of entriesOf(module.state ?? null) ?? []) {
      const text = keyText(key);
      if (value instanceof Call && isScript(value)) {
        const inner = this.#child(value, { ...at, prefix: `${at.prefix}${text}.` }, depth);
        if (inner) fields.push([text, record(inner)]);
      } else if (this.#leadsToTensor(value)) {
        this.describe(value, [...at.path, at.prefix + text], depth);
      } else if (!text.startsWith('_')) {
        fields.push(...this.#fields([[key, value]], at.path, depth));
      }
    }
  }

  #stateDict(module: Call, at: Prefix, depth: number, fields: Fields): void {
    const state = module.state ?? null;
    const transient = listOf(lookUp(state, '_non_persistent_buffers_set')) ?? [];
    for (const [key, value] of [...partOf(state, '_parameters'), ...partOf(state, '_buffers')]) {
      if (value === null || transient.includes(key)) continue;
      this.describe(value, [...at.path, at.prefix + keyText(key)], depth);
    }
    fields.push(...this.#settings(state, at.path, depth));
    for (const [key, child] of partOf(state, '_modules')) {
      const text = keyText(key);
      const inner = this.#child(child, { ...at, prefix: `${at.prefix}${text}.` }, depth);
      if (inner) fields.push([text, record(inner)]);
    }
  }

  /** Attributes of a module besides its parts and hooks. */
  #settings(state: PickleValue, path: Path, depth: number): Fields {
    const entries = (entriesOf(state) ?? []).filter(
      ([key, value]) => !keyText(key).startsWith('_') && !this.#leadsToTensor(value),
    );
    return this.#fields(entries, path, depth);
  }

  #child(child: PickleValue, at: Prefix, depth: number): Fields | undefined {
    if (!(child instanceof Call) || this.#ancestors.has(child)) return undefined;
    if (!(isModule(child) || isScript(child)) || !this.#mayEnter(child, depth)) return undefined;
    this.#ancestors.add(child);
    const fields: Fields = [['$object', child.path || '?']];
    if (isModule(child)) this.#stateDict(child, at, depth + 1, fields);
    else this.#script(child, at, depth + 1, fields);
    this.#ancestors.delete(child);
    return fields;
  }

  /** An object that only its own code could make: its class, and what it was made from. */
  #object(call: Call, path: Path, depth: number): Metadata {
    const fields: Fields = [['$object', nameOf(call)]];
    const add = (key: string, list: readonly PickleValue[] | undefined) => {
      const values = list?.length ? this.#list(list, path, depth) : undefined;
      if (values !== undefined) fields.push([key, values]);
    };
    const isGetattr = call.path === 'builtins.getattr';
    if (!isGetattr && call.path !== 'collections.deque') add('args', call.args);
    add('items', call.items);
    for (const part of [call.kwargs, ...stateParts(call.state), call.entries]) {
      if (part) fields.push(...this.#fields(entriesOf(part) ?? [], path, depth));
    }
    return record(fields);
  }

  #tensor(tensor: Tensor, path: Path, depth: number): Metadata | undefined {
    this.#named += path.reduce((sum, key) => sum + key.length + 1, 0);
    if (this.#named > MAX_NAMES) {
      this.#full = true;
      this.#limit('the length of the names of all tensors', MAX_NAMES);
      return undefined;
    }
    const name = this.#unique(path);
    if (tensor.kind === 'broken') {
      this.problems.push({ problem: tensor.problem, tensor: name });
      return undefined;
    }
    if (!Number.isSafeInteger(elementCount(tensor.shape) * 16)) {
      const what = `${name} has more elements than can be counted`;
      this.problems.push({ problem: { kind: 'malformed', what }, tensor: name });
      return undefined;
    }
    this.tensors.set(name, { tensor, info: describeTensor(name, path, tensor) });
    this.#visit();
    if (tensor.kind === 'composite') {
      for (const component of tensor.components) {
        this.#tensor(component.tensor, [...path, component.name], depth);
      }
    }
    const extra = depth < MAX_DEPTH ? this.#about(tensor, path, depth) : [];
    return record([['$tensor', name], ...extra]);
  }

  /** What is attached to a tensor: its class, attributes, how its integers become numbers. */
  #about(tensor: Found['tensor'], path: Path, depth: number): Fields {
    const fields: Fields = [];
    const { type, attributes } = tensor.about ?? {};
    if (type !== undefined) fields.push(['$object', type]);
    for (const part of stateParts(attributes)) {
      fields.push(...this.#fields(entriesOf(part) ?? [], path, depth + 1));
    }
    if (tensor.kind === 'dense' && isList(tensor.quantizer)) {
      const [scheme, scale, zeroPoint, axis] = tensor.quantizer;
      if (scheme instanceof Global) fields.push(['scheme', scheme.path.replace('torch.', '')]);
      if (typeof scale === 'number') fields.push(['scale', scale]);
      if (typeof zeroPoint === 'number') fields.push(['zero_point', zeroPoint]);
      if (typeof axis === 'number') fields.push(['axis', axis]);
    }
    return fields;
  }

  /** Keys joined by `.`; where two tensors come to the same, the later ones are counted. */
  #unique(path: Path): string {
    const name = path.join('.');
    let unique = name;
    while (this.tensors.has(unique)) {
      const count = (this.#twins.get(name) ?? 1) + 1;
      this.#twins.set(name, count);
      unique = `${name}#${count}`;
    }
    return unique;
  }

  #keep(value: Metadata): Metadata {
    this.#kept += 1 + (typeof value === 'string' ? Math.floor(value.length / TEXT_UNIT) : 0);
    return this.#kept > MAX_METADATA ? CUT : value;
  }

  #mayEnter(value: PickleValue, depth: number): boolean {
    if (++this.#kept > MAX_METADATA && !this.#leadsToTensor(value)) return false;
    this.#visit();
    if (this.#full) return false;
    if (depth < MAX_DEPTH) return true;
    if (this.#leadsToTensor(value)) this.#limit('the depth of the checkpoint', MAX_DEPTH);
    return false;
  }

  #visit(): void {
    if (!this.#full && ++this.#visits > MAX_VISITS) {
      this.#full = true;
      this.#limit('the number of objects in the checkpoint', MAX_VISITS);
    }
  }

  #limit(what: string, limit: number): void {
    if (this.problems.some(({ problem }) => 'limit' in problem && problem.what === what)) return;
    this.problems.push({ problem: { kind: 'too-large', what, size: limit + 1, limit } });
  }

  /** Most checkpoints need no answer, so that it is looked for when asked. */
  #leadsToTensor(value: PickleValue): boolean {
    this.#leading ??= findLeading(this.#root);
    return this.#leading.has(value);
  }
}

function isReference(metadata: Metadata): boolean {
  if (typeof metadata !== 'object' || metadata === null) return false;
  return Object.hasOwn(metadata, '$tensor') && Object.keys(metadata).length === 1;
}

function isModule(value: Call): boolean {
  return (
    lookUp(value.state, '_parameters') !== undefined &&
    lookUp(value.state, '_modules') !== undefined
  );
}

/** Its class is compiled from the code in the archive. @see https://docs.pytorch.org/docs/stable/jit.html */
function isScript({ path, state }: Call): boolean {
  return path.startsWith('__torch__.') && lookUp(state, 'training') !== undefined;
}

function partOf(state: PickleValue, part: string): [PickleValue, PickleValue][] {
  return entriesOf(lookUp(state, part) ?? null) ?? [];
}

/** `state`, or `(state, slots)` of a class with slots. */
function stateParts(state: PickleValue | undefined): PickleValue[] {
  if (state === undefined || state === null) return [];
  if (!isList(state) || state.length !== 2) return [state];
  const parts = state.filter((part) => part !== null);
  return parts.every((part) => part instanceof Map) ? parts : [state];
}

/** What a pickle calls an object: its class, or the attribute of one. */
function nameOf({ callee, args, path, how }: Call): string {
  const [owner, attribute] = args;
  if (path === 'builtins.getattr' && owner instanceof Global && typeof attribute === 'string') {
    return `${owner.path}.${attribute}`;
  }
  if (how === 'extension') return `extension ${String(args[0])}`;
  return callee instanceof Global ? path : 'computed';
}

function plain(value: null | boolean | number | bigint | string): Metadata {
  if (typeof value !== 'string' || value.length <= MAX_TEXT) return value;
  return `${value.slice(0, MAX_TEXT)}${CUT}`;
}

/** Sets every key as a property of its own, `__proto__` too. */
function record(fields: Fields): { readonly [key: string]: Metadata } {
  return Object.fromEntries(fields);
}
