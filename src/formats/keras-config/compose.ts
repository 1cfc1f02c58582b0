import { CheckpointError } from '#domain/problem.ts';
import type { JsonNode } from '#encodings/json-node.ts';
import {
  type Argument,
  type Given,
  type Reference,
  referencesOf,
  resolve,
  valuesOf,
} from './arguments.ts';
import type { Builder, OpenContext } from './builder.ts';
import { type LayerSpec, type ModelSpec, modelKind, parseLayer, parseModel } from './model.ts';
import { keepsMask, type Translations } from './translations.ts';

/** Where a model stands: what its weights are named after, and all models around it. */
interface Scope {
  readonly scope: string;
  readonly path: string;
  readonly depth: number;
}

export interface Composing {
  readonly builder: Builder;
  readonly translations: Translations;
  readonly scope: Scope;
}

/** Models and wrappers within one another; more would be a trap. */
const MAX_DEPTH = 32;

/** What comes out of a layer; `null` where the layer could not be translated. */
type Outputs = readonly string[] | null;

/** Connects the layers of a model: one after the other, or as its configuration says. */
export function compose(
  composing: Composing,
  model: ModelSpec,
  inputs: readonly string[],
): Outputs {
  if (model.kind === 'functional') return connect(composing, model, inputs);
  let values: Outputs = inputs;
  for (const layer of model.layers) {
    if (layer.className === 'InputLayer') continue;
    values ??= rebuilt(composing, layer);
    if (!values) continue;
    const args = values.map((name): Given => ({ kind: 'value', name }));
    values = callLayer(composing, layer, { args, named: new Map() });
  }
  return values;
}

/** What goes into a layer behind one that was refused: Keras 3 has noted its shape. */
function rebuilt({ builder }: Composing, { source, name }: LayerSpec): Outputs {
  const shape = source.find('build_config')?.find('input_shape');
  const sizes = shape && Array.isArray(shape.value) ? (shape.value as unknown[]) : [];
  const isShape =
    sizes.length > 0 && sizes.every((size) => size === null || Number.isInteger(size));
  return isShape ? [builder.define(`${name} in`, sizes as (number | null)[])] : null;
}

interface PendingCall {
  readonly layer: LayerSpec;
  readonly call: number;
  readonly references: readonly Reference[];
}

type Values = Map<string, Outputs>;

/** Makes calls as soon as all that goes in is there, so that a circle ends instead of turning. */
function connect(composing: Composing, model: ModelSpec, inputs: readonly string[]): Outputs {
  const { builder } = composing;
  const values: Values = new Map(
    model.inputs.map(({ layer }, i) => {
      const value = inputs[i] ?? builder.unfit(`${layer} gets no input`);
      return [keyOf({ layer, call: 0 }), [value]];
    }),
  );
  let waiting: PendingCall[] = model.layers.flatMap((layer) =>
    layer.calls.map(({ args, named }, call) => ({
      layer,
      call,
      references: [...args, ...named.values()].flatMap(referencesOf),
    })),
  );
  const used = waiting.flatMap(({ references }) => references);
  checkReferences(builder, model, [...used, ...model.outputs]);
  while (waiting.length > 0) {
    const later: PendingCall[] = [];
    for (const pending of waiting) {
      if (pending.references.some((reference) => !values.has(keyOf(reference)))) {
        later.push(pending);
        continue;
      }
      const { layer, call } = pending;
      values.set(keyOf({ layer: layer.name, call }), makeCall(composing, pending, values));
    }
    if (later.length === waiting.length) {
      const names = [...new Set(later.map(({ layer }) => layer.name))].join(', ');
      builder.unfit(`layers are connected in a circle: ${names}`);
    }
    waiting = later;
  }
  const outputs = model.outputs.map((output) => valueBehind(builder, output, values));
  return outputs.every((output) => output !== null) ? outputs : null;
}

/** Names and numbers of calls come from the file: each has to be there. */
function checkReferences(
  builder: Builder,
  model: ModelSpec,
  references: readonly Reference[],
): void {
  const calls = new Map<string, number>();
  for (const { name, calls: own, className } of model.layers) {
    if (calls.has(name)) builder.unfit(`two layers are called ${name}`);
    calls.set(name, className === 'InputLayer' ? 1 : own.length);
  }
  for (const { layer, call } of references) {
    const made = calls.get(layer);
    if (made === undefined) builder.unfit(`there is no layer ${layer}`);
    else if (!(call >= 0 && call < made)) builder.unfit(`${layer} is not called ${call + 1} times`);
  }
}

function keyOf({ layer, call }: Pick<Reference, 'layer' | 'call'>): string {
  return JSON.stringify([layer, call]);
}

/** `null` behind a layer that was refused. */
function valueBehind(builder: Builder, reference: Reference, values: Values): string | null {
  const { layer, tensor, shape } = reference;
  const outputs = values.get(keyOf(reference));
  if (outputs) return outputs[tensor] ?? builder.unfit(`${layer} has no output ${tensor}`);
  return shape ? builder.define(`${layer} ${tensor} lost`, shape) : null;
}

function makeCall(composing: Composing, { layer, call }: PendingCall, values: Values): Outputs {
  const { builder } = composing;
  const spec = layer.calls[call];
  let isLost = false;
  const given = (argument: Argument): Given =>
    resolve(argument, (reference) => {
      const value = valueBehind(builder, reference, values);
      if (value === null) isLost = true;
      return value ?? '';
    });
  const args = (spec?.args ?? []).map(given);
  const named = new Map([...(spec?.named ?? [])].map(([key, value]) => [key, given(value)]));
  return isLost ? null : callLayer(composing, layer, { args, named });
}

interface GivenCall {
  readonly args: readonly Given[];
  readonly named: ReadonlyMap<string, Given>;
}

/** Gives what comes out of a layer, or of a model that stands in the place of one. */
function callLayer(composing: Composing, layer: LayerSpec, given: GivenCall): Outputs {
  const { builder, translations, scope } = composing;
  const { name, className, config } = layer;
  const kind = modelKind(layer);
  if (kind) return callModel(composing, layer, { kind, given });
  const translation = translations.of(layer);
  if (!translation) return null; // named before, with all others
  const child = (node: JsonNode, inputs: readonly string[]) =>
    callChild(composing, { name, node }, inputs);
  try {
    const context = builder.context({ name, className, config, child, ...given, ...scope });
    const made = translation(context);
    const outputs = typeof made === 'string' ? [made] : made;
    const unread = context.unread();
    for (const setting of unread) {
      builder.reasons.push(`${className} "${name}": ${setting} is not understood`);
    }
    return unread.length > 0 ? null : masked(builder, layer, { context, outputs });
  } catch (error) {
    if (!(error instanceof CheckpointError) || error.problem.kind !== 'unfit') throw error;
    builder.reasons.push(...error.problem.reasons);
    return null;
  }
}

/** Layers that keep steps apart hand the mask of their first input on; the others drop it. */
function masked(
  builder: Builder,
  { name, className }: LayerSpec,
  { context, outputs }: { context: OpenContext; outputs: readonly string[] },
): readonly string[] {
  const mask = keepsMask(className) ? context.mask() : null;
  return outputs.map((output) => {
    const isOwn = !context.inputs.includes(output);
    if (isOwn && builder.hasMask(output)) return output;
    if (isOwn || mask === builder.maskOf(output)) {
      builder.setMask(output, mask);
      return output;
    }
    const source = `${className} "${name}"`;
    const shape = builder.shapeOf(output);
    return builder.add('identity', [output], { attributes: {}, shape, source, name });
  });
}

function callModel(
  { scope, ...composing }: Composing,
  layer: LayerSpec,
  { kind, given }: { kind: ModelSpec['kind']; given: GivenCall },
): Outputs {
  const { name, source } = layer;
  // layers of a sequential model are made inside of it, those of a functional one before
  const inner = {
    scope: kind === 'sequential' ? `${scope.scope}${name}/` : scope.scope,
    path: `${scope.path}${name}/`,
    depth: scope.depth + 1,
  };
  const { args, named } = given;
  const inputs = [...args, named.get('inputs') ?? []].flatMap(valuesOf);
  const mask = valuesOf(named.get('mask') ?? [])[0];
  const [first] = inputs;
  if (mask !== undefined && first !== undefined) composing.builder.setMask(first, mask);
  return compose({ ...composing, scope: inner }, parseModel(source, kind), inputs);
}

/** A layer within a wrapper: its weights are named after both. */
function callChild(
  { scope, ...composing }: Composing,
  { name, node }: { name: string; node: JsonNode },
  inputs: readonly string[],
): readonly string[] {
  const { builder } = composing;
  const depth = scope.depth + 1;
  const inner = { scope: `${scope.scope}${name}/`, path: `${scope.path}${name}/`, depth };
  if (depth > MAX_DEPTH) builder.unfit(`${name}: ${depth} layers within one another`);
  const args = inputs.map((value): Given => ({ kind: 'value', name: value }));
  const layer = parseLayer(node);
  const made = callLayer({ ...composing, scope: inner }, layer, { args, named: new Map() });
  return made ?? builder.stop();
}
