import { useEffect, useState } from 'react';
import { Slider } from '#ui/Slider.tsx';
import { useStrings } from '#ui/strings.ts';
import { texts } from './strings.ts';
import { MAX_AMOUNT } from './view.ts';

/** A browser refuses a URL that changes on every pixel of a drag. */
const REST = 150;

export interface AmountProps {
  readonly amount: number;
  readonly onAmount: (amount: number) => void;
}

/** How much is smoothed. */
export function Amount({ amount, onAmount }: AmountProps) {
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
