import {
  type CategoryEffect,
  type Correlation,
  categoryEffect,
  correlate,
  type Untold,
} from '#domain/correlation.ts';
import type { ExploreColumn, ExploreRow } from './columns.ts';

export type Told =
  | { readonly kind: 'number'; readonly column: ExploreColumn; readonly result: Correlation }
  | { readonly kind: 'category'; readonly column: ExploreColumn; readonly result: CategoryEffect };

export interface NotTold {
  readonly column: ExploreColumn;
  readonly why: Untold;
}

/** Every key of the configuration, held against one metric. */
export interface Correlations {
  /** The strongest first. */
  readonly told: readonly Told[];
  readonly notTold: readonly NotTold[];
}

export function correlations(
  rows: readonly ExploreRow[],
  columns: readonly ExploreColumn[],
  metric: ExploreColumn,
): Correlations {
  const y = rows.map(({ values }) => numberOf(values.get(metric.id)));
  const told: Told[] = [];
  const notTold: NotTold[] = [];
  for (const column of columns) {
    if (column.source !== 'configuration' || column.id === metric.id) continue;
    const values = rows.map((row) => row.values.get(column.id) ?? null);
    if (column.kind === 'number') {
      const result = correlate(values.map(numberOf), y);
      if ('reason' in result) notTold.push({ column, why: result });
      else told.push({ kind: 'number', column, result });
    } else {
      const texts = values.map((value) => (value === null ? null : String(value)));
      const result = categoryEffect(texts, y);
      if ('reason' in result) notTold.push({ column, why: result });
      else told.push({ kind: 'category', column, result });
    }
  }
  told.sort((a, b) => strength(b) - strength(a) || pOf(a) - pOf(b));
  return { told, notTold };
}

function numberOf(value: number | string | null | undefined): number {
  return typeof value === 'number' ? value : Number.NaN;
}

/** From 0 to 1, with one scale for numbers and categories: |ρ|, and the root of ε². */
export function strength(told: Told): number {
  if (told.kind === 'number') return Math.abs(told.result.spearman);
  return Math.sqrt(told.result.epsilonSquared);
}

export function pOf(told: Told): number {
  return told.kind === 'number' ? told.result.spearmanP : told.result.p;
}

/** With a p above it, nothing is said of what a coefficient means. */
export const CHANCE = 0.05;
