import { MODEL_SPEC } from '#domain/model-spec.ts';
import { choice, exampleShape, type Field, maybe, optional, text } from './fields.ts';

/** A list, whose items are read on their own. */
const list: Field<null> = {
  read: ({ value, path, line, column, ...rest }, faults) =>
    Array.isArray(value) && value.length > 0
      ? null
      : faults.add({ value, path, line, column, ...rest }, 'must be a list with something in it'),
  schema: { type: 'array', minItems: 1 },
};

/** Of the whole document. */
export const documentFields = {
  $schema: maybe(text),
  cairn: choice([MODEL_SPEC]),
  title: optional(text, ''),
  inputs: list,
  layers: list,
  output: { ...maybe<unknown>({ read: () => null, schema: {} }) },
};

export const inputFields = {
  name: optional(text, 'input'),
  shape: exampleShape,
  dtype: optional(choice(['float32', 'int32', 'int64']), 'float32'),
};

export const outputFields = {
  layer: maybe(text),
  means: optional(choice(['logits', 'probabilities', 'log-probabilities', 'values']), 'logits'),
};
