import {
  at,
  fill,
  inBothLayouts,
  NO_PADS,
  type Numbers,
  node,
  type OpCase,
  type Pads,
  some,
  sum,
} from './reference.ts';

interface PoolSettings {
  readonly size: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly pads: Pads;
  readonly ceil: boolean;
}

/** Beginnings of the windows along one axis, counted from the first element. */
function windows(
  size: number,
  axis: number,
  { size: k, strides, pads, ceil }: PoolSettings,
): number[] {
  const [before, after] = pads[axis] ?? [0, 0];
  const window = k[axis] ?? 1;
  const starts: number[] = [];
  for (let start = -before; ; start += strides[axis] ?? 1) {
    const previous = starts.at(-1);
    const fits = start + window <= size + after;
    const rest = ceil && previous !== undefined && previous + window < size + after && start < size;
    if (!fits && !rest) return starts;
    starts.push(start);
  }
}

const span = (from: number, length: number) => Array.from({ length }, (_, i) => from + i);

function pool(
  x: Numbers,
  settings: PoolSettings,
  of: (elements: number[], cells: { inside: number; padded: number }) => number,
): Numbers {
  const [n = 0, c = 0, h = 0, w = 0] = x.shape;
  const rows = windows(h, 0, settings);
  const columns = windows(w, 1, settings);
  return fill([n, c, rows.length, columns.length], ([image = 0, channel = 0, i = 0, j = 0]) => {
    const cells = span(rows[i] ?? 0, settings.size[0]).flatMap((y) =>
      span(columns[j] ?? 0, settings.size[1]).map((z) => [y, z] as const),
    );
    const elements = cells
      .map(([y, z]) => at(x, [image, channel, y, z]))
      .filter((element) => element !== null);
    const [bottom, right] = [h + (settings.pads[0]?.[1] ?? 0), w + (settings.pads[1]?.[1] ?? 0)];
    const padded = cells.filter(([y, z]) => y < bottom && z < right).length;
    return of(elements, { inside: elements.length, padded });
  });
}

interface PoolCase extends Partial<PoolSettings> {
  readonly x: readonly [number, number, number, number];
  /** Which element is NaN. */
  readonly nan?: number;
}

function poolCases(name: string, c: PoolCase): OpCase[] {
  const drawn = some(c.x);
  const x = c.nan ? { ...drawn, values: drawn.values.with(c.nan, Number.NaN) } : drawn;
  const settings: PoolSettings = {
    size: [2, 2],
    strides: [2, 2],
    pads: NO_PADS,
    ceil: false,
    ...c,
  };
  const { size, strides, pads, ceil } = settings;
  const shared = { size, strides, padding: pads, ceil };
  return [
    ...inBothLayouts(
      `max pool ${name}`,
      x,
      pool(x, settings, (elements) => Math.max(...elements)),
      (layout, image) => ({
        nodes: [node('max_pool', { ...shared, layout }, ['x'], 'y')],
        inputs: { x: image },
      }),
    ),
    ...[true, false].flatMap((countPadding) =>
      inBothLayouts(
        `average pool ${name}${countPadding ? ', padding counted' : ''}`,
        x,
        pool(
          x,
          settings,
          (elements, { inside, padded }) => sum(elements) / (countPadding ? padded : inside),
        ),
        (layout, image) => ({
          nodes: [node('avg_pool', { ...shared, layout, countPadding }, ['x'], 'y')],
          inputs: { x: image },
        }),
      ),
    ),
  ];
}

const POOLS: OpCase[] = [
  ...poolCases('2×2', { x: [2, 3, 6, 4] }),
  ...poolCases('3×3 at stride 2, padded', {
    x: [1, 3, 7, 8],
    size: [3, 3],
    pads: [
      [1, 1],
      [1, 1],
    ],
  }),
  ...poolCases('rounded up', { x: [1, 2, 5, 7], ceil: true }),
  ...poolCases('rounded up with padding', {
    x: [1, 2, 6, 6],
    size: [3, 3],
    ceil: true,
    pads: [
      [1, 1],
      [0, 0],
    ],
  }),
  ...poolCases('rounded up, a window in the padding left out', {
    x: [1, 1, 3, 3],
    size: [2, 2],
    ceil: true,
    pads: [
      [1, 1],
      [1, 1],
    ],
  }),
  ...poolCases('of a window with NaN', { x: [1, 3, 6, 4], nan: 29 }),
  ...poolCases('with overlap', { x: [1, 2, 5, 5], size: [3, 2], strides: [1, 1] }),
];

function adaptiveCases(): OpCase[] {
  const x = some([2, 3, 7, 5]);
  return (
    [
      [1, 1],
      [3, 2],
      [7, 5],
      [9, 6],
    ] as const
  ).flatMap((size) => {
    const bounds = (i: number, all: number, out: number) => [
      Math.floor((i * all) / out),
      Math.ceil(((i + 1) * all) / out),
    ];
    const expected = fill([2, 3, ...size], ([n = 0, c = 0, i = 0, j = 0]) => {
      const [top = 0, bottom = 0] = bounds(i, 7, size[0]);
      const [left = 0, right = 0] = bounds(j, 5, size[1]);
      const elements: number[] = [];
      for (let y = top; y < bottom; y++) {
        for (let z = left; z < right; z++) elements.push(at(x, [n, c, y, z]) ?? 0);
      }
      return sum(elements) / elements.length;
    });
    return inBothLayouts(
      `adaptive average pool to ${size.join('×')}`,
      x,
      expected,
      (layout, image) => ({
        nodes: [node('adaptive_avg_pool', { layout, size }, ['x'], 'y')],
        inputs: { x: image },
      }),
    );
  });
}

export const POOL_CASES: readonly OpCase[] = [...POOLS, ...adaptiveCases()];
