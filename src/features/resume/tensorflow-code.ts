import { isIdentifier } from '#domain/safe-globals.ts';
import type { CheckpointDetails, DescribedTensor } from '#domain/summary.ts';
import { elementCount } from '#domain/tensor.ts';
import { joinPath, parentPath, pyString } from './python-literal.ts';
import type { ResumeCode } from './resume-code.ts';

/** What follows the object's own path in a key. @see tensorflow/python/checkpoint/checkpoint.py */
const ATTRIBUTES = '/.ATTRIBUTES/';
const VALUE = `${ATTRIBUTES}VARIABLE_VALUE`;

/** Made by `tf.train.Checkpoint` itself. */
const OWN = new Set(['save_counter', '_CHECKPOINTABLE_OBJECT_GRAPH']);

/** A keyword argument of `tf.train.Checkpoint`. */
interface Child {
  readonly name: string;
  /** `null`: an object of the person's own. */
  readonly variable: DescribedTensor | null;
}

/** @param prefix absolute path of the opened directory */
export function tensorflowCode(details: CheckpointDetails, prefix: string): ResumeCode {
  // The prefix of its files, or the folder of a SavedModel.
  const path = joinPath(prefix, details.summary.ref.path);
  const keys = details.tensors.map(({ name }) => name);
  if (!keys.some((key) => key.includes(ATTRIBUTES))) return namedVariables(path);
  if (/(?:^|\/)variables\/variables\.index$/.test(details.summary.ref.main))
    return savedModel(path);
  if (keys.some((key) => /^layer_with_weights-\d+\//.test(key))) return kerasWeights(path);
  const children = rootChildren(details);
  const objects = children.filter(({ variable }) => variable === null);
  const code = [
    'import tensorflow as tf',
    '',
    ...objects.map(({ name }) => `${variableName(name)} = ...  # build it as it was when saved`),
    ...(objects.length > 0 ? [''] : []),
    ...checkpoint(children),
    `status = checkpoint.restore(${pyString(path)})`,
    'status.assert_existing_objects_matched()',
    ...counters(children, details),
    ...manager(path),
  ].join('\n');
  return {
    blocks: [{ title: 'tf.train.Checkpoint', code }],
    notes: [{ kind: 'bundle-prefix' }, { kind: 'object-names' }],
  };
}

function rootChildren({ tensors, objects = [] }: CheckpointDetails): readonly Child[] {
  const children = new Map<string, Child>();
  // Some have no variable under their own name: Keras keeps the model's under the optimizer's.
  for (const name of objects) if (!OWN.has(name)) children.set(name, { name, variable: null });
  for (const tensor of tensors) {
    if (!tensor.name.includes(ATTRIBUTES)) continue;
    const [first = ''] = tensor.name.split('/', 1);
    const name = unescapeName(first);
    if (OWN.has(name)) continue;
    const variable = tensor.name === `${first}${VALUE}` ? tensor : null;
    children.set(name, { name, variable });
  }
  return [...children.values()];
}

/** Undoes the escapes of object names in keys: `.S` is a slash, `..` a dot. */
function unescapeName(name: string): string {
  return name.replace(/\.([.S])/g, (_, code: string) => (code === 'S' ? '/' : '.'));
}

function variableName(name: string): string {
  const bare = name.replace(/\W+/g, '_');
  return isIdentifier(bare) ? bare : `object_${bare}`;
}

function checkpoint(children: readonly Child[]): readonly string[] {
  const argument = ({ name, variable }: Child) =>
    variable ? initialValue(variable) : variableName(name);
  const plain = children.filter(({ name }) => isIdentifier(name));
  const odd = children.filter((child) => !plain.includes(child));
  return [
    'checkpoint = tf.train.Checkpoint(',
    ...plain.map((child) => `    ${child.name}=${argument(child)},`),
    ...(odd.length > 0
      ? [
          '    **{',
          ...odd.map((child) => `        ${pyString(child.name)}: ${argument(child)},`),
          '    },',
        ]
      : []),
    ')',
  ];
}

function initialValue({ dtype, shape }: DescribedTensor): string {
  if (shape.length > 0 || elementCount(shape) !== 1) {
    const size = shape.length === 1 ? `${shape[0]},` : shape.join(', ');
    return dtype === 'string'
      ? `tf.Variable(tf.fill((${size}), ''))`
      : `tf.Variable(tf.zeros((${size}), tf.${dtype}))`;
  }
  const zero = dtype === 'string' ? "''" : dtype === 'bool' ? 'False' : '0';
  return `tf.Variable(${zero}, dtype=tf.${dtype})`;
}

function counters(children: readonly Child[], { summary }: CheckpointDetails): readonly string[] {
  const lines = children.flatMap(({ name, variable }) => {
    const isCounter =
      isIdentifier(name) && variable?.shape.length === 0 && /^u?int/.test(variable.dtype);
    if (!isCounter) return [];
    const known = [summary.step, summary.epoch].find(
      (counter) => counter?.where === name || counter?.where === `${name}${VALUE}`,
    );
    const comment = known ? `  # ${known.value}` : '';
    return [`${name} = int(checkpoint.${name})${comment}`];
  });
  return lines.length > 0 ? ['', ...lines] : [];
}

/** A manager that goes on with the same numbered files. */
function manager(path: string): readonly string[] {
  const folder = parentPath(path);
  const file = path.slice(folder === '.' ? 0 : folder.length + 1);
  const [, base] = /^(.+)-\d+$/.exec(file) ?? [];
  if (!base) return [];
  return [
    '',
    '# Goes on saving beside it; None deletes none of those that are there.',
    'manager = tf.train.CheckpointManager(',
    `    checkpoint, ${pyString(folder)}, max_to_keep=None, checkpoint_name=${pyString(base)}`,
    ')',
  ];
}

function savedModel(folder: string): ResumeCode {
  const code = ['import tensorflow as tf', '', `model = tf.saved_model.load(${pyString(folder)})`];
  return {
    blocks: [{ title: 'SavedModel', code: code.join('\n') }],
    notes: [{ kind: 'absent', parts: ['optimizer', 'scheduler'] }],
  };
}

/** `model.save_weights(prefix)` of Keras 2: the model itself is the root. */
function kerasWeights(path: string): ResumeCode {
  const code = [
    'import tensorflow as tf',
    '',
    'model = ...  # build and compile it as it was when saved',
    '',
    `model.load_weights(${pyString(path)})`,
  ];
  return {
    blocks: [{ title: 'Keras 2', code: code.join('\n') }],
    notes: [{ kind: 'bundle-prefix' }],
  };
}

/** Variables under their own names, as `tf.compat.v1.train.Saver` writes them. */
function namedVariables(path: string): ResumeCode {
  const code = [
    'import tensorflow as tf',
    '',
    'tf.compat.v1.disable_eager_execution()',
    '...  # build the graph as it was when saved',
    '',
    'saver = tf.compat.v1.train.Saver()',
    'with tf.compat.v1.Session() as session:',
    `    saver.restore(session, ${pyString(path)})`,
  ];
  return {
    blocks: [{ title: 'tf.compat.v1.train.Saver', code: code.join('\n') }],
    notes: [{ kind: 'bundle-prefix' }],
  };
}
