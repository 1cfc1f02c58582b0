import { describe, expect, it } from 'vitest';
import type { Metadata } from '#domain/tensor.ts';
import { metricsInName, metricsOf, progressOf } from './step-of.ts';

describe('a name says', () => {
  it.each<[string, number | null, number | null]>([
    // path, step, epoch
    ['run/checkpoints/epoch_06.pth', null, 6],
    ['run/ckpt-12', 12, null],
    ['model.ckpt-200', 200, null],
    ['epoch=2-step=300.ckpt', 300, 2],
    ['epoch=5-val_loss=0.185.ckpt', null, 5],
    ['ema-epoch=3-val_loss=0.17.ckpt', null, 3],
    ['amp-epoch=1.ckpt', null, 1],
    ['epoch=2-step=300-v1.ckpt', 300, 2],
    ['run/checkpoint-500', 500, null],
    ['run/module_before-3', 3, null],
    ['run/checkpoint-500/model.safetensors', 500, null],
    ['run/tmp-checkpoint-125', 125, null],
    ['05-0.123.keras', null, 5],
    ['05.weights.h5', null, 5],
    ['fer2013_mini_XCEPTION.00-0.47.hdf5', null, 0],
    ['12.keras', null, 12],
    ['orbax/100', 100, null],
    ['step_1000.pt', 1000, null],
    ['iter_0001000.pth', 1000, null],
    ['iter_0000100', 100, null],
    ['global_step30', 30, null],
    ['out/global_step30/mp_rank_00_model_states.pt', 30, null],
    ['model_step_000090.safetensors', 90, null],
    ['model_099.pt', null, 99],
    ['ep1-ba42-rank0.pt', null, 1],
    ['model-epoch-3.pth', null, 3],
    ['weights.12-0.55.h5', null, 12],
    ['checkpoint_10.pth.tar', 10, null],
    ['model-acc0.93.pth', null, null],
    ['best_0.93.pth', null, null],
    ['best.pth', null, null],
    ['last.ckpt', null, null],
    ['model.safetensors', null, null],
    ['resnet50.pth', null, null],
    ['pytorch_model.bin', null, null],
    ['model-00001-of-00003.safetensors', null, null],
    ['vit_b16.pth', null, null],
    ['latest.weights.h5', null, null],
  ])('%s', (path, step, epoch) => {
    const progress = progressOf(path);
    expect([progress.step?.value ?? null, progress.epoch?.value ?? null]).toEqual([step, epoch]);
  });
});

describe('metadata says', () => {
  it.each<[string, { [key: string]: Metadata }, number | null, number | null]>([
    ['the classic dictionary', { epoch: 6, loss: 0.5 }, null, 6],
    ['Lightning', { epoch: 5, global_step: 48, loops: { epoch: 9 } }, 48, 5],
    ['a counter one level down', { state: { iteration: 7 } }, 7, null],
    ['nanoGPT', { iter_num: 2000, best_val_loss: 1.2 }, 2000, null],
    ['safetensors, which has only text', { step: '90', epoch: '3' }, 90, 3],
    ['TensorFlow', { save_counter: 6n, optimizer_iterations: 144n, epoch: 6n }, 144, 6],
    ['only how often it was saved', { save_counter: 6 }, 6, null],
    ['a fraction of an epoch', { epoch: 1.5, global_step: 30 }, 30, 1.5],
    ['epochs that were planned', { args: { epochs: 90 } }, null, null],
    ['what the scheduler counts', { lr_scheduler: { last_epoch: 12 } }, null, null],
    ['nothing', {}, null, null],
  ])('%s', (_, metadata, step, epoch) => {
    const progress = progressOf('model.pth', metadata);
    expect([progress.step?.value ?? null, progress.epoch?.value ?? null]).toEqual([step, epoch]);
  });

  it('more than the name, and where it says so', () => {
    expect(progressOf('epoch_07.pth', { epoch: 6 }).epoch).toEqual({
      value: 6,
      from: 'metadata',
      where: 'epoch',
    });
    expect(progressOf('run/ckpt-8', { save_counter: 8 }).step).toMatchObject({ from: 'name' });
  });
});

describe('metrics', () => {
  it.each<[string, (readonly [string | null, number, number])[]]>([
    ['05-0.627.keras', [[null, 0.627, 3]]],
    ['epoch=5-val_loss=0.185.ckpt', [['val_loss', 0.185, 3]]],
    ['model-acc0.93.pth', [['acc', 0.93, 2]]],
    ['model_e12_acc0.91.pth', [['acc', 0.91, 2]]],
    ['model_epoch_3_val_loss_0.25.pth', [['val_loss', 0.25, 2]]],
    ['checkpoint_top1_76.3.pth', [['top1', 76.3, 1]]],
    ['resnet50-v1.5.pth', []],
    ['yolov8_mAP50-0.61.pt', [['yolov8_mAP50', 0.61, 2]]],
    [
      'best-val_acc=0.9123-val_loss=0.30.ckpt',
      [
        ['val_acc', 0.9123, 4],
        ['val_loss', 0.3, 2],
      ],
    ],
    ['epoch_06.pth', []],
    ['weights.12-0.55.h5', [[null, 0.55, 2]]],
    ['fer2013_mini_XCEPTION.00-0.47.hdf5', [[null, 0.47, 2]]],
  ])('in the name %s', (path, metrics) => {
    expect(metricsInName(path).map(({ tag, value, digits }) => [tag, value.value, digits])).toEqual(
      metrics,
    );
  });

  it('in metadata, but not what belongs to the optimizer', () => {
    const metadata = {
      epoch: 6,
      loss: 1.2,
      best_accuracy: 0.85,
      learning_rate: 0.001,
      optimizer_state_dict: { loss: 5 },
    };
    expect(metricsOf('epoch_06.pth', metadata).map(({ tag }) => tag)).toEqual([
      'loss',
      'best_accuracy',
    ]);
  });
});
