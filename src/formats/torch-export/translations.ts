import type { Translate } from './builder.ts';
import { activationOps } from './ops/activation.ts';
import { arithmeticOps } from './ops/arithmetic.ts';
import { attentionOps } from './ops/attention.ts';
import { convolutionOps } from './ops/convolution.ts';
import { linearOps } from './ops/linear.ts';
import { normalizationOps } from './ops/normalization.ts';
import { poolingOps } from './ops/pooling.ts';
import { shapeOps } from './ops/shape.ts';

/** Every op that is read, of the training IR and of core ATen, by its target. */
const TRANSLATIONS: ReadonlyMap<string, Translate> = new Map(
  [
    activationOps,
    arithmeticOps,
    attentionOps,
    convolutionOps,
    linearOps,
    normalizationOps,
    poolingOps,
    shapeOps,
  ].flatMap((table) => Object.entries(table)),
);

/** Ops that write in place are computed like those that do not: see `mutation.ts`. */
export function translationOf(target: string): Translate | undefined {
  return TRANSLATIONS.get(target) ?? TRANSLATIONS.get(target.replace(/_(?=\.)/, ''));
}
