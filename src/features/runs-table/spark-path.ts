/** A line through values in a box, the least at its foot; a gap where a value is not finite. */
export function sparkPath(values: readonly number[], width: number, height: number): string {
  const finite = values.filter(Number.isFinite);
  const min = Math.min(...finite);
  const range = Math.max(...finite) - min || 1;
  const step = width / Math.max(1, values.length - 1);
  let path = '';
  let isPenDown = false;
  for (const [i, value] of values.entries()) {
    if (Number.isFinite(value)) {
      const y = height - ((value - min) / range) * height;
      path += `${isPenDown ? 'L' : 'M'}${(i * step).toFixed(1)} ${y.toFixed(1)}`;
    }
    isPenDown = Number.isFinite(value);
  }
  return path;
}
