import { BITS, type Dtype } from '#domain/dtype.ts';
import type { Problem } from '#domain/problem.ts';
import { Call, Global, PersistentId, type PickleValue } from '#encodings/pickle/values.ts';
import { storageDtype, torchDtype } from './dtypes.ts';
import { isList, listOf, lookUp } from './inert.ts';
import { type NumpyArray, numpyArray } from './numpy.ts';
import type { View } from './view.ts';

/** What a persistent id says of a storage. */
export interface Storage {
  /** Names its record; a memory address in old files. */
  readonly key: string;
  readonly dtype: Dtype | 'untyped';
  /** Elements, or bytes where it is untyped. */
  readonly count: number;
  /** Elements `[from, to)` of it are a storage of their own: old files have such. */
  readonly window?: { readonly from: number; readonly to: number };
}

/** Elements in a storage. */
export interface DenseTensor extends View {
  readonly kind: 'dense';
  readonly dtype: Dtype;
  readonly storage: Storage;
  /** Flags that torch keeps beside the numbers, to be applied when they are read. */
  readonly conjugate: boolean;
  readonly negative: boolean;
  /** How stored integers become numbers, as the pickle has it. */
  readonly quantizer?: PickleValue;
}

/** A tensor that is described but not stored. */
interface MetaTensor {
  readonly kind: 'meta';
  readonly dtype: Dtype;
  readonly shape: readonly number[];
}

/** A tensor made of others: sparse, nested, or a wrapper. */
interface CompositeTensor {
  readonly kind: 'composite';
  readonly layout: string;
  readonly dtype: Dtype;
  readonly shape: readonly number[];
  readonly components: readonly { readonly name: string; readonly tensor: Tensor }[];
}

interface BrokenTensor {
  readonly kind: 'broken';
  readonly problem: Problem;
}

type Described = DenseTensor | MetaTensor | CompositeTensor | NumpyArray;

/** A tensor as it is pickled; `about` is what was attached to it, its class first. */
export type Tensor = (Described & { readonly about?: About }) | BrokenTensor;

interface About {
  readonly type?: string;
  readonly attributes?: PickleValue;
}

/** Thrown inside this module only: a tensor that is broken does not break the rest. */
class Broken extends Error {
  readonly problem: Problem;

  constructor(what: string) {
    super(what);
    this.problem = { kind: 'malformed', what };
  }
}

/** The tensor, array or storage that a value stands for; `undefined` for everything else. */
export function rebuild(value: PickleValue, depth = 0): Tensor | undefined {
  try {
    if (value instanceof PersistentId) return wholeStorage(value);
    if (!(value instanceof Call)) return undefined;
    const rebuilder = rebuilders[value.path] ?? ofState(value);
    if (rebuilder && depth > MAX_DEPTH) throw new Broken('a tensor is wrapped too often');
    return rebuilder ? rebuilder(value.args, depth + 1) : numpyArray(value);
  } catch (error) {
    if (error instanceof Broken) return { kind: 'broken', problem: error.problem };
    throw error;
  }
}

/** A parameter of a subclass of a sparse tensor takes four. */
const MAX_DEPTH = 8;

/** `depth`: calls around this one that make a tensor of its tensor. */
type Rebuilder = (args: readonly PickleValue[], depth: number) => Tensor | undefined;

const ofFirst: Rebuilder = ([data], depth) => required(data, depth, 'a tensor has no data');

/** @see https://github.com/pytorch/pytorch/blob/main/torch/_utils.py */
const rebuilders: Readonly<Record<string, Rebuilder>> = Object.assign(Object.create(null), {
  'torch._utils._rebuild_tensor': dense,
  'torch._utils._rebuild_tensor_v2': dense,
  'torch._utils._rebuild_tensor_v3': typed,
  'torch._utils._rebuild_qtensor': quantized,
  'torch._utils._rebuild_parameter': ofFirst,
  'torch._utils._rebuild_parameter_with_state': ofFirst,
  'torch._utils._rebuild_sparse_tensor': sparse,
  'torch._utils._rebuild_sparse_csr_tensor': sparse,
  'torch._utils._rebuild_nested_tensor': nested,
  'torch._utils._rebuild_meta_tensor_no_storage': meta,
  'torch._utils._rebuild_wrapper_subclass': wrapper,
  'torch._utils._rebuild_device_tensor_from_numpy': ofFirst,
  'torch._utils._rebuild_device_tensor_from_cpu_tensor': ofFirst,
  'torch._utils._rebuild_xla_tensor': ofFirst,
  'torch._tensor._rebuild_from_type': fromType,
  'torch._tensor._rebuild_from_type_v2': fromType,
  'torch.tensor._rebuild_from_type': fromType,
  'torch.nn.parameter.Parameter': ofTensor,
  'torch.nn.parameter.Buffer': ofTensor,
  'torch.autograd.variable.Variable': ofTensor,
} satisfies Record<string, Rebuilder>);

/** Before there were functions for it, a tensor was made empty and given its `(storage, offset, size, stride)`. */
function ofState({ path, state }: Call): Rebuilder | undefined {
  const isTensor = /^torch\.(?:cuda\.)?[A-Z]\w*Tensor$/.test(path);
  return isTensor && isList(state) && state.length === 4 ? () => dense(state) : undefined;
}

/** Only where it wraps a tensor: some classes are called without. */
function ofTensor([data]: readonly PickleValue[], depth: number): Tensor | undefined {
  return data === undefined ? undefined : rebuild(data, depth);
}

/** `(storage, offset, size, stride[, requires_grad, hooks[, {conj, neg}]])` */
function dense(args: readonly PickleValue[]): DenseTensor {
  const storage = storageOf(args[0]);
  const dtype = storage.dtype === 'untyped' ? 'uint8' : storage.dtype;
  return { kind: 'dense', dtype, storage, ...viewOf(args, storage), ...flags(args[6]) };
}

/** `(untyped storage, offset, size, stride, requires_grad, hooks, dtype[, {conj, neg}])` */
function typed(args: readonly PickleValue[]): DenseTensor {
  const storage = storageOf(args[0]);
  const view = viewOf(args, storage);
  return { kind: 'dense', dtype: dtypeOf(args[6]), storage, ...view, ...flags(args[7]) };
}

/** `(storage, offset, size, stride, (scheme, scale, zero point | scales, zero points, axis), …)` */
function quantized(args: readonly PickleValue[]): DenseTensor {
  const tensor = dense(args);
  return args[4] === undefined ? tensor : { ...tensor, quantizer: args[4] };
}

/** `(dtype, size, stride, requires_grad)` */
function meta([dtype, size]: readonly PickleValue[]): MetaTensor {
  return { kind: 'meta', dtype: dtypeOf(dtype), shape: counts(size, 'shape') };
}

const SPARSE: Readonly<Record<string, readonly string[]>> = {
  'torch.sparse_coo': ['indices', 'values'],
  'torch.sparse_csr': ['crow_indices', 'col_indices', 'values'],
  'torch.sparse_bsr': ['crow_indices', 'col_indices', 'values'],
  'torch.sparse_csc': ['ccol_indices', 'row_indices', 'values'],
  'torch.sparse_bsc': ['ccol_indices', 'row_indices', 'values'],
};

/** `(layout, (indices, values, size[, coalesced]) | (compressed, plain, values, size))` */
function sparse([layoutCall, data]: readonly PickleValue[], depth: number): CompositeTensor {
  const name = layoutCall instanceof Call ? layoutCall.args[0] : undefined;
  const layout = typeof name === 'string' ? name : '';
  const names = Object.hasOwn(SPARSE, layout) ? SPARSE[layout] : undefined;
  if (!names || !isList(data)) throw new Broken(`a sparse tensor has the layout ${layout || '?'}`);
  const components = names.map((name, index) => component(name, data[index], depth));
  const shape = counts(data[names.length], 'shape');
  return { ...composite(layout.replace('torch.', ''), components), shape };
}

/** `(buffer, sizes, strides, offsets)`: tensors of different shapes in one. */
function nested(args: readonly PickleValue[], depth: number): CompositeTensor {
  const [buffer, sizes, strides, offsets] = args;
  const components = [component('sizes', sizes, depth), component('strides', strides, depth)];
  if (rebuild(offsets ?? null, depth)) components.push(component('offsets', offsets, depth));
  return composite('nested', [...components, component('values', buffer, depth)]);
}

type Component = CompositeTensor['components'][number];

function component(name: string, value: PickleValue | undefined, depth: number): Component {
  return { name, tensor: required(value, depth, `a tensor has no ${name}`) };
}

/** The last component has the values, and their type is that of the whole. */
function composite(layout: string, components: readonly Component[]): CompositeTensor {
  const values = components.at(-1)?.tensor;
  if (!values || values.kind === 'broken') throw new Broken(`a ${layout} tensor has no values`);
  return { kind: 'composite', layout, dtype: values.dtype, shape: values.shape, components };
}

/** `(class, dtype, size, stride, offset, layout, device, requires_grad)`: what it wraps is its state. */
function wrapper([, dtype, size]: readonly PickleValue[]): MetaTensor {
  return { kind: 'meta', dtype: dtypeOf(dtype), shape: counts(size, 'shape') };
}

const PLAIN_TYPES: ReadonlySet<string> = new Set([
  'torch.Tensor',
  'torch.nn.parameter.Parameter',
  'torch.nn.parameter.Buffer',
]);

/** `(function, class, args, state)` */
function fromType(all: readonly PickleValue[], depth: number): Tensor | undefined {
  const [inner, type, args, state] = all;
  if (!(inner instanceof Global) || !isList(args)) return undefined;
  const tensor = rebuild(new Call('reduce', inner, args), depth);
  if (!tensor || tensor.kind === 'broken') return tensor;
  const path = type instanceof Global ? type.path : '';
  const about: About = {
    ...(path && !PLAIN_TYPES.has(path) && { type: path }),
    ...(state != null && { attributes: state }),
  };
  return { ...tensor, about };
}

/** A storage that stands alone, all its elements in a row. */
function wholeStorage(id: PersistentId): DenseTensor | undefined {
  if (!isList(id.id) || id.id[0] !== 'storage') return undefined;
  const storage = storageOf(id);
  const dtype = storage.dtype === 'untyped' ? 'uint8' : storage.dtype;
  const { from, to } = storage.window ?? { from: 0, to: storage.count };
  const view = { shape: [to - from], stride: [1], offset: from };
  return { kind: 'dense', dtype, storage, ...view, conjugate: false, negative: false };
}

/**
 * `('storage', class, key, location, elements[, (view key, offset, elements) | None])`, or a typed storage
 * around an untyped one.
 */
function storageOf(value: PickleValue | undefined): Storage {
  if (value instanceof Call && value.path === 'torch.storage.TypedStorage') {
    const inner = lookUp(value.state, '_untyped_storage') ?? lookUp(value.kwargs, 'wrap_storage');
    const dtype = lookUp(value.state, 'dtype') ?? lookUp(value.kwargs, 'dtype');
    return retyped(storageOf(inner), dtypeOf(dtype));
  }
  const id = idOf(value);
  if (!isList(id) || id[0] !== 'storage') throw new Broken('a tensor has no storage');
  const [, type, key, , count, view] = id;
  const dtype = type instanceof Global ? storageDtype(type.path) : undefined;
  if (dtype === undefined) throw new Broken('the type of a storage is none that torch has');
  if (typeof key !== 'string') throw new Broken('a storage has no key');
  if (!isCount(count)) throw new Broken(`storage ${key} has no size`);
  return isList(view) ? { key, dtype, count, window: windowOf(view) } : { key, dtype, count };
}

/** A call that loads a storage has what it loads as its state. */
function idOf(value: PickleValue | undefined): PickleValue | undefined {
  const found = value instanceof Call ? value.state : value;
  return found instanceof PersistentId ? found.id : undefined;
}

function windowOf([, from, count]: readonly PickleValue[]): { from: number; to: number } {
  if (isCount(from) && isCount(count)) return { from, to: from + count };
  throw new Broken('the part of a storage is no range');
}

/** The same bytes as elements of another type. */
function retyped(storage: Storage, dtype: Dtype): Storage {
  return storage.dtype === 'untyped'
    ? { ...storage, dtype, count: Math.floor((storage.count * 8) / BITS[dtype]) }
    : storage;
}

function viewOf([, offset, size, stride]: readonly PickleValue[], { window }: Storage): View {
  const shape = counts(size, 'shape');
  const steps = counts(stride, 'stride');
  if (!isCount(offset)) throw new Broken('the offset of a tensor is no count');
  if (shape.length !== steps.length) throw new Broken('a tensor has not one stride for each axis');
  return { shape, stride: steps, offset: offset + (window?.from ?? 0) };
}

function flags(value: PickleValue | undefined) {
  return {
    conjugate: lookUp(value, 'conj') === true,
    negative: lookUp(value, 'neg') === true,
  };
}

function dtypeOf(value: PickleValue | undefined): Dtype {
  const dtype = value instanceof Global ? torchDtype(value.path) : undefined;
  if (!dtype) throw new Broken('the type of a tensor is none that torch has');
  return dtype;
}

function required(value: PickleValue | undefined, depth: number, what: string): Tensor {
  const tensor = value === undefined ? undefined : rebuild(value, depth);
  if (!tensor) throw new Broken(what);
  return tensor;
}

function counts(value: PickleValue | undefined, what: string): readonly number[] {
  const list = listOf(value);
  if (!list?.every(isCount)) throw new Broken(`the ${what} of a tensor is not a list of counts`);
  return list;
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
