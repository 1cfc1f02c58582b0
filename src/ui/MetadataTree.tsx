import { useState } from 'react';
import type { Metadata } from '#domain/tensor.ts';
import { Button } from './Button.tsx';
import { useNumberFormats } from './format-number.ts';
import styles from './MetadataTree.module.css';
import { defineStrings, useStrings } from './strings.ts';

export interface MetadataTreeProps {
  readonly metadata: { readonly [key: string]: Metadata };
}

const texts = defineStrings({
  en: {
    tensor: 'tensor',
    bytes: (size: string) => `${size} of bytes`,
    items: (count: string, isOne: boolean) => (isOne ? '1 item' : `${count} items`),
    keys: (count: string, isOne: boolean) => (isOne ? '1 key' : `${count} keys`),
    more: (count: string) => `Show ${count} more`,
    whole: 'Show all of it',
    empty: 'Nothing besides tensors.',
  },
  zh: {
    tensor: '张量',
    bytes: (size) => `${size} 字节数据`,
    items: (count) => `${count} 项`,
    keys: (count) => `${count} 个键`,
    more: (count) => `再显示 ${count} 项`,
    whole: '显示全部',
    empty: '除张量外没有其他内容。',
  },
});

/** Children drawn at a time: a list of a million numbers is opened like a short one. */
const PAGE = 100;
/** Characters of a text that are shown at first. */
const LONG = 400;
/** As many keys as are open from the start. */
const FEW = 12;

type Fields = { readonly [key: string]: Metadata };

/** Whatever a file says besides its tensors, to be opened level by level. */
export function MetadataTree({ metadata }: MetadataTreeProps) {
  const t = useStrings(texts);
  const entries = Object.entries(metadata);
  if (entries.length === 0) return <p className={styles.muted}>{t.empty}</p>;
  return <Entries entries={entries} />;
}

function Entries({ entries }: { entries: readonly (readonly [string, Metadata])[] }) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const [shown, setShown] = useState(PAGE);
  return (
    <ul className={styles.list}>
      {entries.slice(0, shown).map(([key, value]) => (
        <li key={key}>
          <Entry name={key} value={value} />
        </li>
      ))}
      {entries.length > shown && (
        <li>
          <Button onPress={() => setShown(shown + 10 * PAGE)}>
            {t.more(count(Math.min(entries.length - shown, 10 * PAGE)))}
          </Button>
        </li>
      )}
    </ul>
  );
}

function Entry({ name, value }: { name: string; value: Metadata }) {
  const entries = children(value);
  const [open, setOpen] = useState(entries !== null && entries.length <= FEW && isFlat(value));
  if (entries === null) {
    return (
      <span className={styles.leaf}>
        <span className={styles.key}>{name}</span> <Leaf value={value} />
      </span>
    );
  }
  return (
    <details open={open} onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
      <summary className={styles.summary}>
        <span className={styles.key}>{name}</span> <Size value={value} length={entries.length} />
      </summary>
      {open && <Entries entries={entries} />}
    </details>
  );
}

function Size({ value, length }: { value: Metadata; length: number }) {
  const t = useStrings(texts);
  const { count } = useNumberFormats();
  const type = objectType(value);
  const words = Array.isArray(value) ? t.items : t.keys;
  const size = words(count(length), length === 1);
  return (
    <span className={styles.muted}>
      {type !== null && <code>{type} </code>}
      {size}
    </span>
  );
}

function Leaf({ value }: { value: Metadata }) {
  const t = useStrings(texts);
  const { bytes } = useNumberFormats();
  if (typeof value === 'string') return <Text text={value} />;
  const fields = fieldsOf(value);
  if (typeof fields?.['$tensor'] === 'string') {
    return (
      <span className={styles.muted}>
        {t.tensor} <code>{fields['$tensor']}</code>
      </span>
    );
  }
  if (typeof fields?.['$bytes'] === 'number') {
    return <span className={styles.muted}>{t.bytes(bytes(fields['$bytes']))}</span>;
  }
  const type = objectType(value);
  if (type !== null) return <code className={styles.muted}>{type}</code>;
  return <code>{plain(value)}</code>;
}

function Text({ text }: { text: string }) {
  const t = useStrings(texts);
  const [whole, setWhole] = useState(text.length <= LONG);
  return (
    <>
      <span className={styles.text}>“{whole ? text : `${text.slice(0, LONG)}…`}”</span>
      {!whole && (
        <>
          {' '}
          <Button onPress={() => setWhole(true)}>{t.whole}</Button>
        </>
      )}
    </>
  );
}

/** `null`: a leaf. */
function children(value: Metadata): readonly (readonly [string, Metadata])[] | null {
  if (Array.isArray(value)) {
    return value.map((item: Metadata, index) => [String(index), item] as const);
  }
  const fields = fieldsOf(value);
  if (!fields || '$tensor' in fields || '$bytes' in fields) return null;
  const entries = Object.entries(fields).filter(([key]) => key !== '$object');
  return entries.length === 0 && '$object' in fields ? null : entries;
}

function fieldsOf(value: Metadata): Fields | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return value as Fields;
}

function objectType(value: Metadata): string | null {
  const type = fieldsOf(value)?.['$object'];
  return typeof type === 'string' ? type : null;
}

/** Whether it holds leaves alone, as the options of an optimizer. */
function isFlat(value: Metadata): boolean {
  return (children(value) ?? []).every(([, item]) => children(item) === null);
}

function plain(value: Metadata): string {
  if (Array.isArray(value)) return '[]';
  if (typeof value === 'object' && value !== null) return '{}';
  return String(value);
}
