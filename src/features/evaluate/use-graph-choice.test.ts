import { expect, it } from 'vitest';
import type { Run } from '#domain/run.ts';
import { chosenFile, isOwn } from './use-graph-choice.ts';

const run = (path: string, checkpoint: string, ...graphs: string[]): Run => ({
  path,
  checkpoints: [{ path: checkpoint, main: checkpoint, files: [checkpoint] }],
  histories: [],
  configurations: [],
  graphs,
  pointers: [],
});

const runs = [run('a/1', 'a/1/ckpt/x.pth', 'a/1/export/model.pt2'), run('b', 'b/x.pth')];

it.each([
  ['a/1/export/model.pt2', 'a/1/ckpt/x.pth', true],
  ['a/model.pt2', 'a/1/ckpt/x.pth', true],
  ['model.pt2', 'a/1/ckpt/x.pth', true],
  ['a/2/model.pt2', 'a/1/ckpt/x.pth', false],
  ['a/1/export/model.pt2', 'b/x.pth', false],
])('%s belongs to %s: %s', (graph, checkpoint, own) => {
  expect(isOwn(graph, checkpoint, runs)).toBe(own);
});

const found = { likeliest: 'a/model.pt2', own: true, hasProposal: true };

it.each([
  ['the one of the run', {}, {}, 'a/model.pt2'],
  ['the proposal rather than that of another run', {}, { own: false }, null],
  ['that of another run rather than none', {}, { own: false, hasProposal: false }, 'a/model.pt2'],
  ['none where there is none', {}, { likeliest: null, own: false, hasProposal: false }, null],
  ['what the person chose', { graph: 'b.pt2' }, {}, 'b.pt2'],
  ['the proposal when the person wants it', { proposed: true }, {}, null],
])('it is %s', (_, view, more, file) => {
  expect(chosenFile({ graph: null, proposed: false, ...view }, { ...found, ...more })).toBe(file);
});
