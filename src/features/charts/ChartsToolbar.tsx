import type { ReactNode } from 'react';
import type { XAxis } from '#domain/history.ts';
import { Button } from '#ui/Button.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { useLanguage } from '#ui/language.ts';
import type { PageProps } from '#ui/page-props.ts';
import { SegmentedControl } from '#ui/SegmentedControl.tsx';
import { Select } from '#ui/Select.tsx';
import { useStrings } from '#ui/strings.ts';
import { TextField } from '#ui/TextField.tsx';
import type { RunDetails } from '#workers/api.ts';
import { Amount } from './Amount.tsx';
import { AxesPopover } from './AxesPopover.tsx';
import { xWords } from './axis-format.ts';
import { GroupControls } from './GroupControls.tsx';
import { texts } from './strings.ts';
import styles from './Toolbar.module.css';
import { toolbarTexts } from './toolbar-strings.ts';
import type { ChartsView } from './view.ts';

type ViewProps = Pick<PageProps<ChartsView>, 'view' | 'onView'>;

export interface ChartsToolbarProps extends ViewProps {
  /** The x axes that the logs can give. */
  readonly axes: ReadonlySet<XAxis>;
  /** How many metrics the search finds, of how many; and why its pattern is none. `null`: nothing is searched here. */
  readonly search: SearchState | null;
  /** Of the selected runs: by what they can be put together. */
  readonly details: readonly RunDetails[];
  /** Controls that belong to others, at the end. */
  readonly children?: ReactNode;
  /** What goes on, below all controls. */
  readonly note?: ReactNode;
}

export interface SearchState {
  readonly found: number;
  readonly all: number;
  readonly error: string | null;
}

const AXES = ['step', 'epoch', 'relative', 'wall', 'process'] as const;
const SCALES = ['linear', 'log', 'symlog'] as const;
const SMOOTHINGS = ['none', 'ema', 'mean'] as const;

/** What the charts show: for all of them at once. */
export function ChartsToolbar({ view, onView, axes, ...props }: ChartsToolbarProps) {
  const t = useStrings(texts);
  const words = useStrings(toolbarTexts);
  return (
    <section className={props.search ? styles.toolbar : styles.inDialog} aria-label={t.toolbar}>
      <div className={styles.axis}>
        <Select
          label={t.xAxis}
          value={view.x}
          onChange={(x) => onView({ x, from: null, to: null, at: null })}
          options={AXES.map((axis) => {
            const isDisabled = axis !== view.x && !axes.has(axis);
            const why = axis === 'epoch' ? words.noEpochs : words.noTimes;
            return { id: axis, label: t[axis], isDisabled, detail: isDisabled ? why : undefined };
          })}
        />
      </div>
      <SegmentedControl
        label={words.yAxis}
        value={view.y}
        onChange={(y) => onView({ y })}
        segments={SCALES.map((scale) => ({ id: scale, label: words[scale] }))}
      />
      <AxesPopover view={view} onView={onView} />
      <SegmentedControl
        label={t.smoothing}
        value={view.smooth}
        onChange={(smooth) => onView({ smooth })}
        segments={SMOOTHINGS.map((kind) => ({ id: kind, label: t[kind] }))}
      />
      {view.smooth !== 'none' && (
        <Amount amount={view.amount} onAmount={(amount) => onView({ amount }, { replace: true })} />
      )}
      <GroupControls view={view} onView={onView} details={props.details} />
      {props.children}
      <Zoom view={view} onView={onView} />
      {props.search && <Find view={view} onView={onView} search={props.search} />}
      {props.note !== undefined && <div className={styles.note}>{props.note}</div>}
    </section>
  );
}

function Zoom({ view, onView }: ViewProps) {
  const t = useStrings(texts);
  const language = useLanguage();
  const { x, from, to } = view;
  if (from === null || to === null) return null;
  return (
    <div className={styles.zoom}>
      <span>{t.inSight(xWords(x, from, language), xWords(x, to, language))}</span>
      <Button onPress={() => onView({ from: null, to: null })}>{t.reset}</Button>
    </div>
  );
}

interface FindProps extends ViewProps {
  readonly search: SearchState;
}

function Find({ view, onView, search }: FindProps) {
  const t = useStrings(texts);
  const words = useStrings(toolbarTexts);
  const { count } = useNumberFormats();
  const { found, all, error } = search;
  return (
    <search className={styles.find}>
      <TextField
        label={t.find}
        isLabelHidden
        isSearch
        placeholder={words.findHint}
        value={view.find}
        onChange={(find) => onView({ find }, { replace: true })}
        error={error === null ? undefined : words.badPattern(error)}
      />
      {view.find !== '' && error === null && (
        <p className={styles.count} role="status">
          {words.matches(count(found), count(all))}
        </p>
      )}
    </search>
  );
}
