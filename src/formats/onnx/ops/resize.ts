import type { Context, Table } from '#formats/onnx/context.ts';
import { type Arrayed, axisFrom, known } from '#formats/tensorflow-graph/values.ts';
import { cut, reshape, transpose } from './shape.ts';

/** What brings images to another size. */
export const resizeOps: Table = {
  Resize: resize,
  Upsample: resize,
  Pad: pad,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
};

type At = (place: number) => number;

interface Scaling {
  readonly size: number;
  readonly out: number;
  readonly scale: number;
}

/** Scales or sizes of all axes, or of `axes`; before version 11 scales alone. */
function scalings(context: Context, x: Arrayed): readonly (Scaling | null)[] {
  const { attribute, fixed, has, ints, node, numbers, opset, refuse, text } = context;
  const rank = x.shape.length;
  const isOld = node.op === 'Upsample' || opset < 11;
  const axes = (ints('axes') ?? x.shape.map((_, axis) => axis)).map((a) => axisFrom(a, rank));
  const place = isOld ? 1 : 2;
  const attributes = attribute('scales')?.floats;
  const scales = attributes ?? (has(place) ? numbers(place, 'the scales') : []);
  const sizes = !isOld && has(3) ? numbers(3, 'the new size') : [];
  const policy = text('keep_aspect_ratio_policy', 'stretch');
  if (policy !== 'stretch') refuse(`keep_aspect_ratio_policy ${policy}`);
  return x.shape.map((length, axis) => {
    const at = axes.indexOf(axis);
    if (at < 0) return null;
    const given = scales[at];
    if (given === 1 || (given === undefined && sizes[at] === length)) return null;
    const size = fixed(length, 'the size of the image');
    const out = sizes[at] ?? Math.floor(size * (given ?? 1) + 1e-9);
    const scale = scales.length > 0 ? (given ?? 1) : out / size;
    return { size, out, scale };
  });
}

/** Where an element of the new axis lies on the old one. */
function positions({ size, out, scale }: Scaling, way: string): At | null {
  switch (way) {
    case 'asymmetric':
      return (i) => i / scale;
    case 'half_pixel':
      return (i) => (i + 0.5) / scale - 0.5;
    case 'pytorch_half_pixel':
      return (i) => (out > 1 ? (i + 0.5) / scale - 0.5 : 0);
    case 'align_corners':
      return (i) => (out > 1 ? (i * (size - 1)) / (out - 1) : 0);
    default:
      return null;
  }
}

const ROUND: Readonly<Record<string, At>> = {
  round_prefer_floor: (at) => Math.ceil(at - 0.5),
  round_prefer_ceil: (at) => Math.floor(at + 0.5),
  floor: Math.floor,
  ceil: Math.ceil,
};

/** One axis after the other by index. */
function resize(context: Context): Arrayed {
  const { int, node, opset, refuse, text } = context;
  const isOld = node.op === 'Upsample' || opset < 11;
  const mode = text('mode', 'nearest');
  const way = isOld ? 'asymmetric' : text('coordinate_transformation_mode', 'half_pixel');
  const rounding = isOld ? 'floor' : text('nearest_mode', 'round_prefer_floor');
  context.ignore('cubic_coeff_a', 'extrapolation_value', 'exclude_outside');
  if (mode !== 'nearest' && mode !== 'linear' && mode !== 'bilinear') refuse(`mode ${mode}`);
  if (int('antialias', 0) !== 0) refuse('antialias');
  const round = ROUND[rounding] ?? refuse(`nearest_mode ${rounding}`);
  const first = context.array(0);
  return scalings(context, first).reduce<Arrayed>((x, scaling, axis) => {
    if (!scaling) return x;
    const { size, out, scale } = scaling;
    const at = positions(scaling, way) ?? refuse(`coordinate_transformation_mode ${way}`);
    if (isOld && mode === 'nearest' && scale < 1) refuse('images made smaller by version 10');
    const places = Array.from({ length: out }, (_, i) => at(i));
    const within = (place: number) => Math.min(size - 1, Math.max(0, place));
    if (mode === 'nearest') {
      return take(
        context,
        x,
        axis,
        places.map((place) => within(round(place))),
      );
    }
    return blend(context, x, axis, places.map(within));
  }, first);
}

function blend(context: Context, x: Arrayed, axis: number, places: readonly number[]): Arrayed {
  const size = context.fixed(x.shape[axis], 'the size of the image');
  const lower = places.map((place) => Math.min(size - 1, Math.floor(place)));
  const weights = places.map((place, i) => Math.fround(place - (lower[i] ?? 0)));
  const before = take(context, x, axis, lower);
  if (weights.every((weight) => weight === 0)) return before;
  const upper = lower.map((place) => Math.min(size - 1, place + 1));
  const after = take(context, x, axis, upper);
  const { emit } = context;
  const shape = x.shape.map((_, other) => (other === axis ? places.length : 1));
  const along = known(weights, shape, 'float32');
  const difference = emit('binary', [after, before], { name: 'sub' }, before);
  const part = emit('binary', [difference, along], { name: 'mul' }, before);
  return emit('binary', [before, part], { name: 'add' }, before);
}

function take({ emit }: Context, x: Arrayed, axis: number, places: readonly number[]): Arrayed {
  if (places.length === x.shape[axis] && places.every((place, i) => place === i)) return x;
  const out = { shape: x.shape.with(axis, places.length), dtype: x.dtype };
  return emit('gather', [x, known(places, [places.length])], { axis }, out);
}

/** All that comes before, then all that comes after; what is negative is cut off. */
function pad(context: Context): Arrayed {
  const { attribute, emit, has, ints, number, numbers, refuse, sizes, text } = context;
  const x = context.array(0);
  const rank = x.shape.length;
  const mode = text('mode', 'constant');
  const flat = ints('pads') ?? numbers(1, 'the padding');
  const value = attribute('value')?.float ?? (has(2) ? number(2, 'what it is filled with') : 0);
  const axes = has(3) ? numbers(3, 'the axes') : x.shape.map((_, axis) => axis);
  if (flat.length !== 2 * axes.length) refuse('padding of another number of axes');
  const padding = x.shape.map((_, axis): readonly [number, number] => {
    const at = axes.findIndex((given) => axisFrom(given, rank) === axis);
    return at < 0 ? [0, 0] : [flat[at] ?? 0, flat[at + axes.length] ?? 0];
  });
  const kept = padding.reduce<Arrayed>((whole, [before, after], axis) => {
    if (before >= 0 && after >= 0) return whole;
    const size = context.fixed(whole.shape[axis], 'the length of what is cut');
    return cut(context, whole, { axis, from: Math.max(0, -before), to: size + Math.min(0, after) });
  }, x);
  const added = padding.map(([a, b]) => [Math.max(0, a), Math.max(0, b)] as const);
  if (added.every(([before, after]) => before === 0 && after === 0)) return kept;
  if (mode === 'reflect' || mode === 'edge') return mirrored(context, kept, added, mode);
  if (mode !== 'constant') refuse(`mode ${mode}`);
  const shape = kept.shape.map((size, axis) => {
    const [before, after] = added[axis] ?? [0, 0];
    return sizes.join('add', size, before + after);
  });
  return emit('pad', [kept], { padding: added, value }, { shape, dtype: x.dtype });
}

function mirrored(
  context: Context,
  x: Arrayed,
  padding: readonly (readonly [number, number])[],
  mode: 'reflect' | 'edge',
): Arrayed {
  return padding.reduce<Arrayed>((whole, [before, after], axis) => {
    if (before === 0 && after === 0) return whole;
    const size = context.fixed(whole.shape[axis], 'the length of what is mirrored');
    const from = (place: number) => {
      if (mode === 'edge' || size === 1) return Math.min(size - 1, Math.max(0, place));
      const period = 2 * (size - 1);
      const at = ((place % period) + period) % period;
      return Math.min(at, period - at);
    };
    const places = Array.from({ length: before + size + after }, (_, i) => from(i - before));
    return take(context, whole, axis, places);
  }, x);
}

/** `DCR`: depth is cut into blocks first; `CRD`: channels first, as PyTorch's pixel shuffle. */
function depthToSpace(context: Context): Arrayed {
  const { fixed, int, refuse, text } = context;
  const x = context.array(0);
  const block = int('blocksize');
  const mode = text('mode', 'DCR');
  const [n = 1, channels, rows, columns] = x.shape;
  const [c, h, w] = [channels, rows, columns].map((s) => fixed(s, 'the image')) as Three;
  const depth = c / (block * block);
  if (mode !== 'DCR' && mode !== 'CRD') refuse(`mode ${mode}`);
  const isDepth = mode === 'DCR';
  const apart = isDepth ? [n, block, block, depth, h, w] : [n, depth, block, block, h, w];
  const order = isDepth ? [0, 3, 4, 1, 5, 2] : [0, 1, 4, 2, 5, 3];
  const moved = transpose(context, reshape(context, x, apart), order);
  return reshape(context, moved, [n, depth, h * block, w * block]);
}

function spaceToDepth(context: Context): Arrayed {
  const { fixed, int } = context;
  const x = context.array(0);
  const block = int('blocksize');
  const [n = 1, channels, rows, columns] = x.shape;
  const [c, h, w] = [channels, rows, columns].map((s) => fixed(s, 'the image')) as Three;
  const apart = reshape(context, x, [n, c, h / block, block, w / block, block]);
  const moved = transpose(context, apart, [0, 3, 5, 1, 2, 4]);
  return reshape(context, moved, [n, c * block * block, h / block, w / block]);
}

type Three = [number, number, number];
