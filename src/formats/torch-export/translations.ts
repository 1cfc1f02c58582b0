import type { Translate } from './builder.ts';
import { activationOps } from './ops/activation.ts';
import { arithmeticOps } from './ops/arithmetic.ts';
import { attentionOps } from './ops/attention.ts';
import { comparisonOps } from './ops/comparison.ts';
import { convolutionOps } from './ops/convolution.ts';
import { creationOps } from './ops/creation.ts';
import { indexingOps } from './ops/indexing.ts';
import { linearOps } from './ops/linear.ts';
import { normalizationOps } from './ops/normalization.ts';
import { poolingOps } from './ops/pooling.ts';
import { rearrangeOps } from './ops/rearrange.ts';
import { recurrentOps } from './ops/recurrent.ts';
import { reductionOps } from './ops/reduction.ts';
import { resizeOps } from './ops/resize.ts';
import { shapeOps } from './ops/shape.ts';

/** Every op that is read, of the training IR and of core ATen, by its target. */
const TRANSLATIONS: ReadonlyMap<string, Translate> = new Map(
  [
    activationOps,
    arithmeticOps,
    attentionOps,
    comparisonOps,
    convolutionOps,
    creationOps,
    indexingOps,
    linearOps,
    normalizationOps,
    poolingOps,
    rearrangeOps,
    recurrentOps,
    reductionOps,
    resizeOps,
    shapeOps,
  ].flatMap((table) => Object.entries(table)),
);

/** Ops that write in place are computed like those that do not: see `mutation.ts`. */
export function translationOf(target: string): Translate | undefined {
  return TRANSLATIONS.get(target) ?? TRANSLATIONS.get(target.replace(/_(?=\.)/, ''));
}
