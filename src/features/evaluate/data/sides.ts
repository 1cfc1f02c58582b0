import { LARGEST_SIDE } from './settings.ts';

export type Sides = readonly [height: number, width: number] | number | null;

/** `''`, `256`, `224 × 224`. */
export function sidesText(sides: Sides): string {
  if (sides === null) return '';
  return typeof sides === 'number' ? String(sides) : sides.join(' × ');
}

/** What a person typed; `undefined`: it cannot be used. */
export function parseSides(text: string): Sides | undefined {
  const parts = text.split(/[\s,;×x*]+/i).filter((part) => part !== '');
  if (parts.length === 0) return null;
  const sides = parts.map(Number);
  const isGood = sides.every((side) => Number.isInteger(side) && side >= 1 && side <= LARGEST_SIDE);
  const [height, width] = sides;
  if (!isGood || height === undefined || sides.length > 2) return undefined;
  return width === undefined ? height : [height, width];
}
