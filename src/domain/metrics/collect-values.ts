import {
  type Collector,
  countRunning,
  emptyPredictions,
  NO_EXTRAS,
  nonfiniteOf,
  type OutputShape,
} from './collector.ts';

/** Of `regression`: numbers of any shape, compared one by one. */
export function collectValues(shape: OutputShape): Collector {
  const { examples: room, width } = shape;
  const loss = new Float64Array(room);
  const outputs = new Float64Array(room * width);
  const truths = new Float64Array(room * width);
  const sums = countRunning();
  return {
    add(values, targets) {
      for (let from = 0; from < targets.length; from += width) {
        const at = sums.seen();
        let apart = 0;
        for (let j = 0; j < width; j++) {
          const given = values[from + j] as number;
          const value = Number.isFinite(given) ? given : Number.NaN;
          outputs[at * width + j] = value;
          truths[at * width + j] = targets[from + j] as number;
          apart += (value - (targets[from + j] as number)) ** 2;
        }
        loss[at] = apart / width;
        sums.count(false, apart / width);
      }
    },
    running: () => ({ ...sums.running(), accuracy: null }),
    collected() {
      const seen = sums.seen();
      return {
        shape,
        nonfinite: nonfiniteOf(loss.subarray(0, seen)),
        predictions: {
          ...emptyPredictions('regression', seen, seen),
          loss: loss.slice(0, seen),
          correct: new Uint8Array(seen),
          confidence: new Float64Array(seen).fill(Number.NaN),
          values: {
            width,
            targets: truths.slice(0, seen * width),
            outputs: outputs.slice(0, seen * width),
          },
        },
        extras: NO_EXTRAS,
      };
    },
  };
}
