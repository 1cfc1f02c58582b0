import type { BinaryName, Dimension, GraphNode } from '#domain/graph.ts';
import type { Program, Size } from './program.ts';

/** SymPy's and torch's functions of lengths; the others of `srepr` are refused. */
const FUNCTIONS: Readonly<Record<string, BinaryName>> = {
  Add: 'add',
  Mul: 'mul',
  FloorDiv: 'floor_div',
  CleanDiv: 'floor_div',
  Mod: 'remainder',
  PythonMod: 'remainder',
  Max: 'maximum',
  Min: 'minimum',
};

const NUMBERS: Partial<Record<BinaryName, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  mul: (a, b) => a * b,
  floor_div: (a, b) => Math.floor(a / b),
  remainder: (a, b) => a - b * Math.floor(a / b),
  maximum: Math.max,
  minimum: Math.min,
};

/** Lengths nested deeper than this are no lengths of a network. */
const MAX_DEPTH = 50;

interface Call {
  readonly name: string;
  readonly parts: readonly Expression[];
}

type Expression = Call | number | string;

/** Lengths as values of the graph: those of inputs, and what is worked out from them. */
export class SizeValues {
  readonly #program: Program;
  readonly #nodes = new Map<string, GraphNode>();

  constructor(program: Program) {
    this.#program = program;
  }

  /** All that were asked for, in an order in which they can be computed. */
  get nodes(): readonly GraphNode[] {
    return [...this.#nodes.values()];
  }

  /** A number, or the name of a value; `null` where no input tells it. */
  dimension(size: Size): Dimension | null {
    if (typeof size === 'number') return size;
    if ('symbol' in size) return this.#symbol(size.symbol);
    const expression = parseExpression(size.expression);
    return expression === null ? null : this.#valueOf(expression);
  }

  #valueOf(expression: Expression): Dimension | null {
    if (typeof expression === 'number') return expression;
    if (typeof expression === 'string') return null;
    const { name, parts } = expression;
    const [first, second] = parts;
    if (name === 'Integer' && typeof first === 'number') return first;
    if (name === 'Symbol' && typeof first === 'string') return this.#symbol(first);
    if (name === 'Pow' && first !== undefined) return this.#power(first, second);
    const op = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (!op || parts.length < 2) return null;
    const values = parts.map((part) => this.#valueOf(part));
    return values.reduce((a, b) => (a === null || b === null ? null : this.#join(op, a, b)));
  }

  #power(base: Expression, exponent: Expression | undefined): Dimension | null {
    const times = exponent === undefined ? null : this.#valueOf(exponent);
    const value = this.#valueOf(base);
    if (typeof times !== 'number' || times < 1 || times > MAX_DEPTH || value === null) return null;
    return Array.from({ length: times }, () => value).reduce((a, b) => this.#join('mul', a, b));
  }

  #join(op: BinaryName, a: Dimension, b: Dimension): Dimension {
    const compute = NUMBERS[op];
    if (typeof a === 'number' && typeof b === 'number' && compute) return compute(a, b);
    return this.#add(`${op}(${a}, ${b})`, {
      op: 'binary',
      inputs: [this.scalar(a), this.scalar(b)],
      attributes: { name: op },
    });
  }

  /** A length as a value that ops read. */
  scalar(size: Dimension): string {
    if (typeof size === 'string') return size;
    return this.#add(`length ${size}`, {
      op: 'constant',
      inputs: [],
      attributes: { values: [size], shape: [], dtype: 'int64' },
    });
  }

  #symbol(symbol: string): string | null {
    const name = `size of ${symbol}`;
    if (this.#nodes.has(name)) return name;
    for (const { kind, value } of this.#program.inputs) {
      if (kind !== 'user_input' || value === null) continue;
      for (const [axis, size] of (this.#program.tensors.get(value)?.sizes ?? []).entries()) {
        const factor = factorOf(size, symbol);
        if (factor === null) continue;
        const attributes = { axis };
        if (factor === 1) return this.#add(name, { op: 'size', inputs: [value], attributes });
        const whole = this.#add(`size ${axis} of ${value}`, {
          op: 'size',
          inputs: [value],
          attributes,
        });
        return this.#add(name, {
          op: 'binary',
          inputs: [whole, this.scalar(factor)],
          attributes: { name: 'floor_div' },
        });
      }
    }
    return null;
  }

  #add(name: string, node: Pick<GraphNode, 'op' | 'inputs' | 'attributes'>): string {
    const source = 'torch.ops.aten.sym_size.int';
    if (!this.#nodes.has(name)) {
      this.#nodes.set(name, { ...node, outputs: [name], source } as GraphNode);
    }
    return name;
  }
}

/** How often a symbol is in a length that is nothing but a multiple of it. */
function factorOf(size: Size, symbol: string): number | null {
  if (typeof size === 'number') return null;
  if ('symbol' in size) return size.symbol === symbol ? 1 : null;
  const expression = parseExpression(size.expression);
  if (expression === null || typeof expression !== 'object' || expression.name !== 'Mul') {
    return null;
  }
  const [factor, own] = expression.parts;
  const isOwn = typeof own === 'object' && own.name === 'Symbol' && own.parts[0] === symbol;
  const isNumber = typeof factor === 'object' && factor.name === 'Integer';
  const times = isNumber ? factor.parts[0] : undefined;
  return isOwn && expression.parts.length === 2 && typeof times === 'number' ? times : null;
}

const TOKEN = /\s*(?:([A-Za-z_]\w*)(?=\s*[(=])|(-?\d+)|'([^']*)'|([(),=])|([A-Za-z_]\w*))/y;

/**
 * `Mul(Integer(2), Symbol('s0', positive=True))`, as SymPy's `srepr` writes it; `null` for what is written
 * otherwise. Assumptions about symbols (`positive=True`) are left out.
 */
export function parseExpression(text: string): Expression | null {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const match = TOKEN.exec(text);
    if (!match) return null;
    tokens.push(match[0].trim());
  }
  let at = 0;

  function parse(depth: number): Expression | null {
    const token = tokens[at++];
    if (token === undefined || depth > MAX_DEPTH) return null;
    if (/^-?\d+$/.test(token)) return Number(token);
    if (token.startsWith("'")) return token.slice(1, -1);
    if (tokens[at] !== '(') return null;
    const parts = parseParts(depth);
    return parts && { name: token, parts };
  }

  function parseParts(depth: number): Expression[] | null {
    const parts: Expression[] = [];
    do {
      at++;
      if (tokens[at] === ')') break;
      if (tokens[at + 1] === '=') {
        at += 3;
        continue;
      }
      const part = parse(depth + 1);
      if (part === null) return null;
      parts.push(part);
    } while (tokens[at] === ',');
    return tokens[at++] === ')' ? parts : null;
  }

  const expression = parse(0);
  return at === tokens.length ? expression : null;
}
