import type { Spread } from '#domain/aggregate.ts';
import type { XAxis } from '#domain/history.ts';
import type { DrawnBand } from '#features/charts/bands.ts';
import { csvLine, numberCell, textCell } from '#ui/csv.ts';

export interface GroupsCsv {
  readonly tag: string;
  readonly axis: XAxis;
  readonly centre: 'mean' | 'median';
  readonly spread: Spread;
}

/**
 * A line per group and place: group, metric, the place on the axis, how many runs count there, their centre,
 * and from where to where they spread; empty where there is nothing.
 */
export function groupsCsv(
  bands: readonly DrawnBand[],
  { tag, axis, centre, spread }: GroupsCsv,
): string {
  const head = ['group', 'metric', axis, 'n', centre];
  const edges = spread === 'none' ? [] : [`low (${spread})`, `high (${spread})`];
  const cell = (value: number | undefined) =>
    value === undefined || Number.isNaN(value) ? '' : numberCell(value);
  const lines = [csvLine([...head, ...edges])];
  for (const { group, band } of bands) {
    const names = [textCell(group.name), textCell(tag)];
    for (const [i, x] of band.x.entries()) {
      const spreads = spread === 'none' ? [] : [cell(band.low[i]), cell(band.high[i])];
      lines.push(csvLine([...names, cell(x), cell(band.n[i]), cell(band.centre[i]), ...spreads]));
    }
  }
  return lines.join('');
}
