import { CheckpointError } from '#domain/problem.ts';
import type { JsonNode } from '#encodings/json-node.ts';
import type { AttributeMessage, GraphDefMessage, TensorMessage } from './graph-proto.ts';
import { DTYPE_NAMES } from './type-names.ts';

type Nodes = GraphDefMessage['nodes'];
type Functions = NonNullable<GraphDefMessage['library']>['functions'];
type List = NonNullable<AttributeMessage['list']>;
type Shape = NonNullable<AttributeMessage['shape']>;

/** A `GraphDef` as protobuf writes it in JSON: 64-bit numbers as texts, bytes as base64. */
export function graphOfJson(topology: JsonNode): GraphDefMessage {
  return {
    nodes: nodesOf(topology.find('node')),
    library: { functions: functionsOf(topology.find('library')?.find('function')) },
  };
}

function nodesOf(list: JsonNode | undefined): Nodes {
  return (list?.list() ?? []).map((node) => ({
    name: node.get('name').text(),
    op: node.get('op').text(),
    inputs: (node.find('input')?.list() ?? []).map((input) => input.text()),
    attributes: attributesOf(node.find('attr')),
  }));
}

function functionsOf(list: JsonNode | undefined): Functions {
  return (list?.list() ?? []).map((each) => {
    const signature = each.get('signature');
    const named = (key: string) =>
      (signature.find(key)?.list() ?? []).map((argument) => ({
        name: argument.get('name').text(),
        type: typeOf(argument.find('type')),
        typeAttribute: argument.find('typeAttr')?.text(),
        numberAttribute: argument.find('numberAttr')?.text(),
        typeListAttribute: argument.find('typeListAttr')?.text(),
      }));
    return {
      signature: {
        name: signature.get('name').text(),
        inputs: named('inputArg'),
        outputs: named('outputArg'),
        attributes: [],
      },
      nodes: nodesOf(each.find('nodeDef')),
      returns: (each.find('ret')?.entries() ?? []).map(([key, value]) => ({
        key,
        value: value.text(),
      })),
      attributes: [],
      argumentAttributes: [],
    };
  });
}

function attributesOf(map: JsonNode | undefined) {
  return (map?.entries() ?? []).map(([key, value]) => ({ key, value: attributeOf(value) }));
}

const EMPTY_LIST: List = {
  texts: [],
  ints: [],
  floats: [],
  bools: [],
  types: [],
  shapes: [],
  functions: [],
};

function attributeOf(node: JsonNode) {
  const [[kind, value] = []] = node.entries();
  const none = {
    list: undefined,
    text: undefined,
    int: undefined,
    float: undefined,
    bool: undefined,
    type: undefined,
    shape: undefined,
    tensor: undefined,
    placeholder: undefined,
    function: undefined,
  };
  switch (kind ?? '') {
    case 's':
      return { ...none, text: bytesOf(value) };
    case 'i':
      return { ...none, int: numberOf(value) };
    case 'f':
      return { ...none, float: numberOf(value) };
    case 'b':
      return { ...none, bool: value?.boolean() };
    case 'type':
      return { ...none, type: typeOf(value) };
    case 'shape':
      return { ...none, shape: shapeOf(value) };
    case 'tensor':
      return { ...none, tensor: value && tensorOf(value) };
    case 'func':
      return { ...none, function: { name: value?.find('name')?.text() } };
    case 'list':
      return { ...none, list: value && listOf(value) };
    default:
      return none;
  }
}

function listOf(node: JsonNode): List {
  const all = (key: string) => node.find(key)?.list() ?? [];
  return {
    ...EMPTY_LIST,
    texts: all('s').flatMap((one) => bytesOf(one) ?? []),
    ints: all('i').map((one) => numberOf(one)),
    floats: all('f').map((one) => numberOf(one)),
    bools: all('b').map((one) => one.boolean()),
    types: all('type').flatMap((one) => typeOf(one) ?? []),
    shapes: all('shape').map((one) => shapeOf(one)),
    functions: all('func').map((one) => ({ name: one.find('name')?.text() })),
  };
}

export function shapeOf(node: JsonNode | undefined): Shape {
  return {
    dims: (node?.find('dim')?.list() ?? []).map((dim) => ({ size: numberOf(dim.find('size')) })),
    unknownRank: node?.find('unknownRank')?.boolean(),
  };
}

function tensorOf(node: JsonNode): TensorMessage {
  const all = (key: string) => (node.find(key)?.list() ?? []).map((one) => numberOf(one));
  return {
    dtype: typeOf(node.find('dtype')),
    shape: shapeOf(node.find('tensorShape')),
    content: bytesOf(node.find('tensorContent')),
    floats: all('floatVal'),
    doubles: all('doubleVal'),
    ints: all('intVal'),
    texts: (node.find('stringVal')?.list() ?? []).flatMap((one) => bytesOf(one) ?? []),
    longs: all('int64Val'),
    bools: (node.find('boolVal')?.list() ?? []).map((one) => one.boolean()),
    halves: all('halfVal'),
    unsigned: all('uint32Val'),
  };
}

/** A number, also one that is written as a text: `"-1"`, `"NaN"`. */
function numberOf(node: JsonNode | undefined): number {
  if (!node) return 0;
  return typeof node.value === 'string' ? Number(node.value) : node.number();
}

/** Base64; older converters list the codes of the characters. */
function bytesOf(node: JsonNode | undefined): Uint8Array<ArrayBuffer> | undefined {
  if (!node) return undefined;
  if (Array.isArray(node.value)) return Uint8Array.from(node.list().map((one) => one.integer()));
  try {
    return Uint8Array.from(atob(node.text()), (letter) => letter.charCodeAt(0));
  } catch (cause) {
    if (cause instanceof CheckpointError) throw cause;
    return node.fail('is not base64');
  }
}

/** A type by its name or its number. */
export function typeOf(node: JsonNode | undefined): number | undefined {
  if (!node) return undefined;
  if (typeof node.value === 'number') return node.integer();
  return DTYPE_NAMES.get(node.text()) ?? node.fail('is no type');
}
