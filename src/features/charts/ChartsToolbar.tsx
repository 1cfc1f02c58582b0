import { useEffect, useState } from 'react';
import type { XAxis } from '#domain/history.ts';
import { Button } from '#ui/Button.tsx';
import { useLanguage } from '#ui/language.ts';
import type { PageProps } from '#ui/page-props.ts';
import { SegmentedControl } from '#ui/SegmentedControl.tsx';
import { Slider } from '#ui/Slider.tsx';
import { Switch } from '#ui/Switch.tsx';
import { useStrings } from '#ui/strings.ts';
import { TextField } from '#ui/TextField.tsx';
import { xWords } from './axis-format.ts';
import styles from './Charts.module.css';
import { texts } from './strings.ts';
import { type ChartsView, MAX_AMOUNT } from './view.ts';

export interface ChartsToolbarProps extends Pick<PageProps<ChartsView>, 'view' | 'onView'> {
  /** The x axes that the logs can give. */
  readonly axes: ReadonlySet<XAxis>;
}

const AXES = ['step', 'epoch', 'relative', 'wall'] as const;
const SMOOTHINGS = ['none', 'ema', 'mean'] as const;

/** What the charts show: for all of them at once. */
export function ChartsToolbar({ view, onView, axes }: ChartsToolbarProps) {
  const t = useStrings(texts);
  return (
    <section className={styles.toolbar} aria-label={t.toolbar}>
      <SegmentedControl
        label={t.xAxis}
        value={view.x}
        onChange={(x) => onView({ x, from: null, to: null })}
        segments={AXES.map((axis) => ({ id: axis, label: t[axis], isDisabled: !axes.has(axis) }))}
      />
      <SegmentedControl
        label={t.smoothing}
        value={view.smooth}
        onChange={(smooth) => onView({ smooth })}
        segments={SMOOTHINGS.map((kind) => ({ id: kind, label: t[kind] }))}
      />
      {view.smooth !== 'none' && (
        <Amount amount={view.amount} onAmount={(amount) => onView({ amount }, { replace: true })} />
      )}
      <Switch
        isSelected={view.y === 'log'}
        onChange={(isLog) => onView({ y: isLog ? 'log' : 'linear' })}
      >
        {t.log}
      </Switch>
      <Zoom view={view} onView={onView} />
      <div className={styles.find}>
        <TextField
          label={t.find}
          isLabelHidden
          isSearch
          placeholder={t.findHint}
          value={view.find}
          onChange={(find) => onView({ find }, { replace: true })}
        />
      </div>
    </section>
  );
}

/** A browser refuses a URL that changes on every pixel of a drag. */
const REST = 150;

interface AmountProps {
  readonly amount: number;
  readonly onAmount: (amount: number) => void;
}

function Amount({ amount, onAmount }: AmountProps) {
  const t = useStrings(texts);
  const [shown, setShown] = useState(amount);
  useEffect(() => setShown(amount), [amount]);
  useEffect(() => {
    if (shown === amount) return;
    const timer = setTimeout(() => onAmount(shown), REST);
    return () => clearTimeout(timer);
  }, [shown, amount, onAmount]);
  return (
    <Slider
      label={t.amount}
      value={shown}
      onChange={setShown}
      min={0}
      max={MAX_AMOUNT}
      step={0.001}
    />
  );
}

function Zoom({ view, onView }: Pick<ChartsToolbarProps, 'view' | 'onView'>) {
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
