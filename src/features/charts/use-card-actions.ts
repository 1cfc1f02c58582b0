import { useMemo, useRef } from 'react';
import type { CardActions } from './card-actions.ts';
import {
  type ChartLayout,
  moveCard,
  moveGroup,
  type Section,
  toggleFold,
  togglePin,
} from './chart-layout.ts';

interface Arrangement {
  readonly layout: ChartLayout;
  readonly remember: (layout: ChartLayout) => void;
  /** All sections, those that a search leaves out too. */
  readonly sections: readonly Section[];
}

/** Actions that stay the same while what they act on changes: thousands of cards need not be told. */
export function useCardActions(
  arrangement: Arrangement,
  others: Pick<CardActions, 'explain' | 'save'>,
): CardActions {
  const latest = useRef({ ...arrangement, ...others });
  latest.current = { ...arrangement, ...others };
  return useMemo(
    () => ({
      togglePin(tag) {
        const { layout, remember } = latest.current;
        remember(togglePin(layout, tag));
      },
      moveCard({ id }, tag, other) {
        const { layout, remember, sections } = latest.current;
        const section = sections.find((one) => one.id === id);
        if (section) remember(moveCard(layout, section, { tag, other }));
      },
      moveGroup(prefix, other) {
        const { layout, remember, sections } = latest.current;
        remember(moveGroup(layout, sections, { prefix, other }));
      },
      toggleFold(id) {
        const { layout, remember } = latest.current;
        remember(toggleFold(layout, id));
      },
      foldAll(isFolded) {
        const { layout, remember, sections } = latest.current;
        remember({ ...layout, folded: isFolded ? sections.map(({ id }) => id) : [] });
      },
      explain: (tag) => latest.current.explain(tag),
      save: (kind, tag) => latest.current.save(kind, tag),
    }),
    [],
  );
}
