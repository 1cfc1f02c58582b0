import { browserResults } from '#io/result-store.ts';
import { createEvaluator } from './evaluator-api.ts';
import { type Method, type Port, serve } from './rpc.ts';

// The DOM library types `self` as a window.
serve(
  createEvaluator({ results: browserResults() }) as unknown as Record<string, Method>,
  self as unknown as Port,
);
