import type { BinaryName, UnaryName } from '#domain/graph.ts';
import { broadcast } from './merge.ts';
import { each, type Table } from './table.ts';

const BINARY: Readonly<Record<string, BinaryName>> = {
  Add: 'add',
  Subtract: 'sub',
  Multiply: 'mul',
  Divide: 'div',
  TrueDivide: 'div',
  Maximum: 'maximum',
  Minimum: 'minimum',
  Power: 'pow',
};

const UNARY: Readonly<Record<string, UnaryName>> = {
  Relu: 'relu',
  Relu6: 'relu6',
  Sigmoid: 'sigmoid',
  Silu: 'silu',
  Tanh: 'tanh',
  Softplus: 'softplus',
  Selu: 'selu',
  Exp: 'exp',
  Log: 'log',
  Sqrt: 'sqrt',
  Rsqrt: 'rsqrt',
  Square: 'square',
  Absolute: 'abs',
  Negative: 'neg',
};

/** Operations that `x + y` and `keras.ops` put between layers; numbers come in as constants. */
export const operations: Table = {
  ...Object.fromEntries(
    Object.entries(BINARY).flatMap(([className, name]) =>
      Object.entries(
        each([className], ({ emit, inputs, refuse, shapeOf }) => {
          const [a = '', b = refuse('a single operand')] = inputs;
          return emit('binary', [a, b], { name }, broadcast(shapeOf(a), shapeOf(b)));
        }),
      ),
    ),
  ),
  ...Object.fromEntries(
    Object.entries(UNARY).flatMap(([className, name]) =>
      Object.entries(
        each([className], ({ emit, input, shapeOf }) =>
          emit('unary', [input], { name }, shapeOf(input)),
        ),
      ),
    ),
  ),
};
