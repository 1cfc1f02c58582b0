import type { LocatedJson } from '#encodings/located-json.ts';
import type { Builder, Context, Made, Value } from './builder.ts';
import { choice, type Faults, type Field, type Fields, maybe, readFields, text } from './fields.ts';
import { kinds } from './kinds.ts';
import { FUNCTIONS } from './layers/dense.ts';
import type { Kind } from './layers/kind.ts';

/** Layers of the deepest networks anyone has trained by hand. */
const MAX_LAYERS = 5000;

/** Kinds after which a function may be named in the same line. */
const WITH_FUNCTION = new Set([
  'linear',
  'conv',
  'conv_transpose',
  'batch_norm',
  'layer_norm',
  'group_norm',
  'add',
]);

const names: Field<readonly string[]> = {
  read: ({ value, ...node }, faults) =>
    Array.isArray(value) && value.length > 0 && value.every((one) => typeof one === 'string')
      ? value
      : faults.add({ value, ...node }, 'must be a list of names'),
  schema: { type: 'array', items: { type: 'string' }, minItems: 1 },
};

const common = { name: text, kind: text, inputs: maybe(names), parameters: maybe(text) };

/** Every setting of a kind of layer. */
export function fieldsOf(name: string, { fields }: Kind): Readonly<Record<string, Field<unknown>>> {
  const after = WITH_FUNCTION.has(name) ? { activation: maybe(choice(FUNCTIONS)) } : {};
  return { ...common, ...fields, ...after };
}

interface Building {
  readonly builder: Builder;
  /** What inputs and layers give, by their names; `null`: it is not known for a fault. */
  readonly values: Map<string, Value | null>;
  readonly faults: Faults;
}

/** Translates one layer after the other. Gives the name of the last. */
export function addLayers(list: LocatedJson | undefined, building: Building): string | undefined {
  const { values, faults } = building;
  const items = list?.items ?? [];
  if (list && items.length > MAX_LAYERS) {
    faults.add(list, `has ${items.length} layers; the limit is ${MAX_LAYERS}`);
    return undefined;
  }
  // the first layer takes the only input
  let before = values.size === 1 ? [...values.keys()][0] : undefined;
  for (const item of items) {
    const name = item.members.get('name')?.value;
    const value = addLayer(item, before, building);
    if (typeof name !== 'string') continue;
    if (values.has(name)) faults.add(item.members.get('name') ?? item, `${name} is taken already`);
    values.set(name, value);
    before = name;
  }
  return before;
}

function addLayer(item: LocatedJson, before: string | undefined, building: Building): Value | null {
  const { builder, faults } = building;
  const kindNode = item.members.get('kind');
  const known = typeof kindNode?.value === 'string' && Object.hasOwn(kinds, kindNode.value);
  const kind = known ? kinds[String(kindNode?.value)] : undefined;
  if (kindNode && !kind) {
    faults.add(kindNode, `must be one of ${Object.keys(kinds).join(', ')}`);
    return null;
  }
  if (!kind || !kindNode) {
    readFields(item, common, faults);
    return null;
  }
  const title = String(kindNode.value);
  const fields = fieldsOf(title, kind) as Fields<Settings>;
  const settings = readFields(item, fields, faults);
  checkNames(item, building);
  const inputs = settings && inputsOf(item, settings, { before, kind, building });
  if (!settings || !inputs) return null;
  const { name, parameters } = settings;
  const context = builder.context({ name, kind: title, prefix: parameters ?? name }, inputs);
  const made = translated(context, kind, settings);
  if (typeof made === 'string') {
    faults.add(item, `does not fit: ${made}`);
    return null;
  }
  return { name: made.value, shape: made.shape, dtype: dtypeAfter(title, context.input) };
}

interface Settings {
  readonly name: string;
  readonly kind: string;
  readonly inputs: readonly string[] | null;
  readonly parameters: string | null;
  readonly activation?: (typeof FUNCTIONS)[number] | null;
}

/** Kinds that give what they got, elements untouched. */
const REARRANGING = new Set([
  'identity',
  'dropout',
  'reshape',
  'permute',
  'select',
  'slice',
  'flatten',
]);

function dtypeAfter(kind: string, { dtype }: Value): Value['dtype'] {
  return REARRANGING.has(kind) ? dtype : 'float32';
}

/** With the function in the same line, if one. */
function translated(context: Context, kind: Kind, settings: Settings): Made {
  const made = kind.translate(context, settings as never);
  const { activation } = settings;
  if (typeof made === 'string' || !activation) return made;
  const value = context.emit('unary', [made.value], { name: activation }, activation);
  return { value, shape: made.shape };
}

interface Taking {
  readonly before: string | undefined;
  readonly kind: Kind;
  readonly building: Building;
}

/** What a layer takes; `null` where that is not there, or not known. */
function inputsOf(
  item: LocatedJson,
  settings: Settings,
  { before, kind, building: { values, faults } }: Taking,
): readonly [Value, ...Value[]] | null {
  const node = item.members.get('inputs') ?? item;
  const taken = settings.inputs ?? (before === undefined ? [] : [before]);
  const [least, most] = kind.takes;
  if (taken.length < least || taken.length > most) {
    const wanted = least === most ? least : `${least} to ${most}`;
    const missing = taken.length === 0 ? 'must say its inputs' : `takes ${taken.length} inputs`;
    faults.add(node, `${missing}; ${settings.kind} takes ${wanted}`);
    return null;
  }
  const found = taken.map((name) => values.get(name));
  const [first, ...rest] = found.filter((value) => value !== undefined && value !== null);
  return first && rest.length === taken.length - 1 ? [first, ...rest] : null;
}

/** What a layer takes must come before it; that is said even where its other settings are wrong. */
function checkNames(item: LocatedJson, { values, faults }: Building): void {
  for (const node of item.members.get('inputs')?.items ?? []) {
    if (typeof node.value !== 'string' || values.has(node.value)) continue;
    faults.add(node, `names ${node.value}, which does not come before it`);
  }
}
