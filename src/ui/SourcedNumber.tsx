import type { Sourced } from '#domain/run.ts';
import { useNumberFormats } from './format-number.ts';
import styles from './SourcedNumber.module.css';
import { defineStrings, useStrings } from './strings.ts';

export interface SourcedNumberProps {
  readonly value: Sourced<number>;
  /** For numbers that are no steps: a loss. */
  readonly format?: (value: number) => string;
}

const texts = defineStrings({
  en: {
    metadata: 'file',
    name: 'name',
    pointer: 'pointer',
    metadataWhere: (key: string) => `read from the file itself: ${key}`,
    nameWhere: (name: string) => `read from the name: ${name}`,
    pointerWhere: (name: string) => `read from ${name}`,
  },
  zh: {
    metadata: '文件',
    name: '文件名',
    pointer: '指针',
    metadataWhere: (key) => `读自文件内容：${key}`,
    nameWhere: (name) => `读自文件名：${name}`,
    pointerWhere: (name) => `读自 ${name}`,
  },
});

/** A number, and whether the file itself or its name says it. */
export function SourcedNumber({ value: { value, from, where }, format }: SourcedNumberProps) {
  const t = useStrings(texts);
  const { step } = useNumberFormats();
  const place = t[`${from}Where`](where);
  return (
    <span className={styles.number} title={place}>
      {(format ?? step)(value)} <span className={styles.source}>{t[from]}</span>
    </span>
  );
}
