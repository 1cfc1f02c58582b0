import type { GraphNote } from '#domain/graph.ts';
import type { Assumption, ProposedLayer } from '#domain/proposal.ts';
import { numberFormats } from '#ui/format-number.ts';
import type { Language } from '#ui/language.ts';
import { texts } from './strings.ts';

/** A shape: `1 × 8 × 8`, `?` where any size will do. */
export function shapeWords(shape: readonly (number | null)[]): string {
  return shape.length === 0 ? '[]' : shape.map((size) => size ?? '?').join(' × ');
}

/** What the file shows of a layer: `10 → 2`, `1 → 8, 3 × 3`, `16`; empty for one without parameters. */
export function layerWords({ kind, shapes: [weight = []] }: ProposedLayer): string {
  const [first, second, ...kernel] = weight;
  if (first === undefined) return '';
  if (kind === 'linear' && second !== undefined) return `${second} → ${first}`;
  if (kind === 'conv' && second !== undefined) return `${second} → ${first}, ${shapeWords(kernel)}`;
  return shapeWords(weight);
}

/** What a proposal takes for granted, in a sentence. */
export function assumptionWords(assumption: Assumption, language: Language): string {
  const t = texts[language];
  switch (assumption.code) {
    case 'state-dict':
      return t['state-dict'](assumption.key);
    case 'family':
      return t.family(assumption.family);
    case 'order':
      return t[`order-${assumption.by}`];
    case 'activation':
      return t.assumeActivation(assumption.layer, assumption.activation);
    case 'padding':
      return t.assumePadding(assumption.layer, shapeWords(assumption.padding));
    case 'strides':
      return t.assumeStrides(assumption.layer, shapeWords(assumption.strides));
    case 'max-pool':
      return t.assumeMaxPool(assumption.layer, shapeWords(assumption.size));
    case 'no-pool':
      return t.assumeNoPool(assumption.layer);
    case 'global-avg-pool':
      return t.assumeGlobalPool(assumption.layer);
    case 'input-size':
      return t.assumeInput(shapeWords(assumption.size));
    case 'layer-norm':
      return t.assumeLayerNorm(assumption.layer);
    case 'epsilon':
      return t.assumeEpsilon(assumption.layer, numberFormats(language).metric(assumption.epsilon));
    case 'logits':
      return t.assumeLogits(assumption.layer);
  }
}

/** What the reader of a graph assumed, in a sentence. */
export function graphNoteWords(note: GraphNote, language: Language): string {
  const t = texts[language];
  switch (note.code) {
    case 'base-model':
      return t['base-model'](note.checkpoint);
    case 'softmax-left-out':
      return t['softmax-left-out'](note.layer);
    case 'precision':
      return t.precision(note.policy);
    case 'training-only':
      return t['training-only'](note.layer);
  }
}
