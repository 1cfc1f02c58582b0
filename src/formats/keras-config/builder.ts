import type { Dtype } from '#domain/dtype.ts';
import type {
  Dimension,
  GraphNode,
  GraphNote,
  GraphParameter,
  OpAttributes,
  OpName,
} from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { JsonNode } from '#encodings/json-node.ts';
import { type Given, isList, show, valuesOf } from './arguments.ts';
import { type LayerConfig, layerConfig } from './layer-config.ts';
import { type Policy, policyOf } from './policy.ts';

/** The first axis counts examples; `null` for a length that is not known. */
export type Shape = readonly (number | null)[];

/** Translates one call of a layer; gives the value that comes out, or all of them. */
export type TranslateLayer = (layer: LayerContext) => string | readonly string[];

/** Adds a node; gives the name of its output. */
type Emit = <Op extends OpName>(
  op: Op,
  inputs: readonly (string | null)[],
  attributes: OpAttributes[Op],
  shape: Shape,
) => string;

/** What a translation works with. */
export interface LayerContext {
  readonly name: string;
  readonly className: string;
  readonly config: LayerConfig;
  /** Configurations of Keras 2 have other defaults, and other names of some weights. */
  readonly isKeras3: boolean;
  readonly policy: Policy;
  /** Values that go in by their place, at least one. */
  readonly inputs: readonly string[];
  /** The first of them. */
  readonly input: string;
  /** An argument by its name, or else by its place; a number, or what else it may be, as it is. */
  given(name: string, place?: number): Given | undefined;
  /** An argument that is a value, or numbers, which become one. */
  tensor(name: string, place?: number): string | undefined;
  /** Which steps of a value count, as truth values `[n, t]`, or `null`: all. */
  maskOf(value: string): string | null;
  /** What was given as `mask`, or else the mask of the first input. */
  mask(): string | null;
  setMask(value: string, mask: string | null): void;
  shapeOf(value: string): Shape;
  /** A length that has to be known. */
  known(size: number | null | undefined, what: string): number;
  /** A length, found while computing where the file does not give it. */
  sizeOf(value: string, axis: number): Dimension;
  emit: Emit;
  /** A weight of the layer, `kernel`, or of a part of it, `lstm_cell/kernel`; `also` are other names of it. */
  weight(variable: string, shape: readonly number[], ...also: readonly string[]): string;
  /** The same in another type than the layer's other weights. */
  weightOf(dtype: Dtype, variable: string, shape: readonly number[]): string;
  constant(values: readonly number[], shape?: readonly number[]): string;
  /** What a layer that stands in the configuration of this one makes of inputs. */
  child(layer: JsonNode, inputs: readonly string[]): readonly string[];
  /** Tells the person something of the layer. */
  note(note: GraphNote): void;
  /** Ends the translation with `unfit`, and why. */
  refuse(why: string): never;
}

/** A call of a layer: what stands in the file, and what goes in. */
export interface Call {
  readonly name: string;
  readonly className: string;
  readonly config: JsonNode;
  readonly args: readonly Given[];
  readonly named: ReadonlyMap<string, Given>;
  /** What its weights are named after, `tail/`; `''` at the top. */
  readonly scope: string;
  /** All models around it, `outer/tail/`. */
  readonly path: string;
  /** Translates a layer within this one. */
  readonly child: LayerContext['child'];
}

/** A context, and what nobody asked for when the translation is done. */
export interface OpenContext extends LayerContext {
  /** Settings and arguments that mean something and were not looked at. */
  unread(): readonly string[];
}

/** Collects nodes, weights and shapes while layers are translated in turn. */
export class Builder {
  readonly nodes: GraphNode[] = [];
  readonly parameters = new Map<string, GraphParameter>();
  readonly notes: GraphNote[] = [];
  /** Why the graph cannot be computed: all of it, found layer by layer. */
  readonly reasons: string[] = [];
  readonly isKeras3: boolean;
  readonly #path: string;
  readonly #shapes = new Map<string, Shape>();
  readonly #masks = new Map<string, string | null>();
  /** By the layer, or the part of it, that has them. */
  readonly #variables = new Map<string, readonly string[]>();
  readonly #policies = new Set<string>();
  #made = 0;

  constructor(path: string, isKeras3: boolean) {
    this.#path = path;
    this.isKeras3 = isKeras3;
  }

  shapeOf = (value: string): Shape => this.#shapes.get(value) ?? [];

  maskOf = (value: string): string | null => this.#masks.get(value) ?? null;

  hasMask(value: string): boolean {
    return this.#masks.has(value);
  }

  setMask = (value: string, mask: string | null): void => {
    this.#masks.set(value, mask);
  };

  define(value: string, shape: Shape): string {
    this.#shapes.set(value, shape);
    return value;
  }

  unfit(why: string): never {
    throw new CheckpointError({ kind: 'unfit', reasons: [why] }, { path: this.#path });
  }

  /** Ends the translation of a layer whose reasons are told of already. */
  stop(): never {
    throw new CheckpointError({ kind: 'unfit', reasons: [] }, { path: this.#path });
  }

  /** Adds a node that `source` asks for. */
  add(op: OpName, inputs: readonly (string | null)[], made: Made): string {
    const output = this.define(`${made.name} #${++this.#made}`, made.shape);
    const { attributes, source } = made;
    this.nodes.push({ op, inputs, outputs: [output], attributes, source } as GraphNode);
    return output;
  }

  context(call: Call): OpenContext {
    const { name, className } = call;
    const source = `${className} "${name}"`;
    const refuse = (why: string): never => this.unfit(`${source}: ${why}`);
    const policy = policyOf(call.config.find('dtype'), refuse);
    this.#notePolicy(policy);
    const emit: Emit = (op, inputs, attributes, shape) =>
      this.add(op, inputs, { attributes, shape, source, name: `${call.path}${name}` });
    const constant = (values: readonly number[], shape: readonly number[] = []) =>
      emit('constant', [], { values, shape, dtype: 'float32' }, shape);
    const config = layerConfig(call.config);
    const args = argumentsOf(call, constant);
    const inputs = call.args.flatMap(valuesOf);
    const input = inputs[0] ?? refuse('it has no input');
    const explicit = () => args.tensor('mask');
    return {
      name,
      className,
      config,
      policy,
      isKeras3: this.isKeras3,
      inputs,
      input,
      given: args.given,
      tensor: args.tensor,
      maskOf: this.maskOf,
      mask: () => explicit() ?? this.maskOf(input),
      setMask: this.setMask,
      shapeOf: this.shapeOf,
      known: (size, what) =>
        typeof size === 'number' ? size : refuse(`${what} is not given by the file`),
      sizeOf: (value, axis) => this.shapeOf(value).at(axis) ?? emit('size', [value], { axis }, []),
      emit,
      weight: (variable, shape, ...also) =>
        this.#weight(call, { variable, shape, dtype: policy.variable, also }),
      weightOf: (dtype, variable, shape) =>
        this.#weight(call, { variable, shape, dtype, also: [] }),
      constant,
      child: call.child,
      note: (note) => {
        this.notes.push(note);
      },
      refuse,
      unread: () => [...config.unread(), ...args.unread()],
    };
  }

  #notePolicy({ name, isExact }: Policy): void {
    if (isExact || this.#policies.has(name)) return;
    this.#policies.add(name);
    this.notes.push({ code: 'precision', policy: name });
  }

  #weight({ name, scope, path }: Call, { variable, shape, dtype, also }: Weight): string {
    const key = `${scope}${name}/${variable}`;
    const numbered = this.isKeras3 ? [this.#numbered(key, variable)] : [];
    const aliases = [variable, ...also, ...numbered]
      .flatMap((own) => ['', scope, path].map((before) => `${before}${name}/${own}`))
      .filter((alias, i, all) => alias !== key && all.indexOf(alias) === i);
    const parameter = { name: key, shape, dtype };
    this.define(key, shape);
    this.parameters.set(key, aliases.length > 0 ? { ...parameter, aliases } : parameter);
    return key;
  }

  /**
   * By its number among the variables of its layer, for files in which they have no other name: `lstm_cell/0`.
   * Translations ask for them in the order in which Keras makes them.
   */
  #numbered(key: string, variable: string): string {
    const end = (text: string) => text.lastIndexOf('/') + 1;
    const group = key.slice(0, end(key));
    const known = this.#variables.get(group) ?? [];
    if (!known.includes(key)) this.#variables.set(group, [...known, key]);
    const number = known.includes(key) ? known.indexOf(key) : known.length;
    return `${variable.slice(0, end(variable))}${number}`;
  }
}

interface Made {
  readonly attributes: OpAttributes[OpName];
  readonly shape: Shape;
  readonly source: string;
  readonly name: string;
}

interface Weight {
  readonly variable: string;
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly also: readonly string[];
}

/** Evaluating decides about `training` itself; a name is for people. */
const IGNORED: ReadonlySet<string> = new Set(['training', 'name']);

/** Arguments by name and by place; what was not asked for is told of. */
function argumentsOf(
  { args, named }: Call,
  constant: (values: readonly number[], shape: readonly number[]) => string,
) {
  const read = new Set<string>();
  const places = new Set<number>();
  const given = (name: string, place?: number): Given | undefined => {
    read.add(name);
    if (named.has(name)) return named.get(name);
    if (place === undefined || place >= args.length) return undefined;
    places.add(place);
    return args[place];
  };
  return {
    given,
    tensor(name: string, place?: number): string | undefined {
      const found = given(name, place);
      if (typeof found === 'number' || typeof found === 'boolean') {
        return constant([Number(found)], []);
      }
      if (found === undefined || found === null || typeof found === 'string') return undefined;
      if (isList(found)) return found.length === 1 ? valuesOf(found)[0] : undefined;
      if (found.kind === 'numbers') return constant(found.values, found.shape);
      return found.kind === 'value' ? found.name : undefined;
    },
    unread: () => [
      ...[...named]
        .filter(([key, value]) => says(value) && !read.has(key) && !IGNORED.has(key))
        .map(([key, value]) => `${key} = ${show(value)} in its call`),
      ...args
        .filter((value, place) => !places.has(place) && place > 0 && isPlain(value))
        .map((value) => `${show(value)} in its call`),
    ],
  };
}

function says(value: Given): boolean {
  if (isList(value)) return value.some(says);
  return value !== null && value !== false;
}

/** Whether it holds no value that another layer gives; those are seen as inputs. */
function isPlain(value: Given): boolean {
  return says(value) && valuesOf(value).length === 0;
}
