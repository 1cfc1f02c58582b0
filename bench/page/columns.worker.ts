import { serve } from '#workers/rpc.ts';

const POINTS = 10_000_000;

const x = Float64Array.from({ length: POINTS }, (_, i) => i);
const y = x.map((step) => Math.sin(step / 1e4));

/** Hands columns over as the reader does: each only once. */
serve({ columns: async () => ({ x, y }), ready: async () => true }, self as unknown as Worker);
