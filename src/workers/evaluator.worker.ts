import { createEvaluator } from './evaluator-api.ts';
import { type Method, type Port, serve } from './rpc.ts';

// The DOM library types `self` as a window.
serve(createEvaluator() as unknown as Record<string, Method>, self as unknown as Port);
