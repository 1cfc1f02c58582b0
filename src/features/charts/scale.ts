import type { YScale } from '#domain/history.ts';

/** From a value to its place on the screen, along one axis. */
export interface Scale {
  /** What lies at the start and at the end, in the axis' own unit. */
  readonly domain: readonly [number, number];
  /** Pixels; for a y axis the start is the lower edge, so the greater number. */
  readonly pixels: readonly [number, number];
  /** On a logarithmic axis what is not above zero has no place. */
  readonly kind: YScale;
  /** `symlog` is linear between this and its negative. */
  readonly threshold?: number | undefined;
}

type Kind = Pick<Scale, 'kind' | 'threshold'>;

/** Along the axis, in a unit of which equal lengths are equal on the screen; `NaN` for what has no place. */
export function measure({ kind, threshold = 1 }: Kind): (value: number) => number {
  switch (kind) {
    case 'linear':
      return (value) => value;
    case 'log':
      return (value) => (value > 0 ? Math.log10(value) : Number.NaN);
    case 'symlog': {
      const start = Math.log10(threshold);
      return (value) => {
        const size = Math.abs(value);
        if (size <= threshold) return value / threshold;
        return Math.sign(value) * (1 + Math.log10(size) - start);
      };
    }
  }
}

/** The way back from `measure`. */
export function unmeasure({ kind, threshold = 1 }: Kind): (place: number) => number {
  switch (kind) {
    case 'linear':
      return (place) => place;
    case 'log':
      return (place) => 10 ** place;
    case 'symlog':
      return (place) => {
        const size = Math.abs(place);
        if (size <= 1) return place * threshold;
        return Math.sign(place) * 10 ** (size - 1 + Math.log10(threshold));
      };
  }
}

/** What `toPixel` does, for many values. */
export function placer(scale: Scale): (value: number) => number {
  const { domain, pixels } = scale;
  const along = measure(scale);
  const [from, to] = [along(domain[0]), along(domain[1])];
  const [start, size] = [pixels[0], pixels[1] - pixels[0]];
  // Halves: the difference of two large numbers may be past what a double holds.
  const length = to / 2 - from / 2;
  return (value) => start + ((along(value) / 2 - from / 2) / length) * size;
}

/** `NaN` for what has no place. */
export function toPixel(scale: Scale, value: number): number {
  return placer(scale)(value);
}

export function fromPixel(scale: Scale, pixel: number): number {
  const { domain, pixels } = scale;
  const along = measure(scale);
  const [from, to] = [along(domain[0]), along(domain[1])];
  const part = (pixel - pixels[0]) / (pixels[1] - pixels[0]);
  return unmeasure(scale)(from + part * (to - from));
}

/** A range with no more digits than a screen can show, so that a URL with it stays short. */
export function shortRange(from: number, to: number): readonly [number, number] {
  const digits = Math.min(12, Math.max(0, Math.ceil(-Math.log10((to - from) / 10_000))));
  const round = (value: number) => Number(value.toFixed(digits));
  // Rounded to 0, the start of a logarithmic axis would have no place on it.
  if (from > 0 && round(from) <= 0) return [Number(from.toPrecision(4)), round(to)];
  return round(from) < round(to) ? [round(from), round(to)] : [from, to];
}

/** A place with no more digits than a screen of this range can show. */
export function shortPlace(x: number, [from, to]: readonly [number, number]): number {
  const digits = Math.min(12, Math.max(0, Math.ceil(-Math.log10((to - from) / 10_000))));
  const short = Number(x.toFixed(digits));
  return x > 0 && short <= 0 ? Number(x.toPrecision(4)) : short;
}
