import type { Context } from './context.ts';
import { type Arrayed, isArrayed, type Size, type Value } from './values.ts';

type Run = (name: string, inputs: readonly Value[]) => readonly Value[];

/** Rounds of a loop that are laid out one after another: each is as many nodes as its body. */
const MAX_ROUNDS = 2000;

function functionOf(context: Context, name: string): string {
  return context.attribute(name)?.function?.name ?? context.refuse(`${name} is not given`);
}

/** `undefined` where it depends on the data, or on the size of an input. */
function truthOf(value: Value | undefined): number | undefined {
  const first = value?.kind === 'known' ? value.values[0] : undefined;
  return typeof first === 'number' ? first : undefined;
}

/** A loop, round by round: how many there are has to be known while reading. */
export function repeat(context: Context, run: Run): readonly Value[] {
  const [condition, body] = [functionOf(context, 'cond'), functionOf(context, 'body')];
  let values = context.inputs;
  for (let round = 0; ; round++) {
    const [goesOn] = run(condition, values);
    if (goesOn?.kind === 'absent') return [];
    const truth = truthOf(goesOn);
    if (truth === undefined) {
      context.refuse(
        'how often it is repeated is not in the file: it depends on the length of the input, or on the data',
      );
    }
    if (truth === 0) return values;
    if (round >= MAX_ROUNDS) {
      context.refuse(`it is repeated more than ${MAX_ROUNDS} times`);
    }
    values = run(body, values);
    if (values.some(({ kind }) => kind === 'absent')) return [];
  }
}

/** The branch that is taken; where that depends on the data, both, and what is wanted of them. */
export function branchOf(context: Context, run: Run): readonly Value[] {
  const [choice, ...inputs] = context.inputs;
  const truth = truthOf(choice);
  if (context.node.op.endsWith('Case')) {
    const branches = context.attribute('branches')?.list?.functions ?? [];
    if (truth === undefined) return context.refuse('which branch is taken depends on the data');
    const branch = branches[truth] ?? branches.at(-1);
    return run(branch?.name ?? '', inputs);
  }
  const [first, second] = ['then_branch', 'else_branch'].map((name) => functionOf(context, name));
  if (truth !== undefined) return run((truth === 0 ? second : first) ?? '', inputs);
  const [yes, no] = [run(first ?? '', inputs), run(second ?? '', inputs)];
  return yes.map((value, i) => either(context, [value, no[i]]));
}

function either(context: Context, [yes, no]: readonly [Value, Value | undefined]): Value {
  const choice = context.array(0);
  if (!isArrayed(yes) || !isArrayed(no) || !sameShape(yes, no) || choice.shape.length > 0) {
    return context.refuse('which branch is taken depends on the data');
  }
  const { shape, dtype } = yes;
  return context.emit('where', [choice, yes, no], {}, { shape, dtype });
}

function sameShape(a: Arrayed, b: Arrayed): boolean {
  const sizes: readonly Size[] = b.shape;
  return a.shape.length === sizes.length && a.shape.every((size, axis) => size === sizes[axis]);
}
