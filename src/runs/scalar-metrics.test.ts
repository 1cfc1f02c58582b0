import { describe, expect, it } from 'vitest';
import type { TensorInfo } from '#domain/tensor.ts';
import { scalarMetrics } from './scalar-metrics.ts';

const CALLBACK = "ModelCheckpoint{'monitor': 'val/loss', 'mode': 'min'}";

const scalar = (...path: string[]): TensorInfo => ({
  name: path.join('.'),
  path,
  dtype: 'float32',
  shape: [],
  bytes: 4,
});

const metricsOf = (tensors: readonly TensorInfo[], path = 'epoch=3.ckpt', monitor = 'val/loss') =>
  scalarMetrics(path, tensors, { callbacks: { [CALLBACK]: { monitor } } }).map(
    ({ tag, tensor }) => `${tag} ← ${tensor.replace(CALLBACK, 'MC')}`,
  );

describe('a tensor of one number', () => {
  it.each([
    ['loss', [scalar('loss')], ['loss ← loss']],
    ['of several metrics', [scalar('metrics', 'acc')], ['acc ← metrics.acc']],
    ['of one element', [{ ...scalar('val_loss'), shape: [1] }], ['val_loss ← val_loss']],
    ['that is no metric', [scalar('temperature'), scalar('lr')], []],
    ['in the weights', [scalar('state_dict', 'loss'), scalar('model', 'head', 'loss')], []],
    ['that is not stored', [{ ...scalar('loss'), kind: 'meta' as const }], []],
    ['of many', [{ ...scalar('loss'), shape: [3] }], []],
  ])('%s', (_, tensors, wanted) => {
    expect(metricsOf(tensors)).toEqual(wanted);
  });
});

describe("Lightning's score", () => {
  const current = scalar('callbacks', CALLBACK, 'current_score');
  const best = scalar('callbacks', CALLBACK, 'best_model_score');
  const kept = scalar('callbacks', CALLBACK, 'best_k_models', '/home/me/epoch=3.ckpt');
  const other = scalar('callbacks', CALLBACK, 'best_k_models', '/home/me/epoch=2.ckpt');

  it('is what it monitors, at this save', () => {
    expect(metricsOf([best, other, kept, current])).toEqual([
      'val/loss ← callbacks.MC.current_score',
    ]);
  });

  it('is else the one that is kept for this file', () => {
    expect(metricsOf([best, other, kept])).toEqual([
      'val/loss ← callbacks.MC.best_k_models./home/me/epoch=3.ckpt',
    ]);
  });

  it('of other checkpoints, and the best of all, are none of this one', () => {
    expect(metricsOf([best, other])).toEqual([]);
  });
});
