import { type DragEvent, memo, useId, useState } from 'react';
import { Button } from '#ui/Button.tsx';
import { Menu } from '#ui/Menu.tsx';
import { useStrings } from '#ui/strings.ts';
import { Tooltip } from '#ui/Tooltip.tsx';
import { visibleText } from '#ui/visible-text.ts';
import styles from './Cards.module.css';
import { Chart } from './Chart.tsx';
import { type CardActions, fileKinds } from './card-actions.ts';
import { cardTexts } from './card-strings.ts';
import { countGroups } from './chart-groups.ts';
import type { Section } from './chart-layout.ts';
import type { ChartSetting } from './chart-setting.ts';
import type { Metric } from './metric-groups.ts';
import { NumbersTable } from './NumbersTable.tsx';
import { texts } from './strings.ts';
import { useInSight } from './use-in-sight.ts';
import { useKindWords } from './use-kind-words.ts';
import { useSummary } from './use-summary.ts';

export interface MetricCardProps {
  readonly metric: Metric;
  readonly setting: ChartSetting;
  /** The one it stands in, as it is shown. */
  readonly section: Section;
  readonly actions: CardActions;
}

/** Pixels of the plot with its axes. */
const HEIGHT = 208;

/** Runs that the read-out of a card lists. */
const LISTED = 6;

/** One metric of the selected runs. It is drawn while it is in sight. */
export const MetricCard = memo(function MetricCard(props: MetricCardProps) {
  const { metric, setting } = props;
  const t = useStrings(texts);
  const id = useId();
  const [ref, isInSight] = useInSight();
  const [isOpen, setOpen] = useState(false);
  const summary = useSummary(metric, setting);
  const { runs } = metric;
  // The same when it is not drawn, or the page would jump while it is scrolled.
  const listed = setting.groups ? countGroups(setting.groups, runs) : runs.length;
  const rows = Math.min(listed, LISTED) + (listed > LISTED ? 1 : 0);
  return (
    <figure
      ref={ref}
      className={styles.card}
      aria-labelledby={id}
      aria-describedby={`${id}-words`}
      {...dropTarget(props)}
    >
      <CardHead {...props} id={id} />
      <p id={`${id}-words`} className={styles.forScreenReaders}>
        {summary}
      </p>
      <div style={{ minBlockSize: `calc(${HEIGHT}px + ${rows + 1} * 1.25rem)` }}>
        {isInSight && <Chart metric={metric} setting={setting} height={HEIGHT} limit={LISTED} />}
      </div>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary className={styles.quiet}>{t.numbers}</summary>
        {isOpen && <NumbersTable metric={metric} setting={setting} />}
      </details>
    </figure>
  );
});

interface CardHeadProps extends MetricCardProps {
  /** Of the element that names the card. */
  readonly id: string;
}

function CardHead({ id, metric: { tag }, setting, section, actions }: CardHeadProps) {
  const t = useStrings(texts);
  const meaning = useKindWords()(setting.kindOf(tag));
  return (
    <header className={styles.head}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the menu moves cards by keys */}
      <div
        className={styles.name}
        draggable
        onDragStart={({ dataTransfer }) => {
          dataTransfer.setData(DRAGGED, JSON.stringify([section.id, tag]));
          dataTransfer.effectAllowed = 'move';
        }}
      >
        <figcaption id={id}>{visibleText(tag)}</figcaption>
        <span className={styles.meaning} title={meaning}>
          {meaning}
        </span>
      </div>
      <Tooltip text={t.enlarge(tag)}>
        <Button
          look="quiet"
          isSquare
          aria-label={t.enlarge(tag)}
          onPress={() => setting.onView({ big: tag })}
        >
          <svg className={styles.sign} viewBox="0 0 16 16" aria-hidden="true">
            <path d="M9.5 2.5h4v4M6.5 13.5h-4v-4M13 3L9 7M3 13l4-4" />
          </svg>
        </Button>
      </Tooltip>
      <CardMenu tag={tag} setting={setting} section={section} actions={actions} />
    </header>
  );
}

interface CardMenuProps extends Omit<MetricCardProps, 'metric'> {
  readonly tag: string;
}

function CardMenu({ tag, setting, section, actions }: CardMenuProps) {
  const t = useStrings(cardTexts);
  const label = t.menuOf(visibleText(tag));
  const at = section.metrics.findIndex((one) => one.tag === tag);
  const move = (id: string, label: string, other: Metric | undefined) => ({
    id,
    label,
    isDisabled: other === undefined,
    onAction: () => other && actions.moveCard(section, tag, other.tag),
  });
  return (
    <Menu
      label={label}
      parts={[
        [
          { id: 'enlarge', label: t.enlarge, onAction: () => setting.onView({ big: tag }) },
          { id: 'meaning', label: t.meaning, onAction: () => actions.explain(tag) },
        ],
        [
          {
            id: 'pin',
            label: section.prefix === null ? t.unpin : t.pin,
            onAction: () => actions.togglePin(tag),
          },
          move('up', t.moveUp, section.metrics[at - 1]),
          move('down', t.moveDown, section.metrics[at + 1]),
        ],
        fileKinds(setting).map((kind) => ({
          id: kind,
          label: t[kind],
          onAction: () => actions.save(kind, tag),
        })),
      ]}
    >
      <Button look="quiet" isSquare aria-label={label}>
        <svg className={styles.dots} viewBox="0 0 16 16" aria-hidden="true">
          <circle cx="3" cy="8" r="1.4" />
          <circle cx="8" cy="8" r="1.4" />
          <circle cx="13" cy="8" r="1.4" />
        </svg>
      </Button>
    </Menu>
  );
}

/** What a dragged card carries: the section it comes from, and its metric. */
const DRAGGED = 'application/x-cairn-metric';

/** A card takes another one of its section, which then stands in its place. */
function dropTarget({ metric: { tag }, section, actions }: MetricCardProps) {
  return {
    onDragOver(event: DragEvent) {
      if (event.dataTransfer.types.includes(DRAGGED)) event.preventDefault();
    },
    onDrop(event: DragEvent) {
      const text = event.dataTransfer.getData(DRAGGED);
      if (text === '') return;
      event.preventDefault();
      const [from, dragged]: readonly unknown[] = JSON.parse(text);
      if (from !== section.id || typeof dragged !== 'string' || dragged === tag) return;
      actions.moveCard(section, dragged, tag);
    },
  };
}
