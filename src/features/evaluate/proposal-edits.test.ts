import { describe, expect, it } from 'vitest';
import type { Proposal } from '#domain/proposal.ts';
import {
  editedProposal,
  editsOf,
  insertLayer,
  moveLayer,
  parseLayerEdits,
} from './proposal-edits.ts';

const proposal: Proposal = {
  weights: 'model_state_dict',
  layers: [
    { name: 'conv', kind: 'conv', shapes: [[8, 1, 3, 3]], activation: 'relu', strides: [1, 1] },
    { name: 'flatten', kind: 'flatten', shapes: [] },
    { name: 'fc', kind: 'linear', shapes: [[10, 512]], activation: 'none' },
  ],
  input: [1, 8, 8],
  assumptions: [],
};

describe('corrections', () => {
  it('are none for the proposal itself', () => {
    expect(editsOf(proposal.layers, proposal)).toBeNull();
    expect(editedProposal(proposal, null)).toBe(proposal);
  });

  it.each([
    ['a layer moved', moveLayer(proposal.layers, 0, 1)],
    ['a layer put in', insertLayer(proposal.layers, 0, 'max_pool')],
    ['a layer left out', proposal.layers.filter(({ name }) => name !== 'flatten')],
    [
      'another function and stride',
      proposal.layers.map((layer) =>
        layer.name === 'conv' ? { ...layer, activation: 'gelu' as const, strides: [2, 2] } : layer,
      ),
    ],
  ])('go through the URL and back: %s', (_, layers) => {
    const edits = parseLayerEdits(JSON.parse(JSON.stringify(editsOf(layers, proposal))));
    expect(editedProposal(proposal, edits).layers).toEqual(layers);
  });

  it('say no more than what was changed', () => {
    const layers = insertLayer(moveLayer(proposal.layers, 2, -1), 0, 'activation');
    expect(editsOf(layers, proposal)).toEqual([
      { name: 'conv' },
      { name: 'activation', kind: 'activation', activation: 'relu' },
      { name: 'fc' },
      { name: 'flatten' },
    ]);
  });

  it('of an old link do not lose a layer with parameters, nor invent one', () => {
    const edits = parseLayerEdits([{ name: 'fc' }, { name: 'gone', activation: 'relu' }]);
    expect(editedProposal(proposal, edits).layers.map(({ name }) => name)).toEqual(['fc', 'conv']);
  });

  it.each([[null], ['x'], [{}]])('%j is no list of layers', (value) => {
    expect(parseLayerEdits(value)).toBeNull();
  });

  it('that make no sense are dropped', () => {
    expect(
      parseLayerEdits([
        3,
        { kind: 'flatten' },
        { name: 'a', kind: 'linear', activation: 'x', strides: [-1] },
      ]),
    ).toEqual([{ name: 'a' }]);
  });
});

it('a layer at the end stays there', () => {
  expect(moveLayer(proposal.layers, 2, 1)).toEqual(proposal.layers);
  expect(moveLayer(proposal.layers, 0, -1)).toEqual(proposal.layers);
});

it('layers that are put in have names of their own', () => {
  const twice = insertLayer(insertLayer(proposal.layers, 2, 'flatten'), 0, 'flatten');
  expect(twice.map(({ name }) => name)).toEqual([
    'conv',
    'flatten_3',
    'flatten',
    'fc',
    'flatten_2',
  ]);
});
