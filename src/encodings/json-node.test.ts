import { describe, expect, it } from 'vitest';
import { CheckpointError } from '#domain/problem.ts';
import { JsonNode, parseJson } from './json-node.ts';

const place = { path: 'model.json' };
const encode = (text: string) => new TextEncoder().encode(text);

describe('a JSON document', () => {
  const document = parseJson(encode('{"layers":[{"units":3,"name":null,"bias":true}]}'), place);

  it('is read by keys and indices', () => {
    const [layer] = document.get('layers').list();
    expect(layer?.get('units').integer()).toBe(3);
    expect(layer?.get('bias').boolean()).toBe(true);
    expect(layer?.find('name')).toBeUndefined();
    expect(layer?.find('absent')).toBeUndefined();
  });

  it('has no members but its own', () => {
    expect(document.find('constructor')).toBeUndefined();
    expect(new JsonNode(JSON.parse('{"__proto__":1}'), place).get('__proto__').number()).toBe(1);
  });

  it.each<[string, (node: JsonNode) => unknown, string]>([
    ['what is absent', (node) => node.get('config'), 'the document has no config'],
    ['what is no list', (node) => node.list(), 'the document is no list'],
    [
      'what is no text',
      (node) => node.get('layers').list()[0]?.get('units').text(),
      'layers[0].units is no text',
    ],
    ['what is no object', (node) => node.get('layers').get('x'), 'layers is no object'],
  ])('says where: %s', (_, read, what) => {
    expect(() => read(document)).toThrow(
      expect.objectContaining({ problem: { kind: 'malformed', what }, place }),
    );
  });

  it.each(['', '{', '[1,]', '\u0000', '['.repeat(200_000)])('is refused: %#', (text) => {
    expect(() => parseJson(encode(text), place)).toThrow(CheckpointError);
  });

  it('is refused where it is not UTF-8', () => {
    expect(() => parseJson(Uint8Array.of(0x22, 0xff, 0x22), place)).toThrow(CheckpointError);
  });
});
