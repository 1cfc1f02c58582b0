import { describe, expect, it } from 'vitest';
import { largestDifference } from '#domain/metrics.ts';
import { OP_CASES } from '#models/cases/all.ts';
import { compute } from '#models/testing.ts';

describe.each(['cpu', 'wasm'] as const)('on %s', (backend) => {
  it.each(OP_CASES)('$name', async ({ graph, expected }) => {
    const { shape, values } = await compute(graph, backend);
    expect(shape).toEqual(expected.shape);
    const difference = largestDifference(
      Float32Array.from(values),
      Float32Array.from(expected.values),
    );
    expect(difference).toBeLessThan(1e-5);
  });
});
