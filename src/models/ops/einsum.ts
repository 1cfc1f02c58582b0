import { matMul, reshape, sum, type Tensor, transpose } from '@tensorflow/tfjs';
import { toFloat } from './linear.ts';
import { float, type Inputs, Misfit, need, type Op, product, show, sizeOf } from './op.ts';

/** An operand with a letter for each of its axes. */
interface Lettered {
  readonly letters: string;
  readonly tensor: Tensor;
}

/** By products of matrices: tfjs has no kernel for it on wasm. */
export const einsum: Op<'einsum'> = {
  infer(inputs, { equation }) {
    const { operands, result } = parse(equation);
    if (operands.length !== inputs.length) {
      throw new Misfit(`${equation} of ${inputs.length} arrays`);
    }
    const sizes = sizesOf(operands, inputs);
    return float(
      [...result].map((letter) => {
        const size = sizes.get(letter);
        if (size === undefined)
          throw new Misfit(`${equation} gives a letter that it does not take`);
        return size;
      }),
    );
  },
  compute(inputs, { equation }) {
    const { operands, result } = parse(equation);
    const all = operands.map(
      (letters, index): Lettered => ({
        letters,
        tensor: toFloat(need(inputs, index)),
      }),
    );
    // Letters that are wanted later, or in the result, stay.
    const joined = all.reduce((left, right, index) =>
      contract(left, right, operands.slice(index + 1).join('') + result),
    );
    return ordered(summed(joined, result), result).tensor;
  },
};

function parse(equation: string): { operands: readonly string[]; result: string } {
  const [left = '', right] = equation.replace(/\s/g, '').split('->');
  const operands = left.split(',');
  const letters = operands.join('');
  const result =
    right ??
    [...new Set(letters)]
      .filter((one) => letters.split(one).length === 2)
      .sort()
      .join('');
  const isPlain = [...operands, result].every(
    (part) => /^[a-zA-Z]*$/.test(part) && new Set(part).size === part.length,
  );
  if (!isPlain) throw new Misfit(`the equation ${equation}`);
  return { operands, result };
}

function sizesOf(
  operands: readonly string[],
  inputs: Inputs<{ readonly shape: readonly number[] }>,
): ReadonlyMap<string, number> {
  const sizes = new Map<string, number>();
  for (const [index, letters] of operands.entries()) {
    const { shape } = need(inputs, index);
    if (shape.length !== letters.length) throw new Misfit(`${show(shape)} for ${letters}`);
    for (const [axis, letter] of [...letters].entries()) {
      const size = sizeOf(shape, axis);
      const known = sizes.get(letter);
      if (known !== undefined && known !== size) {
        throw new Misfit(`${letter} is ${known} and ${size}`);
      }
      sizes.set(letter, size);
    }
  }
  return sizes;
}

/** Sums over the letters that are not among `wanted`. */
function summed({ letters, tensor }: Lettered, wanted: string): Lettered {
  const gone = [...letters].flatMap((letter, axis) => (wanted.includes(letter) ? [] : [axis]));
  if (gone.length === 0) return { letters, tensor };
  return {
    letters: [...letters].filter((letter) => wanted.includes(letter)).join(''),
    tensor: sum(tensor, gone),
  };
}

function ordered({ letters, tensor }: Lettered, order: string): Lettered {
  if (letters === order) return { letters, tensor };
  const axes = [...order].map((letter) => letters.indexOf(letter));
  return { letters: order, tensor: transpose(tensor, axes) };
}

/** Two operands as one: a batch of products of matrices. */
function contract(a: Lettered, b: Lettered, wanted: string): Lettered {
  const left = summed(a, b.letters + wanted);
  const right = summed(b, a.letters + wanted);
  const inBoth = [...left.letters].filter((letter) => right.letters.includes(letter));
  const batch = inBoth.filter((letter) => wanted.includes(letter)).join('');
  const inner = inBoth.filter((letter) => !wanted.includes(letter)).join('');
  const rows = [...left.letters].filter((letter) => !right.letters.includes(letter)).join('');
  const columns = [...right.letters].filter((letter) => !left.letters.includes(letter)).join('');
  const size = ({ letters, tensor }: Lettered, some: string) =>
    [...some].map((letter) => sizeOf(tensor.shape, letters.indexOf(letter)));
  const [batchSizes, rowSizes, columnSizes] = [
    size(left, batch),
    size(left, rows),
    size(right, columns),
  ];
  const depth = product(size(left, inner));
  const matrix = ({ tensor }: Lettered, first: number, second: number) =>
    reshape(tensor, [product(batchSizes), first, second]);
  const out = matMul(
    matrix(ordered(left, batch + rows + inner), product(rowSizes), depth),
    matrix(ordered(right, batch + inner + columns), depth, product(columnSizes)),
  );
  return {
    letters: batch + rows + columns,
    tensor: reshape(out, [...batchSizes, ...rowSizes, ...columnSizes]),
  };
}
