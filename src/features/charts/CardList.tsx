import { memo, useLayoutEffect, useMemo, useRef } from 'react';
import { useWidth } from '#ui/use-width.ts';
import styles from './Cards.module.css';
import type { CardActions } from './card-actions.ts';
import { type Block, chartBlocks } from './chart-blocks.ts';
import type { Section } from './chart-layout.ts';
import type { ChartSetting } from './chart-setting.ts';
import { MetricCard } from './MetricCard.tsx';
import { SectionHead } from './SectionHead.tsx';
import { useInSight } from './use-in-sight.ts';

export interface CardListProps {
  readonly sections: readonly Section[];
  readonly setting: ChartSetting;
  readonly actions: CardActions;
}

/** Pixels: a card is no narrower, unless there is no more room. */
const NARROWEST = 336;
const GAP = 12;

/** Blocks that are there before anyone knows what is in sight. */
const FIRST = 2;

/** All sections with their cards; of thousands, only those near what is in sight are in the page. */
export function CardList({ sections, setting, actions }: CardListProps) {
  const [ref, width] = useWidth();
  const columns = Math.max(1, Math.floor((width + GAP) / (NARROWEST + GAP)));
  const blocks = useMemo(() => chartBlocks(sections, columns), [sections, columns]);
  const neighbours = useMemo(() => neighboursOf(sections), [sections]);
  return (
    <div ref={ref}>
      {width > 0 &&
        blocks.map((block, index) => (
          <BlockView
            key={block.key}
            block={block}
            columns={columns}
            isFirst={index < FIRST}
            neighbours={neighbours}
            setting={setting}
            actions={actions}
          />
        ))}
    </div>
  );
}

type Neighbours = ReadonlyMap<string, { before: string | null; after: string | null }>;

function neighboursOf(sections: readonly Section[]): Neighbours {
  const groups = sections.flatMap(({ id, prefix }) => (prefix === null ? [] : [{ id, prefix }]));
  return new Map(
    groups.map(({ id }, i) => {
      const [before, after] = [groups[i - 1]?.prefix ?? null, groups[i + 1]?.prefix ?? null];
      return [id, { before, after }];
    }),
  );
}

interface BlockViewProps extends Omit<CardListProps, 'sections'> {
  readonly block: Block;
  readonly columns: number;
  readonly isFirst: boolean;
  readonly neighbours: Neighbours;
}

/** Pixels before a block can be seen at which its cards are put in; they draw themselves later. */
const AHEAD = 1200;

/** Pixels that are right for most; a block that was seen keeps its own height. */
const HEAD_HEIGHT = 44;
const ROW_HEIGHT = 360;

const BlockView = memo(function BlockView(props: BlockViewProps) {
  const { block, columns, neighbours, setting, actions } = props;
  const [sight, isInSight] = useInSight(AHEAD, props.isFirst);
  const element = useRef<HTMLDivElement>(null);
  const height = useRef<number | null>(null);
  useLayoutEffect(() => {
    const { current } = element;
    if (!isInSight || !current) return;
    const observer = new ResizeObserver(() => {
      height.current = current.offsetHeight;
    });
    observer.observe(current);
    return () => observer.disconnect();
  }, [isInSight]);
  const guess = block.heads * HEAD_HEIGHT + block.rows * ROW_HEIGHT;
  return (
    <div ref={sight} style={isInSight ? {} : { blockSize: height.current ?? guess }}>
      {isInSight && (
        <div ref={element}>
          {block.parts.map(({ section, hasHead, metrics }) => (
            <div key={section.id}>
              {hasHead && (
                <SectionHead
                  section={section}
                  before={neighbours.get(section.id)?.before ?? null}
                  after={neighbours.get(section.id)?.after ?? null}
                  actions={actions}
                />
              )}
              <div
                className={styles.cards}
                style={{ gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))` }}
              >
                {metrics.map((metric) => (
                  <MetricCard
                    key={metric.tag}
                    metric={metric}
                    setting={setting}
                    section={section}
                    actions={actions}
                  />
                ))}
              </div>
            </div>
          ))}
        </div>
      )}
    </div>
  );
});
