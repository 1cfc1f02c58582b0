import { describe, expect, it } from 'vitest';
import { type MetricKind, mainMetric, metricKind, orderMetrics } from './metric-kind.ts';

describe('a name', () => {
  it.each<[string, MetricKind['measures'], MetricKind['split'], MetricKind['better']]>([
    ['loss', 'loss', null, 'lower'],
    ['Loss/train', 'loss', 'train', 'lower'],
    ['train/loss', 'loss', 'train', 'lower'],
    ['train/loss_step', 'loss', 'train', 'lower'],
    ['train_loss_epoch', 'loss', 'train', 'lower'],
    ['trainLoss', 'loss', 'train', 'lower'],
    ['val/loss', 'loss', 'validation', 'lower'],
    ['val_loss', 'loss', 'validation', 'lower'],
    ['valLoss', 'loss', 'validation', 'lower'],
    ['eval_loss', 'loss', 'validation', 'lower'],
    ['eval/loss', 'loss', 'validation', 'lower'],
    ['evaluation_loss_vs_iterations', 'loss', 'validation', 'lower'],
    ['eval_train_loss', 'loss', 'train', 'lower'],
    ['eval_val_loss', 'loss', 'validation', 'lower'],
    ['validation/epoch_loss', 'loss', 'validation', 'lower'],
    ['dev_loss', 'loss', 'validation', 'lower'],
    ['test_loss', 'loss', 'test', 'lower'],
    ['train/box_loss', 'loss', 'train', 'lower'],
    ['loss_rpn_cls', 'loss', null, 'lower'],
    ['sparse_categorical_crossentropy', 'loss', null, 'lower'],
    ['val_cross_entropy', 'loss', 'validation', 'lower'],
    ['val_nll', 'loss', 'validation', 'lower'],
    ['accuracy_loss', 'loss', null, 'lower'],
    ['训练/损失', 'loss', 'train', 'lower'],
    ['accuracy', 'accuracy', null, 'higher'],
    ['epoch_accuracy', 'accuracy', null, 'higher'],
    ['validation/accuracy', 'accuracy', 'validation', 'higher'],
    ['val_acc', 'accuracy', 'validation', 'higher'],
    ['sparse_categorical_accuracy', 'accuracy', null, 'higher'],
    ['eval_top1', 'accuracy', 'validation', 'higher'],
    ['val/accuracy_top-1', 'accuracy', 'validation', 'higher'],
    ['Acc@1', 'accuracy', null, 'higher'],
    ['test_acc1', 'accuracy', 'test', 'higher'],
    ['train.acc.top5', 'accuracy', 'train', 'higher'],
    ['验证准确率', 'accuracy', 'validation', 'higher'],
    ['metrics/mAP50(B)', 'other', 'validation', 'higher'],
    ['metrics/mAP50-95(B)', 'other', 'validation', 'higher'],
    ['metrics/precision(B)', 'other', 'validation', 'higher'],
    ['bbox/AP-person', 'other', null, 'higher'],
    ['bbox/AP50', 'other', null, 'higher'],
    ['val_f1', 'other', 'validation', 'higher'],
    ['f1-macro', 'other', null, 'higher'],
    ['AUC', 'other', null, 'higher'],
    ['val_mean_io_u', 'other', 'validation', 'higher'],
    ['eval_rougeLsum', 'other', 'validation', 'higher'],
    ['R2', 'other', null, 'higher'],
    ['rollout/ep_rew_mean', 'other', null, 'higher'],
    ['recall@5', 'other', null, 'higher'],
    ['perplexity', 'other', null, 'lower'],
    ['eval_perplexity', 'other', 'validation', 'lower'],
    ['error', 'other', null, 'lower'],
    ['top1_error', 'other', null, 'lower'],
    ['val_mean_absolute_error', 'other', 'validation', 'lower'],
    ['mae', 'other', null, 'lower'],
    ['test/RMSE', 'other', 'test', 'lower'],
    ['fid_score', 'other', null, 'lower'],
    ['lr', 'learning-rate', null, null],
    ['lr-Adam', 'learning-rate', null, null],
    ['lr/pg0', 'learning-rate', null, null],
    ['train/learning_rate', 'learning-rate', 'train', null],
    ['epoch_learning_rate', 'learning-rate', null, null],
    ['学习率', 'learning-rate', null, null],
    ['epoch', 'progress', null, null],
    ['train/epoch', 'progress', 'train', null],
    ['time', 'progress', null, null],
    ['eval_samples_per_second', 'progress', 'validation', null],
    ['total_flos', 'progress', null, null],
    ['grad_norm', 'other', null, null],
    ['loss_scale', 'other', null, null],
    ['std_dev', 'other', null, null],
    ['layer00/block5/weight_norm', 'other', null, null],
    ['n_parameters', 'other', null, null],
    ['__proto__', 'other', null, null],
    ['constructor', 'other', null, null],
    ['🙂', 'other', null, null],
    ['', 'other', null, null],
  ])('%s measures %s on %s, better %s', (tag, measures, split, better) => {
    expect(metricKind(tag)).toEqual({ measures, split, better });
  });
});

describe('the order of metrics', () => {
  it.each<[string, string[]]>([
    ['of a Keras run', ['val_loss', 'val_accuracy', 'loss', 'accuracy', 'learning_rate']],
    [
      'of a Lightning run',
      [
        'val_loss',
        'val_acc',
        'train_loss_epoch',
        'train_loss_step',
        'lr-Adam',
        'grad_norm',
        'epoch',
      ],
    ],
    [
      'of a Hugging Face run',
      [
        'eval/loss',
        'eval/accuracy',
        'train/loss',
        'train/train_loss',
        'train/learning_rate',
        'train/grad_norm',
        'train/epoch',
        'eval/runtime',
      ],
    ],
    [
      'of an Ultralytics run',
      ['val/box_loss', 'val/cls_loss', 'metrics/mAP50(B)', 'train/box_loss', 'lr/pg0', 'time'],
    ],
    ['of a run that is tested too', ['val/loss', 'test/loss', 'train/loss']],
  ])('%s', (_, ordered) => {
    expect(orderMetrics(ordered.toReversed())).toEqual(ordered);
    expect(orderMetrics(ordered.toSorted())).toEqual(ordered);
  });

  it('keeps every name, also one that comes twice', () => {
    expect(orderMetrics(['b', 'a', 'b'])).toEqual(['a', 'b', 'b']);
  });
});

describe('the main metric', () => {
  it.each<[string, string[], string | null]>([
    ['is the loss of validation', ['accuracy', 'loss', 'val_accuracy', 'val_loss'], 'val_loss'],
    ['is the whole loss, not a part of it', ['val/box_loss', 'val/loss'], 'val/loss'],
    ['is the accuracy where no loss was validated', ['train/loss', 'val/acc'], 'val/acc'],
    ['is the loss of training where nothing was validated', ['lr', 'train/loss'], 'train/loss'],
    ['is any that tells better from worse', ['a', 'reward', 'lr'], 'reward'],
    ['is any, where none does', ['epoch', 'gadgets'], 'gadgets'],
    ['is none where only time goes by', ['epoch', 'time'], null],
    ['is none among none', [], null],
  ])('%s', (_, tags, main) => {
    expect(mainMetric(tags)).toBe(main);
  });
});
