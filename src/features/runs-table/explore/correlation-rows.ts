import {
  type CategoryEffect,
  type Correlation,
  categoryEffect,
  correlate,
  type PartsEffect,
  partsEffect,
  type Untold,
} from '#domain/correlation.ts';
import type { ExploreColumn, ExploreRow } from './columns.ts';

export type Told =
  | {
      readonly kind: 'number';
      readonly column: ExploreColumn;
      readonly result: Correlation;
      /** When the metric has a valley or a hill over the key, which ρ does not see; else `null`. */
      readonly curve: PartsEffect | null;
    }
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
      const x = values.map(numberOf);
      const result = correlate(x, y);
      if ('reason' in result) notTold.push({ column, why: result });
      else told.push({ kind: 'number', column, result, curve: curveOf(x, y, result) });
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

/** It must be clear, and say clearly more than ρ: it is a second look at the same numbers. */
const CLEAR = 0.01;
const CLEARLY_MORE = 0.1;

function curveOf(
  x: readonly number[],
  y: readonly number[],
  { spearman }: Correlation,
): PartsEffect | null {
  const effect = partsEffect(x, y);
  if (!effect || effect.p > CLEAR) return null;
  return Math.sqrt(effect.epsilonSquared) > Math.abs(spearman) + CLEARLY_MORE ? effect : null;
}

/** From 0 to 1, with one scale for all: |ρ|, and the root of ε² for categories and curves. */
export function strength(told: Told): number {
  if (told.kind === 'category') return Math.sqrt(told.result.epsilonSquared);
  return told.curve ? Math.sqrt(told.curve.epsilonSquared) : Math.abs(told.result.spearman);
}

export function pOf(told: Told): number {
  if (told.kind === 'category') return told.result.p;
  return told.curve?.p ?? told.result.spearmanP;
}

/** With a p above it, nothing is said of what a coefficient means. */
export const CHANCE = 0.05;
