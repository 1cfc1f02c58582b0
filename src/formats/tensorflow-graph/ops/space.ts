import type { Context } from '#formats/tensorflow-graph/context.ts';
import type { Arrayed, Size } from '#formats/tensorflow-graph/values.ts';

/** tfjs on WebGPU has no shaders for more axes. */
const MAX_AXES = 6;

function moved(context: Context, x: Arrayed, apart: readonly Size[], order: readonly number[]) {
  const { emit, refuse } = context;
  if (apart.length > MAX_AXES) refuse(`blocks of ${apart.length} axes`);
  const { dtype } = x;
  const pieces = emit('reshape', [x], { shape: apart }, { shape: apart, dtype });
  const shape = order.map((axis) => apart[axis] ?? 1);
  return emit('transpose', [pieces], { axes: [...order] }, { shape, dtype });
}

function together({ emit }: Context, x: Arrayed, shape: readonly Size[]): Arrayed {
  return emit('reshape', [x], { shape }, { shape, dtype: x.dtype });
}

/** Blocks of neighbours go into the batch, as dilated convolutions have it. */
export function spaceToBatch(context: Context): Arrayed {
  const { array, emit, fixed, numbers, sizes } = context;
  const given = array(0);
  const block = numbers(1, 'the block');
  const flat = numbers(2, 'the padding');
  const padding = given.shape.map((_, axis) => {
    const at = axis - 1;
    const inside = at >= 0 && at < block.length;
    return inside ? ([flat[2 * at] ?? 0, flat[2 * at + 1] ?? 0] as const) : ([0, 0] as const);
  });
  const padded = given.shape.map((size, axis) =>
    sizes.join('add', size, (padding[axis]?.[0] ?? 0) + (padding[axis]?.[1] ?? 0)),
  );
  const out = { shape: padded, dtype: given.dtype };
  const x = emit('pad', [given], { padding, value: 0 }, out);
  const count = block.length;
  const inner = block.map((times, axis) => fixed(padded[axis + 1], 'the image') / times);
  const rest = padded.slice(count + 1);
  const batch = padded[0] ?? 1;
  const apart = [batch, ...inner.flatMap((size, axis) => [size, block[axis] ?? 1]), ...rest];
  const order = [
    ...block.map((_, axis) => 2 + 2 * axis),
    0,
    ...block.map((_, axis) => 1 + 2 * axis),
    ...rest.map((_, axis) => 1 + 2 * count + axis),
  ];
  const all = sizes.join('mul', batch, sizes.product(block));
  return together(context, moved(context, x, apart, order), [all, ...inner, ...rest]);
}

export function batchToSpace(context: Context): Arrayed {
  const { array, emit, fixed, numbers, sizes } = context;
  const x = array(0);
  const block = numbers(1, 'the block');
  const crops = numbers(2, 'what is cut off');
  const count = block.length;
  const batch = sizes.join('floor_div', x.shape[0] ?? 1, sizes.product(block));
  const inner = block.map((_, axis) => fixed(x.shape[axis + 1], 'the image'));
  const rest = x.shape.slice(count + 1);
  const order = [
    count,
    ...block.flatMap((_, axis) => [count + 1 + axis, axis]),
    ...rest.map((_, axis) => 2 * count + 1 + axis),
  ];
  const pieces = moved(context, x, [...block, batch, ...inner, ...rest], order);
  const whole = inner.map((size, axis) => size * (block[axis] ?? 1));
  const joined = together(context, pieces, [batch, ...whole, ...rest]);
  return whole.reduce<Arrayed>((image, size, i) => {
    const [from = 0, after = 0] = crops.slice(2 * i, 2 * i + 2);
    if (from === 0 && after === 0) return image;
    const axis = i + 1;
    const to = size - after;
    const out = { shape: image.shape.with(axis, to - from), dtype: image.dtype };
    return emit('slice', [image], { axis, from, to, step: 1 }, out);
  }, joined);
}

export function spaceToDepth(context: Context): Arrayed {
  const [x, block] = blocks(context);
  const [n = 1, rows, columns, channels] = x.shape;
  const [h, w, c] = [rows, columns, channels].map((s) => context.fixed(s, 'the image')) as Three;
  const apart = [n, h / block, block, w / block, block, c];
  const pieces = moved(context, x, apart, [0, 1, 3, 2, 4, 5]);
  return together(context, pieces, [n, h / block, w / block, block * block * c]);
}

export function depthToSpace(context: Context): Arrayed {
  const [x, block] = blocks(context);
  const [n = 1, rows, columns, channels] = x.shape;
  const [h, w, c] = [rows, columns, channels].map((s) => context.fixed(s, 'the image')) as Three;
  const depth = c / (block * block);
  const pieces = moved(context, x, [n, h, w, block, block, depth], [0, 1, 3, 2, 4, 5]);
  return together(context, pieces, [n, h * block, w * block, depth]);
}

type Three = [number, number, number];

function blocks({ array, int, refuse, text }: Context): [Arrayed, number] {
  if (text('data_format', 'NHWC') !== 'NHWC') refuse('channels stand first');
  return [array(0), int('block_size')];
}
