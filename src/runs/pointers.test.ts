import { describe, expect, it } from 'vitest';
import {
  pointersInNames,
  pointersInText,
  pointersInTrainerState,
  resolvePointer,
} from './pointers.ts';

const refs = (...paths: string[]) => paths.map((path) => ({ path, main: path, files: [path] }));

describe('a claim means', () => {
  const checkpoints = refs(
    'run/ckpt-1',
    'run/ckpt-3',
    'run/backup/ckpt-3',
    'run/checkpoint-80',
    'run/iter_0000200',
    'run/global_step40/rank_0.pt',
    'run/model.ckpt-30',
  );

  it.each<[string, string, string | null]>([
    // file, target, checkpoint
    ['run/checkpoint', 'ckpt-3', 'run/ckpt-3'],
    ['run/backup/checkpoint', 'ckpt-3', 'run/backup/ckpt-3'],
    ['run/checkpoint', '/home/me/old/ckpt-3', 'run/ckpt-3'],
    ['run/checkpoint', 'C:\\old\\ckpt-1', 'run/ckpt-1'],
    ['run/trainer_state.json', 'out/checkpoint-80/', 'run/checkpoint-80'],
    ['run/latest_checkpointed_iteration.txt', '200', 'run/iter_0000200'],
    ['run/latest', 'global_step40', 'run/global_step40/rank_0.pt'],
    ['run/checkpoint', 'model.ckpt-30-?????-of-00003', 'run/model.ckpt-30'],
    ['run/checkpoint', 'ckpt-9', null],
    ['run/checkpoint', '../../../../etc/passwd', null],
    ['run/latest', 'release', null],
  ])('%s saying %s: %s', (file, target, checkpoint) => {
    const pointer = { file, says: 'latest' as const, target };
    expect(resolvePointer(pointer, checkpoints)).toEqual({ ...pointer, checkpoint });
  });
});

describe('a claim is made by', () => {
  it.each<[string, string | undefined]>([
    ['run/best.pth', 'best'],
    ['run/model_best.pth.tar', 'best'],
    ['run/checkpoint_best.pt', 'best'],
    ['run/best_model.pth', 'best'],
    ['run/last.ckpt', 'latest'],
    ['run/latest.weights.h5', 'latest'],
    ['run/epoch_3.pth', undefined],
    ['run/lasting.pth', undefined],
  ])('the name %s: %s', (path, says) => {
    expect(pointersInNames(refs(path))[0]?.says).toBe(says);
  });

  it('a file of one line', () => {
    expect(pointersInText('run/latest', 'global_step40\n')).toMatchObject([
      { target: 'global_step40' },
    ]);
    expect(pointersInText('run/latest', 'two\nlines')).toEqual([]);
    expect(pointersInText('run/latest', '')).toEqual([]);
  });

  it('the state of a trainer', () => {
    const state = { best_model_checkpoint: 'out/checkpoint-80', best_metric: 0.9 };
    expect(pointersInTrainerState('run/trainer_state.json', state)).toMatchObject([
      { says: 'best', target: 'out/checkpoint-80' },
    ]);
    expect(pointersInTrainerState('x', { best_model_checkpoint: null })).toEqual([]);
  });
});
