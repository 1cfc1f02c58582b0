import type { Binding } from './evaluation.ts';
import {
  byQuality,
  type Candidate,
  candidatesOf,
  type Join,
  joinsOf,
  type Parameters,
  sameShape,
} from './join.ts';
import { renumberedJoins } from './join-renumbered.ts';
import type { TensorInfo } from './tensor.ts';

export interface BindOptions {
  /** Take the weights under this prefix, `generator.`, where several fit equally well. */
  readonly prefix?: string | undefined;
}

/** What wrappers put into names anywhere: `torch.compile`, FSDP, activation checkpointing, DDP. */
const WRAPPER =
  /(?:^|\.)(?:_orig_mod|_fsdp_wrapped_module|_checkpoint_wrapped_module|module)(?=\.)/g;

/**
 * How the tensors of a checkpoint meet the parameters of a graph: by their names, with one rule for
 * all of them. Of several prefixes the one under which most shapes agree is taken, running averages
 * only where nothing else is there. Where that leaves a choice, nothing is joined: see `ambiguous`.
 */
export function bind(
  parameters: Parameters,
  tensors: Iterable<TensorInfo>,
  { prefix }: BindOptions = {},
): Binding {
  const infos = [...tensors];
  const labelled = candidatesOf(infos, ({ label, name }) => label ?? name);
  const views = [labelled, candidatesOf(infos, ({ name }) => name)];
  const isWanted = (join: Join) => prefix === undefined || join.prefix === prefix;

  let joins = views.flatMap((view) => joinsOf(parameters, view)).filter(isWanted);
  if (!joins.some((join) => isComplete(join, parameters))) {
    const more = [
      ...unwrappedJoins(parameters, labelled),
      ...views.flatMap((view) => renumberedJoins(parameters, view)),
    ].filter((join) => isWanted(join) && isComplete(join, parameters));
    if (more.length > 0) joins = more;
  }
  const best = joins.toSorted(byQuality)[0];
  const rivals = best ? rivalsOf(best, joins) : [];
  const join = rivals.length > 0 ? undefined : best;
  const unrelated = best?.fits === 0 && best.clashes.length === 0;
  return report(parameters, labelled, { join, ambiguous: unrelated ? [] : rivals });
}

/** Weights of a checkpoint that a graph could take: under a prefix, all that it asks for. */
export interface WeightsChoice {
  /** Before the names: `model_state_dict.`, `ema.`; `''`: nothing. */
  readonly prefix: string;
  /** Running averages of weights, or an EMA. */
  readonly averages: boolean;
}

/** Every prefix under which a checkpoint has all that a graph asks for, the one that is taken first. */
export function weightsChoices(
  parameters: Parameters,
  tensors: Iterable<TensorInfo>,
): readonly WeightsChoice[] {
  const infos = [...tensors];
  const views = [
    candidatesOf(infos, ({ label, name }) => label ?? name),
    candidatesOf(infos, ({ name }) => name),
  ];
  const whole = views
    .flatMap((view) => joinsOf(parameters, view))
    .filter((join) => isComplete(join, parameters) && join.clashes.length === 0)
    .toSorted(byQuality);
  const first = new Map<string, WeightsChoice>();
  for (const { prefix, averages } of whole) {
    if (!first.has(prefix)) first.set(prefix, { prefix, averages });
  }
  return [...first.values()];
}

function isComplete(join: Join, parameters: Parameters): boolean {
  return join.fits === parameters.size;
}

/** Joins names that differ by what wrappers put inside of them. */
function unwrappedJoins(parameters: Parameters, candidates: readonly Candidate[]): Join[] {
  const unwrap = (name: string) => name.replaceAll(WRAPPER, '').replace(/^\./, '');
  const bare = new Map(
    [...parameters].map(([value, parameter]) => [
      value,
      { ...parameter, name: unwrap(parameter.name) },
    ]),
  );
  const unwrapped = candidates.map(({ key, ...rest }) => ({ ...rest, key: unwrap(key) }));
  return joinsOf(bare, unwrapped).map((join) => ({
    ...join,
    pairs: new Map(
      [...join.pairs].map(([value, { tensor, rule }]) => {
        const wrappers = [...new Set(tensor.name.match(WRAPPER))].map((key) =>
          key.replace('.', ''),
        );
        return [value, { tensor, rule: [...wrappers.map((key) => `…${key}…`), rule].join(' ') }];
      }),
    ),
  }));
}

/** Prefixes as good as the chosen one that lead to other tensors; or tensors that share a name. */
function rivalsOf(join: Join, joins: readonly Join[]): string[] {
  if (join.clashes.length > 0) return [...new Set(join.clashes)];
  const tensors = new Set([...join.pairs.values()].map(({ tensor }) => tensor));
  const equal = joins.filter(
    (other) =>
      byQuality(join, other) === 0 &&
      [...other.pairs.values()].some(({ tensor }) => !tensors.has(tensor)),
  );
  return equal.length === 0 ? [] : [...new Set([join, ...equal].map(({ prefix }) => prefix))];
}

function report(
  parameters: Parameters,
  candidates: readonly Candidate[],
  { join, ambiguous }: { join: Join | undefined; ambiguous: readonly string[] },
): Binding {
  const used: Binding['used'][number][] = [];
  const reshaped: Binding['reshaped'][number][] = [];
  const missing: string[] = [];
  for (const [parameter, { shape }] of parameters) {
    const pair = join?.pairs.get(parameter);
    if (!pair) missing.push(parameter);
    else if (sameShape(pair.tensor.shape, shape)) {
      used.push({ parameter, tensor: pair.tensor.name, rule: pair.rule });
    } else {
      const { name: tensor, shape: found } = pair.tensor;
      reshaped.push({ parameter, tensor, wanted: shape, found });
    }
  }
  const taken = new Set([...used, ...reshaped].map(({ tensor }) => tensor));
  const tied = namesOfTied(parameters, join?.prefix ?? '');
  const unused = candidates
    .filter(({ info, role }) => (role === 'weight' || role === 'buffer') && !taken.has(info.name))
    .filter(({ key }) => !tied.has(key) && !/(?:^|[./])num_batches_tracked$/.test(key))
    .map(({ info }) => info.name);
  return { used, unused, missing, reshaped, ambiguous };
}

/** Keys of weights that are used under another of their names. */
function namesOfTied(parameters: Parameters, prefix: string): ReadonlySet<string> {
  return new Set(
    [...parameters.values()].flatMap(({ name, aliases = [] }) =>
      aliases.length === 0 ? [] : [name, ...aliases].map((key) => prefix + key),
    ),
  );
}
