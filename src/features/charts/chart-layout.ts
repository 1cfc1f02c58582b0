import { useMemo } from 'react';
import { useRemembered } from '#ui/remembered.ts';
import type { Metric, MetricGroup } from './metric-groups.ts';

/** How a person has arranged the charts of a directory; what it does not name stands where it would. */
export interface ChartLayout {
  /** Names of metrics that stand on top, in their order. */
  readonly pinned: readonly string[];
  /** `Section.id` of those that are folded. */
  readonly folded: readonly string[];
  /** Prefixes of groups, in their order. */
  readonly groups: readonly string[];
  /** Names of metrics in their order, by the prefix of their group. */
  readonly cards: { readonly [prefix: string]: readonly string[] };
}

/** A group of cards under one heading. */
export interface Section {
  readonly id: string;
  /** `null`: those that are pinned. */
  readonly prefix: string | null;
  readonly metrics: readonly Metric[];
  readonly isFolded: boolean;
}

export const PLAIN_LAYOUT: ChartLayout = { pinned: [], folded: [], groups: [], cards: {} };

const PINNED = 'pinned';

function sectionId(prefix: string): string {
  return `in:${prefix}`;
}

/** The sections of the page: those pinned first, then by prefix. */
export function arrange(groups: readonly MetricGroup[], layout: ChartLayout): Section[] {
  const pinned = new Set(layout.pinned);
  const all = new Map(groups.flatMap(({ metrics }) => metrics.map((one) => [one.tag, one])));
  const onTop = layout.pinned.flatMap((tag) => all.get(tag) ?? []);
  const byPrefix = new Map(groups.map((group) => [group.prefix, group]));
  const sections = ordered([...byPrefix.keys()], layout.groups).flatMap((prefix) => {
    const metrics = byPrefix.get(prefix)?.metrics.filter(({ tag }) => !pinned.has(tag)) ?? [];
    if (metrics.length === 0) return [];
    const byTag = new Map(metrics.map((one) => [one.tag, one]));
    const tags = ordered([...byTag.keys()], layout.cards[prefix] ?? []);
    return [
      section(
        layout,
        prefix,
        tags.flatMap((tag) => byTag.get(tag) ?? []),
      ),
    ];
  });
  return onTop.length > 0 ? [section(layout, null, onTop), ...sections] : sections;
}

function section(
  { folded }: ChartLayout,
  prefix: string | null,
  metrics: readonly Metric[],
): Section {
  const id = prefix === null ? PINNED : sectionId(prefix);
  return { id, prefix, metrics, isFolded: folded.includes(id) };
}

/**
 * Names in the order that was chosen. One that was not there when it was chosen comes after the one that
 * it follows by nature.
 */
function ordered(natural: readonly string[], chosen: readonly string[]): readonly string[] {
  if (chosen.length === 0) return natural;
  const known = new Set(chosen);
  const first: string[] = [];
  const after = new Map<string, string[]>();
  let place = first;
  for (const name of natural) {
    if (known.has(name)) {
      place = after.get(name) ?? [];
      after.set(name, place);
    } else place.push(name);
  }
  return [
    ...first,
    ...chosen.flatMap((name) => {
      const followers = after.get(name);
      return followers ? [name, ...followers] : [];
    }),
  ];
}

/** The names with `name` right before `other`, or after it when it came before; names unknown to both stay. */
function moved(names: readonly string[], name: string, other: string): string[] {
  const from = names.indexOf(name);
  const to = names.indexOf(other);
  if (from < 0 || to < 0 || from === to) return [...names];
  const rest = names.filter((one) => one !== name);
  rest.splice(to, 0, name);
  return rest;
}

/** Those that are not shown now keep their places at the end. */
function withUnseen(names: readonly string[], before: readonly string[]): string[] {
  const seen = new Set(names);
  return [...names, ...before.filter((name) => !seen.has(name))];
}

/** Puts a pinned metric where another one stands, or a metric of a group where another one of it stands. */
export function moveCard(
  layout: ChartLayout,
  { prefix, metrics }: Section,
  { tag, other }: { readonly tag: string; readonly other: string },
): ChartLayout {
  const tags = moved(
    metrics.map((metric) => metric.tag),
    tag,
    other,
  );
  if (prefix === null) return { ...layout, pinned: withUnseen(tags, layout.pinned) };
  const cards = { ...layout.cards, [prefix]: withUnseen(tags, layout.cards[prefix] ?? []) };
  return { ...layout, cards };
}

/** Puts a group where another one stands. */
export function moveGroup(
  layout: ChartLayout,
  sections: readonly Section[],
  { prefix, other }: { readonly prefix: string; readonly other: string },
): ChartLayout {
  const prefixes = sections.flatMap((one) => one.prefix ?? []);
  return { ...layout, groups: withUnseen(moved(prefixes, prefix, other), layout.groups) };
}

export function togglePin(layout: ChartLayout, tag: string): ChartLayout {
  const { pinned } = layout;
  const rest = pinned.filter((one) => one !== tag);
  return { ...layout, pinned: rest.length < pinned.length ? rest : [...pinned, tag] };
}

export function toggleFold(layout: ChartLayout, id: string): ChartLayout {
  const { folded } = layout;
  const rest = folded.filter((one) => one !== id);
  return { ...layout, folded: rest.length < folded.length ? rest : [...folded, id] };
}

/**
 * The layout of a directory, and a way to change it.
 *
 * @param directory `OpenedDirectory.key`
 */
export function useChartLayout(
  directory: string,
): readonly [ChartLayout, (layout: ChartLayout) => void] {
  const [layout, remember] = useRemembered(`charts.${directory}`, parseLayout);
  return useMemo(() => [layout, remember] as const, [layout, remember]);
}

/** Whatever was kept, by whichever version. */
export function parseLayout(kept: unknown): ChartLayout {
  if (typeof kept !== 'object' || kept === null) return PLAIN_LAYOUT;
  const { pinned, folded, groups, cards }: Record<string, unknown> = { ...kept };
  const byPrefix = typeof cards === 'object' && cards !== null ? Object.entries(cards) : [];
  return {
    pinned: namesOf(pinned),
    folded: namesOf(folded),
    groups: namesOf(groups),
    cards: Object.fromEntries(byPrefix.map(([prefix, names]) => [prefix, namesOf(names)])),
  };
}

function namesOf(kept: unknown): readonly string[] {
  if (!Array.isArray(kept)) return [];
  return [...new Set(kept.filter((name): name is string => typeof name === 'string'))];
}
