import { CheckpointError } from './problem.ts';
import type { Assumption, Proposal } from './proposal.ts';
import { arrange } from './propose-images.ts';
import {
  classify,
  type Found,
  findStateDict,
  type Module,
  type StateDict,
} from './propose-modules.ts';
import { findBreak, stepsOf } from './propose-steps.ts';
import { type Recognised, recognise } from './propose-vision.ts';
import type { TensorInfo } from './tensor.ts';

/** Chains longer than this are no network that a person would check layer by layer. */
const MAX_LAYERS = 64;

/**
 * A graph guessed from the names and shapes of a state dict: layers one after the other, as in a
 * perceptron or a plain CNN. What a state dict does not hold (activations, padding, pooling) is
 * assumed, and every assumption listed. Throws `unfit` for what is no chain.
 *
 * @param path of the checkpoint, for messages
 */
export function propose(tensors: Iterable<TensorInfo>, path: string): Proposal {
  const refuse = (reasons: readonly string[]): never => {
    throw new CheckpointError({ kind: 'unfit', reasons }, { path });
  };
  const dict = findStateDict(tensors);
  if (typeof dict === 'string') return refuse([dict]);
  const known = recognise(dict.modules);
  if (known) return knownProposal(known, dict);
  if (dict.modules.length > MAX_LAYERS) {
    return refuse([`${dict.modules.length} layers are too many to guess their order`]);
  }
  const chain = chainOf(dict.modules);
  if ('reasons' in chain) return refuse(chain.reasons);
  const { layers, by } = chain;
  const last = layers.findLast(({ kind }) => kind === 'linear' || kind === 'conv');
  if (last?.kind !== 'linear') return refuse(['it does not end in a linear layer']);
  const arranged = arrange(stepsOf(layers));
  if (typeof arranged === 'string') return refuse([arranged]);
  const assumptions: Assumption[] = [];
  if (dict.others.length > 0) assumptions.push({ code: 'state-dict', key: dict.key });
  if (layers.length > 1) assumptions.push({ code: 'order', by });
  assumptions.push(...arranged.assumptions, { code: 'logits', layer: last.name });
  const { input } = arranged;
  return { weights: dict.key, layers: arranged.layers, input, assumptions };
}

/** Of a family that everyone knows: it is said which, and that the last layer gives logits. */
function knownProposal({ family, layers }: Recognised, { key, others }: StateDict): Proposal {
  const last = layers.at(-1)?.name ?? '';
  const [, channels = null] = layers[0]?.shapes[0] ?? [];
  const assumptions: Assumption[] = [
    ...(others.length > 0 ? [{ code: 'state-dict', key } as const] : []),
    { code: 'family', family },
    { code: 'logits', layer: last },
  ];
  return { weights: key, layers, input: [channels, null, null], assumptions };
}

type Chain =
  | { readonly layers: readonly Found[]; readonly by: 'stored' | 'numbered' }
  | { readonly reasons: readonly string[] };

/** Layers in the order of the file, or by the numbers in their names where that order is alphabetical. */
function chainOf(modules: readonly Module[]): Chain {
  const classified = modules.map(classify);
  const reasons = classified.filter((layer) => typeof layer === 'string');
  if (reasons.length > 0) return { reasons };
  const stored = classified.filter((layer) => typeof layer !== 'string');
  const numbered = stored.toSorted((a, b) => naturally.compare(a.name, b.name));
  const alphabetical = stored.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const isSame = (other: readonly Found[]) => stored.every((layer, i) => layer === other[i]);
  const byFile = { layers: stored, by: 'stored' } as const;
  const byNumber = { layers: numbered, by: 'numbered' } as const;
  const inTurn = isSame(numbered)
    ? [byFile]
    : isSame(alphabetical)
      ? [byNumber, byFile]
      : [byFile, byNumber];
  const broken = inTurn.map(({ layers }) => findBreak(layers));
  const whole = inTurn.find((_, i) => broken[i] === undefined);
  return whole ?? { reasons: [broken.find((reason) => reason !== undefined) ?? ''] };
}

/** `fc2` before `fc10`, in any language alike. */
const naturally = new Intl.Collator('en', { numeric: true });
