import { expect, it } from 'vitest';
import { documentFields, inputFields, outputFields } from './document.ts';
import type { Field } from './fields.ts';
import { kinds } from './kinds.ts';
import { fieldsOf } from './layer-list.ts';

type Schema = Readonly<Record<string, unknown>>;

function objectOf(fields: Readonly<Record<string, Field<unknown>>>): Schema {
  const entries = Object.entries(fields);
  return {
    type: 'object',
    properties: Object.fromEntries(entries.map(([key, { schema }]) => [key, schema])),
    required: entries.filter(([, field]) => !('otherwise' in field)).map(([key]) => key),
    additionalProperties: false,
  };
}

/** What the reader takes, as a JSON Schema: editors complete and check a spec with it. */
function schemaOfSpecs(): Schema {
  const { properties, ...document } = objectOf(documentFields);
  const layers = Object.entries(kinds).map(([name, kind]) => {
    const { properties: own, ...rest } = objectOf(fieldsOf(name, kind));
    return { title: name, ...rest, properties: { ...(own as Schema), kind: { const: name } } };
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Cairn model spec, version 1',
    ...document,
    properties: {
      ...(properties as Schema),
      inputs: { type: 'array', minItems: 1, items: objectOf(inputFields) },
      layers: { type: 'array', minItems: 1, items: { oneOf: layers } },
      output: objectOf(outputFields),
    },
  };
}

it('the schema that is shipped says what the reader takes', async () => {
  const text = `${JSON.stringify(schemaOfSpecs(), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../../public/schema/model-spec.schema.json');
});
