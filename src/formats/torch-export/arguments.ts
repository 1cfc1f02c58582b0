import type { Dtype } from '#domain/dtype.ts';
import type { Argument, ExportedNode } from './program.ts';

type Of<Kind extends Argument['kind']> = Extract<Argument, { readonly kind: Kind }>;

/** Arguments of a node by name. What the file leaves out has the default of the op's schema. */
export interface Arguments {
  tensor(name: string): string;
  optionalTensor(name: string): string | null;
  tensors(name: string): readonly string[];
  /** Those that are left out are `null`. */
  optionalTensors(name: string): readonly (string | null)[];
  /** A number, `true` being 1; or `missing` where the argument is left out or `None`. */
  number<T = never>(name: string, missing?: T): number | T;
  /** Numbers; a single one is a list of one. */
  numbers(name: string, missing?: readonly number[]): readonly number[];
  boolean(name: string, missing: boolean): boolean;
  text(name: string, missing: string): string;
  dtype(name: string): Dtype | null;
  /** Lengths: known ones, and names of values; a single one is a list of one. */
  sizes(name: string): readonly (number | string)[];
  /** A length, or `missing` where it is left out. */
  size<T = never>(name: string, missing?: T): number | string | T;
  kindOf(name: string): Argument['kind'];
  /** Says that these change nothing when evaluating. */
  ignore(...names: readonly string[]): void;
  /** Arguments that nobody asked for: a newer schema, or an op that is not understood. */
  unread(): readonly string[];
}

const NONE: Argument = { kind: 'none' };

export function argumentsOf(node: ExportedNode, refuse: (why: string) => never): Arguments {
  const given = new Map(node.arguments.map(({ name, argument }) => [name, argument]));
  const unread = new Set(given.keys());

  function take(name: string): Argument {
    unread.delete(name);
    return given.get(name) ?? NONE;
  }

  function expect<Kind extends Argument['kind']>(name: string, kind: Kind): Of<Kind> {
    const argument = take(name);
    return argument.kind === kind
      ? (argument as Of<Kind>)
      : refuse(`${name} is ${inWords(argument)}`);
  }

  /** `undefined` where it is left out. */
  function list(name: string): readonly (number | string)[] | undefined {
    const argument = take(name);
    switch (argument.kind) {
      case 'none':
        return undefined;
      case 'number':
        return [argument.value];
      case 'numbers':
        return argument.values;
      case 'size':
        return [argument.size];
      case 'sizes':
        return argument.sizes;
      case 'boolean':
        return [Number(argument.value)];
      case 'tensor':
      case 'tensors':
      case 'text':
      case 'dtype':
      case 'graph':
      case 'other':
        return refuse(`${name} is ${inWords(argument)}`);
    }
  }

  return {
    tensor: (name) => expect(name, 'tensor').name,
    optionalTensor: (name) => (take(name).kind === 'none' ? null : expect(name, 'tensor').name),
    tensors: (name) =>
      expect(name, 'tensors').names.map((tensor) => tensor ?? refuse(`${name} has a gap`)),
    optionalTensors: (name) => expect(name, 'tensors').names,
    number(name, missing) {
      const [value, second] = list(name) ?? [];
      if (value === undefined)
        return missing === undefined ? refuse(`${name} is missing`) : missing;
      return typeof value === 'number' && second === undefined
        ? value
        : refuse(`${name} depends on the input`);
    },
    numbers(name, missing) {
      const values = list(name) ?? missing ?? refuse(`${name} is missing`);
      return values.map((value) =>
        typeof value === 'number' ? value : refuse(`${name} depends on the input`),
      );
    },
    boolean: (name, missing) =>
      take(name).kind === 'none' ? missing : expect(name, 'boolean').value,
    text: (name, missing) => (take(name).kind === 'none' ? missing : expect(name, 'text').value),
    dtype: (name) => (take(name).kind === 'none' ? null : expect(name, 'dtype').dtype),
    sizes: (name) => list(name) ?? refuse(`${name} is missing`),
    size: (name, missing) => list(name)?.[0] ?? missing ?? refuse(`${name} is missing`),
    kindOf: (name) => take(name).kind,
    ignore: (...names) => {
      for (const name of names) take(name);
    },
    unread: () => [...unread].filter((name) => given.get(name)?.kind !== 'none'),
  };
}

function inWords(argument: Argument): string {
  if (argument.kind === 'none') return 'missing';
  return argument.kind === 'other' ? `given ${argument.tag}` : `a ${argument.kind}`;
}
