import type { Dtype } from '#domain/dtype.ts';
import type { GraphNode, GraphNote, GraphParameter, OpAttributes, OpName } from '#domain/graph.ts';
import { CheckpointError } from '#domain/problem.ts';
import type { JsonNode } from '#encodings/json-node.ts';
import { type LayerConfig, layerConfig } from './layer-config.ts';

/** The first axis counts examples; `null` for a length that is not known. */
export type Shape = readonly (number | null)[];

/** Translates one call of a layer; gives the value that comes out. */
export type TranslateLayer = (layer: LayerContext) => string;

/** What a translation works with. */
export interface LayerContext {
  readonly name: string;
  readonly config: LayerConfig;
  /** Configurations of Keras 2 have other defaults, and other names of some weights. */
  readonly isKeras3: boolean;
  /** Values that go in, at least one. */
  readonly inputs: readonly string[];
  /** The first of them. */
  readonly input: string;
  shapeOf(value: string): Shape;
  /** A length that has to be known. */
  known(size: number | null | undefined, what: string): number;
  /** Adds a node; gives the name of its output. */
  emit<Op extends OpName>(
    op: Op,
    inputs: readonly (string | null)[],
    attributes: OpAttributes[Op],
    shape: Shape,
  ): string;
  /** A weight of the layer, `kernel`; `also` is its name in Keras 2. */
  weight(variable: string, shape: readonly number[], also?: string): string;
  constant(values: readonly number[], shape?: readonly number[]): string;
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
  readonly inputs: readonly string[];
  /** What its weights are named after, `tail/`; `''` at the top. */
  readonly scope: string;
  /** All models around it, `outer/tail/`. */
  readonly path: string;
}

/** Collects nodes, weights and shapes while layers are translated in turn. */
export class Builder {
  readonly nodes: GraphNode[] = [];
  readonly parameters = new Map<string, GraphParameter>();
  readonly notes: GraphNote[] = [];
  readonly isKeras3: boolean;
  readonly #path: string;
  readonly #shapes = new Map<string, Shape>();
  readonly #policies = new Set<string>();
  #made = 0;

  constructor(path: string, isKeras3: boolean) {
    this.#path = path;
    this.isKeras3 = isKeras3;
  }

  shapeOf = (value: string): Shape => this.#shapes.get(value) ?? [];

  define(value: string, shape: Shape): string {
    this.#shapes.set(value, shape);
    return value;
  }

  /** A number as a value. */
  number(value: number): string {
    const output = this.define(`number ${value} #${++this.#made}`, []);
    const attributes = { values: [value], shape: [], dtype: 'float32' } as const;
    const source = `number ${value}`;
    this.nodes.push({ op: 'constant', inputs: [], outputs: [output], attributes, source });
    return output;
  }

  unfit(why: string): never {
    throw new CheckpointError({ kind: 'unfit', reasons: [why] }, { path: this.#path });
  }

  context(call: Call): LayerContext {
    const { name, className, inputs } = call;
    const refuse = (why: string): never => this.unfit(`${className} "${name}": ${why}`);
    const config = layerConfig(call.config);
    const dtype = this.#variableDtype(call, refuse);
    const emit: LayerContext['emit'] = (op, from, attributes, shape) => {
      const output = this.define(`${call.path}${name} #${++this.#made}`, shape);
      const source = `${className} "${name}"`;
      this.nodes.push({ op, inputs: from, outputs: [output], attributes, source } as GraphNode);
      return output;
    };
    return {
      name,
      config,
      isKeras3: this.isKeras3,
      inputs,
      input: inputs[0] ?? refuse('it has no input'),
      shapeOf: this.shapeOf,
      known: (size, what) =>
        typeof size === 'number' ? size : refuse(`${what} is not given by the file`),
      emit,
      weight: (variable, shape, also) => this.#weight(call, { variable, shape, dtype, also }),
      constant: (values, shape = []) =>
        emit('constant', [], { values, shape, dtype: 'float32' }, shape),
      note: (note) => {
        this.notes.push(note);
      },
      refuse,
    };
  }

  /** The type in which a layer keeps its weights; notes one in which it computes less exactly. */
  #variableDtype({ config }: Call, refuse: (why: string) => never): Dtype {
    const given = config.find('dtype');
    const policy = given?.isObject ? given.get('config').find('name')?.text() : given?.text();
    const name = policy ?? 'float32';
    if (given?.isObject && given.find('class_name')?.text() === 'QuantizedDTypePolicy') {
      refuse(`quantized weights (${name})`);
    }
    if (name !== 'float32' && /float16/.test(name) && !this.#policies.has(name)) {
      this.#policies.add(name);
      this.notes.push({ code: 'precision', policy: name });
    }
    const variable = name.startsWith('mixed_') ? 'float32' : name;
    return DTYPES.find((dtype) => dtype === variable) ?? refuse(`dtype ${name}`);
  }

  #weight({ name, scope, path }: Call, { variable, shape, dtype, also }: Weight): string {
    const key = `${scope}${name}/${variable}`;
    const variables = also === undefined ? [variable] : [variable, also];
    const aliases = variables
      .flatMap((own) => ['', scope, path].map((before) => `${before}${name}/${own}`))
      .filter((alias, i, all) => alias !== key && all.indexOf(alias) === i);
    const parameter = { name: key, shape, dtype };
    this.parameters.set(key, aliases.length > 0 ? { ...parameter, aliases } : parameter);
    return key;
  }
}

interface Weight {
  readonly variable: string;
  readonly shape: readonly number[];
  readonly dtype: Dtype;
  readonly also: string | undefined;
}

/** Types of weights; integers come in where inputs are indices. */
const DTYPES: readonly Dtype[] = [
  'float32',
  'float16',
  'bfloat16',
  'float64',
  'int32',
  'int64',
  'uint8',
  'bool',
  'int8',
];
