import type { Attributes } from '#formats/hdf5/contents.ts';
import { type LayerIndex, snakeCase } from './layer-index.ts';
import { variableNames } from './variable-names.ts';

/** `…/<layer>/vars/<n>`, as Keras 3 lays weights out. */
const VARIABLE = /^(.*)\/vars\/(\d+)$/;
/** `/model_weights/<layer>/<weight name>`, or the same at the root; `:0` is TensorFlow's. */
const LEGACY = /^(?:\/model_weights)?\/([^/]+)\/(.+?)(?::\d+)?$/;
/** Keras makes the layers of these before the model, so that they are not named after it. */
const MODELS = /^(?:functional|model)(?:_\d+)?$/;

/** Keras 2 numbers the cells of a session, though a layer has a single one. */
const CELL = /^((?:lstm|gru|simple_rnn)_cell)_\d+$/;

/** What the names of variables are found from. */
export interface Naming {
  readonly attributes: ReadonlyMap<string, Attributes>;
  /** Of the model's configuration, where there is one. */
  readonly layers: LayerIndex | undefined;
}

/** The name that a person knows of each variable, `conv2d_12/kernel`, by its path in the file. */
export function labelsOf(paths: readonly string[], naming: Naming): ReadonlyMap<string, string> {
  const label = isLegacy(naming) ? legacyLabel : currentLabels(paths, naming);
  const labels = new Map<string, string>();
  for (const path of paths) {
    const found = label(path);
    if (found !== undefined) labels.set(path, found);
  }
  return labels;
}

function isLegacy({ attributes }: Naming): boolean {
  const names = attributes.get('/model_weights') ?? attributes.get('/');
  return [...(names?.keys() ?? [])].some((name) => name.startsWith('layer_names'));
}

/**
 * Within its layer's group a weight has the name that it had in its program, `model/dense_1/kernel`: what
 * stands before the layer, and numbers that were put behind it, say nothing of the weight.
 */
function legacyLabel(path: string): string | undefined {
  const [, layer = '', name = ''] = LEGACY.exec(path) ?? [];
  if (path.startsWith('/optimizer_weights/') || name === '') return name || undefined;
  const parts = name.split('/');
  const own = parts.findIndex((part) => part === layer || part.replace(/_\d+$/, '') === layer);
  if (own < 0 || own === parts.length - 1) return name;
  const isStacked = parts.some((part) => part.startsWith('stacked_rnn_cells'));
  const inner = parts.slice(own + 1).map((part) => (isStacked ? part : part.replace(CELL, '$1')));
  return [layer, ...inner].join('/');
}

function currentLabels(paths: readonly string[], naming: Naming) {
  const counts = new Map<string, number>();
  for (const path of paths) {
    const [, group] = VARIABLE.exec(path) ?? [];
    if (group !== undefined) counts.set(group, (counts.get(group) ?? 0) + 1);
  }
  return (path: string): string | undefined => {
    const [, group = '', number = ''] = VARIABLE.exec(path) ?? [];
    if (group === '' || group === '/optimizer') return undefined;
    const scope = scopeOf(group, naming);
    const variables = variablesOf(group, counts.get(group) ?? 0, naming);
    return [...scope, variables[Number(number)] ?? number].join('/');
  };
}

/** The layers that a group belongs to, by their names, the outermost first; the model itself is left out. */
function scopeOf(group: string, naming: Naming): readonly string[] {
  const parts = group.split('/').slice(1);
  const scope = parts.flatMap((part, i) => {
    const name = nameOf(`/${parts.slice(0, i + 1).join('/')}`, naming);
    const isLast = i === parts.length - 1;
    if (isLast) return [name ?? part];
    return name === undefined || isModel(part, name, naming) ? [] : [name];
  });
  return scope;
}

function isModel(part: string, name: string, { layers }: Naming): boolean {
  const className = layers?.find(name)?.className;
  return className === undefined ? MODELS.test(part) : /^(?:Functional|Model)$/.test(className);
}

function nameOf(group: string, { attributes, layers }: Naming): string | undefined {
  const name = attributes.get(`${group}/vars`)?.get('name');
  return typeof name === 'string' && name !== '' ? name : layers?.nameAt(group);
}

function variablesOf(group: string, count: number, naming: Naming): readonly string[] {
  const part = group.slice(group.lastIndexOf('/') + 1);
  const name = nameOf(group, naming);
  const layer = name === undefined ? undefined : naming.layers?.find(name);
  const classes = [layer && snakeCase(layer.className), part, name];
  return variableNames({
    classes: classes.filter((one) => one !== undefined),
    options: layer?.options,
    count,
  });
}
