import type { Readiness } from '#domain/summary.ts';
import { classNames } from './class-names.ts';
import styles from './ReadinessMarks.module.css';
import { defineStrings, useStrings } from './strings.ts';

export interface ReadinessMarksProps {
  readonly readiness: Readiness;
  /** `full`: whole words, those that are absent too. */
  readonly size?: 'short' | 'full';
}

const texts = defineStrings({
  en: {
    name: 'What it can resume',
    weights: 'Weights',
    optimizer: 'Optimizer',
    scheduler: 'Scheduler',
    scaler: 'Scaler',
    rng: 'RNG',
    dataPosition: 'Data position',
    weightsShort: 'Wts',
    optimizerShort: 'Opt',
    schedulerShort: 'Sch',
    scalerShort: 'Scl',
    rngShort: 'RNG',
    dataPositionShort: 'Data',
    present: 'saved',
    absent: 'not saved',
    unknown: 'the format cannot tell',
  },
  zh: {
    name: '可恢复的内容',
    weights: '权重',
    optimizer: '优化器',
    scheduler: '学习率调度',
    scaler: '梯度缩放',
    rng: '随机状态',
    dataPosition: '数据位置',
    weightsShort: '权重',
    optimizerShort: '优化',
    schedulerShort: '调度',
    scalerShort: '缩放',
    rngShort: '随机',
    dataPositionShort: '数据',
    present: '已保存',
    absent: '未保存',
    unknown: '该格式无法判断',
  },
});

const PARTS = ['weights', 'optimizer', 'scheduler', 'scaler', 'rng', 'dataPosition'] as const;

/** What a training finds in a checkpoint when it goes on, and what it does not. */
export function ReadinessMarks({ readiness, size = 'short' }: ReadinessMarksProps) {
  const t = useStrings(texts);
  return (
    <ul className={styles.marks} aria-label={t.name}>
      {PARTS.map((part) => {
        const has = readiness[part];
        const state = has === null ? 'unknown' : has ? 'present' : 'absent';
        return (
          <li
            key={part}
            className={classNames(styles.mark, styles[state])}
            title={`${t[part]}: ${t[state]}`}
          >
            <span aria-hidden="true">
              {size === 'short' ? t[`${part}Short`] : t[part]}
              {has === null && '?'}
            </span>
            <span className={styles.spoken}>{`${t[part]}: ${t[state]}`}</span>
          </li>
        );
      })}
    </ul>
  );
}
