/** What a configuration says of a layer. */
export interface ConfiguredLayer {
  readonly className: string;
  /** The options it was made with: `use_bias`, `units`. */
  readonly options: Readonly<Record<string, unknown>>;
}

/** The layers of a model by what files of weights call them. */
export interface LayerIndex {
  /** By the layer's own name; `undefined` where several layers of unlike classes have it. */
  find(name: string): ConfiguredLayer | undefined;
  /** The name of the layer whose weights lie in a group: `/layers/dense_1`, the second `Dense`. */
  nameAt(group: string): string | undefined;
}

/** Objects of a configuration; a model of a thousand layers has some ten thousand. */
const MAX_OBJECTS = 1_000_000;
/** Models within models. */
const MAX_DEPTH = 16;

type Json = Readonly<Record<string, unknown>>;

/** Looks for layers wherever they stand in the configuration of a model, those of wrappers too. */
export function indexLayers(config: unknown): LayerIndex {
  const layers = new Map<string, ConfiguredLayer | null>();
  for (const { class_name: className, config: options } of objectsOf(config)) {
    if (typeof className !== 'string' || !isObject(options)) continue;
    const name = options['name'];
    if (typeof name !== 'string') continue;
    const known = layers.get(name);
    const isSame = known === undefined || known?.className === className;
    layers.set(name, isSame ? (known ?? { className, options }) : null);
  }
  const groups = new Map<string, string>();
  nameGroups(config, '', groups, 0);
  return {
    find: (name) => layers.get(name) ?? undefined,
    nameAt: (group) => groups.get(group.replaceAll('/_layer_checkpoint_dependencies/', '/layers/')),
  };
}

/** All objects in some JSON, the outer ones first. */
export function* objectsOf(json: unknown): Generator<Json> {
  const waiting: unknown[] = [json];
  for (let seen = 0; waiting.length > 0 && seen < MAX_OBJECTS; seen++) {
    const next = waiting.pop();
    if (isObject(next)) yield next;
    if (next !== null && typeof next === 'object')
      for (const value of Object.values(next)) waiting.push(value);
  }
}

/** Keras numbers the groups of layers by class, in the order of the model. */
function nameGroups(model: unknown, prefix: string, groups: Map<string, string>, depth: number) {
  const config = isObject(model) ? model['config'] : undefined;
  const layers = isObject(config) ? config['layers'] : undefined;
  if (!Array.isArray(layers) || depth > MAX_DEPTH) return;
  const counts = new Map<string, number>();
  for (const layer of layers) {
    if (!isObject(layer) || typeof layer['class_name'] !== 'string') continue;
    const key = snakeCase(layer['class_name']);
    const count = counts.get(key) ?? 0;
    counts.set(key, count + 1);
    const group = `${prefix}/layers/${count === 0 ? key : `${key}_${count}`}`;
    const own = isObject(layer['config']) ? layer['config']['name'] : undefined;
    if (typeof own === 'string') groups.set(group, own);
    nameGroups(layer, group, groups, depth + 1);
  }
}

/** @see https://github.com/keras-team/keras/blob/master/keras/src/utils/naming.py `to_snake_case` */
export function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
