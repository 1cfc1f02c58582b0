import { CheckpointError } from '#domain/problem.ts';
import type { Builder } from './builder.ts';
import { contextOf } from './context.ts';
import { branchOf, repeat } from './control-flow.ts';
import {
  attributeOf,
  type Body,
  type Library,
  type NodeDef,
  orderOf,
  referenceOf,
} from './library.ts';
import type { Translations } from './translations.ts';
import { ABSENT, DEAD, type Value } from './values.ts';

/** Functions that call functions; more would be a trap. */
const MAX_DEPTH = 64;

/** Nodes gone through, those of functions and loops each time: more would take minutes. */
const MAX_STEPS = 3_000_000;

export interface Scene {
  readonly library: Library;
  readonly builder: Builder;
  readonly translations: Translations;
  /** Of the file. */
  readonly path: string;
  /** Values of nodes at the top that the file itself does not compute: inputs and variables. */
  readonly given: ReadonlyMap<string, Value>;
  /** Constants whose values another file holds, of the graph and of its functions. */
  readonly held: ReadonlyMap<string, Value>;
}

/** Goes through a graph as TensorFlow would, with shapes and small numbers in place of data. */
export class Interpreter {
  readonly scene: Scene;
  readonly #orders = new Map<Body, NodeDef[]>();
  #depth = 0;
  #steps = 0;

  constructor(scene: Scene) {
    this.scene = scene;
  }

  /** What stands at some references of the graph itself. */
  top(body: Body, wanted: readonly string[]): readonly Value[] {
    const { library } = this.scene;
    const frame = new Map<string, readonly Value[]>();
    for (const node of orderOf(library, body, wanted)) {
      const given = this.scene.given.get(node.name);
      frame.set(node.name, given ? [given] : this.#compute(body, node, frame));
    }
    return wanted.map((input) => this.#at(body, frame, input));
  }

  /** What a function gives for some arguments. */
  call(name: string, inputs: readonly Value[]): readonly Value[] {
    const { library, path } = this.scene;
    const body = library.functions.get(name);
    if (!body) {
      this.scene.builder.reasons.add(`the function ${name} is not in the file`);
      return [];
    }
    if (this.#depth >= MAX_DEPTH) {
      const problem = { what: 'functions within functions', size: this.#depth, limit: MAX_DEPTH };
      throw new CheckpointError({ kind: 'too-large', ...problem }, { path });
    }
    let order = this.#orders.get(body);
    if (!order) {
      order = orderOf(library, body, body.results);
      this.#orders.set(body, order);
    }
    const frame = new Map<string, readonly Value[]>(
      body.parameters.map((parameter, i) => [parameter, [inputs[i] ?? ABSENT]]),
    );
    this.#depth++;
    try {
      for (const node of order) frame.set(node.name, this.#compute(body, node, frame));
    } finally {
      this.#depth--;
    }
    return body.results.map((input) => this.#at(body, frame, input));
  }

  #at(body: Body, frame: ReadonlyMap<string, readonly Value[]>, input: string): Value {
    const { node, index } = referenceOf(this.scene.library, body, input);
    return frame.get(node)?.[index] ?? ABSENT;
  }

  #compute(
    body: Body,
    node: NodeDef,
    frame: ReadonlyMap<string, readonly Value[]>,
  ): readonly Value[] {
    if (++this.#steps > MAX_STEPS) {
      const problem = { what: 'functions and loops', size: this.#steps, limit: MAX_STEPS };
      throw new CheckpointError({ kind: 'too-large', ...problem }, { path: this.scene.path });
    }
    const inputs = node.inputs.map((input) => this.#at(body, frame, input));
    try {
      return this.#translate(node, inputs);
    } catch (error) {
      if (!(error instanceof CheckpointError) || error.problem.kind !== 'unfit') throw error;
      for (const reason of error.problem.reasons) this.scene.builder.reasons.add(reason);
      return [];
    }
  }

  #translate(node: NodeDef, inputs: readonly Value[]): readonly Value[] {
    const { translations, builder, held } = this.scene;
    if (node.op === 'Const' && held.size > 0 && !hasValues(node)) return this.#heldBy(node);
    if (node.op === 'Merge') return [inputs.find(({ kind }) => kind !== 'dead') ?? DEAD];
    if (inputs.some(({ kind }) => kind === 'dead')) return Array.from({ length: 8 }, () => DEAD);
    const called = this.#calledBy(node);
    if (called !== undefined) return this.call(called, inputs);
    const context = () => contextOf(node, inputs, this.scene);
    const absent = inputs.some(({ kind }) => kind === 'absent');
    if (/^(?:Stateless)?(?:While|If|Case)$/.test(node.op)) {
      if (absent) return [];
      const run = (name: string, values: readonly Value[]) => this.call(name, values);
      return node.op.endsWith('While') ? repeat(context(), run) : branchOf(context(), run);
    }
    const translation = translations.of(node.op);
    if (!translation) {
      builder.reasons.add(`the op ${node.op} ("${node.name}") is not supported`);
      return [];
    }
    if (absent) return [];
    const open = context();
    const made = translation(open);
    for (const name of open.unread()) open.refuse(`the attribute ${name} is not understood`);
    return Array.isArray(made) ? made : [made as Value];
  }

  #heldBy({ name }: NodeDef): readonly Value[] {
    const value = this.scene.held.get(name);
    if (!value) this.scene.builder.reasons.add(`Const "${name}": its values are in no file`);
    return value ? [value] : [];
  }

  /** The function that a node stands for. */
  #calledBy(node: NodeDef): string | undefined {
    const { library } = this.scene;
    if (/^(?:Stateful)?PartitionedCall$/.test(node.op) || node.op === 'RemoteCall') {
      return attributeOf(library, node, 'f')?.function?.name ?? '';
    }
    return library.functions.has(node.op) ? node.op : undefined;
  }
}

/** Values of its own; one without elements needs none. */
function hasValues({ attributes }: NodeDef): boolean {
  const tensor = attributes.get('value')?.tensor;
  if (!tensor) return false;
  const { content, floats, doubles, ints, longs, bools, texts, halves, shape } = tensor;
  const lists = [floats, doubles, ints, longs, bools, texts, halves];
  const isEmpty = shape?.dims.some(({ size = 0 }) => size === 0) ?? false;
  return isEmpty || (content?.length ?? 0) > 0 || lists.some(({ length }) => length > 0);
}
