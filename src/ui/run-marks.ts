/** How a run is drawn, everywhere: never by colour alone. */
export interface RunMark {
  /** A CSS colour: `var(--run-3)`. */
  readonly colour: string;
  /** For `stroke-dasharray`, in pixels; empty is a solid line. */
  readonly dash: readonly number[];
}

/** How many colours there are, in `tokens.css`. */
export const COLOURS = 10;

/** @param number from 1 to `COLOURS` */
export function colourOf(number: number): string {
  return `var(--run-${number})`;
}

const DASHES: readonly (readonly number[])[] = [[], [9, 3], [3, 2], [9, 3, 2, 3]];

/**
 * A mark for every run of a directory. A run keeps its colour whichever others are selected: it comes
 * from its path, and from the paths before it only where they would have the same.
 *
 * @param paths of all runs in the directory
 */
export function runMarks(paths: readonly string[]): ReadonlyMap<string, RunMark> {
  const uses = new Array<number>(COLOURS).fill(0);
  const marks = new Map<string, RunMark>();
  for (const path of [...paths].sort()) {
    const round = Math.min(...uses);
    let colour = hash(path) % COLOURS;
    while (uses[colour] !== round) colour = (colour + 1) % COLOURS;
    uses[colour] = round + 1;
    const dash = DASHES[(colour + round) % DASHES.length] ?? [];
    marks.set(path, { colour: colourOf(colour + 1), dash });
  }
  return marks;
}

/** Of a run that is not in the directory. */
export const NO_MARK: RunMark = { colour: 'var(--text-muted)', dash: [] };

/** FNV-1a, 32 bits. @see http://www.isthe.com/chongo/tech/comp/fnv/ */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) {
    value = Math.imul(value ^ byte, 0x01000193);
  }
  return value >>> 0;
}
