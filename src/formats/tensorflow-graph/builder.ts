import type { Dtype } from '#domain/dtype.ts';
import type {
  GraphConstant,
  GraphNode,
  GraphNote,
  GraphParameter,
  OpAttributes,
  OpName,
} from '#domain/graph.ts';
import { fold } from './fold.ts';
import { Sizes } from './sizes.ts';
import { type Arrayed, type Computed, isFloat, isWhole, type Known, type Size } from './values.ts';

/** A network of that many steps takes longer to go through than to compute. */
export const MAX_EMITTED = 200_000;
const MAX_INT32 = 2 ** 31 - 1;

/** What comes out of an op: known while reading where all that goes in is. */
export interface Outcome {
  readonly shape: readonly Size[];
  readonly dtype: Dtype;
}

export interface Emission<Op extends OpName> {
  readonly op: Op;
  readonly inputs: readonly (Arrayed | null)[];
  readonly attributes: OpAttributes[Op];
  readonly out: Outcome;
  /** The node it is for. */
  readonly source: string;
  /** What to call it. */
  readonly name: string;
}

/** Collects nodes in an order in which they can be computed; the same op on the same values is there once. */
export class Builder {
  readonly sizes = new Sizes();
  readonly parameters = new Map<string, GraphParameter>();
  readonly constants = new Map<string, GraphConstant>();
  readonly notes: GraphNote[] = [];
  /** Why the graph cannot be computed: all of it, found node by node. */
  readonly reasons = new Set<string>();
  readonly #nodes: GraphNode[] = [];
  readonly #same = new Map<string, GraphNode>();
  readonly #made = new Map<string, GraphNode>();
  readonly #known = new Map<string, Computed>();
  /** How often each name was asked for. */
  readonly #names = new Map<string, number>();

  get nodes(): readonly GraphNode[] {
    return [...this.sizes.nodes, ...this.#nodes];
  }

  /** The node that gives a value. */
  nodeOf(value: string): GraphNode | undefined {
    return this.#made.get(value);
  }

  /** A name that no value has yet. */
  fresh(name: string): string {
    const times = (this.#names.get(name) ?? 0) + 1;
    this.#names.set(name, times);
    return times === 1 ? name : this.fresh(`${name} #${times}`);
  }

  /** Nodes so far, where they are more than a network has; 0 otherwise. */
  get surplus(): number {
    return this.#nodes.length > MAX_EMITTED ? this.#nodes.length : 0;
  }

  emit<Op extends OpName>(emission: Emission<Op>): Arrayed {
    const { op, inputs, attributes, out } = emission;
    if (inputs.every((input): input is Known => input?.kind === 'known')) {
      const folded = fold(op, inputs, attributes, this.sizes);
      if (folded) return { ...folded, dtype: out.dtype };
    }
    return this.compute(emission);
  }

  /** The same, never folded. */
  compute<Op extends OpName>({
    op,
    inputs,
    attributes,
    out,
    source,
    name,
  }: Emission<Op>): Computed {
    const { shape, dtype } = out;
    const names = inputs.map((input) => input && this.computed(input, source).name);
    const key = `${op} ${JSON.stringify([names, attributes])}`;
    const before = this.#same.get(key);
    if (before) return { kind: 'computed', name: before.outputs[0] ?? '', shape, dtype };
    const value = this.fresh(name);
    const node = { op, inputs: names, outputs: [value], attributes, source } as GraphNode;
    this.#nodes.push(node);
    this.#same.set(key, node);
    this.#made.set(value, node);
    return { kind: 'computed', name: value, shape, dtype };
  }

  /** A value as the graph computes it: numbers become a constant, lengths are asked of the inputs. */
  computed(value: Arrayed, source: string): Computed {
    if (value.kind === 'computed') return value;
    const key = `${value.dtype} ${value.shape.join()} ${value.values.join()}`;
    const before = this.#known.get(key);
    if (before) return before;
    const made = this.#materialise(value, source);
    this.#known.set(key, made);
    return made;
  }

  #materialise({ values, shape, dtype }: Known, source: string): Computed {
    const whole = isWhole(dtype);
    const type: Dtype = isFloat(dtype) ? 'float32' : whole ? 'int32' : dtype;
    const out = { shape, dtype: type };
    if (values.every((value) => typeof value === 'number')) {
      if (whole && values.some((value) => Math.abs(value) > MAX_INT32)) {
        this.reasons.add(`${source}: a whole number past 2³¹`);
      }
      const attributes = { values, shape, dtype: type };
      return this.compute({
        op: 'constant',
        inputs: [],
        attributes,
        out,
        source,
        name: 'constant',
      });
    }
    const scalars = values.map((value): Computed => {
      const scalar: Computed = {
        kind: 'computed',
        name: this.sizes.scalar(value),
        shape: [],
        dtype: 'int32',
      };
      return whole
        ? scalar
        : this.compute({
            op: 'cast',
            inputs: [scalar],
            attributes: { dtype: type },
            out: { shape: [], dtype: type },
            source,
            name: 'size',
          });
    });
    const [only] = scalars;
    if (shape.length === 0 && only) return only;
    const rows = scalars.map((scalar) =>
      this.compute({
        op: 'unsqueeze',
        inputs: [scalar],
        attributes: { axis: 0 },
        out: { shape: [1], dtype: type },
        source,
        name: 'size',
      }),
    );
    const flat = this.compute({
      op: 'concat',
      inputs: rows,
      attributes: { axis: 0 },
      out: { shape: [rows.length], dtype: type },
      source,
      name: 'sizes',
    });
    if (shape.length === 1) return flat;
    return this.compute({
      op: 'reshape',
      inputs: [flat],
      attributes: { shape },
      out,
      source,
      name: 'sizes',
    });
  }

  /** A constant that is too large to be known while reading. */
  constant(name: string, constant: GraphConstant): Computed {
    const value = this.fresh(name);
    this.constants.set(value, constant);
    const { shape, dtype } = constant;
    return { kind: 'computed', name: value, shape, dtype };
  }

  /** What a checkpoint has to bring. */
  parameter(parameter: GraphParameter): Computed {
    const value = this.fresh(parameter.name);
    this.parameters.set(value, parameter);
    const { shape, dtype } = parameter;
    return { kind: 'computed', name: value, shape, dtype };
  }

  note(note: GraphNote): void {
    const same = JSON.stringify(note);
    if (!this.notes.some((other) => JSON.stringify(other) === same)) this.notes.push(note);
  }
}
