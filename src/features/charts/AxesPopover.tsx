import { useEffect, useState } from 'react';
import { Button } from '#ui/Button.tsx';
import { useNumberFormats } from '#ui/format-number.ts';
import { PopoverButton } from '#ui/PopoverButton.tsx';
import type { PageProps } from '#ui/page-props.ts';
import { Switch } from '#ui/Switch.tsx';
import { useStrings } from '#ui/strings.ts';
import { TextField } from '#ui/TextField.tsx';
import styles from './Toolbar.module.css';
import { toolbarTexts } from './toolbar-strings.ts';
import type { ChartsView } from './view.ts';

type AxesPopoverProps = Pick<PageProps<ChartsView>, 'view' | 'onView'>;

/** What is seldom changed of the axes; what differs from the plain ones stands on the button. */
export function AxesPopover({ view, onView }: AxesPopoverProps) {
  const t = useStrings(toolbarTexts);
  const detail = useAxesWords(view);
  return (
    <PopoverButton label={t.axes} detail={detail}>
      <Switch isSelected={view.logx} onChange={(logx) => onView({ logx })}>
        {t.logX}
      </Switch>
      <div>
        <Switch isSelected={view.robust} onChange={(robust) => onView({ robust })}>
          {t.robust}
        </Switch>
        <p className={styles.quiet}>{t.robustWhy}</p>
      </div>
      <FixedRange view={view} onView={onView} />
    </PopoverButton>
  );
}

function useAxesWords({ logx, robust, low, high }: ChartsView): string {
  const t = useStrings(toolbarTexts);
  const { metric } = useNumberFormats();
  const range =
    low !== null && high !== null
      ? t.between(metric(low), metric(high))
      : low !== null
        ? t.atLeast(metric(low))
        : high !== null && t.atMost(metric(high));
  return [logx && t.logX, robust && t.robust, range].filter(Boolean).join(', ');
}

function FixedRange({ view, onView }: AxesPopoverProps) {
  const t = useStrings(toolbarTexts);
  const { y, low, high } = view;
  const problem = (value: number | null) =>
    value !== null && y === 'log' && value <= 0 ? t.notOnLog : undefined;
  const isUpsideDown = low !== null && high !== null && low >= high;
  return (
    <fieldset className={styles.range}>
      <legend className={styles.quiet}>{t.range}</legend>
      <NumberText
        label={t.low}
        value={low}
        onChange={(value) => onView({ low: value }, { replace: true })}
        problem={problem(low) ?? (isUpsideDown ? t.upsideDown : undefined)}
      />
      <NumberText
        label={t.high}
        value={high}
        onChange={(value) => onView({ high: value }, { replace: true })}
        problem={problem(high)}
      />
      <Button
        isDisabled={low === null && high === null}
        onPress={() => onView({ low: null, high: null })}
      >
        {t.freeRange}
      </Button>
    </fieldset>
  );
}

interface NumberTextProps {
  readonly label: string;
  /** `null`: not set. */
  readonly value: number | null;
  readonly onChange: (value: number | null) => void;
  readonly problem: string | undefined;
}

/** A number as people write small ones, `1e-5`, which fields for numbers do not take. */
function NumberText({ label, value, onChange, problem }: NumberTextProps) {
  const t = useStrings(toolbarTexts);
  const [text, setText] = useState(value === null ? '' : String(value));
  useEffect(() => {
    // Typed as 0.50, the value is 0.5: what was typed stays while it means the same.
    setText((typed) => (parseText(typed) === value ? typed : value === null ? '' : String(value)));
  }, [value]);
  const isWrong = parseText(text) === undefined;
  return (
    <TextField
      label={label}
      value={text}
      placeholder={t.asValues}
      onChange={(next) => {
        setText(next);
        const parsed = parseText(next);
        if (parsed !== undefined && parsed !== value) onChange(parsed);
      }}
      error={isWrong ? t.noNumber : problem}
    />
  );
}

/** `null` for no text, `undefined` for one that is no number. */
function parseText(text: string): number | null | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return null;
  const value = Number(trimmed.replace('−', '-'));
  return Number.isFinite(value) ? value : undefined;
}
