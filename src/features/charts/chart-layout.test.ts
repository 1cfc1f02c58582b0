import { describe, expect, it } from 'vitest';
import { chartBlocks } from './chart-blocks.ts';
import {
  arrange,
  type ChartLayout,
  moveCard,
  moveGroup,
  PLAIN_LAYOUT,
  parseLayout,
  type Section,
  toggleFold,
  togglePin,
} from './chart-layout.ts';
import type { MetricGroup } from './metric-groups.ts';
import { findMetrics, metricSearch } from './metric-search.ts';

function group(prefix: string, ...tags: readonly string[]): MetricGroup {
  return { prefix, metrics: tags.map((tag) => ({ tag, runs: [] })) };
}

const groups = [
  group('val', 'val/loss', 'val/acc'),
  group('train', 'train/loss', 'train/grad'),
  group('', 'lr'),
];

const shown = (sections: readonly Section[]) =>
  sections.map(({ prefix, metrics }) => [prefix, ...metrics.map(({ tag }) => tag)]);

function sectionOf(layout: ChartLayout, prefix: string | null): Section {
  const found = arrange(groups, layout).find((one) => one.prefix === prefix);
  if (!found) throw new RangeError(`no section ${prefix}`);
  return found;
}

describe('cards', () => {
  it('stand as they come without a layout', () =>
    expect(shown(arrange(groups, PLAIN_LAYOUT))).toEqual([
      ['val', 'val/loss', 'val/acc'],
      ['train', 'train/loss', 'train/grad'],
      ['', 'lr'],
    ]));

  it('stand on top when they are pinned, and not twice', () => {
    const layout = togglePin(togglePin(PLAIN_LAYOUT, 'lr'), 'val/acc');
    expect(shown(arrange(groups, layout))).toEqual([
      [null, 'lr', 'val/acc'],
      ['val', 'val/loss'],
      ['train', 'train/loss', 'train/grad'],
    ]);
    expect(togglePin(layout, 'lr').pinned).toEqual(['val/acc']);
  });

  it('move within their group and within those pinned', () => {
    const down = moveCard(PLAIN_LAYOUT, sectionOf(PLAIN_LAYOUT, 'val'), {
      tag: 'val/loss',
      other: 'val/acc',
    });
    expect(shown(arrange(groups, down))[0]).toEqual(['val', 'val/acc', 'val/loss']);
    const up = moveCard(down, sectionOf(down, 'val'), { tag: 'val/loss', other: 'val/acc' });
    expect(shown(arrange(groups, up))[0]).toEqual(['val', 'val/loss', 'val/acc']);
    const pinned = togglePin(togglePin(PLAIN_LAYOUT, 'lr'), 'val/acc');
    const swapped = moveCard(pinned, sectionOf(pinned, null), { tag: 'val/acc', other: 'lr' });
    expect(swapped.pinned).toEqual(['val/acc', 'lr']);
  });

  it('that were not there when an order was chosen follow those they follow by nature', () => {
    const layout = { ...PLAIN_LAYOUT, cards: { val: ['val/acc', 'val/loss'] } };
    const more = [group('val', 'val/first', 'val/loss', 'val/between', 'val/acc', 'val/end')];
    expect(shown(arrange(more, layout))).toEqual([
      ['val', 'val/first', 'val/acc', 'val/end', 'val/loss', 'val/between'],
    ]);
  });

  it('that other runs have keep their pins while these are not selected', () => {
    const layout = { ...PLAIN_LAYOUT, pinned: ['gone', 'lr', 'val/acc'] };
    const moved = moveCard(layout, sectionOf(layout, null), { tag: 'lr', other: 'val/acc' });
    expect(moved.pinned).toEqual(['val/acc', 'lr', 'gone']);
  });
});

describe('groups', () => {
  it('move', () => {
    const sections = arrange(groups, PLAIN_LAYOUT);
    const layout = moveGroup(PLAIN_LAYOUT, sections, { prefix: '', other: 'val' });
    expect(shown(arrange(groups, layout)).map(([prefix]) => prefix)).toEqual(['', 'val', 'train']);
  });

  it('stay folded until they are unfolded', () => {
    const { id } = sectionOf(PLAIN_LAYOUT, 'train');
    const layout = toggleFold(PLAIN_LAYOUT, id);
    expect(sectionOf(layout, 'train').isFolded).toBe(true);
    expect(sectionOf(toggleFold(layout, id), 'train').isFolded).toBe(false);
  });
});

describe('what was kept', () => {
  it.each([undefined, null, 7, 'x', { pinned: 3, cards: [] }])('as %j is no layout', (kept) =>
    expect(parseLayout(kept)).toEqual(PLAIN_LAYOUT),
  );

  it('comes back as it was, and what is no name is dropped', () =>
    expect(
      parseLayout({
        pinned: ['a', 'a', 7],
        folded: ['in:x'],
        groups: [''],
        cards: { x: ['y', null] },
      }),
    ).toEqual({ pinned: ['a'], folded: ['in:x'], groups: [''], cards: { x: ['y'] } }));
});

describe('a search', () => {
  const sections = arrange(groups, toggleFold(PLAIN_LAYOUT, 'in:val'));
  it.each([
    ['', 5],
    ['LOSS', 2],
    ['val loss', 1],
    ['nothing', 0],
    ['/^(val|train).loss$/', 2],
    ['/L(R|oss)', 3],
    ['/', 4],
  ])('for %j finds %d metrics', (text, count) => {
    const found = findMetrics(sections, metricSearch(text));
    expect(found.flatMap(({ metrics }) => metrics)).toHaveLength(count);
    expect(found.every(({ isFolded }) => !isFolded)).toBe(true);
  });

  it('with a pattern that is none hides nothing, and says why', () => {
    const search = metricSearch('/val(/');
    expect(search.error).toMatch(/group/i);
    expect(findMetrics(sections, search)).toHaveLength(3);
  });
});

describe('blocks of cards', () => {
  const tags = Array.from({ length: 1000 }, (_, i) => `a/${i}`);
  const many = [group('a', ...tags), ...tags.map((_, i) => group(`p${i}`, `p${i}/x`))];

  it.each([1, 2, 3, 5])('in %d columns hold every card and heading once, in order', (columns) => {
    const sections = arrange(many, toggleFold(PLAIN_LAYOUT, 'in:p7'));
    const blocks = chartBlocks(sections, columns);
    const parts = blocks.flatMap((block) => block.parts);
    expect(parts.filter(({ hasHead }) => hasHead).map(({ section }) => section.id)).toEqual(
      sections.map(({ id }) => id),
    );
    expect(parts.flatMap(({ metrics }) => metrics.map(({ tag }) => tag))).toEqual(
      sections.flatMap(({ metrics, isFolded }) => (isFolded ? [] : metrics.map(({ tag }) => tag))),
    );
    expect(new Set(blocks.map(({ key }) => key)).size).toBe(blocks.length);
    for (const { rows, heads, parts } of blocks) {
      expect(rows).toBeLessThanOrEqual(4);
      expect(heads).toBeLessThanOrEqual(8);
      // Only the end of a section may leave a row unfilled.
      for (const { metrics, section } of parts.slice(0, -1))
        expect(metrics.at(-1) ?? null).toBe(section.isFolded ? null : section.metrics.at(-1));
    }
  });
});
