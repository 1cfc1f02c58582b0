import { measure, type Scale, unmeasure } from './scale.ts';
import type { Range } from './sight.ts';

type XScale = Pick<Scale, 'domain' | 'kind'>;

/** The sight moved along by a part of itself: 1 is a whole screen to the right. It stops where nothing is left. */
export function panned(scale: XScale, part: number, whole: Range | null): Range {
  const [from, to] = measured(scale, scale.domain);
  const shift = (to - from) * part;
  if (!whole) return unmeasured(scale, [from + shift, to + shift]);
  const [first, last] = measured(scale, whole);
  const [least, most] = [Math.min(0, first - from), Math.max(0, last - to)];
  const held = Math.min(most, Math.max(least, shift));
  return held === 0 ? scale.domain : unmeasured(scale, [from + held, to + held]);
}

/**
 * The sight made `factor` times as long; what is at `at` stays where it is on the screen. `null`: it holds
 * everything again.
 */
export function zoomed(
  scale: XScale,
  { at, factor }: { readonly at: number; readonly factor: number },
  whole: Range | null,
): Range | null {
  const [from, to] = measured(scale, scale.domain);
  const centre = measure(scale)(at);
  if (!Number.isFinite(centre)) return scale.domain;
  let [start, end] = [centre - (centre - from) * factor, centre + (to - centre) * factor];
  if (whole && factor > 1) {
    const [first, last] = measured(scale, whole);
    if (start <= first && end >= last) return null;
    // What lies beyond an end is added at the other.
    const shift = Math.max(0, first - start) - Math.max(0, end - last);
    [start, end] = [Math.max(first, start + shift), Math.min(last, end + shift)];
  }
  const range = unmeasured(scale, [start, end]);
  // Closer than numbers can tell apart there is nothing to see.
  return isDeep(range) ? scale.domain : range;
}

const LEAST_PART = 1e-12;

function isDeep([from, to]: Range): boolean {
  return !(to - from > LEAST_PART * Math.max(Math.abs(from), Math.abs(to)));
}

function measured(scale: XScale, [from, to]: Range): Range {
  const along = measure(scale);
  return [along(from), along(to)];
}

function unmeasured(scale: XScale, [from, to]: Range): Range {
  const back = unmeasure(scale);
  return [back(from), back(to)];
}
