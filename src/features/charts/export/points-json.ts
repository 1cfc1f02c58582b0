import type { Points } from './points-csv.ts';

/** Numbers as JSON; what JSON has no number for is the text `NaN`, `Infinity` or `-Infinity`. */
function numbers(column: Float64Array): string {
  const parts = Array.from(column, (value) =>
    Number.isFinite(value) ? (Object.is(value, -0) ? '-0' : String(value)) : `"${value}"`,
  );
  return `[${parts.join(',')}]`;
}

/** One metric as a JSON object of columns; epochs and times only where the log says them. */
export function metricJson({ steps, epochs, times, values }: Points): string {
  const says = (column: Float64Array) => column.some((value) => !Number.isNaN(value));
  const columns = [
    `"steps":${numbers(steps)}`,
    ...(says(epochs) ? [`"epochs":${numbers(epochs)}`] : []),
    ...(says(times) ? [`"times":${numbers(times)}`] : []),
    `"values":${numbers(values)}`,
  ];
  return `{${columns.join(',')}}`;
}
