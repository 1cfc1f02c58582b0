import type { Predictions, SliceColumn } from '#domain/scores.ts';

/** Examples kept one by one; of more, evenly spread ones. */
export const MAX_KEPT = 1_000_000;

/** Some of the examples, by their places in the columns, ascending. */
export function take(predictions: Predictions, picks: ArrayLike<number>): Predictions {
  const { task, total, examples, loss, correct, confidence, top, values, slices } = predictions;
  const pick = <T extends Float64Array | Int32Array | Uint8Array | Uint32Array>(
    column: T,
    width = 1,
  ): T => {
    if (column.length === 0) return column;
    const made = new (column.constructor as new (length: number) => T)(picks.length * width);
    for (let i = 0; i < picks.length; i++) {
      const from = (picks[i] as number) * width;
      for (let j = 0; j < width; j++) made[i * width + j] = column[from + j] as number;
    }
    return made;
  };
  return {
    task,
    total,
    examples: pick(examples),
    loss: pick(loss),
    correct: pick(correct),
    confidence: pick(confidence),
    labels: pick(predictions.labels),
    predicted: pick(predictions.predicted),
    top: {
      k: top.k,
      classes: pick(top.classes, top.k),
      probabilities: pick(top.probabilities, top.k),
    },
    values: {
      width: values.width,
      targets: pick(values.targets, values.width),
      outputs: pick(values.outputs, values.width),
    },
    tokens: takeTokens(predictions.tokens, picks),
    slices: slices.map((slice) => ({ ...slice, codes: pick(slice.codes) })),
  };
}

function takeTokens(
  tokens: Predictions['tokens'],
  picks: ArrayLike<number>,
): Predictions['tokens'] {
  if (tokens.offsets.length === 0) return tokens;
  const offsets = new Uint32Array(picks.length + 1);
  const kept: number[] = [];
  for (let i = 0; i < picks.length; i++) {
    const at = picks[i] as number;
    const to = tokens.offsets[at + 1] as number;
    for (let token = tokens.offsets[at] as number; token < to; token++) kept.push(token);
    offsets[i + 1] = kept.length;
  }
  return {
    offsets,
    places: Uint32Array.from(kept, (i) => tokens.places[i] as number),
    targets: Int32Array.from(kept, (i) => tokens.targets[i] as number),
    predicted: Int32Array.from(kept, (i) => tokens.predicted[i] as number),
    loss: Float64Array.from(kept, (i) => tokens.loss[i] as number),
  };
}

/** No more examples than `limit`, evenly spread. */
export function thin(predictions: Predictions, limit = MAX_KEPT): Predictions {
  const { length } = predictions.examples;
  const every = Math.ceil(length / limit);
  if (every <= 1) return predictions;
  const picks = Uint32Array.from({ length: Math.ceil(length / every) }, (_, i) => i * every);
  return take(predictions, picks);
}

/** A column of values as a list of the different ones and codes into it. */
export function sliceColumn(
  column: string,
  values: readonly (string | number | null)[],
): SliceColumn {
  const known = new Map<string | number | null, number>();
  const codes = Int32Array.from(values, (value) => {
    const code = known.get(value) ?? known.size;
    known.set(value, code);
    return code;
  });
  return { column, values: [...known.keys()], codes };
}

/** Which of the examples kept, by their places in the columns. */
export function placesWhere(
  { examples }: Predictions,
  isWanted: (place: number) => boolean,
): Uint32Array<ArrayBuffer> {
  const places: number[] = [];
  for (let i = 0; i < examples.length; i++) if (isWanted(i)) places.push(i);
  return Uint32Array.from(places);
}

/** Places of the examples in one cell of the confusion matrix; `predicted` −1: their outputs are not finite. */
export function placesInCell(
  predictions: Predictions,
  label: number,
  predicted: number,
): Uint32Array<ArrayBuffer> {
  const { labels, predicted: found } = predictions;
  return placesWhere(predictions, (i) => labels[i] === label && found[i] === predicted);
}

/**
 * Places of the examples with the largest losses, largest first; outputs that are not finite come before all.
 *
 * @param among by their places; left out: all
 */
export function worst(
  { loss, examples }: Predictions,
  count: number,
  among?: ArrayLike<number>,
): Uint32Array<ArrayBuffer> {
  const places = among ? Uint32Array.from(among) : Uint32Array.from(examples, (_, i) => i);
  const height = (i: number) => (Number.isNaN(loss[i]) ? Number.POSITIVE_INFINITY : (loss[i] ?? 0));
  // Infinite losses differ by nothing: `∞ − ∞` is no number.
  places.sort((a, b) => (height(a) === height(b) ? a - b : height(b) - height(a)));
  return places.slice(0, count);
}
