import type { Builder } from './builder.ts';
import {
  type LayerSpec,
  type ModelSpec,
  modelKind,
  type Operand,
  parseModel,
  type Reference,
} from './model.ts';
import { translationOf } from './translations.ts';

/** Where a model stands: what its weights are named after, and all models around it. */
interface Scope {
  readonly scope: string;
  readonly path: string;
}

const TOP: Scope = { scope: '', path: '' };

/** Connects the layers of a model: one after the other, or as its configuration says. */
export function compose(
  builder: Builder,
  model: ModelSpec,
  inputs: readonly string[],
  scope: Scope = TOP,
): readonly string[] {
  const composing = { builder, model, scope };
  if (model.kind === 'functional') return connect(composing, inputs);
  return model.layers
    .filter(({ className }) => className !== 'InputLayer')
    .reduce((values, layer) => callLayer(composing, layer, values), inputs);
}

interface Composing {
  readonly builder: Builder;
  readonly model: ModelSpec;
  readonly scope: Scope;
}

interface PendingCall {
  readonly layer: LayerSpec;
  readonly call: number;
  readonly operands: readonly Operand[];
}

type Values = Map<string, readonly string[]>;

/** Makes calls as soon as all that goes in is there, so that a circle ends instead of turning. */
function connect(composing: Composing, inputs: readonly string[]): readonly string[] {
  const { builder, model } = composing;
  const values: Values = new Map(
    model.inputs.map(({ layer }, i) => {
      const value = inputs[i] ?? builder.unfit(`${layer} gets no input`);
      return [keyOf({ layer, call: 0 }), [value]];
    }),
  );
  let waiting: PendingCall[] = model.layers.flatMap((layer) =>
    layer.calls.map(({ operands, named }, call) => {
      if (named.length > 0) builder.unfit(`${layer.name} gets its ${named.join(', ')} by name`);
      return { layer, call, operands };
    }),
  );
  checkReferences(composing, [...waiting.flatMap(({ operands }) => operands), ...model.outputs]);
  while (waiting.length > 0) {
    const later: PendingCall[] = [];
    for (const pending of waiting) {
      const { layer, call, operands } = pending;
      if (operands.some((operand) => typeof operand === 'object' && !values.has(keyOf(operand)))) {
        later.push(pending);
        continue;
      }
      const given = operands.map((operand) => valueOfOperand(builder, operand, values));
      values.set(keyOf({ layer: layer.name, call }), callLayer(composing, layer, given));
    }
    if (later.length === waiting.length) {
      const names = [...new Set(later.map(({ layer }) => layer.name))].join(', ');
      builder.unfit(`layers are connected in a circle: ${names}`);
    }
    waiting = later;
  }
  return model.outputs.map((output) => valueOfOperand(builder, output, values));
}

/** Names and numbers of calls come from the file: each has to be there. */
function checkReferences({ builder, model }: Composing, operands: readonly Operand[]): void {
  const calls = new Map<string, number>();
  for (const { name, calls: own, className } of model.layers) {
    if (calls.has(name)) builder.unfit(`two layers are called ${name}`);
    calls.set(name, className === 'InputLayer' ? 1 : own.length);
  }
  for (const operand of operands) {
    if (typeof operand === 'number') continue;
    const { layer, call } = operand;
    const made = calls.get(layer);
    if (made === undefined) builder.unfit(`there is no layer ${layer}`);
    else if (!(call >= 0 && call < made)) builder.unfit(`${layer} is not called ${call + 1} times`);
  }
}

function keyOf({ layer, call }: Pick<Reference, 'layer' | 'call'>): string {
  return JSON.stringify([layer, call]);
}

function valueOfOperand(builder: Builder, operand: Operand, values: Values): string {
  if (typeof operand === 'number') return builder.number(operand);
  const { layer, tensor } = operand;
  return values.get(keyOf(operand))?.[tensor] ?? builder.unfit(`${layer} has no output ${tensor}`);
}

/** Gives what comes out of a layer, or of a model that stands in the place of one. */
function callLayer(
  { builder, scope }: Composing,
  layer: LayerSpec,
  inputs: readonly string[],
): readonly string[] {
  const { name, className, config } = layer;
  const kind = modelKind(layer);
  if (kind) {
    // layers of a sequential model are made inside of it, those of a functional one before
    const inner = {
      scope: kind === 'sequential' ? `${scope.scope}${name}/` : scope.scope,
      path: `${scope.path}${name}/`,
    };
    return compose(builder, parseModel(layer.source, kind), inputs, inner);
  }
  const translation = translationOf(layer);
  if (!translation) return builder.unfit(`${className} "${name}" is not supported`);
  const context = builder.context({ name, className, config, inputs, ...scope });
  const value = translation(context);
  const [unread] = context.config.unread();
  return unread === undefined ? [value] : context.refuse(`${unread} is not understood`);
}
