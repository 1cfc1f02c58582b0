import { arrayKinds } from './layers/array.ts';
import { denseKinds } from './layers/dense.ts';
import { imageKinds } from './layers/image.ts';
import type { Kinds } from './layers/kind.ts';
import { sequenceKinds } from './layers/sequence.ts';

/** Every kind of layer that a model spec may have. */
export const kinds: Kinds = { ...denseKinds, ...imageKinds, ...arrayKinds, ...sequenceKinds };
