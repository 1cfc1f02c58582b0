import type { Defect } from '#domain/problem.ts';
import type { Line } from './lines.ts';

/** Line numbers that are told one by one. */
const MAX_TOLD = 8;

/** Lines that could not be read: each kind of fault is told once, with its lines. */
export class FaultyLines {
  readonly #path: string;
  #faults = new Map<string, { readonly offset: number; readonly lines: number[]; count: number }>();
  #cut: Defect | null = null;

  constructor(path: string) {
    this.#path = path;
  }

  /** @param what is wrong, as a noun: `no JSON object` */
  add(what: string, { offset, number }: Pick<Line, 'offset' | 'number'>): void {
    const known = this.#faults.get(what) ?? { offset, lines: [], count: 0 };
    this.#faults.set(what, known);
    known.count++;
    if (number > 0 && known.lines.length < MAX_TOLD) known.lines.push(number);
  }

  /** The file ends in a line that is not whole. */
  cut({ offset }: Pick<Line, 'offset'>, size: number): void {
    const problem = { kind: 'truncated', needed: size + 1, size } as const;
    this.#cut = { problem, place: { path: this.#path, offset } };
  }

  /** Those since the last call. */
  take(): Defect[] {
    const defects: Defect[] = [...this.#faults].map(([what, { offset, lines, count }]) => ({
      problem: { kind: 'malformed', what: `${what} (${placeOf(lines, count)})` },
      place: { path: this.#path, offset },
    }));
    if (this.#cut) defects.push(this.#cut);
    this.#faults = new Map();
    this.#cut = null;
    return defects;
  }
}

function placeOf(lines: readonly number[], count: number): string {
  if (lines.length === 0) return count === 1 ? 'one line' : `${count} lines`;
  if (count === 1) return `line ${lines[0]}`;
  const more = count - lines.length;
  return `lines ${lines.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
