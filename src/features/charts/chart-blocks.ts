import type { Section } from './chart-layout.ts';
import type { Metric } from './metric-groups.ts';

/** Part of a section: its heading, or rows of its cards, or both. */
export interface BlockPart {
  readonly section: Section;
  readonly hasHead: boolean;
  readonly metrics: readonly Metric[];
}

/** What is put into the page together, and taken out of it together when it is far from sight. */
export interface Block {
  readonly key: string;
  readonly parts: readonly BlockPart[];
  /** For a guess at how high it will be. */
  readonly heads: number;
  readonly rows: number;
}

/** Rows of cards in a block; two headings count as one. */
const ROWS = 4;
const HEAD = 0.5;

/** The sections cut into blocks of a few rows, however many cards or sections there are. */
export function chartBlocks(sections: readonly Section[], columns: number): Block[] {
  const blocks: Block[] = [];
  let parts: BlockPart[] = [];
  let heads = 0;
  let rows = 0;
  const close = () => {
    const [first] = parts;
    if (!first) return;
    const key = `${first.section.id} ${first.hasHead ? '' : first.metrics[0]?.tag}`;
    blocks.push({ key, parts, heads, rows });
    parts = [];
    heads = 0;
    rows = 0;
  };
  for (const section of sections) {
    const metrics = section.isFolded ? [] : section.metrics;
    let from = 0;
    let hasHead = true;
    do {
      const least = Number(hasHead) * HEAD + Number(from < metrics.length);
      if (rows + heads * HEAD + least > ROWS) close();
      const room = Math.max(1, Math.floor(ROWS - rows - (heads + Number(hasHead)) * HEAD));
      const taken = metrics.slice(from, from + room * columns);
      parts.push({ section, hasHead, metrics: taken });
      heads += Number(hasHead);
      rows += Math.ceil(taken.length / columns);
      from += taken.length;
      hasHead = false;
    } while (from < metrics.length);
  }
  close();
  return blocks;
}
