import { makeZip } from '#encodings/zip-testing.ts';
import { bytesSource } from '#io/testing.ts';

/** A node in short: its target, its arguments as the schema writes them, and its outputs. */
interface ShortNode {
  readonly target: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly outputs?: readonly string[];
}

export interface ShortProgram {
  readonly nodes: readonly ShortNode[];
  /** Sizes of every value; a text is a symbol. `x` is the input, the others parameters. */
  readonly shapes: Readonly<Record<string, readonly (number | string)[]>>;
  readonly dtypes?: Readonly<Record<string, number>>;
  readonly outputs?: readonly string[];
  readonly inputSpecs?: readonly unknown[];
  readonly outputSpecs?: readonly unknown[];
  readonly version?: { readonly major: number; readonly minor: number };
}

export const tensor = (name: string) => ({ as_tensor: { name } });
export const ints = (...values: readonly number[]) => ({ as_ints: values });
export const int = (value: number) => ({ as_int: value });
export const float = (value: number | string) => ({ as_float: value });

/** An archive as `torch.export.save` writes it, without weights. */
export function archive(program: ShortProgram, extra: Readonly<Record<string, string>> = {}) {
  const encode = (text: string) => new TextEncoder().encode(text);
  const entries = {
    'model/models/model.json': JSON.stringify(describeProgram(program)),
    'model/archive_format': 'pt2',
    'model/byteorder': 'little',
    ...extra,
  };
  const members = Object.entries(entries).map(([name, text]) => ({ name, bytes: encode(text) }));
  return bytesSource(makeZip(members), 'run/model.pt2');
}

export function describeProgram(program: ShortProgram): unknown {
  const { nodes, shapes, dtypes = {}, version = { major: 8, minor: 20 } } = program;
  const outputs = program.outputs ?? nodes.at(-1)?.outputs ?? ['y'];
  const made = new Set(nodes.flatMap((node) => node.outputs ?? ['y']));
  const given = Object.keys(shapes).filter((name) => !made.has(name));
  return {
    graph_module: {
      graph: {
        nodes: nodes.map(({ target, args, outputs = ['y'] }) => ({
          target: `torch.ops.aten.${target}`,
          name: outputs[0],
          inputs: Object.entries(args).map(([name, arg]) => ({ name, arg, kind: 1 })),
          outputs: outputs.map(tensor),
        })),
        tensor_values: Object.fromEntries(
          Object.entries(shapes).map(([name, sizes]) => [name, meta(sizes, dtypes[name] ?? 7)]),
        ),
        sym_int_values: {},
      },
      signature: {
        input_specs:
          program.inputSpecs ??
          given.map((name) =>
            name === 'x'
              ? { user_input: { arg: tensor(name) } }
              : { parameter: { arg: { name }, parameter_name: `net.${name}` } },
          ),
        output_specs:
          program.outputSpecs ?? outputs.map((name) => ({ user_output: { arg: tensor(name) } })),
      },
    },
    schema_version: version,
    torch_version: '2.13.0',
  };
}

export function meta(sizes: readonly (number | string)[], dtype = 7): unknown {
  const strides = sizes.map(() => ({ as_int: 1 }));
  return { dtype, sizes: sizes.map(size), strides, storage_offset: { as_int: 0 } };
}

function size(value: number | string): unknown {
  if (typeof value === 'number') return { as_int: value };
  const symbol = (name: string) => `Symbol('${name}', positive=True, integer=True)`;
  const expression = value.replace(/\bs\d+\b/g, symbol);
  return { as_expr: { expr_str: expression, hint: null } };
}
