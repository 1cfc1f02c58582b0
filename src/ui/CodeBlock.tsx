import { useEffect, useRef, useState } from 'react';
import { Button } from './Button.tsx';
import styles from './CodeBlock.module.css';
import { defineStrings, useStrings } from './strings.ts';

export interface CodeBlockProps {
  /** What the code is for. */
  readonly title: string;
  readonly code: string;
}

const texts = defineStrings({
  en: { copy: 'Copy', copied: 'Copied', selected: 'Selected: copy it with Ctrl/⌘ C' },
  zh: { copy: '复制', copied: '已复制', selected: '已选中：请按 Ctrl/⌘ C 复制' },
});

/** How long it says so, in milliseconds. */
const SAID = 2000;

/** Code to take along: shown as it is, copied with a button. */
export function CodeBlock({ title, code }: CodeBlockProps) {
  const t = useStrings(texts);
  const pre = useRef<HTMLPreElement>(null);
  const [said, setSaid] = useState<'copied' | 'selected' | null>(null);

  useEffect(() => {
    if (said === null) return;
    const timer = setTimeout(() => setSaid(null), SAID);
    return () => clearTimeout(timer);
  }, [said]);

  async function copy() {
    try {
      await navigator.clipboard.writeText(code);
      setSaid('copied');
    } catch {
      // Refused by the browser, as in a page without focus: selected, so that the person can.
      if (pre.current) getSelection()?.selectAllChildren(pre.current);
      setSaid('selected');
    }
  }

  return (
    <div className={styles.block}>
      <div className={styles.head}>
        <span className={styles.title}>{title}</span>
        <span role="status" className={styles.said}>
          {said === null ? '' : t[said]}
        </span>
        <Button onPress={() => void copy()} aria-label={`${t.copy}: ${title}`}>
          {t.copy}
        </Button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre ref={pre} className={styles.code} tabIndex={0}>
        <code>{code}</code>
      </pre>
    </div>
  );
}
