import type { Context, Table } from '#formats/tensorflow-graph/context.ts';
import {
  type Arrayed,
  isWhole,
  known,
  type List,
  type Size,
} from '#formats/tensorflow-graph/values.ts';
import { concat, unsqueeze } from './shape.ts';

/** Longer lists are no rows of steps that could be laid out. */
const MAX_ITEMS = 10_000;

/** Lists of arrays, as loops fill them. @see https://www.tensorflow.org/api_docs/python/tf/raw_ops/TensorListReserve */
export const listOps: Table = {
  EmptyTensorList: (context) => ({ ...emptyOf(context, 0), items: [] }),
  TensorListReserve: (context) => {
    const count = context.number(1, 'the length of a list');
    if (count > MAX_ITEMS) context.refuse(`a list of ${count}`);
    return { ...emptyOf(context, 0), items: Array.from({ length: count }, () => null) };
  },
  TensorListFromTensor: ({ array, emit, fixed, ignore }) => {
    ignore('element_dtype');
    const x = array(0);
    const count = fixed(x.shape[0], 'the number of steps');
    const out = { shape: x.shape.slice(1), dtype: x.dtype };
    const items = Array.from({ length: Math.min(count, MAX_ITEMS) }, (_, index) =>
      emit('select', [x], { axis: 0, index }, out),
    );
    return { kind: 'list', items, ...out } satisfies List;
  },
  TensorListSetItem: ({ array, ignore, list, number }) => {
    ignore('resize_if_index_out_of_bounds');
    const item = array(2);
    const place = number(1, 'the place in a list');
    const before = list(0);
    return { ...before, items: before.items.with(place, item), shape: item.shape };
  },
  TensorListGetItem: (context) => {
    const list = context.list(0);
    const item = list.items[context.number(1, 'the place in a list')];
    return item ?? nothing(context, list);
  },
  TensorListStack: (context) => {
    context.ignore('num_elements');
    const list = context.list(0);
    const parts = list.items.map((item) => unsqueeze(context, item ?? nothing(context, list), 0));
    if (parts.length === 0) context.refuse('a list of nothing');
    return concat(context, parts, 0);
  },
  TensorListLength: ({ list }) => known([list(0).items.length], []),
  TensorListPushBack: ({ array, list }) => {
    const before = list(0);
    const item = array(1);
    return { ...before, items: [...before.items, item], shape: item.shape };
  },
  TensorListPopBack: (context) => {
    const list = context.list(0);
    const last = list.items.at(-1) ?? nothing(context, list);
    return [{ ...list, items: list.items.slice(0, -1) }, last];
  },
};

function emptyOf(context: Context, index: number): List {
  const dtype = context.type('element_dtype', 'float32');
  const shape = context.known(index, 'the shape of an element');
  const sizes = shape.shape.length === 1 ? shape.values : null;
  return { kind: 'list', items: [], shape: sizes?.includes(-1) ? null : sizes, dtype };
}

/** Zeros: what was never put there. */
function nothing({ emit, refuse }: Context, { shape, dtype }: List): Arrayed {
  const to: readonly Size[] = shape ?? refuse('an element that was never set');
  const type = dtype === 'bool' ? 'bool' : isWhole(dtype) ? 'int32' : 'float32';
  return emit('fill', [], { shape: to, value: 0, dtype: type }, { shape: to, dtype });
}
