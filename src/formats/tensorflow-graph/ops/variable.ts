import { dtypeOf } from '#formats/tensor-bundle/dtypes.ts';
import type { Context, Table } from '#formats/tensorflow-graph/context.ts';
import { constantOf } from '#formats/tensorflow-graph/tensor-values.ts';
import { ABSENT, DEAD, type Handle, known, type Value } from '#formats/tensorflow-graph/values.ts';
import { gather } from './gather.ts';

/** Constants, and what variables hold. */
export const variableOps: Table = {
  Const: constant,
  ReadVariableOp: (context) => handle(context, 0).value,
  ResourceGather: (context) => {
    context.ignore('batch_dims');
    if (context.int('batch_dims', 0) !== 0) context.refuse('batch_dims');
    return gather(context, handle(context, 0).value, context.array(1), 0);
  },
  VariableShape: (context) => {
    const { shape } = handle(context, 0).value;
    return known(shape, [shape.length]);
  },
  DisableCopyOnRead: () => [],
  // the side of a switch that is not taken is dead
  Switch: ({ array, inputs, refuse }) => {
    const choice = array(1);
    const [truth] = choice.kind === 'known' ? choice.values : [];
    if (typeof truth !== 'number') refuse('which side is taken is not in the file');
    const value = inputs[0] as Value;
    return truth === 0 ? [value, DEAD] : [DEAD, value];
  },
};

function handle({ inputs, refuse }: Context, index: number): Handle {
  const input = inputs[index];
  return input?.kind === 'handle' ? input : refuse('what it reads is no variable of the file');
}

function constant({ attribute, builder, ignore, node, refuse }: Context): Value {
  ignore('dtype');
  const message = attribute('value')?.tensor ?? refuse('it has no value');
  // what reads a text is refused by its own name
  if (dtypeOf(message.dtype ?? 0) === 'string') return ABSENT;
  const read = constantOf(message) ?? refuse('a constant that is no number, or is damaged');
  if (read.values) return known(read.values, read.shape, read.dtype);
  return read.constant ? builder.constant(node.name, read.constant) : refuse('it has no value');
}
