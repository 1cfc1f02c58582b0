import type { BinaryName, GraphNode } from '#domain/graph.ts';
import type { Size } from './values.ts';

/** A number of times a product of lengths of inputs. */
interface Monomial {
  readonly factor: number;
  readonly symbols: readonly string[];
}

export type SizeOperation = Extract<
  BinaryName,
  'add' | 'sub' | 'mul' | 'floor_div' | 'remainder' | 'maximum' | 'minimum'
>;

const NUMBERS: { readonly [Name in SizeOperation]: (a: number, b: number) => number } = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  floor_div: (a, b) => Math.floor(a / b),
  remainder: (a, b) => a - b * Math.floor(a / b),
  maximum: Math.max,
  minimum: Math.min,
};

/** Lengths that only the inputs tell: each has one name, so that equal ones are seen to be equal. */
export class Sizes {
  readonly #nodes = new Map<string, GraphNode>();
  readonly #monomials = new Map<string, Monomial>();

  /** All nodes that give lengths, in an order in which they can be computed. */
  get nodes(): readonly GraphNode[] {
    return [...this.#nodes.values()];
  }

  /** The length of an input along an axis. */
  ofInput(input: string, axis: number): string {
    const name = axis === 0 ? 'size of the batch' : `size ${axis} of ${input}`;
    this.#monomials.set(name, { factor: 1, symbols: [name] });
    return this.#node(name, { op: 'size', inputs: [input], attributes: { axis } });
  }

  join(operation: SizeOperation, a: Size, b: Size): Size {
    if (typeof a === 'number' && typeof b === 'number') return NUMBERS[operation](a, b);
    if (b === 0 && (operation === 'add' || operation === 'sub')) return a;
    if (a === 0 && operation === 'add') return b;
    const simple = this.#simplify(operation, this.#monomial(a), this.#monomial(b));
    if (simple) return this.#sizeOf(simple);
    return this.#node(`${operation}(${a}, ${b})`, {
      op: 'binary',
      inputs: [this.scalar(a), this.scalar(b)],
      attributes: { name: operation },
    });
  }

  /** `null` where nothing simpler says the same for every input. */
  #simplify(operation: SizeOperation, a: Monomial, b: Monomial): Monomial | null {
    switch (operation) {
      case 'mul':
        return { factor: a.factor * b.factor, symbols: [...a.symbols, ...b.symbols].sort() };
      case 'floor_div':
        return divide(a, b);
      case 'remainder':
        return divide(a, b) && { factor: 0, symbols: [] };
      case 'add':
      case 'sub':
      case 'maximum':
      case 'minimum': {
        const alike = a.symbols.join() === b.symbols.join();
        return alike ? { ...a, factor: NUMBERS[operation](a.factor, b.factor) } : null;
      }
    }
  }

  product(sizes: readonly Size[]): Size {
    return sizes.reduce<Size>((all, size) => this.join('mul', all, size), 1);
  }

  /** A length as a value that ops read. */
  scalar(size: Size): string {
    if (typeof size === 'string') return size;
    const attributes = { values: [size], shape: [], dtype: 'int32' as const };
    return this.#node(`length ${size}`, { op: 'constant', inputs: [], attributes });
  }

  #monomial(size: Size): Monomial {
    if (typeof size === 'number') return { factor: size, symbols: [] };
    return this.#monomials.get(size) ?? { factor: 1, symbols: [size] };
  }

  #sizeOf(monomial: Monomial): Size {
    const { factor, symbols } = monomial;
    const [first, ...others] = symbols;
    if (first === undefined || factor === 0) return factor;
    let name = first;
    for (const other of others) name = this.#multiply(name, other);
    if (factor !== 1) name = this.#multiply(name, factor);
    this.#monomials.set(name, monomial);
    return name;
  }

  #multiply(a: string, b: Size): string {
    return this.#node(`${a} · ${b}`, {
      op: 'binary',
      inputs: [a, this.scalar(b)],
      attributes: { name: 'mul' },
    });
  }

  #node(name: string, node: Pick<GraphNode, 'op' | 'inputs' | 'attributes'>): string {
    if (!this.#nodes.has(name)) {
      this.#nodes.set(name, { ...node, outputs: [name], source: 'Shape' } as GraphNode);
    }
    return name;
  }
}

/** `null` where it does not come out even for every input. */
function divide(a: Monomial, b: Monomial): Monomial | null {
  if (b.factor === 0 || a.factor % b.factor !== 0) return null;
  const symbols = [...a.symbols];
  for (const symbol of b.symbols) {
    const at = symbols.indexOf(symbol);
    if (at < 0) return null;
    symbols.splice(at, 1);
  }
  return { factor: a.factor / b.factor, symbols };
}
