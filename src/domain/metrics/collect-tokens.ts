import {
  type Collected,
  type Collector,
  emptyPredictions,
  MAX_TOKENS,
  NO_EXTRAS,
  type OutputShape,
} from './collector.ts';
import { isInTop, scoreRow, TO_LOGIT } from './logits.ts';

/** Of `next-token`: one row of the vocabulary per place; places whose target is −1 do not count. */
export function collectTokens(shape: OutputShape): Collector {
  const { places, width, means } = shape;
  const columns = makeColumns(shape);
  const row = new Float64Array(width);
  const toLogit = TO_LOGIT[means];

  function addExample(values: Float32Array, targets: ArrayLike<number>, from: number): void {
    for (let place = from; place < from + places; place++) {
      const target = targets[place] as number;
      if (target < 0) continue;
      for (let j = 0; j < width; j++) row[j] = toLogit(values[place * width + j] as number);
      addToken(columns, row, { place: place - from, target });
    }
    endExample(columns);
  }

  return {
    add(values, targets) {
      for (let from = 0; from < targets.length; from += places) addExample(values, targets, from);
    },
    running() {
      const { tokens, right, loss, nonfinite } = columns.all;
      return {
        seen: columns.seen,
        accuracy: nonfinite === tokens ? null : right / tokens,
        loss: tokens === 0 ? null : loss / tokens,
        nonfinite,
      };
    },
    collected: () => collectedOf(shape, columns),
  };
}

type Columns = ReturnType<typeof makeColumns>;

function makeColumns({ examples: room, places }: OutputShape) {
  const column = () => new Float64Array(room);
  const every = Math.max(1, Math.ceil((room * places) / MAX_TOKENS));
  const kept = Math.ceil(room / every) * places;
  return {
    sums: { tokens: column(), loss: column(), right: column(), inTop: column() },
    /** Probabilities of the targets, summed. */
    certain: column(),
    all: { tokens: 0, right: 0, loss: 0, nonfinite: 0 },
    seen: 0,
    nonfinite: new Uint32Array(room),
    every,
    examples: [] as number[],
    offsets: [0],
    places: new Uint32Array(kept),
    targets: new Int32Array(kept),
    predicted: new Int32Array(kept),
    loss: new Float64Array(kept),
    /** Tokens kept so far. */
    end: 0,
  };
}

function addToken(
  columns: Columns,
  row: Float64Array,
  { place, target }: { readonly place: number; readonly target: number },
): void {
  const { sums, all, seen, end } = columns;
  const score = scoreRow(row, target);
  const isRight = score.best === target ? 1 : 0;
  const add = (to: Float64Array, value: number) => {
    to[seen] = (to[seen] as number) + value;
  };
  add(sums.tokens, 1);
  add(sums.loss, score.loss);
  add(sums.right, isRight);
  add(sums.inTop, score.best >= 0 && isInTop(row, target) ? 1 : 0);
  add(columns.certain, Math.exp(-score.loss));
  all.tokens++;
  all.right += isRight;
  all.loss += score.loss;
  if (score.best < 0) {
    all.nonfinite++;
    columns.nonfinite[seen] = (columns.nonfinite[seen] as number) + 1;
  }
  if (seen % columns.every !== 0) return;
  columns.places[end] = place;
  columns.targets[end] = target;
  columns.predicted[end] = score.best;
  columns.loss[end] = score.loss;
  columns.end++;
}

function endExample(columns: Columns): void {
  if (columns.seen % columns.every === 0) {
    columns.examples.push(columns.seen);
    columns.offsets.push(columns.end);
  }
  columns.seen++;
}

function collectedOf(shape: OutputShape, columns: Columns): Collected {
  const { seen, sums, end, examples, certain } = columns;
  const per = (make: (example: number) => number) => Float64Array.from(examples, make);
  const tokensOf = (example: number) => sums.tokens[example] as number;
  return {
    shape,
    nonfinite: columns.nonfinite.slice(0, seen),
    predictions: {
      ...emptyPredictions('next-token', seen, 0),
      examples: Uint32Array.from(examples),
      loss: per((i) => (sums.loss[i] as number) / tokensOf(i)),
      correct: Uint8Array.from(examples, (i) => (sums.right[i] === tokensOf(i) ? 1 : 0)),
      confidence: per((i) => (certain[i] as number) / tokensOf(i)),
      tokens: {
        offsets: Uint32Array.from(columns.offsets),
        places: columns.places.slice(0, end),
        targets: columns.targets.slice(0, end),
        predicted: columns.predicted.slice(0, end),
        loss: columns.loss.slice(0, end),
      },
    },
    extras: {
      ...NO_EXTRAS,
      sums: {
        tokens: sums.tokens.slice(0, seen),
        loss: sums.loss.slice(0, seen),
        right: sums.right.slice(0, seen),
        inTop: sums.inTop.slice(0, seen),
      },
    },
  };
}
